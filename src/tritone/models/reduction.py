"""Rows that are reduced before a fusion: of each clip's mean row, or of each row for an encoder.

without encoders   rows ─ mean over time ─ reduce ─ vector
with encoders      rows ─ reduce ─ reduced rows ─ encoder ─ vector
"""

from collections.abc import Mapping

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import Batch
from tritone.layers.pooling import fill_padding, masked_mean
from tritone.models.base import FusionModel
from tritone.models.encoders import readers

Encoders = str | Mapping[str, str] | None
"""None averages over time first; else a name for all channels, or one for each."""


class Reduced(nn.Module):
    """A channel's rows through what reduces them, and then as one vector a clip.

    Args:
        reduce: channel to the module that makes its rows shorter.
        kept: channel to the size of a reduced row.
        width: size of the encoders' states.
        encoders: what reads the reduced rows; None for the mean row of each clip.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(
        self,
        reduce: nn.ModuleDict,
        kept: Mapping[str, int],
        width: int,
        encoders: Encoders,
        dropout: float,
    ) -> None:
        super().__init__()
        self.reduce = reduce
        self.read = None if encoders is None else readers(kept, width, encoders, dropout=dropout)
        self.width = sum(kept.values()) if encoders is None else width * len(kept)

    def rows(
        self, model: FusionModel, batch: Batch, channel: str
    ) -> tuple[Float[Tensor, "batch time dim"], Bool[Tensor, "batch time"]]:
        """The rows that are reduced: those of the clip, or its mean row alone."""
        track = model.track(batch, channel)
        if self.read is not None:
            return track.values, track.mask
        mean = masked_mean(track.values, track.mask)
        return mean.unsqueeze(1), track.mask.any(dim=1, keepdim=True)

    def vector(
        self,
        channel: str,
        codes: Float[Tensor, "batch time kept"],
        mask: Bool[Tensor, "batch time"],
    ) -> Float[Tensor, "batch width"]:
        """What the reduced rows of each clip come to; zeros for a clip that has none."""
        codes = fill_padding(codes, mask)
        return codes.squeeze(1) if self.read is None else self.read[channel](codes, mask).vector

    def forward(self, model: FusionModel, batch: Batch) -> Float[Tensor, "batch width"]:
        """All channels' vectors end to end."""
        vectors = []
        for channel in model.dims:
            rows, mask = self.rows(model, batch, channel)
            vectors.append(self.vector(channel, self.reduce[channel](rows), mask))
        return torch.cat(vectors, dim=1)
