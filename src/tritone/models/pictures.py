"""Rows that are pictures, for the models that look at them themselves.

A store holds pictures as whole numbers, grey (height, width) or in colour (height, width, 3), or
as plain rows of their pixels. They turn into floats here, a batch at a time.
"""

import math
from collections.abc import Callable
from dataclasses import replace

import torch
from einops import rearrange, reduce
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from tritone.core.batch import Batch, Track
from tritone.layers.pooling import masked_mean
from tritone.models.base import FusionModel
from tritone.models.subnets import read_tracks


def shape_of(dim: int) -> tuple[int, int]:
    """Height and width of a grey picture of so many pixels: as near to a square as they can be."""
    height = next(side for side in range(math.isqrt(dim), 0, -1) if dim % side == 0)
    return height, dim // height


def colours_of(dim: int) -> int:
    """3 if so many numbers are a square picture of three colours, else 1."""
    return 3 if dim % 3 == 0 and math.isqrt(dim // 3) ** 2 == dim // 3 else 1


def picture_shape(dim: int) -> tuple[int, int]:
    """Height and width of a picture of so many numbers."""
    return shape_of(dim // colours_of(dim))


def flattened(
    model: FusionModel, batch: Batch, modality: str = "vision"
) -> tuple[Track, tuple[int, int]]:
    """A modality's pictures as float rows of their numbers, and their height and width.

    Args:
        model: it checks its modalities.
        batch: rows of pixels, or pictures (batch, time, height, width[, colour]).
        modality: the one with pictures.
    """
    track, shape = batch.tracks.get(modality), picture_shape(model.dims[modality])
    if track is not None and track.values.ndim in (4, 5):
        shape = (track.values.shape[2], track.values.shape[3])
        flat = replace(track, values=track.values.flatten(2))
        batch = replace(batch, tracks={**batch.tracks, modality: flat})
    return read_tracks(model, batch)[modality], shape


def pictures_of(
    model: FusionModel, batch: Batch, modality: str
) -> tuple[Float[Tensor, "batch time height width"], Bool[Tensor, "batch time"]]:
    """A modality's pictures in grey, each with mean 0 and spread 1, and which of them are real.

    Args:
        model: it checks its modalities.
        batch: as `flattened` takes it.
        modality: the one with pictures.
    """
    track, (height, width) = flattened(model, batch, modality)
    grey = reduce(
        track.values,
        "batch time (height width colour) -> batch time (height width)",
        "mean",
        height=height,
        width=width,
    )
    plain = functional.layer_norm(grey, grey.shape[2:])
    pictures = rearrange(
        plain, "batch time (height width) -> batch time height width", height=height, width=width
    )
    return pictures, track.mask


def real_pictures(
    model: FusionModel, batch: Batch, modality: str = "vision"
) -> tuple[Float[Tensor, "picture colour height width"], Bool[Tensor, "batch time"]]:
    """The real pictures one after another, each with mean 0 and spread 1, and where they stood.

    Args:
        model: it checks its modalities.
        batch: as `flattened` takes it.
        modality: the one with pictures.
    """
    track, (height, width) = flattened(model, batch, modality)
    real = track.values[track.mask]
    pictures = rearrange(
        functional.layer_norm(real, real.shape[1:]),
        "picture (height width colour) -> picture colour height width",
        height=height,
        width=width,
    )
    return pictures, track.mask


def mean_seen(
    pictures: Tensor,
    mask: Bool[Tensor, "batch time"],
    look: Callable[[Tensor], Tensor],
    width: int,
) -> Float[Tensor, "batch width"]:
    """The mean vector of each clip's pictures, zeros for a clip without one.

    Padding would be part of what a batch norm takes for the batch: it is not looked at.

    Args:
        pictures: the real ones, one after another.
        mask: where they stood.
        look: pictures to their vectors.
        width: size of a vector.
    """
    seen = torch.zeros(*mask.shape, width, device=mask.device)
    if len(pictures):
        # In mixed precision a net looks in bfloat16.
        seen = seen.masked_scatter(mask.unsqueeze(2), look(pictures).to(seen.dtype))
    return masked_mean(seen, mask)


def resized(
    pictures: Float[Tensor, "picture colour height width"], side: int
) -> Float[Tensor, "picture colour side side"]:
    """The pictures as squares of `side` pixels, padded with their mean to keep their aspect."""
    height, width = pictures.shape[2:]
    if (height, width) == (side, side):
        return pictures
    longest = max(height, width)
    tall, wide = (max(1, round(side * size / longest)) for size in (height, width))
    pictures = functional.interpolate(
        pictures, (tall, wide), mode="bilinear", align_corners=False, antialias=True
    )
    above, left = (side - tall) // 2, (side - wide) // 2
    return functional.pad(pictures, (left, side - wide - left, above, side - tall - above))
