"""Weights in few bits on disk, whole numbers times a scale for each row; unpacked at load.

A matrix becomes whole numbers in -127..127 (8 bits) or -31..31 (6 bits, four in three bytes)
and one float16 scale a row. Vectors and small tensors stay as they are.
"""

from collections.abc import Callable, Mapping

import torch
from jaxtyping import Float, Int8, UInt8
from torch import Tensor

SMALL = 2048  # tensors with fewer numbers are not worth packing
SCALE, SIX, SHAPE = ".scale", ".six", ".shape"


def pack(
    weights: Mapping[str, Tensor], bits: Callable[[str], int] = lambda name: 8
) -> dict[str, Tensor]:
    """Quantise every large matrix, row by row.

    Args:
        weights: names to tensors.
        bits: 8 or 6 for a name.
    """
    packed: dict[str, Tensor] = {}
    for name, weight in weights.items():
        if weight.ndim < 2 or weight.numel() < SMALL or not weight.is_floating_point():
            packed[name] = weight.contiguous()
            continue
        whole, scale = quantise(weight.flatten(1), 127 if bits(name) == 8 else 31)
        packed[name + SCALE] = scale
        if bits(name) == 8:
            packed[name] = whole.reshape(weight.shape).contiguous()
        else:
            packed[name + SIX] = squeeze(whole.flatten())
            packed[name + SHAPE] = torch.tensor(weight.shape)
    return packed


def unpack(packed: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights as float32, under the names that `pack` was given."""
    weights: dict[str, Tensor] = {}
    for name, value in packed.items():
        if name.endswith((SCALE, SHAPE)):
            continue
        plain = name.removesuffix(SIX)
        if name.endswith(SIX):
            shape = packed[plain + SHAPE].tolist()
            count = int(torch.tensor(shape).prod())
            value = stretch(value)[:count].reshape(shape)
        if plain + SCALE in packed:
            scale = packed[plain + SCALE].float()
            value = value.float() * scale.reshape(-1, *[1] * (value.ndim - 1))
        weights[plain] = value
    return weights


def quantise(
    rows: Float[Tensor, "row column"], most: int
) -> tuple[Int8[Tensor, "row column"], Float[Tensor, " row"]]:
    """Whole numbers and the scale of each row: the scale that loses least of the row.

    The largest number of a row need not be kept whole: a few narrower ranges are tried.
    """
    peak = rows.abs().amax(dim=1).clamp(min=1e-8)
    best, least = peak, torch.full_like(peak, torch.inf)
    for share in (1.0, 0.95, 0.9, 0.85, 0.8, 0.7):
        step = (peak * share / most)[:, None]
        error = ((rows / step).round().clamp(-most, most) * step - rows).square().sum(dim=1)
        best, least = torch.where(error < least, peak * share, best), torch.minimum(least, error)
    scale = (best / most).half()
    whole = (rows / scale.float()[:, None]).round().clamp(-most, most).to(torch.int8)
    return whole, scale


def squeeze(whole: Int8[Tensor, " number"]) -> UInt8[Tensor, " byte"]:
    """Numbers in -32..31, four in three bytes."""
    spare = -len(whole) % 4
    numbers = torch.nn.functional.pad(whole.int() + 32, (0, spare)).reshape(-1, 4)
    joined = numbers[:, 0] | numbers[:, 1] << 6 | numbers[:, 2] << 12 | numbers[:, 3] << 18
    return torch.stack([joined & 255, joined >> 8 & 255, joined >> 16], dim=1).flatten().byte()


def stretch(tight: UInt8[Tensor, " byte"]) -> Int8[Tensor, " number"]:
    """What `squeeze` was given, with up to three numbers of filling at the end."""
    triple = tight.int().reshape(-1, 3)
    joined = triple[:, 0] | triple[:, 1] << 8 | triple[:, 2] << 16
    parts = [joined >> shift & 63 for shift in (0, 6, 12, 18)]
    return (torch.stack(parts, dim=1).flatten() - 32).to(torch.int8)
