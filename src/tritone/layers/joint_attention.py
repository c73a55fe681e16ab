"""Multi-head self-attention of four matrices, whose weights are given back."""

import torch
from einops import einsum, rearrange
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.layers.attention import masked_softmax
from tritone.layers.pooling import fill_padding


class PlainAttention(nn.Module):
    """softmax(Q Kᵀ / √d_k) V for each head, the heads end to end, times W_O; nothing else.

    No bias, no dropout, no sum with what came in.

    Source: Vamsidhar et al. 2025, "Hierarchical cross-modal attention and dual audio pathways
        for enhanced multimodal sentiment analysis", Scientific Reports 15, 25440.
        https://doi.org/10.1038/s41598-025-09000-3

    Args:
        width: size of a row, d.
        heads: how many.
        head_width: size of a head, d_k; `width / heads` by default.
    """

    def __init__(self, width: int, heads: int, *, head_width: int | None = None) -> None:
        super().__init__()
        self.heads = heads
        inner = heads * (head_width or max(1, width // heads))
        self.query = nn.Linear(width, inner, bias=False)
        self.key = nn.Linear(width, inner, bias=False)
        self.value = nn.Linear(width, inner, bias=False)
        self.out = nn.Linear(inner, width, bias=False)

    def forward(
        self, rows: Float[Tensor, "batch row width"], mask: Bool[Tensor, "batch row"]
    ) -> tuple[Float[Tensor, "batch row width"], Float[Tensor, "batch head row key"]]:
        """The mixed rows (zeros at padding), and how much each took of each in each head."""
        rows = fill_padding(rows, mask)
        query, key, value = (
            rearrange(project(rows), "batch row (head dim) -> batch head row dim", head=self.heads)
            for project in (self.query, self.key, self.value)
        )
        scores = einsum(query, key, "batch head row dim, batch head key dim -> batch head row key")
        seen = rearrange(mask, "batch key -> batch 1 1 key").expand(scores.shape)
        weights = masked_softmax(scores / query.shape[3] ** 0.5, seen)
        mixed = einsum(
            weights, value, "batch head row key, batch head key dim -> batch head row dim"
        )
        mixed = self.out(rearrange(mixed, "batch head row dim -> batch row (head dim)"))
        return fill_padding(mixed, mask), weights


class BranchGate(nn.Module):
    """Several views of one thing as one vector, weighted anew for each clip.

    g = softmax(W [h_1; h_2; ...] + b) over the views that a clip has; h = Σ g_i h_i.

    Source: Vamsidhar et al. 2025 (above), "Dynamic Gating Mechanism".

    Args:
        width: size of a view.
        views: how many.
    """

    def __init__(self, width: int, views: int) -> None:
        super().__init__()
        self.score = nn.Linear(width * views, views)

    def forward(
        self, views: Float[Tensor, "batch view width"], present: Bool[Tensor, "batch view"]
    ) -> tuple[Float[Tensor, "batch width"], Float[Tensor, "batch view"]]:
        """The vector, and the weight of each view; zeros for a clip without any."""
        views = fill_padding(views, present)
        scores = self.score(rearrange(views, "batch view width -> batch (view width)"))
        gates = masked_softmax(scores, present)
        return einsum(gates, views, "batch view, batch view width -> batch width"), gates


def between(
    weights: Float[Tensor, "batch head row key"],
    mask: Bool[Tensor, "batch row"],
    sizes: list[int],
) -> Float[Tensor, "batch channel other"]:
    """How much the rows of each channel took of each channel, averaged over heads and rows.

    Args:
        weights: as `PlainAttention` gives them.
        mask: True where a row is real.
        sizes: rows of each channel, one channel after the other.
    """
    taken = torch.stack([part.sum(dim=3) for part in weights.split(sizes, dim=3)], dim=3)
    taken = taken.mean(dim=1) * mask.unsqueeze(2)
    parts = zip(taken.split(sizes, dim=1), mask.split(sizes, dim=1), strict=True)
    means = [part.sum(dim=1) / real.sum(dim=1, keepdim=True).clamp(min=1) for part, real in parts]
    return torch.stack(means, dim=1)
