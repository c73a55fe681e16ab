"""Data that a recipe can be trained on: a store, and a corpus of texts."""

from pathlib import Path

import pytest
import torch

from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip
from tritone.core.parts import Rows
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Classes, Regression


@pytest.fixture(scope="session")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty clips of text and sound, whose first column is the score."""
    folder = tmp_path_factory.mktemp("data") / "store"
    rows = {"text": Rows((4,)), "audio": Rows((3,))}
    tasks = {"score": Regression(), "sentiment": Classes(("negative", "positive"))}
    with StoreWriter(folder, rows, tasks=tasks, provenance={"fingerprint": "f"}) as writer:
        for place in range(60):
            rng = torch.Generator().manual_seed(place)
            score = float(torch.rand((), generator=rng) * 6 - 3)
            tracks = {}
            for name, kind in rows.items():
                values = torch.randn(2, kind.size, generator=rng) * 0.3
                values[:, 0] += score
                tracks[name] = Track(values, torch.tensor([True, True]), torch.zeros(2, 2))
            split = "train" if place < 36 else "val" if place < 48 else "test"
            labels = {"score": score, "sentiment": "positive" if score > 0 else "negative"}
            clip = Clip(f"c{place}", group=f"g{place // 2}", labels=labels, split=split)
            writer.append(Sample(clip.id, tracks), clip)
    return folder
