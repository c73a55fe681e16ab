"""Models and data that do not fit: `tritone train` names both sides and the fix, for any model."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from tritone.cli import app
from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip
from tritone.core.errors import ModelError
from tritone.core.parts import Rows
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Regression
from tritone.recipes.scoring import evaluate
from tritone.recipes.training import train

MakeStore = Callable[..., Path]
QUICK = ("fit.epochs=1", "fit.batch=4")


@pytest.fixture
def made(tmp_path: Path) -> MakeStore:
    """A function that writes a store of twelve clips of noise."""

    def make(widths: Mapping[str, int], *, time: int = 3, silent: Sequence[str] = ()) -> Path:
        folder = tmp_path / "-".join([*(f"{m}{w}" for m, w in widths.items()), *silent, str(time)])
        rows = {name: Rows((width,)) for name, width in widths.items()}
        with StoreWriter(folder, rows, tasks={"score": Regression()}, provenance={}) as writer:
            for place in range(12):
                chance = torch.Generator().manual_seed(place)
                tracks = {}
                for name, width in widths.items():
                    count = 0 if name in silent else time
                    spans = torch.arange(2.0 * count).reshape(count, 2)
                    values = torch.randn(count, width, generator=chance)
                    tracks[name] = Track(values, torch.ones(count, dtype=torch.bool), spans)
                split = "train" if place < 8 else "val"
                labels = {"score": float(place % 3 - 1)}
                writer.append(
                    Sample(f"c{place}", tracks), Clip(f"c{place}", labels=labels, split=split)
                )
        return folder

    return make


def refused(name: str, folder: Path, *settings: str) -> str:
    """What `tritone train` says, which is to leave with 2."""
    words = [
        "train",
        name,
        "--data",
        f"store:{folder}",
        "--out",
        str(folder.parent / f"run-{name}"),
    ]
    for one in (*QUICK, *settings):
        words += ["--set", one]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2, result.output
    return " ".join(result.output.split())


@pytest.mark.parametrize(
    ("name", "lacks"),
    [
        ("hl_rnn", "audio"),
        ("tfn_acoustic", "audio"),
        ("cnn3d", "vision"),
        ("mctn", "another one"),
        ("almt", "another one"),
        ("mult", "another modality"),
        ("tfn_bimodal", "another modality"),
    ],
)
def test_a_store_that_lacks_what_a_model_is_built_on(name: str, lacks: str, made) -> None:
    said = refused(name, made({"text": 5}))
    assert "text" in said and lacks in said and "Give it a store with" in said


def test_a_modality_that_is_asked_for_and_not_there(made) -> None:
    said = refused("early_concat", made({"text": 5, "audio": 3}), "modalities=text,vision")
    assert "has no 'vision'. It has: text, audio." in said


@pytest.mark.parametrize("name", ["early_concat", "tfn", "hl_rnn", "cca_concat", "naive_bayes"])
def test_a_modality_that_no_training_clip_has(name: str, made) -> None:
    folder = made({"text": 5, "audio": 3}, silent=["audio"])
    said = refused(name, folder)
    assert "None of the 8 train clips of" in said and "has a row of audio" in said
    assert said.endswith("leave it out: --set modalities=text.")


@pytest.mark.parametrize("name", ["concat_mlp", "stacking", "self_mm"])
def test_rows_of_another_width_than_a_trained_model_s(name: str, made, tmp_path: Path) -> None:
    run = train(name, f"store:{made({'text': 5})}", out=tmp_path / "run", settings=QUICK)
    other = made({"text": 6})
    with pytest.raises(ModelError) as caught:
        evaluate(run, f"store:{other}", "val", draws=10)
    assert "reads rows of width {'text': 5}" in str(caught.value)
    assert "holds {'text': 6}. Extract the store as the model's was" in str(caught.value)


@pytest.mark.parametrize("name", ["early_concat", "multimodal_transformer", "cubemlp"])
def test_no_clip_is_too_long_for_positions_that_are_computed(name: str, made, tmp_path) -> None:
    """Positions are sines: they have no end, and a long clip only takes longer."""
    folder = made({"text": 5, "audio": 3}, time=600)
    run = train(name, f"store:{folder}", out=tmp_path / "run", settings=QUICK)
    assert run.summary["val"]["mae"]["mean"] is not None
