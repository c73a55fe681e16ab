"""What the loop costs beside the model: samples a second against a loop written by hand.

Run:
    python benchmarks/loop.py [--epochs 6] [--clips 1284] [--pooled]

Both train the same late fusion MLP (masked mean, an MLP for each channel, concatenation, MLP) on
clips of the size of CMU-MOSI's unaligned features, batch 32, L1 loss, AdamW, gradients clipped;
the one by hand holds padded tensors in memory and indexes them. They take turns, epoch by epoch,
so that whatever else the machine does falls on both. Leaves with 1 below 80 %. A third loop, by
someone who knows which calls are fast on a CPU, is there for comparison and decides nothing.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tritone.catalogue import find
from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip
from tritone.core.parts import Rows
from tritone.core.store import Store
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Regression
from tritone.layers.mlp import mlp
from tritone.learn.feed import Feed
from tritone.learn.loop import Run
from tritone.learn.settings import Fit

LEAST = 0.8
BATCH = 32
SHAPES = {"text": (50, 768), "audio": (375, 5), "vision": (500, 20)}


def main() -> int:
    """Print both rates, their ratio, and say whether it is enough."""
    parser = argparse.ArgumentParser(description="The training loop against one by hand.")
    parser.add_argument("--clips", type=int, default=1284)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--pooled", action="store_true", help="one row a clip, as MMSA's TFN has")
    given = parser.parse_args()
    shapes = {name: (1, width) for name, (_, width) in SHAPES.items()} if given.pooled else SHAPES
    with tempfile.TemporaryDirectory() as folder:
        store = written(Path(folder), given.clips, shapes)
        loops = {
            "tritone": Ours(store, given.epochs),
            "by hand": Bare(store),
            "by hand, tuned": Tuned(store),
        }
        spent = {name: [] for name in loops}
        for epoch in range(given.epochs + 1):
            for name, loop in loops.items():
                begin = time.perf_counter()
                loop.epoch(epoch)
                if epoch:  # the first warms up
                    spent[name].append(time.perf_counter() - begin)
    rates = {name: given.clips / statistics.median(seconds) for name, seconds in spent.items()}
    for name, rate in rates.items():
        print(f"{name}: {rate:,.0f} samples/s (median of {given.epochs} epochs)")
    ratio = rates["tritone"] / rates["by hand"]
    tuned = rates["tritone"] / rates["by hand, tuned"]
    print(f"ratio {ratio:.2f}, at least {LEAST}; {tuned:.2f} of the tuned one")
    return 0 if ratio >= LEAST else 1


def written(folder: Path, clips: int, shapes: dict[str, tuple[int, int]]) -> Store:
    """A store of random clips."""
    rows = {name: Rows((width,)) for name, (_, width) in shapes.items()}
    with StoreWriter(folder / "s", rows, tasks={"score": Regression()}) as writer:
        for row in range(clips):
            chance = np.random.default_rng(row)
            tracks = {}
            for name, (longest, width) in shapes.items():
                count = int(chance.integers(max(1, longest // 5), longest + 1))
                values = chance.standard_normal((count, width), dtype=np.float32)
                mask = torch.ones(count, dtype=torch.bool)
                tracks[name] = Track(torch.from_numpy(values), mask, torch.zeros(count, 2))
            clip = Clip(f"c{row}", labels={"score": float(chance.uniform(-3, 3))}, split="train")
            writer.append(Sample(clip.id, tracks), clip)
    return Store(folder / "s")


class Ours:
    """The library's loop on the store."""

    def __init__(self, store: Store, epochs: int) -> None:
        self.feed = Feed(store, store.rows("train"), BATCH)
        dims = {name: rows.size for name, rows in store.layout.modalities.items()}
        settings = Fit(epochs=epochs + 1, batch=BATCH)
        model = find("model", "concat_mlp")(dims, store.task)
        self.run = Run(model, settings, len(self.feed), 0, None, None)

    def epoch(self, number: int) -> None:
        """One pass."""
        self.run.epoch(self.feed.epoch, lambda: False, None)
        self.run.end_epoch()


class Bare:
    """A loop by hand, with the padded data in memory."""

    def __init__(self, store: Store) -> None:
        whole = store.batch(store.rows("train"))
        self.values = {name: track.values for name, track in whole.tracks.items()}
        self.masks = {name: track.mask.float() for name, track in whole.tracks.items()}
        self.target = whole.target
        widths = {name: values.shape[2] for name, values in self.values.items()}
        self.read = nn.ModuleDict({name: mlp([width, 128]) for name, width in widths.items()})
        self.mix = nn.Sequential(mlp([384, 128, 128], dropout=0.2), nn.Linear(128, 1))
        self.weights = [*self.read.parameters(), *self.mix.parameters()]
        self.optimiser = torch.optim.AdamW(self.weights, lr=1e-3, fused=True)

    def epoch(self, number: int) -> None:
        """One pass."""
        assert self.target is not None
        for index in torch.randperm(len(self.target)).split(BATCH):
            vectors = []
            for name, values in self.values.items():
                vectors.append(self.read[name](self.mean(values, self.masks[name], index)))
            loss = functional.l1_loss(self.mix(torch.cat(vectors, dim=1)), self.target[index])
            self.optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.weights, 1.0)
            self.optimiser.step()

    def mean(self, values: Tensor, mask: Tensor, index: Tensor) -> Tensor:
        """The average row of some clips, as one writes it down."""
        kept = mask[index].unsqueeze(-1)
        return (values[index] * kept).sum(dim=1) / kept.sum(dim=1)


class Tuned(Bare):
    """The same with the calls that a profile leads to."""

    def mean(self, values: Tensor, mask: Tensor, index: Tensor) -> Tensor:
        """The average row of some clips, as a product of matrices."""
        kept = mask.index_select(0, index)
        share = (kept / kept.sum(dim=1, keepdim=True)).unsqueeze(1)
        return torch.bmm(share, values.index_select(0, index)).squeeze(1)


if __name__ == "__main__":
    sys.exit(main())
