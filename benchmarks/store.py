"""A corpus of MOSEI's size, made in chunks straight into a store, and trained on in little memory.

Run:
    python benchmarks/store.py [--clips 22856] [--epochs 1] [--float16] [--folder DIR]

The clips are random, with the widths and lengths of the published unaligned MOSEI features (text
50 x 768, audio 500 x 74, vision 500 x 35 at most). Peers load the pickle whole: 32 GB. Here every
step maps what it needs; RssAnon, which leaves out the pages of mapped files, is read every 50 ms.
Writing and training each run in a process of their own. Leaves with 1 if the limit is broken.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from memory import anonymous, watched

from tritone.catalogue import find
from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip
from tritone.core.parts import Rows
from tritone.core.store import Store
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Regression
from tritone.learn.loop import fit
from tritone.learn.settings import Fit

LIMIT = 2000  # MB of anonymous memory
SHAPES = {"text": (50, 768), "audio": (500, 74), "vision": (500, 35)}
SHARES = {"train": 0.714, "val": 0.082, "test": 0.204}
BATCH = 64


def main() -> int:
    """Write, train, print what each cost, and say whether the limit holds."""
    parser = argparse.ArgumentParser(description="Memory and speed of a store of MOSEI's size.")
    parser.add_argument("--clips", type=int, default=22_856)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--float16", action="store_true")
    parser.add_argument("--folder", type=Path, help="where to keep the store; nowhere by default")
    parser.add_argument("--child", choices=["write", "train"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child is not None:
        return child(given)
    with tempfile.TemporaryDirectory() as scratch:
        given.folder = given.folder or Path(scratch) / "store"
        told = [told_by(step, given) for step in ("write", "train")]
    size = told[0]["bytes"] / 2**30
    for name, one in zip(("write", "train"), told, strict=True):
        rate = one["clips"] / one["seconds"]
        print(
            f"{name}: {one['clips']} clips in {one['seconds']:.1f} s, {rate:.0f} clips/s, "
            f"peak {one['peak']:.0f} MB (at rest {one['rest']:.0f})"
        )
    print(f"store: {size:.2f} GiB; a random batch of {BATCH}: {told[1]['batch']:.1f} ms (median)")
    peak = max(one["peak"] for one in told)
    print(f"peak {peak:.0f} MB of anonymous memory, limit {LIMIT}")
    return 0 if peak < LIMIT else 1


def told_by(step: str, given: argparse.Namespace) -> dict:
    """What a fresh process says of one step."""
    command = [sys.executable, __file__, "--child", step, "--folder", str(given.folder)]
    command += ["--clips", str(given.clips), "--epochs", str(given.epochs)]
    command += ["--float16"] if given.float16 else []
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def child(given: argparse.Namespace) -> int:
    """One step, and its cost as JSON."""
    rest, begin = anonymous(), time.perf_counter()
    with watched() as peak:
        told = write(given) if given.child == "write" else train(given)
    told |= {"rest": rest, "peak": max(peak), "seconds": time.perf_counter() - begin}
    print(json.dumps(told))
    return 0


def write(given: argparse.Namespace) -> dict:
    """Make the clips one by one, straight into the store."""
    kind = "float16" if given.float16 else "float32"
    rows = {name: Rows((width,), kind) for name, (_, width) in SHAPES.items()}
    with StoreWriter(given.folder, rows, tasks={"score": Regression()}) as writer:
        for row in range(given.clips):
            if f"clip{row}" not in writer.ids:
                writer.append(*made(row, given.clips))
    size = sum(path.stat().st_size for path in given.folder.iterdir())
    return {"clips": given.clips, "bytes": size}


def made(row: int, clips: int) -> tuple[Sample, Clip]:
    """One clip of random rows, of which a few say what its score is."""
    chance = np.random.default_rng(row)
    score = float(np.round(chance.uniform(-3, 3) * 5) / 5)
    tracks = {}
    for name, (longest, width) in SHAPES.items():
        time_ = int(chance.integers(longest // 5, longest + 1))
        values = chance.standard_normal((time_, width), dtype=np.float32)
        values[:, 0] += score
        edges = torch.linspace(0, 10, time_ + 1)
        tracks[name] = Track(
            torch.from_numpy(values),
            torch.ones(time_, dtype=torch.bool),
            torch.stack([edges[:-1], edges[1:]], dim=1),
        )
    share, split = row / clips, "test"
    if share < SHARES["train"]:
        split = "train"
    elif share < SHARES["train"] + SHARES["val"]:
        split = "val"
    id = f"clip{row}"
    return Sample(id, tracks), Clip(
        id, text=f"sentence {row}", labels={"score": score}, split=split
    )


def train(given: argparse.Namespace) -> dict:
    """The one loop over random batches of the store."""
    store = Store(given.folder)
    rows = np.array(store.rows("train"))
    model = find("model", "lmf")({name: width for name, (_, width) in SHAPES.items()}, store.task)
    steps, spent = len(rows) // BATCH, []

    def batches(epoch: int):
        order = np.random.default_rng(epoch).permutation(rows)
        for step in range(steps):
            begin = time.perf_counter()
            batch = store.batch(order[step * BATCH : (step + 1) * BATCH].tolist())
            spent.append(time.perf_counter() - begin)
            yield batch

    fit(model, batches, steps, Fit(epochs=given.epochs))
    return {"clips": steps * BATCH * given.epochs, "batch": 1000 * float(np.median(spent))}


if __name__ == "__main__":
    sys.exit(main())
