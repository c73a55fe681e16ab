"""Where a row stands in its sequence, as waves that a Transformer can read."""

import math

import torch
from jaxtyping import Float
from torch import Tensor


def sinusoidal(length: int, width: int) -> Float[Tensor, "time dim"]:
    """Sines and cosines of each position, in wavelengths from 2 pi to 10000 times that.

    Computed anew for any length: no sequence is longer than the positions allow.

    Source: Vaswani et al. 2017, "Attention Is All You Need", NeurIPS, section 3.5.
        https://arxiv.org/abs/1706.03762
    Differs: an odd width leaves out the last cosine.

    Args:
        length: how many positions.
        width: numbers for each; sine at even places, cosine at odd ones.
    """
    slowness = torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))
    angles = torch.arange(length).unsqueeze(1) * slowness
    return torch.stack([angles.sin(), angles.cos()], dim=2).flatten(1)[:, :width]


def add_positions(values: Float[Tensor, "batch time dim"]) -> Float[Tensor, "batch time dim"]:
    """The rows with the waves of their place added; a masked row keeps its place."""
    waves = sinusoidal(values.shape[1], values.shape[2])
    return values + waves.to(values)
