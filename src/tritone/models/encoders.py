"""Encoders by name: what turns the rows of a channel into states and one vector.

    rows ─ encoder ─ states (one a row, after each level) ─ pool ─ vector (one a clip)

All fusion strategies take them by name, one for all channels or one for each:
`encoders={"text": "transformer", "audio": "lstm", "vision": "cnn"}`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import MODALITIES, Batch
from tritone.core.errors import ModelError, UnknownName
from tritone.layers.convolution import TemporalConvolution
from tritone.layers.mlp import mlp
from tritone.layers.pooling import fill_padding, is_present, masked_mean
from tritone.layers.positions import add_positions
from tritone.layers.recurrent import Recurrent, last_row
from tritone.layers.transformer import TransformerEncoder
from tritone.models.base import FusionModel


@dataclass(frozen=True)
class Encoded:
    """A channel after its encoder; padding is zeros, and so is a clip that lacks the channel.

    Args:
        made: gives the states (batch, time, width) after each level, the last one last; what
            asks for the vector alone need not wait for them.
        vector: the last states as one vector a clip, (batch, width).
        mask: True where a row is real.
    """

    made: Callable[[], Sequence[Tensor]]
    vector: Tensor
    mask: Tensor

    @cached_property
    def levels(self) -> tuple[Tensor, ...]:
        """The states after each level."""
        return tuple(self.made())

    @property
    def states(self) -> Tensor:
        """The rows after the last level, (batch, time, width)."""
        return self.levels[-1]

    @property
    def present(self) -> Tensor:
        """True for the clips that have a row of the channel, (batch)."""
        return self.mask.any(dim=1)


class Encoder(nn.Module):
    """Rows in, whose padding may hold anything; states and a vector out.

    Args:
        dim: size of a row that comes in.
        width: size of a state and of the vector.
        depth: number of levels.
        heads: of the attention, where there is one.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(self, dim: int, width: int, *, depth: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)

    def forward(
        self, values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> Encoded:
        levels = self.levels(fill_padding(values, mask), mask)
        return Encoded(lambda: levels, self.pool(levels[-1], mask), mask)

    def levels(
        self, values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> list[Float[Tensor, "batch time width"]]:
        """The states after each level; padding is zeros, in and out."""
        raise NotImplementedError  # each encoder below has its own

    def pool(
        self, states: Float[Tensor, "batch time width"], mask: Bool[Tensor, "batch time"]
    ) -> Float[Tensor, "batch width"]:
        """One vector a clip: the mean of the real rows, if the encoder knows no better."""
        return masked_mean(states, mask)


class MeanEncoder(Encoder):
    """Each row by itself through linear layers; the mean over time."""

    def __init__(self, dim: int, width: int, *, depth: int, heads: int, dropout: float) -> None:
        super().__init__(dim, width, depth=depth, heads=heads, dropout=dropout)
        widths = [dim, *[width] * depth]
        self.layers = nn.ModuleList(
            mlp(widths[i : i + 2], dropout=dropout if i else 0.0) for i in range(depth)
        )

    def levels(
        self, values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> list[Float[Tensor, "batch time width"]]:
        levels = []
        for layer in self.layers:
            values = fill_padding(layer(values), mask)
            levels.append(values)
        return levels


class AverageEncoder(MeanEncoder):
    """The mean over time through linear layers; the states are each row through the same."""

    def forward(
        self, values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> Encoded:
        # The mean minds the padding itself, at a third of the cost of filling all the rows.
        vector, present = masked_mean(values, mask), is_present(mask).to(values.dtype)
        for layer in self.layers:
            vector = layer(vector) * present
        return Encoded(lambda: self.levels(fill_padding(values, mask), mask), vector, mask)


class CnnEncoder(Encoder):
    """Convolutions over time; the largest value of each channel (Kim 2014)."""

    def __init__(self, dim: int, width: int, *, depth: int, heads: int, dropout: float) -> None:
        super().__init__(dim, width, depth=depth, heads=heads, dropout=dropout)
        self.convolution = TemporalConvolution(dim, width, depth=depth)

    def levels(
        self, values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> list[Float[Tensor, "batch time width"]]:
        return [fill_padding(self.dropout(s), mask) for s in self.convolution.levels(values, mask)]

    def pool(
        self, states: Float[Tensor, "batch time width"], mask: Bool[Tensor, "batch time"]
    ) -> Float[Tensor, "batch width"]:
        # States come out of a rectifier: the zeros of the padding are never above them.
        return states.amax(dim=1)


class LstmEncoder(Encoder):
    """LSTMs on top of each other; the state after the last real row."""

    def __init__(self, dim: int, width: int, *, depth: int, heads: int, dropout: float) -> None:
        super().__init__(dim, width, depth=depth, heads=heads, dropout=dropout)
        self.layers = nn.ModuleList(Recurrent(width if i else dim, width) for i in range(depth))

    def levels(
        self, values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> list[Float[Tensor, "batch time width"]]:
        levels = []
        for layer in self.layers:
            values = self.dropout(layer(values, mask)[0])
            levels.append(values)
        return levels

    def pool(
        self, states: Float[Tensor, "batch time width"], mask: Bool[Tensor, "batch time"]
    ) -> Float[Tensor, "batch width"]:
        return last_row(states, mask)


class TransformerReader(Encoder):
    """A linear layer, positions and a Transformer encoder; the mean over time."""

    def __init__(self, dim: int, width: int, *, depth: int, heads: int, dropout: float) -> None:
        super().__init__(dim, width, depth=depth, heads=heads, dropout=dropout)
        self.project = nn.Linear(dim, width)
        self.encoder = TransformerEncoder(
            width, depth=depth, heads=checked_heads(width, heads), dropout=dropout
        )

    def levels(
        self, values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> list[Float[Tensor, "batch time width"]]:
        rows = self.dropout(add_positions(self.project(values)))
        return self.encoder.levels(rows, mask)


ENCODERS: Mapping[str, type[Encoder]] = {
    "mean": MeanEncoder,
    "average": AverageEncoder,
    "cnn": CnnEncoder,
    "lstm": LstmEncoder,
    "transformer": TransformerReader,
}
UNNAMED = "lstm"  # a channel that a table of encoders leaves out


def readers(
    dims: Mapping[str, int],
    width: int,
    encoders: str | Mapping[str, str],
    *,
    depth: int = 1,
    heads: int = 4,
    dropout: float = 0.1,
) -> nn.ModuleDict:
    """An encoder for each channel, all with states of the same width.

    Args:
        dims: width of a row of each channel.
        width: size of the states and of the vectors.
        encoders: a name of `ENCODERS` for all channels, or one for each; a channel that is not
            named is read by an LSTM.
        depth: levels of each encoder, at least 1.
        heads: of the attention in a Transformer.
        dropout: share dropped in training, 0 to 1.

    Raises:
        UnknownName: there is no such encoder.
        ModelError: an encoder for a channel that there is not, no level, or a width that the
            heads do not divide.
    """
    if depth < 1:
        raise ModelError(f"An encoder has at least one level, got a depth of {depth}.")
    named = dict.fromkeys(dims, encoders) if isinstance(encoders, str) else dict(encoders)
    strange = [channel for channel in named if channel not in {*dims, *MODALITIES}]
    if strange:
        raise ModelError(
            f"An encoder is named for {strange[0]}; the model reads {', '.join(dims)}. "
            f"Name one of these, or give the model rows of {strange[0]}."
        )
    return nn.ModuleDict(
        {
            channel: encoder_named(named.get(channel, UNNAMED))(
                dim, width, depth=depth, heads=heads, dropout=dropout
            )
            for channel, dim in dims.items()
        }
    )


def encoder_named(name: str) -> type[Encoder]:
    """The encoder that a name stands for.

    Raises:
        UnknownName: there is no such encoder.
    """
    if name in ENCODERS:
        return ENCODERS[name]
    near = get_close_matches(name, ENCODERS, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    raise UnknownName(f"No encoder is named {name!r}. {hint}Known: {', '.join(sorted(ENCODERS))}.")


def checked_heads(width: int, heads: int) -> int:
    """The number of heads, if the width can be shared among them.

    Raises:
        ModelError: it cannot.
    """
    if heads < 1 or width % heads:
        raise ModelError(
            f"A width of {width} cannot be shared among {heads} heads. Choose a width that the "
            f"number of heads divides, such as {max(1, heads) * max(1, width // max(1, heads))}."
        )
    return heads


def encode(model: FusionModel, read: nn.ModuleDict, batch: Batch) -> dict[str, Encoded]:
    """Each channel of the model's, in its order, through the encoder of its name.

    Raises:
        ModelError: the batch lacks a channel, or its rows have another width.
    """
    encoded = {}
    for modality in model.dims:
        track = model.unfilled(batch, modality)
        encoded[modality] = read[modality](track.values, track.mask)
    return encoded
