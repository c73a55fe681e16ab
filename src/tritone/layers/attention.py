"""Attention that a mask cannot break: a query with nothing to look at takes zeros.

queries ─┐
         ├─ softmax(Q Kᵀ / √d) V over the keys that are real ─ mixed rows
keys ────┘
"""

import torch
from einops import einsum, rearrange
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.layers.pooling import fill_padding


class MultiHeadAttention(nn.Module):
    """Mix the real rows of `keys` for each row of `queries`, with several heads.

    Self-attention when both are the same rows, cross-attention when not. Where a query may
    look at no key at all, softmax has no answer; here it is zeros, with finite gradients.

    Source: Vaswani et al. 2017, "Attention Is All You Need", NeurIPS, section 3.2.
        https://arxiv.org/abs/1706.03762

    Args:
        width: size of a query row and of what comes out; `heads` divides it.
        heads: how many mixtures are made side by side.
        key_dim: size of a key row; `width` by default.
        dropout: share of the attention weights that is dropped in training, 0 to 1.
    """

    def __init__(
        self, width: int, heads: int, *, key_dim: int | None = None, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.heads = heads
        self.attention = nn.MultiheadAttention(
            width, heads, dropout, kdim=key_dim, vdim=key_dim, batch_first=True
        )

    def forward(
        self,
        queries: Float[Tensor, "batch query width"],
        keys: Float[Tensor, "batch key dim"],
        mask: Bool[Tensor, "batch key"],
        *,
        allowed: Bool[Tensor, "query key"] | None = None,
    ) -> Float[Tensor, "batch query width"]:
        """The mixed rows.

        Args:
            queries: rows that ask; those that are padding get an answer too, to be masked later.
            keys: rows that are mixed; padding may hold anything, even inf.
            mask: True where a key is real.
            allowed: True where a query may look at a key, such as at what came before it.
        """
        seen = visible(queries, mask, allowed)
        keys = fill_padding(keys, mask)
        mixed, _ = self.attention(
            queries, keys, keys, attn_mask=self.hidden(seen), need_weights=False
        )
        return mixed * seen.any(dim=2, keepdim=True)

    def weigh(
        self,
        queries: Float[Tensor, "batch query width"],
        keys: Float[Tensor, "batch key dim"],
        mask: Bool[Tensor, "batch key"],
        *,
        allowed: Bool[Tensor, "query key"] | None = None,
    ) -> tuple[Float[Tensor, "batch query width"], Float[Tensor, "batch query key"]]:
        """The mixed rows, and how much each query took of each key, averaged over the heads.

        Slower than `forward` on long sequences: the weights are kept. Each row of weights sums
        to 1 over the real keys, or is 0 where there is none.
        """
        seen = visible(queries, mask, allowed)
        keys = fill_padding(keys, mask)
        mixed, weights = self.attention(queries, keys, keys, attn_mask=self.hidden(seen))
        some = seen.any(dim=2, keepdim=True)
        return mixed * some, weights * some

    def hidden(
        self, seen: Bool[Tensor, "batch query key"]
    ) -> Bool[Tensor, "batch_and_head query key"]:
        """What PyTorch is told not to look at; a query without a key looks at all, for nothing."""
        hidden = ~seen & seen.any(dim=2, keepdim=True)
        return hidden.repeat_interleave(self.heads, dim=0)


class AttentionPooling(nn.Module):
    """Average the real rows of a clip, weighted by how much each matters.

    e = uᵀ tanh(W a + b), alpha = softmax(sharpness · e), c = Σ alpha a.

    Source: Yang et al. 2016, "Hierarchical Attention Networks for Document Classification",
        NAACL, eq. 5-7. https://aclanthology.org/N16-1174
    Differs: `sharpness` is S003's lambda; 1 gives the paper's.

    Args:
        dim: size of a row.
        hidden: size of the layer under the tanh; `dim` by default.
        sharpness: what the scores are multiplied with before the softmax; above 0.
    """

    def __init__(self, dim: int, *, hidden: int | None = None, sharpness: float = 1.0) -> None:
        super().__init__()
        self.sharpness = sharpness
        self.inner = nn.Linear(dim, hidden or dim)
        self.score = nn.Linear(hidden or dim, 1, bias=False)

    def forward(
        self, values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> tuple[Float[Tensor, "batch dim"], Float[Tensor, "batch time"]]:
        """The average, and the weight of each row; zeros for a clip without a row."""
        values = fill_padding(values, mask)
        scores = rearrange(self.score(self.inner(values).tanh()), "batch time 1 -> batch time")
        weights = masked_softmax(self.sharpness * scores, mask)
        return einsum(weights, values, "batch time, batch time dim -> batch dim"), weights


def masked_softmax(
    scores: Float[Tensor, "*batch item"], mask: Bool[Tensor, "*batch item"]
) -> Float[Tensor, "*batch item"]:
    """Softmax over the last axis where the mask is True; 0 elsewhere, even where none is True."""
    least = torch.finfo(scores.dtype).min
    return scores.masked_fill(~mask, least).softmax(dim=-1) * mask


def visible(
    queries: Float[Tensor, "batch query width"],
    mask: Bool[Tensor, "batch key"],
    allowed: Bool[Tensor, "query key"] | None,
) -> Bool[Tensor, "batch query key"]:
    """Which query may look at which key."""
    seen = rearrange(mask, "batch key -> batch 1 key").expand(-1, queries.shape[1], -1)
    return seen if allowed is None else seen & allowed
