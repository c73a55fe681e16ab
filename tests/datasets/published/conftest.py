"""A file of each published layout, small and faithful: keys, types, padding, odd cases."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tritone.datasets.published.reading import read_published
from tritone.datasets.published.table import Published

Rows = dict[str, list[np.ndarray]]


@pytest.fixture
def rows_of() -> Callable[[Published], Rows]:
    """A function that gives the real rows of all clips, by modality."""

    def rows(found: Published) -> Rows:
        samples = [sample for sample, _ in found.samples()]
        return {
            name: [sample[name].values[sample[name].mask].numpy() for sample in samples]
            for name in found.modalities
        }

    return rows


@pytest.fixture
def read_pickled(tmp_path: Path) -> Callable[..., Published]:
    """A function that pickles data and reads it."""

    def read(data: Any, *, stem: str = "features", protocol: int = 4) -> Published:
        file = tmp_path / f"{stem}.pkl"
        file.write_bytes(pickle.dumps(data, protocol=protocol))
        return read_published(file)

    return read


@pytest.fixture
def mult() -> dict[str, dict[str, Any]]:
    """MulT's unaligned MOSI: zeros in front, ids [video, start, end] in bytes."""
    rng = np.random.default_rng(0)
    data = {}
    for split, count in (("train", 3), ("valid", 2), ("test", 2)):
        part: dict[str, Any] = {}
        for name, most, dim in (("text", 5, 6), ("audio", 8, 3), ("vision", 7, 4)):
            block = rng.normal(size=(count, most, dim)).astype(np.float32)
            for row in range(count):
                block[row, : most - 2 - row] = 0.0
            part[name] = block
        part["labels"] = np.linspace(-2.4, 2.4, count, dtype=np.float32).reshape(-1, 1, 1)
        part["id"] = np.array(
            [[f"{split}vid", f"{row}.5", f"{row + 1}.5"] for row in range(count)], dtype="S20"
        )
        data[split] = part
    return data


@pytest.fixture
def mag() -> dict[str, list[Any]]:
    """MAG's lists: ((words, vision, audio), label, segment)."""
    rng = np.random.default_rng(0)

    def utterance(video: str, place: int) -> Any:
        words = ["good", "sp", "film"][: 2 + place % 2]
        vision, audio = rng.normal(size=(len(words), 4)), rng.normal(size=(len(words), 3))
        label = np.array([[1.5 - place]], np.float32)
        return (words, vision, audio), label, f"{video}[{place}]"

    return {
        split: [utterance(f"{split}v", place) for place in range(count)]
        for split, count in (("train", 4), ("dev", 2), ("test", 3))
    }


@pytest.fixture
def iemocap() -> tuple[Any, ...]:
    """DialogueRNN's tuple of IEMOCAP, of six classes."""
    rng = np.random.default_rng(0)
    names = ["Ses01F_impro01", "Ses01M_script01_1", "Ses05F_impro02"]
    sizes = dict(zip(names, (3, 2, 4), strict=True))
    ids = {name: [f"{name}_F{row:03d}" for row in range(size)] for name, size in sizes.items()}
    speakers = {name: ["F", "M", "F", "F"][:size] for name, size in sizes.items()}
    labels = {name: [0, 5, 2, 4][:size] for name, size in sizes.items()}
    features = [
        {name: [rng.normal(size=dim) for _ in range(size)] for name, size in sizes.items()}
        for dim in (5, 3, 4)
    ]
    said = {name: [f"I said {row}." for row in range(size)] for name, size in sizes.items()}
    return ids, speakers, labels, *features, said, set(names[:2]), names[2:]


@pytest.fixture
def meld() -> tuple[Any, ...]:
    """DialogueRNN's tuple of MELD: dialogues by number, emotions and then sentiments."""
    rng = np.random.default_rng(0)
    sizes = {0: 2, 1: 3, 1039: 2}
    ids = {name: [str(row) for row in range(size)] for name, size in sizes.items()}
    speakers = {name: np.eye(9)[:size].tolist() for name, size in sizes.items()}
    emotions = {name: [6, 0, 3][:size] for name, size in sizes.items()}
    sentiments = {name: [2, 0, 1][:size] for name, size in sizes.items()}
    features = [
        {name: [rng.normal(size=dim) for _ in range(size)] for name, size in sizes.items()}
        for dim in (5, 3)
    ]
    said = {name: [f"Well, {row}." for row in range(size)] for name, size in sizes.items()}
    return ids, speakers, emotions, *features, said, [0, 1], [1039], sentiments
