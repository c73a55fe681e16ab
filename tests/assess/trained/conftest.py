"""Stores whose truth is known by construction, and readers that say it well, badly or not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip
from tritone.core.parts import Rows
from tritone.core.store import Store
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Classes, Regression, Task

WIDTHS = {"text": 3, "audio": 2, "vision": 4}
NAMES = ("negative", "neutral", "positive")


@dataclass
class Mean:
    """Says the mean of the first column over all real rows; of classes, the first columns."""

    task: Task
    target: str
    heat: float = 1.0
    constant: float | None = None
    reads: tuple[str, ...] = tuple(WIDTHS)
    name: str = "mean"

    def predict(self, store: Store, rows: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        batch = store.batch(list(rows))
        assert batch.target is not None
        if isinstance(self.task, Classes):
            track = batch["text"]
            kept = track.values.masked_fill(~track.mask[..., None], 0.0)
            logits = kept.sum(dim=1) / track.mask.sum(dim=1, keepdim=True).clamp(min=1)
            return (self.heat * logits).softmax(dim=1).double().numpy(), batch.target.numpy()
        total, count = torch.zeros(len(batch)), torch.zeros(len(batch))
        for name in self.reads:
            mask = batch[name].mask
            total += batch[name].values[..., 0].masked_fill(~mask, 0.0).sum(dim=1)
            count += mask.sum(dim=1)
        said = total / count.clamp(min=1)
        if self.constant is not None:
            said = torch.full_like(said, self.constant)
        return said.double().numpy(), batch.target[:, 0].numpy()


def clip_of(place: int, split: str, groups: int) -> tuple[Sample, Clip]:
    """One clip: its score is in every channel, its class is drawn by what its text says."""
    rng = torch.Generator().manual_seed(place)
    score = float(torch.rand((), generator=rng) * 6 - 3)
    logits = 1.5 * torch.randn(3, generator=rng)
    drawn = int(torch.multinomial(logits.softmax(dim=0), 1, generator=rng))
    tracks = {}
    for name, width in WIDTHS.items():
        time = 0 if name == "audio" and place % 7 == 0 else 1 + place % 3
        values = torch.randn(time, width, generator=rng)
        values[:, 0] += score
        values = logits.repeat(time, 1) if name == "text" and split[0] == "c" else values
        tracks[name] = Track(values, torch.ones(time, dtype=torch.bool), torch.zeros(time, 2))
    labels = {"score": score, "sentiment": NAMES[drawn]}
    split = split.removeprefix("c")
    return Sample(f"c{place}", tracks), Clip(
        f"c{place}", group=f"g{place % groups}", labels=labels, split=split
    )


def write(folder: Path, sizes: dict[str, int], target: str, groups: int = 10**6) -> Store:
    """A store with so many clips in each split."""
    tasks = {"score": Regression(), "sentiment": Classes(NAMES)}
    rows = {name: Rows((width,)) for name, width in WIDTHS.items()}
    mark = "c" if target == "sentiment" else ""
    with StoreWriter(folder, rows, tasks=tasks, provenance={"fingerprint": "f"}) as writer:
        splits = [split for split, count in sizes.items() for _ in range(count)]
        for place, split in enumerate(splits):
            writer.append(*clip_of(place, mark + split, groups))
    return Store(folder, target=target)


@pytest.fixture(scope="session")
def make() -> Callable[..., Store]:
    """A function that writes a store; see `write`."""
    return write


@pytest.fixture(scope="session")
def scores(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A few clips with scores, in films of two."""
    sizes = {"train": 6, "val": 8, "test": 8}
    return write(tmp_path_factory.mktemp("scores") / "s", sizes, "score", groups=5)


@pytest.fixture(scope="session")
def many_scores(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Enough clips with scores for shares of them to mean something."""
    return write(tmp_path_factory.mktemp("many") / "s", {"val": 400, "test": 400}, "score")


@pytest.fixture(scope="session")
def many_classes(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Enough clips with classes; a reader of heat 1 is perfectly calibrated."""
    return write(tmp_path_factory.mktemp("classes") / "s", {"val": 400, "test": 400}, "sentiment")


@pytest.fixture
def reader() -> Callable[..., Mean]:
    """A function that makes a reader for a store."""
    return lambda store, **how: Mean(store.task, str(store.target), **how)
