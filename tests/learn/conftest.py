"""A small store that can be learned: its score is written into every channel."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip
from tritone.core.parts import Rows
from tritone.core.store import Store
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Classes, Regression

WIDTHS = {"text": 5, "audio": 3, "vision": 4}
CLASSES = ("negative", "neutral", "positive")


def learnable(row: int, split: str, *, noise: float = 0.3) -> tuple[Sample, Clip]:
    """One clip whose rows say its score, with noise; every seventh lacks its sound."""
    rng = torch.Generator().manual_seed(row)
    score = float(torch.rand((), generator=rng) * 6 - 3)
    tracks = {}
    for name, width in WIDTHS.items():
        time = 0 if name == "audio" and row % 7 == 0 else 1 + row % 4
        values = noise * torch.randn(time, width, generator=rng)
        values[:, 0] += score
        spans = torch.arange(2 * time).reshape(time, 2) / 2
        tracks[name] = Track(values, torch.ones(time, dtype=torch.bool), spans)
    labels = {"score": score, "sentiment": CLASSES[int((score + 3) // 2.0001)]}
    id = f"{split}{row}"
    return Sample(id, tracks), Clip(
        id, group=f"film{row // 4}", position=3 - row % 4, labels=labels, split=split
    )


@pytest.fixture(scope="session")
def make_store() -> Callable[..., Store]:
    """A function that writes a learnable store."""

    def make(folder: Path, *, target: str | None = None, sizes: tuple[int, ...] = (48, 16, 16)):
        rows = {name: Rows((width,)) for name, width in WIDTHS.items()}
        tasks = {"score": Regression(), "sentiment": Classes(CLASSES)}
        provenance = {"fingerprint": "abc", "corpus": "made", "extractors": {}}
        with StoreWriter(folder, rows, tasks=tasks, provenance=provenance) as writer:
            place = 0
            for split, count in zip(("train", "val", "test"), sizes, strict=True):
                for _ in range(count):
                    writer.append(*learnable(place, split))
                    place += 1
        return Store(folder, target=target)

    return make


@pytest.fixture(scope="session")
def store(make_store: Callable[..., Store], tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Clips with a score, written once."""
    return make_store(tmp_path_factory.mktemp("scores") / "s")


@pytest.fixture(scope="session")
def named_store(store: Store) -> Store:
    """The same clips, by sentiment."""
    return Store(store.folder, target="sentiment")
