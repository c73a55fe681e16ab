"""Extraction: the same store however many processes, whatever breaks, wherever it was cut off."""

import json
import os
import signal
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
import torch

from tritone.core.errors import DataError, ModelError, RecipeError
from tritone.core.store import Store
from tritone.prepare.extract import extract
from tritone.prepare.plan import Plan

RATE = 16_000
EMOTIONS = ("03", "04", "05")
PLAN = Plan({"text": "none", "audio": "mfcc+intensity", "vision": "none"})


def write_voice(path: Path, seconds: float, tone: float) -> None:
    """A harmonic tone with a little noise, as 16-bit wav."""
    time = np.arange(round(seconds * RATE)) / RATE
    sound = sum(np.sin(2 * np.pi * tone * k * time) / k for k in range(1, 6)) * 0.1
    sound += np.random.default_rng(0).normal(0, 0.002, len(time))
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((sound * 32767).astype("<i2").tobytes())


@pytest.fixture
def voices(tmp_path: Path) -> Path:
    """Nine short clips of RAVDESS's form: three actors, one of each split."""
    for actor in (1, 17, 21):
        for place, emotion in enumerate(EMOTIONS):
            name = f"03-01-{emotion}-01-01-01-{actor:02}.wav"
            write_voice(tmp_path / "v" / f"Actor_{actor:02}" / name, 0.4, 110 + 40 * place + actor)
    return tmp_path / "v"


@pytest.fixture
def tweets(tmp_path: Path) -> Path:
    """Six texts of the Emotions layout."""
    folder = tmp_path / "t"
    folder.mkdir()
    (folder / "train.txt").write_text("i am so glad;joy\ni feel low;sadness\nso glad again;joy\n")
    (folder / "val.txt").write_text("glad and low;joy\nlow;sadness\n")
    return folder


def assert_same_stores(one: Store, other: Store) -> None:
    assert one.ids == other.ids
    assert one.provenance == other.provenance
    for row in range(len(one)):
        assert one.clip(row) == other.clip(row)
        assert one.sources(row) == other.sources(row)
        for name in one.layout.modalities:
            ours, theirs = one[row][name], other[row][name]
            assert torch.equal(ours.values, theirs.values)
            assert torch.equal(ours.spans, theirs.spans)


def test_every_clip_of_a_corpus_becomes_a_sample(voices: Path, tmp_path: Path) -> None:
    outcome = extract(f"ravdess:{voices}", tmp_path / "s", PLAN, workers=1)
    store = Store(tmp_path / "s")
    assert (outcome.written, outcome.failed) == (9, ())
    assert store.ids == sorted(store.ids) or len(store) == 9
    assert [len(store.rows(split)) for split in ("train", "val", "test")] == [3, 3, 3]
    assert store.target == "emotion"
    assert list(store.layout.modalities) == ["audio"]
    batch = store.batch(store.rows("train"))
    assert batch["audio"].mask.sum() > 60
    assert bool(batch["audio"].values[batch["audio"].mask].isfinite().all())


def test_the_store_says_how_it_was_made(voices: Path, tmp_path: Path) -> None:
    plan = Plan(PLAN.extractors, {"audio": {"mfcc.count": "7"}})
    extract(f"ravdess:{voices}", tmp_path / "s", plan, workers=1)
    store = Store(tmp_path / "s")
    said = store.provenance
    assert said["extractors"]["audio"]["name"] == "mfcc+intensity"
    assert said["extractors"]["audio"]["mfcc.count"] == 7
    assert store.layout.modalities["audio"].shape == (8,)
    assert said["sheet"]["licence"] == "CC BY-NC-SA 4.0"
    assert (said["align"], said["fps"], said["corpus"]) == ("none", 5.0, "ravdess")
    assert all(len(store.sources(row)["audio"]) == 64 for row in range(9))
    assert len({store.sources(row)["audio"] for row in range(9)}) == 9


@pytest.mark.parametrize("workers", [1, 2])
def test_clips_that_an_extractor_cuts_are_known_and_told(
    voices: Path, tmp_path: Path, workers: int
) -> None:
    write_voice(voices / "Actor_01" / "03-01-03-01-01-01-01.wav", 1.0, 200)
    plan = Plan({"audio": "waveform", "vision": "none"}, {"audio": {"longest": "0.4"}})
    outcome = extract(f"ravdess:{voices}", tmp_path / "s", plan, workers=workers)
    store = Store(tmp_path / "s")
    cut = [store.ids[row] for row in range(len(store)) if store.cut(row)]
    assert cut == ["03-01-03-01-01-01-01"]
    assert outcome.notes[-1] == (
        "Clips too long for the extractor of audio, which left out their end: 1."
    )


