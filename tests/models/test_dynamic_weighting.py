"""Gates that each clip sets for itself."""

from dataclasses import replace

import torch

from tritone.core.task import Regression
from tritone.models.dynamic_weighting import DynamicWeighting

DIMS = {"text": 5, "audio": 3, "vision": 4}


def built() -> DynamicWeighting:
    torch.manual_seed(0)
    return DynamicWeighting(DIMS, Regression(), width=8).eval()


def test_the_fused_vector_is_the_gated_sum(batch):
    model = built()
    vectors = [
        model.read[m](batch[m].values.nan_to_num(posinf=0.0), batch[m].mask).vector for m in DIMS
    ]
    gates = model.weigh(torch.cat(vectors, dim=1)).softmax(dim=1)
    total = sum(gates[:, place, None] * vector for place, vector in enumerate(vectors))
    said = model(batch)
    torch.testing.assert_close(said.parts["gates"], gates)
    torch.testing.assert_close(said.parts["fused"], model.mix(total))


def test_gates_sum_to_one_over_the_channels_that_are_there(batch):
    masks = {m: t.mask.clone() for m, t in batch.tracks.items()}
    masks["text"][0], masks["vision"][0] = False, False
    for mask in masks.values():
        mask[1] = False
    tracks = {m: replace(t, mask=masks[m]) for m, t in batch.tracks.items()}
    gates = built()(replace(batch, tracks=tracks)).parts["gates"]
    assert gates[0].tolist() == [0.0, 1.0, 0.0]
    assert gates[1].tolist() == [0.0, 0.0, 0.0]
    torch.testing.assert_close(gates[2:].sum(dim=1), torch.ones(2))


def test_each_clip_has_gates_of_its_own(batch):
    gates = built()(batch).parts["gates"]
    assert not torch.allclose(gates[0], gates[1])
