"""Recurrent layers that step over real rows only: padding and gaps do not exist for them."""

from typing import Literal

import torch
from einops import rearrange
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from tritone.layers.pooling import fill_padding, is_present


class Recurrent(nn.Module):
    """An LSTM or a GRU over the real rows of each clip, one way or both ways.

    Masked rows are skipped wherever they stand: the state goes from one real row to the next.

    Source: Hochreiter and Schmidhuber 1997, "Long Short-Term Memory", Neural Computation 9;
        Cho et al. 2014, "Learning Phrase Representations using RNN Encoder-Decoder", EMNLP.
        https://arxiv.org/abs/1406.1078

    Args:
        dim: size of a row that comes in.
        width: size of the state of one direction; `out` is twice that if it goes both ways.
        cell: "lstm" or "gru".
        depth: layers on top of each other.
        both_ways: read from the end as well.
        dropout: share dropped between the layers in training, 0 to 1.
    """

    def __init__(
        self,
        dim: int,
        width: int,
        *,
        cell: Literal["lstm", "gru"] = "lstm",
        depth: int = 1,
        both_ways: bool = False,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.out = width * 2 if both_ways else width
        kind = {"lstm": nn.LSTM, "gru": nn.GRU}[cell]
        self.cell = kind(
            dim,
            width,
            depth,
            batch_first=True,
            bidirectional=both_ways,
            dropout=dropout if depth > 1 else 0.0,
        )

    def forward(
        self, values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> tuple[Float[Tensor, "batch time out"], Float[Tensor, "batch out"]]:
        """The state after each row (zeros at padding), and the one after the last real row.

        Both ways: the last state of either direction. Zeros for a clip without a row.
        """
        values = fill_padding(values, mask)
        order = torch.argsort((~mask).int(), dim=1, stable=True)
        # At least one row, of zeros: packing knows no empty sequence.
        lengths = mask.sum(dim=1).clamp(min=1).cpu()
        packed = pack_padded_sequence(
            reorder(values, order), lengths, batch_first=True, enforce_sorted=False
        )
        states, last = self.cell(packed)
        padded, _ = pad_packed_sequence(states, batch_first=True, total_length=mask.shape[1])
        states = fill_padding(reorder(padded, order.argsort(dim=1)), mask)
        last = last[0] if isinstance(last, tuple) else last
        ways = 2 if self.cell.bidirectional else 1
        last = rearrange(last[-ways:], "way batch width -> batch (way width)")
        return states, last * is_present(mask)


def reorder(
    values: Float[Tensor, "batch time dim"], order: Int[Tensor, "batch time"]
) -> Float[Tensor, "batch time dim"]:
    """The rows of each clip in the order of their own."""
    return values.take_along_dim(order.unsqueeze(2), dim=1)


def last_row(
    values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
) -> Float[Tensor, "batch dim"]:
    """The last real row of each clip; zeros for a clip without one."""
    place = torch.arange(1, mask.shape[1] + 1, device=mask.device)
    last = (mask * place).argmax(dim=1)
    rows = values[torch.arange(len(values), device=mask.device), last]
    return rows.masked_fill(~is_present(mask), 0.0)
