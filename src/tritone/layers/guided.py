"""Attention over rows that is led by a vector from elsewhere."""

import torch
from einops import einsum, rearrange
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.layers.attention import masked_softmax
from tritone.layers.pooling import fill_padding


class GuidedAttention(nn.Module):
    """The real rows averaged by weights softmax(wᵀ tanh(W row + U guide + b)).

    Source: Bahdanau et al. 2015, "Neural Machine Translation by Jointly Learning to Align and
        Translate", ICLR, appendix A.1.2. https://arxiv.org/abs/1409.0473

    Args:
        dim: size of a row.
        guide: size of the vector that leads.
        hidden: size of the layer under the tanh; `dim` by default.
    """

    def __init__(self, dim: int, guide: int, *, hidden: int | None = None) -> None:
        super().__init__()
        self.inner = nn.Linear(dim, hidden or dim)
        self.guide = nn.Linear(guide, hidden or dim, bias=False)
        self.score = nn.Linear(hidden or dim, 1, bias=False)

    def forward(
        self,
        values: Float[Tensor, "batch time dim"],
        mask: Bool[Tensor, "batch time"],
        guide: Float[Tensor, "batch guide"],
    ) -> tuple[Float[Tensor, "batch dim"], Float[Tensor, "batch time"]]:
        """The average, and the weight of each row; zeros for a clip without a row."""
        values = fill_padding(values, mask)
        led = self.inner(values) + rearrange(self.guide(guide), "batch dim -> batch 1 dim")
        scores = rearrange(self.score(torch.tanh(led)), "batch time 1 -> batch time")
        weights = masked_softmax(scores, mask)
        return einsum(weights, values, "batch time, batch time dim -> batch dim"), weights
