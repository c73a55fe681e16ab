"""One vector a channel, from pretrained encoders or mean rows, and what judges them together."""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch
from tritone.layers.mlp import mlp
from tritone.layers.pooling import is_present, masked_mean
from tritone.models.base import FusionModel
from tritone.models.pretrained_pictures import looked_at, picture_track
from tritone.models.subnets import processing

Look = Callable[[Tensor], Tensor]
"""Pictures in whole numbers to their vectors."""


class Joined(nn.Module):
    """Vectors through Linear-ReLU-Dropout each, then side by side through an MLP.

    Args:
        sizes: channel to the size of its vector.
        width: size of each vector after its layer, and of the hidden layer.
        out: size of the score.
        dropout: share dropped after each layer in training, 0 to 1.
    """

    def __init__(self, sizes: Mapping[str, int], width: int, out: int, dropout: float) -> None:
        super().__init__()
        self.process = nn.ModuleDict({m: processing(sizes[m], width, dropout) for m in sizes})
        self.hidden = mlp([len(sizes) * width, width])
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, out))

    def forward(self, vectors: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """The score, and the hidden layer that it comes from."""
        parts = [self.process[channel](vectors[channel]) for channel in self.process]
        fused = self.hidden(torch.cat(parts, dim=1))
        return self.head(fused), fused


def track_vectors(
    model: FusionModel, batch: Batch, pictures: Sequence[str], look: Look, width: int
) -> dict[str, tuple[Tensor, Tensor]]:
    """A vector for each modality of each clip, zeros where it is missing, and whether it is there.

    Args:
        model: it checks its modalities.
        batch: with the tracks.
        pictures: modalities that are looked at; of all others the mean row is taken.
        look: what looks.
        width: size of what it gives.
    """
    found = {}
    for modality in model.dims:
        if modality in pictures:
            found[modality] = looked_at(picture_track(model, batch, modality), look, width)
        else:
            track = model.track(batch, modality)
            found[modality] = masked_mean(track.values, track.mask), is_present(track.mask)
    return found
