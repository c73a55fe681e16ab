"""Two channels at a time, each looking at itself through the other.

rows of one ─┐
             ├─ affinity of each row with each ─ attention over either ─ two vectors
rows of two ─┘                                all pairs ─ concatenation ─ MLP ─ score
"""

from collections.abc import Mapping
from itertools import combinations

import torch
from einops import einsum, rearrange
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.attention import masked_softmax
from tritone.layers.mlp import mlp
from tritone.layers.pooling import fill_padding
from tritone.models.base import FusionModel
from tritone.models.encoders import encode, readers


class CoAttention(FusionModel):
    """Parallel co-attention between each two channels.

    A channel by itself has no pair: its vector goes on as it is. A pair of which a clip lacks
    one is attended to by what is there.

    Source: Lu et al. 2016, "Hierarchical Question-Image Co-Attention for Visual Question
        Answering", NeurIPS, eq. 3-5. https://arxiv.org/abs/1606.00061 (S002 names co-attention
        for aspects, without a formula).
    Differs: no aspect and no hierarchy of words, phrases and sentence; all pairs of channels.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of the encoders' states and of the attention's hidden layer.
        encoders: a name for all channels, or one for each: cnn, lstm, mean, transformer.
        depth: levels of each encoder.
        heads: of the attention in a Transformer.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        encoders: str | Mapping[str, str] = "lstm",
        depth: int = 1,
        heads: int = 4,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.read = readers(dims, width, encoders, depth=depth, heads=heads, dropout=dropout)
        self.pairs = tuple(combinations(dims, 2))
        self.look = nn.ModuleDict({f"{a}_{b}": CoLook(width) for a, b in self.pairs})
        self.mix = mlp([width * max(1, 2 * len(self.pairs)), width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        encoded = encode(self, self.read, batch)
        if not self.pairs:
            fused = self.mix(next(iter(encoded.values())).vector)
            return Prediction(self.head(fused), {"fused": fused})
        vectors, parts = [], {}
        for a, b in self.pairs:
            one, other = encoded[a], encoded[b]
            seen, weights = self.look[f"{a}_{b}"](one.states, one.mask, other.states, other.mask)
            vectors += seen
            parts |= {f"attention_{a}_{b}": weights[0], f"attention_{b}_{a}": weights[1]}
        fused = self.mix(torch.cat(vectors, dim=1))
        return Prediction(self.head(fused), {"fused": fused, **parts})


class CoLook(nn.Module):
    """C = tanh(Q W Vᵀ); H_v = tanh(W_v V + Cᵀ W_q Q), H_q likewise; softmax of wᵀ H over each.

    Source: Lu et al. 2016, "Hierarchical Question-Image Co-Attention for Visual Question
        Answering", NeurIPS, eq. 3-5. https://arxiv.org/abs/1606.00061

    Args:
        width: size of a row of either side.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.affinity = nn.Linear(width, width, bias=False)
        self.inner = nn.ModuleList(nn.Linear(width, width, bias=False) for _ in range(2))
        self.score = nn.ModuleList(nn.Linear(width, 1, bias=False) for _ in range(2))

    def forward(
        self,
        one: Float[Tensor, "batch left width"],
        one_mask: Bool[Tensor, "batch left"],
        other: Float[Tensor, "batch right width"],
        other_mask: Bool[Tensor, "batch right"],
    ) -> tuple[list[Tensor], list[Tensor]]:
        """The vector of either side, and the weights of its rows."""
        one, other = fill_padding(one, one_mask), fill_padding(other, other_mask)
        near = einsum(self.affinity(one), other, "batch l dim, batch r dim -> batch l r").tanh()
        left, right = self.inner[0](one), self.inner[1](other)
        hidden = [
            (left + einsum(near, right, "batch l r, batch r dim -> batch l dim")).tanh(),
            (right + einsum(near, left, "batch l r, batch l dim -> batch r dim")).tanh(),
        ]
        vectors, weights = [], []
        for rows, mask, states, score in zip(
            (one, other), (one_mask, other_mask), hidden, self.score, strict=True
        ):
            each = masked_softmax(rearrange(score(states), "batch time 1 -> batch time"), mask)
            vectors.append(einsum(each, rows, "batch time, batch time dim -> batch dim"))
            weights.append(each)
        return vectors, weights
