"""Random changes that a face or a sentence survives; for training only.

Each takes a generator, so that a seed repeats them.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional


def vary_faces(
    faces: Float[Tensor, "face side side"],
    generator: torch.Generator,
    *,
    turn: float = 0.22,
    zoom: float = 0.12,
    shift: float = 0.1,
    light: float = 30.0,
    erase: float = 0.3,
) -> Float[Tensor, "face side side"]:
    """Mirror, turn, zoom, shift, relight, blur and partly cover grey faces in 0..255.

    Args:
        faces: grey crops.
        generator: where the chance comes from.
        turn: largest rotation, in radians.
        zoom: largest change of scale, as a share.
        shift: largest shift, as a share of half the side.
        light: largest change of brightness, in grey levels.
        erase: share of the faces of which a box is painted over.
    """
    count, side = faces.shape[:2]

    def chance(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator)

    angle, scale = (chance(count) * 2 - 1) * turn, 1 + (chance(count) * 2 - 1) * zoom
    mirror = (chance(count) < 0.5).float() * 2 - 1
    move = torch.zeros(count, 2, 3)
    move[:, 0, 0], move[:, 0, 1] = angle.cos() * scale * mirror, -angle.sin() * scale
    move[:, 1, 0], move[:, 1, 1] = angle.sin() * scale * mirror, angle.cos() * scale
    move[:, :, 2] = (chance(count, 2) * 2 - 1) * shift
    grid = functional.affine_grid(move, [count, 1, side, side], align_corners=False)
    moved = functional.grid_sample(
        faces.unsqueeze(1), grid, padding_mode="reflection", align_corners=False
    )
    coarse = functional.interpolate(functional.avg_pool2d(moved, 2), size=side, mode="bilinear")
    moved = torch.where(chance(count, 1, 1, 1) < 0.15, coarse, moved).squeeze(1)
    bend = torch.exp((chance(count, 1, 1) * 2 - 1) * 0.35)
    lit = (moved.clamp(0, 255) / 255) ** bend * 255
    lit = lit * (1 + (chance(count, 1, 1) * 2 - 1) * 0.25) + (chance(count, 1, 1) * 2 - 1) * light
    place, size = chance(count, 2) * side, 4 + chance(count, 2) * (side // 3)
    near = (torch.arange(side)[None, None] - place.unsqueeze(2)).abs() < size.unsqueeze(2) / 2
    box = near[:, 0, :, None] & near[:, 1, None, :] & (chance(count) < erase)[:, None, None]
    return torch.where(box, chance(count, 1, 1) * 255, lit).clamp(0, 255)


def drop_tokens(
    ids: Int[Tensor, "clip token"], share: float, unknown: int, generator: torch.Generator
) -> Int[Tensor, "clip token"]:
    """Replace a share of the ordinary tokens with the unknown token.

    Args:
        ids: subword ids; the special tokens come first in the vocabulary, up to 4.
        share: how many tokens are dropped, 0..1.
        unknown: id of the unknown token.
        generator: where the chance comes from.
    """
    gone = (torch.rand(ids.shape, generator=generator) < share) & (ids > 4)
    return ids.masked_fill(gone, unknown)