def test_learning_sees_the_training_clips_only(tweets: Path, tmp_path: Path) -> None:
    plan = Plan({"text": "tfidf"}, {"text": {"dim": "0"}})
    extract(f"emotions:{tweets}", tmp_path / "a", plan, workers=1)
    (tweets / "val.txt").write_text("quite other words here;joy\nnone known;sadness\n")
    extract(f"emotions:{tweets}", tmp_path / "b", plan, workers=1)
    one, other = Store(tmp_path / "a"), Store(tmp_path / "b")
    for row in one.rows("train"):
        assert torch.equal(one[row]["text"].values, other[row]["text"].values)


@pytest.mark.slow
def test_several_processes_make_the_same_store(voices: Path, tmp_path: Path) -> None:
    for workers in (1, 2):
        extract(f"ravdess:{voices}", tmp_path / f"{workers}", PLAN, workers=workers)
    assert_same_stores(Store(tmp_path / "1"), Store(tmp_path / "2"))


def test_a_broken_clip_is_listed_and_the_rest_is_done(voices: Path, tmp_path: Path) -> None:
    broken = voices / "Actor_01" / "03-01-04-01-01-01-01.wav"
    broken.write_bytes(b"RIFF" + bytes(100))
    outcome = extract(f"ravdess:{voices}", tmp_path / "s", PLAN, workers=1)
    assert outcome.written == len(Store(tmp_path / "s")) == 8
    assert [one.id for one in outcome.failed] == ["03-01-04-01-01-01-01"]
    assert str(broken) in outcome.failed[0].error
    said = json.loads((tmp_path / "s" / "extraction.json").read_text())
    assert said["written"] == 8
    assert said["failed"][0]["id"] == "03-01-04-01-01-01-01"


def test_what_failed_is_tried_again(voices: Path, tmp_path: Path) -> None:
    broken = voices / "Actor_01" / "03-01-04-01-01-01-01.wav"
    whole = broken.read_bytes()
    broken.write_bytes(b"")
    extract(f"ravdess:{voices}", tmp_path / "s", PLAN, workers=1)
    broken.write_bytes(whole)
    outcome = extract(f"ravdess:{voices}", tmp_path / "s", PLAN, workers=1, resume=True)
    assert (outcome.written, outcome.failed) == (9, ())
    assert json.loads((tmp_path / "s" / "extraction.json").read_text())["failed"] == []


def test_a_store_is_not_written_over(voices: Path, tmp_path: Path) -> None:
    extract(f"ravdess:{voices}", tmp_path / "s", PLAN, workers=1)
    with pytest.raises(DataError) as caught:
        extract(f"ravdess:{voices}", tmp_path / "s", PLAN, workers=1)
    assert str(caught.value) == (
        f"{tmp_path / 's'} holds a store. Go on with --resume, or write to a new folder."
    )


def test_a_store_is_not_gone_on_with_in_another_way(voices: Path, tmp_path: Path) -> None:
    extract(f"ravdess:{voices}", tmp_path / "s", PLAN, workers=1)
    with pytest.raises(DataError, match="begun with another layout"):
        extract(
            f"ravdess:{voices}", tmp_path / "s", Plan({"audio": "mfcc"}), workers=1, resume=True
        )


def test_nothing_that_can_be_read_is_an_error(voices: Path, tmp_path: Path) -> None:
    for file in voices.rglob("*.wav"):
        file.write_bytes(b"")
    with pytest.raises(DataError, match="Not one clip of ravdess could be extracted"):
        extract(f"ravdess:{voices}", tmp_path / "s", PLAN, workers=1)
    with pytest.raises(DataError, match="is not complete"):
        Store(tmp_path / "s")


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (
            Plan({"audio": "hashed_words"}),
            "hashed_words reads text, and cannot give audio.",
        ),
        (
            Plan(PLAN.extractors, {"smell": {"dim": 3}}),
            "Settings for 'smell', which is not extracted. Extracted: audio, text, vision.",
        ),
        (
            Plan(PLAN.extractors, align="words"),
            "align=words needs the words: extract text too.",
        ),
        (
            Plan({"audio": "none"}),
            "Nothing is to be extracted from ravdess.",
        ),
    ],
)
def test_a_plan_that_does_not_fit_is_refused(
    voices: Path, tmp_path: Path, plan: Plan, says: str
) -> None:
    with pytest.raises(RecipeError) as caught:
        extract(f"ravdess:{voices}", tmp_path / "s", plan, workers=1)
    assert str(caught.value) == says
    assert not (tmp_path / "s").exists()


DIES = """
import os, signal, sys
from tritone.prepare import extract as job
from tritone.prepare.plan import Plan

written = []
def tell(id, done, total):
    if done == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

plan = Plan({"text": "none", "audio": "mfcc+intensity", "vision": "none"})
job.PART_BYTES = 1
job.extract(sys.argv[1], sys.argv[2], plan, workers=1, resume=True, tell=tell)
"""


