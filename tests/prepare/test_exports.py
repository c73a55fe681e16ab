"""A store in MMSA's layout: what its loader takes, and what we read back."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.parts import Rows
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Classes, Regression, Task
from tritone.prepare.exports import export_mmsa
from tritone.prepare.imports import import_features

NO_TOKENS = "text_bert is not written: MMSA's models with a BERT of their own cannot use it."


def track(time: int, dim: int, *, hole: bool = False) -> Track:
    values = torch.arange(1.0, 1.0 + time * dim).reshape(time, dim)
    mask = torch.ones(time, dtype=torch.bool)
    if hole:
        mask[1] = False
        values[1] = float("inf")
    return Track(values, mask, torch.full((time, 2), float("nan")))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Six clips of three splits, one without a score, one with a row that is not real."""
    folder = tmp_path / "store"
    rows = {"text": Rows((5,)), "audio": Rows((3,)), "vision": Rows((4,)), "pulse": Rows((2,))}
    tasks: dict[str, Task] = {"score": Regression(), "score_text": Regression()}
    with StoreWriter(folder, rows, tasks=tasks) as writer:
        for place, split in enumerate(["train", "train", "train", "val", "test", "test"]):
            name = f"v{place}$_$1"
            tracks = {
                "text": track(2 + place % 3, 5),
                "audio": track(place + 1, 3, hole=place == 2),
                "vision": track(4, 4),
                "pulse": track(1, 2),
            }
            labels: dict[str, Any] = {"score": place - 2.0, "score_text": 0.5}
            clip = Clip(name, text=f"text {place}", split=split, labels=labels if place else {})
            writer.append(Sample(name, tracks), clip)
    return folder


def test_the_layout_is_that_of_mmsa(store: Path, tmp_path: Path) -> None:
    done = export_mmsa(store, tmp_path / "out.pkl")
    data = pickle.loads((tmp_path / "out.pkl").read_bytes())
    assert done.counts == {"train": 2, "valid": 1, "test": 2}
    assert list(data) == ["train", "valid", "test"]
    part = data["train"]
    assert {
        name: (value.shape, value.dtype.kind)
        for name, value in part.items()
        if isinstance(value, np.ndarray)
    } == {
        "id": ((2,), "U"),
        "raw_text": ((2,), "U"),
        "text": ((2, 4, 5), "f"),
        "audio": ((2, 6, 3), "f"),
        "vision": ((2, 4, 4), "f"),
        "annotations": ((2,), "U"),
        "classification_labels": ((2,), "f"),
        "regression_labels": ((2,), "f"),
        "regression_labels_T": ((2,), "f"),
    }
    assert {part[name].dtype for name in ("text", "audio", "regression_labels")} == {
        np.dtype(np.float32)
    }
    assert (part["audio_lengths"], part["vision_lengths"]) == ([2, 3], [4, 4])
    assert part["annotations"].tolist() == ["Negative", "Neutral"]
    assert part["classification_labels"].tolist() == [0.0, 1.0]


def test_rows_that_are_not_real_are_zeros(store: Path, tmp_path: Path) -> None:
    export_mmsa(store, tmp_path / "out.pkl")
    data = pickle.loads((tmp_path / "out.pkl").read_bytes())
    assert data["train"]["audio"][1, 0].tolist() == [1.0, 2.0, 3.0]
    assert data["train"]["audio"][1, 1].tolist() == [0.0, 0.0, 0.0]
    assert data["train"]["audio"][1, 2].tolist() == [7.0, 8.0, 9.0]
    assert not data["train"]["audio"][1, 3:].any()


def test_what_is_left_out_is_told(store: Path, tmp_path: Path) -> None:
    assert export_mmsa(store, tmp_path / "out.pkl").notes == (
        NO_TOKENS,
        "MMSA has no place for pulse: left out.",
        "Clips without a score or a split, left out: 1.",
    )


def test_what_is_exported_is_imported_as_it_was(store: Path, tmp_path: Path) -> None:
    export_mmsa(store, tmp_path / "out.pkl")
    first = import_features(tmp_path / "out.pkl", tmp_path / "first", name="mosi").store
    export_mmsa(tmp_path / "first", tmp_path / "again.pkl")
    second = import_features(tmp_path / "again.pkl", tmp_path / "second", name="mosi").store
    assert first.ids == second.ids
    for row in range(len(first)):
        assert first.clip(row) == second.clip(row)
        for name in first.layout.modalities:
            assert torch.equal(first[row][name].values, second[row][name].values)


def small(folder: Path, task: Task, label: Any, shape: tuple[int, ...] = (2,)) -> Path:
    rows = Rows(shape)
    values = torch.ones(1, *rows.shape)
    one = Track(values, torch.ones(1, dtype=torch.bool), torch.zeros(1, 2))
    name = "score" if isinstance(task, Regression) else "emotion"
    with StoreWriter(folder, {"audio": rows}, tasks={name: task}) as writer:
        writer.append(Sample("a", {"audio": one}), Clip("a", split="train", labels={name: label}))
    return folder


def test_a_modality_that_the_store_lacks_is_a_zero(tmp_path: Path) -> None:
    done = export_mmsa(small(tmp_path / "s", Regression(), 1.0), tmp_path / "out.pkl")
    assert done.notes == (
        NO_TOKENS,
        "The store has no text, vision: one zero stands in for each clip.",
    )
    data = pickle.loads((tmp_path / "out.pkl").read_bytes())
    assert data["train"]["text"].shape == data["train"]["vision"].shape == (1, 1, 1)


def test_a_store_without_a_score_is_refused(tmp_path: Path) -> None:
    store = small(tmp_path / "s", Classes(("anger", "joy")), "joy")
    with pytest.raises(DataError) as caught:
        export_mmsa(store, tmp_path / "out.pkl")
    assert str(caught.value) == (
        f"{store} has no score around 0 for MMSA to learn. Its targets: emotion."
    )
    assert not (tmp_path / "out.pkl").exists()


def test_rows_that_are_pictures_are_refused(tmp_path: Path) -> None:
    store = small(tmp_path / "s", Regression(), 1.0, (2, 2))
    with pytest.raises(DataError) as caught:
        export_mmsa(store, tmp_path / "out.pkl")
    assert str(caught.value) == f"{store}: rows of audio are (2, 2); MMSA takes vectors."
