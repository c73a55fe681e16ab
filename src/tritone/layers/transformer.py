"""Transformer encoders over masked sequences: of one sequence, and of one that reads another."""

from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.layers.attention import MultiHeadAttention
from tritone.layers.pooling import fill_padding


class TransformerEncoder(nn.Module):
    """Layers of self-attention and feed-forward, in which padding is neither read nor written.

    PyTorch's own layers; what they lack is an answer for a clip without a row: here zeros.

    Source: Vaswani et al. 2017, "Attention Is All You Need", NeurIPS.
        https://arxiv.org/abs/1706.03762

    Args:
        width: size of a row; `heads` divides it.
        depth: number of layers.
        heads: of each layer's attention.
        hidden: size of the feed-forward layer; four times `width` by default.
        dropout: share dropped after attention and within the feed-forward layer, 0 to 1.
        norm_first: LayerNorm before each block and at the end (Xiong et al. 2020) instead of
            after each sum, as in the paper.
    """

    def __init__(
        self,
        width: int,
        *,
        depth: int = 2,
        heads: int = 4,
        hidden: int | None = None,
        dropout: float = 0.1,
        norm_first: bool = False,
    ) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width,
                heads,
                hidden or 4 * width,
                dropout,
                batch_first=True,
                norm_first=norm_first,
            )
            for _ in range(depth)
        )
        self.norm = nn.LayerNorm(width) if norm_first else nn.Identity()

    def forward(
        self, values: Float[Tensor, "batch time width"], mask: Bool[Tensor, "batch time"]
    ) -> Float[Tensor, "batch time width"]:
        return self.levels(values, mask)[-1]

    def levels(
        self, values: Float[Tensor, "batch time width"], mask: Bool[Tensor, "batch time"]
    ) -> list[Float[Tensor, "batch time width"]]:
        """What each layer gives, the last one normed; padding is zeros."""
        # A clip without a row would be a softmax over nothing.
        hidden = ~mask & mask.any(dim=1, keepdim=True)
        states, levels = fill_padding(values, mask), []
        for layer in self.layers:
            states = layer(states, src_key_padding_mask=hidden)
            levels.append(states)
        return [fill_padding(level, mask) for level in [*levels[:-1], self.norm(levels[-1])]]


class CrossEncoder(nn.Module):
    """Layers in which the rows of one sequence read another one, and never themselves.

    Source: Tsai et al. 2019, "Multimodal Transformer for Unaligned Multimodal Language
        Sequences", ACL, section 3.2. https://arxiv.org/abs/1906.00295
    Differs: positions, and a mask on what may be seen, are the caller's.

    Args:
        width: size of a row of both sequences; `heads` divides it.
        depth: number of layers; each reads the same source rows.
        heads: of each layer's attention.
        hidden: size of the feed-forward layer; four times `width` by default.
        dropout: share dropped of the attention weights and of each block's output, 0 to 1.
    """

    def __init__(
        self,
        width: int,
        *,
        depth: int = 2,
        heads: int = 4,
        hidden: int | None = None,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            CrossLayer(width, heads, hidden=hidden, dropout=dropout) for _ in range(depth)
        )
        self.norm = nn.LayerNorm(width)

    def forward(
        self,
        queries: Float[Tensor, "batch query width"],
        query_mask: Bool[Tensor, "batch query"],
        source: Float[Tensor, "batch key width"],
        source_mask: Bool[Tensor, "batch key"],
        *,
        allowed: Bool[Tensor, "query key"] | None = None,
    ) -> Float[Tensor, "batch query width"]:
        """The queries after reading the source; padding is zeros, as is a clip without a row."""
        states = fill_padding(queries, query_mask)
        for layer in self.layers:
            states = layer(states, source, source_mask, allowed=allowed)
        return fill_padding(self.norm(states), query_mask)


class CrossLayer(nn.Module):
    """LayerNorm, attention to the source and a sum; LayerNorm, feed-forward and a sum.

    Args:
        width: size of a row of both sequences; `heads` divides it.
        heads: of the attention.
        hidden: size of the feed-forward layer; four times `width` by default.
        dropout: share dropped of the attention weights and of each block's output, 0 to 1.
    """

    def __init__(
        self, width: int, heads: int, *, hidden: int | None = None, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.query_norm, self.source_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = MultiHeadAttention(width, heads, dropout=dropout)
        self.dropout = nn.Dropout(dropout)
        self.feed = nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, hidden or 4 * width),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(hidden or 4 * width, width),
            nn.Dropout(dropout),
        )

    def forward(
        self,
        states: Float[Tensor, "batch query width"],
        source: Float[Tensor, "batch key width"],
        mask: Bool[Tensor, "batch key"],
        *,
        allowed: Bool[Tensor, "query key"] | None = None,
    ) -> Float[Tensor, "batch query width"]:
        source = self.source_norm(fill_padding(source, mask))
        read = self.attention(self.query_norm(states), source, mask, allowed=allowed)
        states = states + self.dropout(read)
        return states + self.feed(states)