@pytest.mark.slow
def test_a_run_that_was_killed_ends_as_one_that_was_not(voices: Path, tmp_path: Path) -> None:
    spec = f"ravdess:{voices}"
    for after in (2, 5):
        command = [sys.executable, "-c", DIES, spec, str(tmp_path / "killed"), str(after)]
        done = subprocess.run(command, check=False, env={**os.environ, "OMP_NUM_THREADS": "1"})
        assert done.returncode == -signal.SIGKILL
        with pytest.raises(DataError, match="is not complete"):
            Store(tmp_path / "killed")
    extract(spec, tmp_path / "killed", PLAN, workers=1, resume=True)
    extract(spec, tmp_path / "whole", PLAN, workers=1)
    assert_same_stores(Store(tmp_path / "killed"), Store(tmp_path / "whole"))


@pytest.mark.slow
def test_a_clip_that_kills_its_process_is_found_and_left(
    voices: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fatal_room.py").write_text(
        "import os\n"
        "from dataclasses import dataclass\n"
        "from tritone.features.voices import Intensity\n"
        "@dataclass(frozen=True)\n"
        "class Fatal(Intensity):\n"
        "    def track(self, material):\n"
        "        if material.id.endswith('05-01-01-01-17'):\n"
        "            os._exit(9)\n"
        "        return super().track(material)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    plan = Plan({"audio": "fatal_room:Fatal"})
    outcome = extract(f"ravdess:{voices}", tmp_path / "s", plan, workers=2)
    assert [one.id for one in outcome.failed] == ["03-01-05-01-01-01-17"]
    assert "the process that read it died" in outcome.failed[0].error
    assert len(Store(tmp_path / "s")) == 8


def test_the_default_plan_is_the_one_that_is_told() -> None:
    from typer.testing import CliRunner

    from tritone.cli import app
    from tritone.prepare.plan import DEFAULTS

    told = "".join(CliRunner().invoke(app, ["extract", "--help"]).stdout.split())
    assert all(f"{modality}={name}" in told for modality, name in DEFAULTS.items())


def test_a_label_that_is_no_class_is_left_out_and_counted(tmp_path: Path) -> None:
    """As MOSI's opinions that are neither good nor bad."""
    np.savez(
        tmp_path / "mosi.npz",
        transcript=np.array(["GOOD", "SO SO", "BAD"]),
        y_cont=np.array([2.0, 0.0, -2.0]),
        split=np.array(["train", "train", "dev"]),
    )
    outcome = extract(f"mosi:{tmp_path / 'mosi.npz'}", tmp_path / "s", workers=1)
    assert outcome.notes == (
        "1 clips have the sentiment 'neutral', which is no class here; it is left out.",
    )
    store = Store(tmp_path / "s")
    assert [store.target_of(row) is None for row in range(3)] == [False, True, False]
    assert store.clip(1).labels == {"valence": 0.0}


@pytest.fixture(scope="module")
def tiny_ear(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A WavLM in miniature, as `save_pretrained` writes it."""
    from transformers import Wav2Vec2FeatureExtractor, WavLMConfig, WavLMModel

    folder = tmp_path_factory.mktemp("wavlm")
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2}
    positions = {"num_conv_pos_embeddings": 16, "num_conv_pos_embedding_groups": 2}
    config = WavLMConfig(**sizes, **positions, intermediate_size=12, conv_dim=(4,) * 7)
    torch.manual_seed(0)
    WavLMModel(config).save_pretrained(folder)
    Wav2Vec2FeatureExtractor(do_normalize=True).save_pretrained(folder)
    return folder


def test_an_encoder_on_disk_reads_a_corpus(voices: Path, tiny_ear: Path, tmp_path: Path) -> None:
    names = {"text": "none", "audio": "hub_audio+intensity", "vision": "none"}
    settings = {"hub_audio.folder": str(tiny_ear), "intensity.hop": 0.02}
    with pytest.raises(DataError):  # rows of 20 ms beside frames of 25 ms do not meet
        extract(f"ravdess:{voices}", tmp_path / "j", Plan(names, {"audio": settings}), workers=1)
    plan = Plan({**names, "audio": "hub_audio"}, {"audio": {"folder": str(tiny_ear)}})
    extract(f"ravdess:{voices}", tmp_path / "s", plan, workers=1)
    store = Store(tmp_path / "s")
    assert {tuple(store[row]["audio"].values.shape) for row in range(9)} == {(19, 8)}
    said = store.provenance["extractors"]["audio"]
    assert (said["name"], said["folder"], said["layer"]) == ("hub_audio", str(tiny_ear), -1)


@pytest.mark.skipif(torch.cuda.is_available(), reason="the GPU that it lacks is here")
def test_a_gpu_that_is_absent_is_told_before_any_clip_is_read(
    voices: Path, tiny_ear: Path, tmp_path: Path
) -> None:
    settings = {"audio": {"folder": str(tiny_ear), "device": "cuda"}}
    plan = Plan({**PLAN.extractors, "audio": "hub_audio"}, settings)
    with pytest.raises(ModelError) as caught:
        extract(f"ravdess:{voices}", tmp_path / "s", plan)
    assert str(caught.value) == ("The device 'cuda' was asked for, but PyTorch finds no GPU here.")
