"""Columns brought to mean 0 and spread 1, by what the train split says of them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch, Track
from tritone.core.errors import ModelError
from tritone.layers.pooling import fill_padding

LEAST = 1e-6  # a column with less spread is constant: it is centred and not stretched


class Normaliser(nn.Module):
    """Centres and scales every column of every float modality; pictures stay as they are.

    Its numbers are buffers, fitted on real rows of the train split alone. A value that is inf or
    NaN counts neither for the mean nor for the spread.

    Args:
        dims: modality to the width of its rows, for those that are normalised.
    """

    def __init__(self, dims: Mapping[str, int]) -> None:
        super().__init__()
        self.dims = dict(dims)
        for name, dim in dims.items():
            self.register_buffer(f"mean_{name}", torch.zeros(dim))
            self.register_buffer(f"scale_{name}", torch.ones(dim))

    def fit(self, train: Iterable[Batch]) -> "Normaliser":
        """Set the numbers from one pass over the train split, in double precision."""
        sums = {name: torch.zeros(3, dim).double() for name, dim in self.dims.items()}
        for batch in train:
            for name, total in sums.items():
                rows = batch[name].values[batch[name].mask].double()
                good = rows.isfinite()
                rows = rows.masked_fill(~good, 0.0)
                total += torch.stack([good.sum(dim=0), rows.sum(dim=0), rows.square().sum(dim=0)])
        for name, (count, total, squares) in sums.items():
            mean = total / count.clamp(min=1)
            spread = (squares / count.clamp(min=1) - mean.square()).clamp(min=0).sqrt()
            self.buffer("mean", name).copy_(mean)
            self.buffer("scale", name).copy_(torch.where(spread > LEAST, 1 / spread, 1.0))
        return self

    def forward(self, batch: Batch) -> Batch:
        """The batch with its columns normalised; its padding is zeros.

        Raises:
            ModelError: rows of another width than those that were fitted.
        """
        tracks = {
            name: self.scaled(name, track) if name in self.dims else track
            for name, track in batch.tracks.items()
        }
        return replace(batch, tracks=tracks)

    def scaled(self, name: str, track: Track) -> Track:
        """One modality with its columns normalised."""
        if track.values.shape[2:] != (self.dims[name],):
            raise ModelError(
                f"{name} has rows {tuple(track.values.shape[2:])}; the normaliser was fitted on "
                f"rows of width {self.dims[name]}. Use the store that the model was trained on."
            )
        values = (track.values - self.buffer("mean", name)) * self.buffer("scale", name)
        return replace(track, values=fill_padding(values, track.mask))

    def buffer(self, kind: str, name: str) -> Tensor:
        """The numbers of one modality."""
        return self.get_buffer(f"{kind}_{name}")
