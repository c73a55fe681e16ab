"""A corpus of three channels, and a benchmark of S000 on it."""

from pathlib import Path

import pytest
import torch

from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip
from tritone.core.parts import Rows
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Classes, Regression
from tritone.recipes.benchmark.job import write
from tritone.recipes.benchmark.papers_here import transformers
from tritone.recipes.benchmark.run import benchmark
from tritone.recipes.benchmark.suite import Contender, Data, Suite

WIDTHS = {"text": 5, "audio": 3, "vision": 4}
SENTIMENTS = ("negative", "neutral", "positive")
QUICK = ("fit.epochs=1", "fit.batch=16", "fit.lr=1e-3")


@pytest.fixture(scope="session")
def three_channels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty clips of text, audio and vision, whose first column follows the score."""
    folder = tmp_path_factory.mktemp("data") / "store"
    rows = {name: Rows((width,)) for name, width in WIDTHS.items()}
    tasks = {
        "score": Regression(),
        "sentiment": Classes(SENTIMENTS),
        "emotion": Classes(("calm", "joy")),
    }
    with StoreWriter(folder, rows, tasks=tasks, provenance={"fingerprint": "f"}) as writer:
        for place in range(60):
            chance = torch.Generator().manual_seed(place)
            score = float(torch.rand((), generator=chance) * 6 - 3)
            tracks = {}
            for name, width in WIDTHS.items():
                values = torch.randn(3, width, generator=chance)
                values[:, 0] += score
                ends = torch.arange(1.0, 4.0)
                spans = torch.stack([ends - 1, ends], dim=1)
                tracks[name] = Track(values, torch.ones(3, dtype=torch.bool), spans)
            labels = {
                "score": score,
                "sentiment": SENTIMENTS[place % 3],
                "emotion": "joy" if score > 0 else "calm",
            }
            split = "train" if place < 32 else "val" if place < 44 else "test"
            clip = Clip(f"c{place}", group=f"g{place // 2}", labels=labels, split=split)
            writer.append(Sample(clip.id, tracks), clip)
    return folder


@pytest.fixture(scope="session")
def s000_runs(three_channels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of runs with what `papers-mosi` leaves of S000's two tables, in small."""
    folder = tmp_path_factory.mktemp("runs")
    models = (Contender("concat_mlp"), *transformers(tuple(WIDTHS))[:-2])
    small = tuple(
        Contender(one.model, (*one.settings, *narrow(one.model)), start=one.start) for one in models
    )
    data = Data(f"store:{three_channels}", "sentiment3_cut1", QUICK, "MOSI S000", models=small)
    suite = Suite("papers-mosi", (data,), (), 1, draws=10)
    write(benchmark(suite, folder / "mosi"), folder / "mosi")
    return folder


def narrow(model: str) -> tuple[str, ...]:
    """Small Transformers are quick ones."""
    return () if model == "concat_mlp" else ("model.width=8", "model.depth=1", "model.heads=2")
