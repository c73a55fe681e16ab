"""Which layout a file has is found by what it holds; what has none is described."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tritone.core.errors import DataError, RecipeError
from tritone.datasets.corpus import Sheet
from tritone.datasets.published.corpus import corpus_of
from tritone.datasets.published.reading import LAYOUTS, read_published

SHEET = Sheet("", "", "", "", "", "", "")


def pickled(folder: Path, value: Any) -> Path:
    file = folder / "file.pkl"
    file.write_bytes(pickle.dumps(value))
    return file


@pytest.mark.parametrize(
    ("value", "held"),
    [
        ({"train": {"x": np.ones(3)}, "y": [1]}, "train (dict of x), y (list of 1)"),
        ([1, 2], "list of 2"),
        (np.ones((2, 3)), "array (2, 3)"),
        ("text", "str"),
        ({}, "nothing"),
        ((1, 2, 3, 4), "tuple of 4"),
        ({"train": None, "test": 5}, "train (NoneType), test (int)"),
    ],
)
def test_a_pickle_of_no_known_layout_is_described(value: Any, held: str, tmp_path: Path) -> None:
    file = pickled(tmp_path, value)
    with pytest.raises(DataError) as caught:
        read_published(file)
    assert str(caught.value) == (
        f"{file} has no layout known here. It holds: {held}. Read: {LAYOUTS}."
    )


def test_a_folder_of_no_known_layout_is_described(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_published(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} has no layout known here. It holds: notes.txt. Read: {LAYOUTS}."
    )


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_published(tmp_path / "no.pkl")
    assert str(caught.value) == (
        f"{tmp_path / 'no.pkl'} does not exist. Give the feature file, or its folder."
    )


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "loop.pkl").symlink_to(tmp_path / "loop.pkl")
    with pytest.raises(DataError, match=r"loop\.pkl"):
        read_published(tmp_path / "loop.pkl")


def test_alignment_is_for_csd_files_only(tmp_path: Path) -> None:
    file = pickled(tmp_path, {})
    with pytest.raises(RecipeError) as caught:
        read_published(file, align="words")
    assert str(caught.value) == f"--align and --splits are for .csd files; {file} holds none."


def part(count: int) -> dict[str, Any]:
    return {
        "text": np.ones((count, 2, 3), np.float32),
        "regression_labels": np.linspace(-1.5, 1.5, count),
        "raw_text": [f"GREAT {row}" for row in range(count)],
        "id": [f"{count}$_${row}" for row in range(count)],
    }


def test_a_corpus_has_the_clips_of_the_split(tmp_path: Path) -> None:
    file = pickled(tmp_path, {"train": part(3), "valid": part(2)})
    corpus = corpus_of(file, name="mosi", split="dev", sheet=SHEET)
    assert [(clip.text, clip.labels["sentiment"]) for clip in corpus.clips] == [
        ("great 0", "negative"),
        ("great 1", "positive"),
    ]
    assert (corpus.name, corpus.default_target, corpus.splits) == (
        "mosi",
        "sentiment",
        ("train", "val", "all"),
    )
    assert corpus.scales == {"score": (-3.0, 3.0), "valence": (-1.0, 1.0)}
    assert corpus.modalities == ("text",)


def test_a_file_without_labels_is_no_corpus(tmp_path: Path) -> None:
    file = pickled(tmp_path, {"train": {"text": np.ones((1, 2, 3)), "raw_text": ["a"]}})
    with pytest.raises(DataError) as caught:
        corpus_of(file, name="mosi", split="all", sheet=SHEET)
    assert str(caught.value) == (
        f"{file} has no labels, so it is no corpus. Import it: tritone import."
    )
