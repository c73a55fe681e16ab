"""The default model goes on from what it knows, with the user's own clips and classes."""

import csv
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from safetensors.torch import load_file

from tritone.cli.train import told
from tritone.core.errors import ModelError, RecipeError
from tritone.recipes.scoring import evaluate
from tritone.recipes.training import Training, train

GLAD = ("I love it", "what a wonderful day", "this is great", "so happy to be here")
SORRY = ("I hate it", "what a terrible day", "this is awful", "so sad to be here")
RATE_HZ = 16_000


def manifest(folder: Path, classes: tuple[str, str] = ("happy", "sad"), *, sound: int = 0) -> Path:
    """Thirty-two sentences of two classes; a voice-like sound beside some of them."""
    folder.mkdir()
    path = folder / "my.csv"
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "text", "audio", "label_mood", "split"])
        for row in range(32):
            kind, place = row % 2, row // 2 % 4
            text = f"{(GLAD, SORRY)[kind][place]}, number {row}"
            name = f"{row}.wav" if row < sound else ""
            if name:
                soundfile.write(folder / name, hum(row), RATE_HZ)
            split = "train" if row < 16 else "val" if row < 24 else "test"
            table.writerow([f"c{row}", text, name, classes[kind], split])
    return path


def hum(row: int) -> np.ndarray:
    """Half a second of a tone with overtones."""
    time = np.arange(RATE_HZ // 2) / RATE_HZ
    return sum(np.sin(2 * np.pi * (110 + row) * k * time) / k for k in (1, 2, 3)) / 4


def tuned(data: Path, out: Path, *settings: str) -> Training:
    given = ("fit.batch=8", "modalities=text", *settings)
    return train("tritone", f"manifest:{data}", out=out, settings=given)


@pytest.mark.slow
def test_it_starts_better_than_random_at_equal_epochs(tmp_path: Path) -> None:
    """After no more than one tiny step; a net with random weights is where a coin is."""
    data = manifest(tmp_path / "data")
    ours = tuned(data, tmp_path / "ours", "fit.epochs=1", "fit.lr=1e-9")
    fresh = train(
        "concat_mlp", f"manifest:{data}", out=tmp_path / "fresh", settings=("fit.epochs=1",)
    )
    losses = [done.summary["val"]["nll"]["mean"] for done in (ours, fresh)]
    assert losses[0] < losses[1] / 2
    assert ours.summary["val"]["accuracy"]["mean"] == 1.0
    report = evaluate(ours.folder, f"manifest:{data}", "test", draws=20)
    assert report.metrics["accuracy"].value == 1.0


@pytest.mark.slow
def test_frozen_branches_stay_while_new_classes_are_learned(
    tmp_path: Path, tiny_model: Path
) -> None:
    data = manifest(tmp_path / "data", ("refund", "praise"), sound=20)
    settings = ("fit.epochs=2", "modalities=text,audio", "fit.batch=8")
    done = [
        train(
            "tritone",
            f"manifest:{data}",
            out=tmp_path / freeze,
            settings=(*settings, f"start={tiny_model}", f"model.freeze={freeze}"),
        )
        for freeze in ("text", "all")
    ]
    before = load_file(tiny_model / "model.safetensors")
    for run, frozen in zip(done, (("text",), ("text", "audio")), strict=True):
        after = load_file(run.folder / "seed-0" / "model" / "model.safetensors")
        for channel in ("text", "audio"):
            own = [key for key in after if key.startswith(f"base.branches.{channel}.")]
            same = all(torch.equal(after[key], before[key.removeprefix("base.")]) for key in own)
            assert own and same == (channel in frozen)


@pytest.mark.slow
def test_what_no_clip_has_is_left_out_and_what_it_learned_before_is_told(
    tmp_path: Path, tiny_model: Path
) -> None:
    data = manifest(tmp_path / "data")
    settings = ("fit.epochs=1", "fit.batch=8", f"start={tiny_model}")
    done = train("tritone", f"manifest:{data}", out=tmp_path / "r", settings=settings)
    lines = told(done.summary, done.folder).splitlines()
    assert "No clip of train has audio or vision: the model reads text only." in lines
    before = f"It went on from {tiny_model}, which had learned from other data before"
    assert any(line.startswith(before) for line in lines)
    report = evaluate(done.folder, f"manifest:{data}", "test", draws=20)
    assert any(note.startswith(before) for note in report.notes)
    with pytest.raises(RecipeError, match=r"None of the 16 train clips of .* has a row of audio"):
        train(
            "tritone",
            f"manifest:{data}",
            out=tmp_path / "a",
            settings=(*settings, "modalities=text,audio"),
        )


@pytest.mark.parametrize(
    ("setting", "error", "says"),
    [
        ("start=nowhere", ModelError, "'nowhere' is neither a shipped model (known: default)"),
        ("model.freeze=smell", ModelError, "freeze names 'smell', and the model reads text."),
        ("model.colour=3", RecipeError, "tritone_tuned cannot be built so: "),
    ],
)
def test_a_wrong_start_says_what_would_be_right(
    tmp_path: Path, setting: str, error: type[Exception], says: str
) -> None:
    with pytest.raises(error) as caught:
        tuned(manifest(tmp_path / "data"), tmp_path / "out", setting)
    assert str(caught.value).startswith(says)


def test_a_store_of_other_rows_is_told_how_to_get_them(small_store: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        train("tritone", f"store:{small_store}", out=tmp_path / "out")
    assert str(caught.value) == (
        "The trained model reads text as rows of 1 numbers, the data have 4. They come of the "
        "extractor word_pieces; name the corpus or the manifest itself with --data, and it is "
        "extracted so."
    )
