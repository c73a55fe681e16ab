"""Two storeys of attention, written out in loops."""

import torch

from tritone.core.task import Regression
from tritone.models.hierarchical_attention import HierarchicalAttention

DIMS = {"text": 5, "audio": 3, "vision": 4}


def attended(pooling, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """u = tanh(W h + b), alpha = softmax(u . u_w), s = sum alpha h; row by row."""
    scores = []
    for row in rows:
        hidden = torch.tanh(pooling.inner.weight @ row + pooling.inner.bias)
        scores.append(hidden @ pooling.score.weight[0])
    weights = torch.stack(scores).softmax(dim=0)
    return sum(w * row for w, row in zip(weights, rows, strict=True)), weights


def test_attention_over_rows_and_then_over_channels(make_batch):
    torch.manual_seed(0)
    batch = make_batch(clips=1)
    model = HierarchicalAttention(DIMS, Regression(), width=8).eval()
    said, vectors = model(batch), []
    for channel in DIMS:
        rows = batch[channel].values[batch[channel].mask].unsqueeze(0)
        mask = torch.ones(rows.shape[:2], dtype=torch.bool)
        vector, weights = attended(
            model.over_time[channel], model.read[channel](rows, mask).states[0]
        )
        vectors.append(vector)
        seen = said.parts[f"attention_{channel}"][0, : len(weights)]
        torch.testing.assert_close(seen, weights)
    states, _ = model.upper.cell(torch.stack(vectors).unsqueeze(0))
    fused, weights = attended(model.over_channels, states[0])
    torch.testing.assert_close(said.parts["attention"][0], weights)
    torch.testing.assert_close(said.score[0], model.head(model.mix(fused)))
