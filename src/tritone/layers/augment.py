"""Random changes that a face, a voice or a sentence survives; for training only.

Each takes a generator, so that a seed repeats them.
"""

import torch
from jaxtyping import Bool, Float, Int
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


def vary_voices(
    mel: Float[Tensor, "clip time mel"],
    mask: Bool[Tensor, "clip time"],
    generator: torch.Generator,
    *,
    stretch: float = 0.15,
    raise_by: float = 0.06,
    colour: float = 1.0,
    noise: float = 0.5,
    hidden_bands: int = 10,
    hidden_steps: int = 14,
) -> tuple[Float[Tensor, "clip longer mel"], Bool[Tensor, "clip longer"]]:
    """Stretch, raise, colour, add noise to and partly hide log-mel spectrograms.

    Source: Park et al. 2019, "SpecAugment", Interspeech. https://arxiv.org/abs/1904.08779
    Differs: also moves and scales the bands, as another throat would (Jaitly and Hinton
        2013), and draws a smooth random equaliser and a floor of noise.

    Args:
        mel: natural logarithm of mel power.
        mask: True where a row is real.
        generator: where the chance comes from.
        stretch: largest change of tempo, as a share.
        raise_by: largest shift of the bands, as a share of their number.
        colour: spread of the random equaliser, in nepers of power.
        noise: share of the clips that get an audible floor of noise.
        hidden_bands: widest run of bands that is hidden, twice a clip.
        hidden_steps: longest run of rows that is hidden, twice a clip.
    """
    clips, time, bands = mel.shape

    def chance(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator)

    tempo = 1 + (chance(clips) * 2 - 1) * stretch
    lengths = (mask.sum(dim=1) * tempo).clamp(min=1)
    longest = int(lengths.max().ceil())
    steps = torch.arange(longest)[None] / tempo[:, None]
    lift = (chance(clips) * 2 - 1) * raise_by * bands
    scale = 1 + (chance(clips) * 2 - 1) * raise_by
    rows = (torch.arange(bands)[None] - lift[:, None]) * scale[:, None]
    grid = torch.stack(
        [
            ((rows + 0.5) / bands * 2 - 1)[:, None, :].expand(clips, longest, bands),
            ((steps + 0.5) / time * 2 - 1)[:, :, None].expand(clips, longest, bands),
        ],
        dim=-1,
    )
    warped = functional.grid_sample(
        mel.unsqueeze(1), grid, padding_mode="border", align_corners=False
    ).squeeze(1)
    real = torch.arange(longest)[None] < lengths[:, None]
    curve = torch.randn(clips, 1, 6, generator=generator) * colour
    warped = warped + functional.interpolate(curve, size=bands, mode="linear")
    quiet = (chance(clips, 1, 1) > noise) * 20 + 4 + 10 * chance(clips, 1, 1)
    floor = warped.amax(dim=(1, 2), keepdim=True) - quiet
    grain = torch.randn(warped.shape, generator=generator) * 0.5
    warped = torch.logaddexp(warped, floor + grain)
    level = (warped * real.unsqueeze(-1)).sum(dim=(1, 2)) / (real.sum(dim=1) * bands)
    for _ in range(2):
        band = run(chance(clips, 2), bands, hidden_bands)[:, None, :]
        step = run(chance(clips, 2), longest, hidden_steps)[:, :, None]
        warped = torch.where(band | step, level[:, None, None], warped)
    return warped, real


def run(chance: Float[Tensor, "clip 2"], length: int, longest: int) -> Bool[Tensor, "clip length"]:
    """True along one random run of at most `longest` places out of `length`."""
    size = chance[:, :1] * longest
    start = chance[:, 1:] * (length - size).clamp(min=0)
    places = torch.arange(length)[None]
    return (places >= start) & (places < start + size)


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
