"""Self-attention on the fused sequence, written out."""

from dataclasses import replace

import torch
from torch.nn import functional

from tritone.core.batch import Batch, Track
from tritone.core.task import Regression
from tritone.layers.positions import sinusoidal
from tritone.models.self_attention import SelfAttention

DIMS = {"text": 5, "audio": 3}


def test_moments_attend_to_each_other_by_the_formula():
    torch.manual_seed(0)
    mask, times = torch.ones(2, 3, dtype=torch.bool), torch.full((2, 3, 2), torch.nan)
    tracks = {"text": torch.randn(2, 3, 5), "audio": torch.randn(2, 3, 3)}
    batch = Batch(("a", "b"), {m: Track(v, mask, times) for m, v in tracks.items()})
    model = SelfAttention(DIMS, Regression(), width=4, heads=1, steps=3).eval()
    states = [model.read[m](v, mask).states for m, v in tracks.items()]
    rows = model.join(torch.cat(states, dim=2)) + sinusoidal(3, 4)
    inner = model.attention.attention
    q, k, v = (rows @ inner.in_proj_weight.T + inner.in_proj_bias).chunk(3, dim=2)
    weights = (torch.einsum("bqd,bkd->bqk", q, k) / 4**0.5).softmax(dim=2)
    mixed = torch.einsum("bqk,bkd->bqd", weights, v)
    added = rows + mixed @ inner.out_proj.weight.T + inner.out_proj.bias
    normed = functional.layer_norm(added, [4], model.norm.weight, model.norm.bias)
    said = model(batch)
    torch.testing.assert_close(said.parts["attention"], weights)
    torch.testing.assert_close(said.score, model.head(model.mix(normed.mean(dim=1))))


def test_attention_is_over_moments_at_which_somebody_is_heard(batch):
    spans = torch.full((4, 2, 2), torch.nan)
    spans[:, 0], spans[:, 1] = torch.tensor([0.0, 1.0]), torch.tensor([3.0, 4.0])
    mask = torch.ones(4, 2, dtype=torch.bool)
    tracks = {m: Track(batch[m].values[:, :2].nan_to_num(posinf=1.0), mask, spans) for m in DIMS}
    model = SelfAttention(DIMS, Regression(), width=8, steps=4).eval()
    weights = model(replace(batch, tracks=tracks)).parts["attention"]
    assert not weights[:, 1:3].any() and not weights[:, :, 1:3].any()
    torch.testing.assert_close(weights[:, [0, 3]].sum(dim=2), torch.ones(4, 2))
