"""Cross-corpus: every corpus taught and asked, with one target."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tritone.core.errors import DataError
from tritone.recipes.benchmark.cross import cross
from tritone.recipes.benchmark.run import benchmark
from tritone.recipes.benchmark.shown import matrix

pytestmark = pytest.mark.slow
NAME = "concat_mlp, words by hashed_words"
GLAD = {"joy": "so glad and happy today", "sadness": "so low and sad today"}


def write_tweets(folder: Path) -> None:
    folder.mkdir()
    for split in ("train", "val"):
        lines = [f"{GLAD[mood]} {i};{mood}" for i in range(12) for mood in GLAD]
        (folder / f"{split}.txt").write_text("\n".join(lines))


def write_dialogues(folder: Path) -> None:
    folder.mkdir()
    head = "Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season,Episode,"
    for split in ("train", "dev"):
        lines = [head + "StartTime,EndTime"]
        for i in range(24):
            mood = list(GLAD)[i % 2]
            side = "positive" if mood == "joy" else "negative"
            lines.append(
                f'{i},"{GLAD[mood]}",Joey,{mood},{side},{i // 4},{i % 4},1,1,'
                '"00:00:01,000","00:00:02,000"'
            )
        (folder / f"{split}_sent_emo.csv").write_text("\n".join(lines) + "\n")


@pytest.fixture(autouse=True)
def without_minilm(monkeypatch) -> None:
    """The words are hashed, whether or not the extra is installed."""
    monkeypatch.setattr("tritone.recipes.benchmark.cross.has_minilm", lambda: False)


def write_voices(folder: Path) -> None:
    time = np.arange(6000) / 16000
    for actor in (1, 2, 17, 18):
        (folder / f"Actor_{actor:02}").mkdir(parents=True)
        for emotion, pitch in ((3, 300), (4, 120)):
            for take in (1, 2):
                sound = 0.3 * np.sin(2 * np.pi * (pitch + actor + take) * time)
                name = f"03-01-{emotion:02}-01-01-{take:02}-{actor:02}.wav"
                soundfile.write(folder / f"Actor_{actor:02}" / name, sound, 16000)


def test_words_and_voices_meet_only_in_what_is_trained_on_both(tmp_path: Path) -> None:
    write_tweets(tmp_path / "emotions_text")
    write_voices(tmp_path / "ravdess_speech")
    suite = replace(cross(tmp_path, out=tmp_path, fast=True), draws=20)
    table = benchmark(suite, tmp_path / "out")
    assert table.failed == ()
    found = matrix(table)
    assert found is not None
    assert found.heads == ("trained on", "emotions", "ravdess", "both")
    told = {line[0].partition(" from ")[2]: line[1:] for line in found.lines}
    assert told["emotions"][1] == told["ravdess"][0] == "no channel in common"
    for own in ("emotions", "ravdess", "both"):
        asked = [cell for cell in told[own] if cell != "no channel in common"]
        assert len(asked) == (3 if own == "both" else 2)
        assert all(float(cell.split()[0]) >= 0.5 for cell in asked)


def test_each_corpus_is_asked_by_models_of_each(tmp_path: Path) -> None:
    write_tweets(tmp_path / "emotions_text")
    write_dialogues(tmp_path / "meld_text")
    suite = replace(cross(tmp_path, out=tmp_path, fast=True), draws=20)
    table = benchmark(suite, tmp_path / "out")
    assert table.failed == ()
    found = matrix(table)
    assert found is not None
    assert found.heads == ("trained on", "emotions", "meld")
    assert [line[0] for line in found.lines] == [
        *(f"{NAME} from emotions", f"{NAME} from meld"),
        *("majority (floor)", "prior (floor)", "clips", "smallest difference"),
    ]
    assert found.title.endswith("reported on another, 1 training")
    assert found.lines[-2][1:] == tuple(str(block.about["n"]) for block in table.blocks)
    assert all(0 < float(cell) < 1 for cell in found.lines[-1][1:])
    # The same words mean the same in both: a row is read alike everywhere.
    assert all(cell.startswith("1.000") for line in found.lines[:2] for cell in line[1:])
    assert all(cell == "0.500" for cell in found.lines[2][1:])
    marks = {
        (block.data.called, row.model): "selected_on_reported_split" in row.marks
        for block in table.blocks
        for row in block.ranked
    }
    # The epoch was chosen on val of the corpus that was trained on, of no other one.
    assert marks == {
        (data, f"{NAME} from {own}"): data == own
        for data in ("emotions", "meld")
        for own in ("emotions", "meld")
    }
    again = benchmark(suite, tmp_path / "out", resume=True)
    assert matrix(again) == found


def test_one_corpus_alone_cannot_be_crossed(tmp_path: Path) -> None:
    write_tweets(tmp_path / "emotions_text")
    with pytest.raises(DataError) as caught:
        cross(tmp_path, out=tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} holds 1 of the corpora emotions_text, meld_text, mosi_features, "
        "ravdess_speech; at least two are needed."
    )
