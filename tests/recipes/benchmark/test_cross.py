"""Cross-corpus: every corpus taught and asked, with one target."""

from dataclasses import replace
from pathlib import Path

import pytest

from tritone.core.errors import DataError
from tritone.recipes.benchmark.cross import cross
from tritone.recipes.benchmark.run import benchmark
from tritone.recipes.benchmark.shown import matrix

pytestmark = pytest.mark.slow
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


def test_each_corpus_is_asked_by_models_of_each(tmp_path: Path) -> None:
    write_tweets(tmp_path / "emotions_text")
    write_dialogues(tmp_path / "meld_text")
    suite = replace(cross(tmp_path, fast=True), draws=20)
    table = benchmark(suite, tmp_path / "out")
    assert table.failed == ()
    found = matrix(table)
    assert found is not None
    assert found.heads == ("trained on", "emotions", "meld")
    assert [line[0] for line in found.lines] == [
        *("concat_mlp from emotions", "concat_mlp from meld"),
        *("majority (floor)", "prior (floor)"),
    ]
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
        (data, f"concat_mlp from {own}"): data == own
        for data in ("emotions", "meld")
        for own in ("emotions", "meld")
    }
    again = benchmark(suite, tmp_path / "out", resume=True)
    assert matrix(again) == found


def test_one_corpus_alone_cannot_be_crossed(tmp_path: Path) -> None:
    write_tweets(tmp_path / "emotions_text")
    with pytest.raises(DataError) as caught:
        cross(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} holds 1 of the corpora emotions_text, meld_text, mosi_features; at least two "
        "are needed."
    )
