"""The set of modalities is open: a physiological channel joins without a line of code."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from tritone.catalogue import find
from tritone.core.batch import Batch, Sample, Track
from tritone.core.clip import Clip
from tritone.core.parts import Rows
from tritone.core.store import Store
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Regression

DIMS = {"text": 5, "audio": 3, "vision": 4, "physiology": 2}


@pytest.fixture
def four(make_batch: Callable[..., Batch]) -> Batch:
    return make_batch(rows={name: (dim,) for name, dim in DIMS.items()})


def samples(batch: Batch) -> list[Sample]:
    """The clips of a batch, without their padding."""
    return [
        Sample(
            name,
            {
                m: Track(t.values[i][t.mask[i]], t.mask[i][t.mask[i]], t.spans[i][t.mask[i]])
                for m, t in batch.tracks.items()
            },
            target=None if batch.target is None else batch.target[i],
        )
        for i, name in enumerate(batch.ids)
    ]


@pytest.mark.parametrize("name", ["lmf", "concat_mlp"])
def test_a_fourth_modality_goes_from_store_to_score(name: str, four: Batch, tmp_path: Path) -> None:
    with StoreWriter(
        tmp_path, {m: Rows((dim,)) for m, dim in DIMS.items()}, tasks={"score": Regression()}
    ) as writer:
        for sample in samples(four):
            writer.append(sample, Clip(sample.id, split="train"))
    store = Store(tmp_path)
    stored = store.batch(store.rows("train"))
    torch.manual_seed(0)
    model = find("model", name)(DIMS, Regression()).eval()
    torch.testing.assert_close(model(stored).score, model(four).score)
    model.losses(model(stored), stored)["task"].backward()
    learnt = [w.grad is not None and w.grad.any() for w in model.read["physiology"].parameters()]
    assert learnt and all(learnt)


def test_the_fourth_modality_counts(four: Batch) -> None:
    torch.manual_seed(0)
    model = find("model", "lmf")(DIMS, Regression()).eval()
    calm = Track(
        four["physiology"].values, four["physiology"].mask & False, four["physiology"].spans
    )
    without = Batch(four.ids, {**four.tracks, "physiology": calm})
    assert not torch.allclose(model(without).score, model(four).score)
