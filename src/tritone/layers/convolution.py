"""Convolutions over time that padding cannot leak into."""

from itertools import pairwise

from einops import rearrange
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.layers.pooling import fill_padding


class TemporalConvolution(nn.Module):
    """Conv1d and ReLU over time, layer on layer; each row keeps its place.

    A row that is missing counts as zeros, like what lies beyond either end.

    Source: Kim 2014, "Convolutional Neural Networks for Sentence Classification", EMNLP.
        https://arxiv.org/abs/1408.5882
    Differs: one kernel size, as many rows out as in; pooling is the caller's.

    Args:
        dim: size of a row that comes in.
        width: channels of each layer.
        depth: number of layers.
        kernel: rows that one output sees; odd, so that it has a middle.
        dropout: share of each layer's input that is dropped in training, 0 to 1.

    Raises:
        ValueError: an even kernel.
    """

    def __init__(
        self, dim: int, width: int, *, depth: int = 2, kernel: int = 3, dropout: float = 0.0
    ) -> None:
        super().__init__()
        if kernel % 2 == 0:
            raise ValueError(f"A kernel needs a middle row, got {kernel}. Take an odd number.")
        widths = [dim, *[width] * depth]
        self.layers = nn.ModuleList(
            nn.Conv1d(width_in, width_out, kernel, padding=kernel // 2)
            for width_in, width_out in pairwise(widths)
        )
        self.dropout = nn.Dropout(dropout)

    def forward(
        self, values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> Float[Tensor, "batch time width"]:
        return self.levels(values, mask)[-1]

    def levels(
        self, values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> list[Float[Tensor, "batch time width"]]:
        """What each layer gives; padding is zeros."""
        states, levels = fill_padding(values, mask), []
        for layer in self.layers:
            rows = rearrange(self.dropout(states), "batch time dim -> batch dim time")
            states = rearrange(layer(rows).relu(), "batch width time -> batch time width")
            states = fill_padding(states, mask)
            levels.append(states)
        return levels
