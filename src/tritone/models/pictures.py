"""Rows that are pictures, for the models that look at faces themselves."""

import math
from dataclasses import replace

from einops import rearrange
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from tritone.core.batch import Batch
from tritone.models.base import FusionModel
from tritone.models.subnets import read_tracks


def shape_of(dim: int) -> tuple[int, int]:
    """Height and width of a grey picture of so many pixels: as near to a square as they can be."""
    height = next(side for side in range(math.isqrt(dim), 0, -1) if dim % side == 0)
    return height, dim // height


def pictures_of(
    model: FusionModel, batch: Batch, modality: str
) -> tuple[Float[Tensor, "batch time height width"], Bool[Tensor, "batch time"]]:
    """A modality's pictures, each with mean 0 and spread 1, and which of them are real.

    Args:
        model: it checks its modalities.
        batch: rows of pixels, or pictures (batch, time, height, width).
        modality: the one with pictures.
    """
    track = batch.tracks.get(modality)
    shape = shape_of(model.dims[modality])
    if track is not None and track.values.ndim == 4:
        shape = (track.values.shape[2], track.values.shape[3])
        flat = rearrange(track.values, "batch time height width -> batch time (height width)")
        batch = replace(batch, tracks={**batch.tracks, modality: replace(track, values=flat)})
    track = read_tracks(model, batch)[modality]
    plain = functional.layer_norm(track.values, track.values.shape[2:])
    height, width = shape
    pictures = rearrange(
        plain, "batch time (height width) -> batch time height width", height=height, width=width
    )
    return pictures, track.mask
