"""A2 against the formula of attention, and with channels missing."""

from dataclasses import replace

import torch
from einops import rearrange
from torch.nn import functional

from tritone.core.task import Regression
from tritone.models.modality_attention import ModalityAttention

DIMS = {"text": 5, "audio": 3, "vision": 4}


def built() -> ModalityAttention:
    torch.manual_seed(0)
    return ModalityAttention(DIMS, Regression(), width=8, heads=2).eval()


def test_the_channels_attend_to_each_other_by_the_formula(batch):
    model = built()
    vectors = torch.stack(
        [model.read[m](batch[m].values.nan_to_num(posinf=0.0), batch[m].mask).vector for m in DIMS],
        dim=1,
    )
    inner = model.attention.attention
    projected = vectors @ inner.in_proj_weight.T + inner.in_proj_bias
    q, k, v = rearrange(projected, "b m (three h d) -> three b h m d", three=3, h=2)
    weights = torch.einsum("bhqd,bhkd->bhqk", q, k).div(4**0.5).softmax(dim=-1)
    mixed = rearrange(torch.einsum("bhqk,bhkd->bhqd", weights, v), "b h m d -> b m (h d)")
    added = vectors + mixed @ inner.out_proj.weight.T + inner.out_proj.bias
    normed = functional.layer_norm(added, [8], model.norm.weight, model.norm.bias)
    said = model(batch)
    torch.testing.assert_close(said.parts["attention"], weights.mean(dim=1))
    torch.testing.assert_close(said.score, model.head(model.mix(normed.flatten(1))))


def test_nobody_looks_at_a_channel_that_is_not_there(batch):
    mask = batch["audio"].mask.clone()
    mask[0] = False
    gone = {**batch.tracks, "audio": replace(batch["audio"], mask=mask)}
    weights = built()(replace(batch, tracks=gone)).parts["attention"]
    assert not weights[0, :, 1].any() and not weights[0, 1].any()
    torch.testing.assert_close(weights[0, [0, 2]].sum(dim=1), torch.ones(2))
    torch.testing.assert_close(weights[1:].sum(dim=2), torch.ones(3, 3))
