"""What a voice does over a whole utterance, in a few hundred numbers.

Means, spreads and quantiles of the spectrum, of its shape and of the pitch, and how they move:
what classic speech-emotion sets collect, in a form that a small net can read.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
COEFFICIENTS = 20
PARTS, TURNS, WAVES = 4, 8, 256
FEWEST = 4  # voiced rows below which the pitch says nothing


def statistics_of(rows: Float[Tensor, "time column"]) -> Float[Tensor, " number"]:
    """The statistics of one utterance, whatever its loudness.

    Source: Schuller et al. 2009, "The INTERSPEECH 2009 Emotion Challenge", Interspeech
        (low-level descriptors and functionals).
    Differs: fewer, on log-mel rows of our own, with the level taken out.

    Args:
        rows: log-mel bands, and in the last column the pitch in octaves (log2 of hertz), 0
            where there is no voice. At least one row.
    """
    bands, pitch = rows[:, :-1] - rows[:, :-1].mean(), rows[:, -1]
    voiced = pitch > 0
    if int(voiced.sum()) < FEWEST:
        voiced = torch.ones_like(voiced)
    coarse = grouped(bands)
    shape = bands @ cosines(bands.shape[1]).to(bands)
    level = bands.logsumexp(dim=1)
    tones = pitch[voiced]
    parts = [
        movement(coarse),
        movement(shape),
        movement(outline(bands, level)),
        melody(tones, voiced),
        moments(coarse[voiced]),
        moments(shape[voiced]),
        *[moments(part) for part in pieces(coarse, PARTS)],
        torch.stack([part.mean() for part in pieces(level, TURNS)]),
        torch.stack([part.mean() for part in pieces(filled(pitch, voiced, tones), TURNS)]),
        rhythm(level),
    ]
    return torch.cat(parts)


def count_of(columns: int) -> int:
    """How many numbers `statistics_of` gives for rows of so many columns."""
    return len(statistics_of(torch.zeros(2, columns)))


def movement(values: Float[Tensor, "time dim"]) -> Float[Tensor, " number"]:
    """Mean, spread, quantiles and slope of each column, and how it steps."""
    time = torch.linspace(-1, 1, len(values)).to(values)[:, None]
    steps = values.diff(dim=0) if len(values) > 1 else torch.zeros_like(values)
    spread = values.quantile(torch.tensor(QUANTILES).to(values), dim=0).flatten()
    slope, pace = (values * time).mean(dim=0), steps.abs().mean(dim=0)
    return torch.cat([moments(values), spread, slope, pace, steps.std(dim=0, correction=0)])


def moments(values: Float[Tensor, "time dim"]) -> Float[Tensor, " number"]:
    """Mean and spread of each column."""
    return torch.cat([values.mean(dim=0), values.std(dim=0, correction=0)])


def melody(tones: Float[Tensor, " voiced"], voiced: Tensor) -> Float[Tensor, " number"]:
    """Height, range and movement of the pitch, in octaves, and how much of it there is."""
    share, starts = voiced.float().mean(), (voiced[1:] & ~voiced[:-1]).float().sum() / len(voiced)
    return torch.cat([movement(tones[:, None]), torch.stack([share, 10 * starts])])


def outline(bands: Float[Tensor, "time mel"], level: Tensor) -> Float[Tensor, "time 4"]:
    """Level, centre, tilt and change of the spectrum, row by row."""
    place = torch.linspace(-1, 1, bands.shape[1]).to(bands)
    change = bands.diff(dim=0, prepend=bands[:1]).abs().mean(dim=1)
    centre = bands.softmax(dim=1) @ place
    return torch.stack([level, centre, bands @ place / bands.shape[1], change], dim=1)


def rhythm(level: Float[Tensor, " time"]) -> Float[Tensor, " number"]:
    """How the level swings, slow to fast, and for how long."""
    swings = torch.fft.rfft(level - level.mean(), n=WAVES).abs()[1:41].reshape(20, 2).mean(dim=1)
    return torch.cat([(swings + 1e-3).log(), torch.tensor([len(level) / 60]).to(level)])


def grouped(bands: Float[Tensor, "time mel"]) -> Float[Tensor, "time coarse"]:
    """Means of four neighbouring bands."""
    return torch.stack([part.mean(dim=1) for part in bands.split(4, dim=1)], dim=1)


def pieces(values: Tensor, count: int) -> list[Tensor]:
    """`count` stretches of like length; a short utterance is repeated to have them."""
    while len(values) < count:
        values = values.repeat_interleave(2, dim=0)
    return list(values.tensor_split(count))


def filled(pitch: Tensor, voiced: Tensor, tones: Tensor) -> Tensor:
    """The pitch, with its median where there is no voice."""
    return torch.where(voiced, pitch, tones.median())


def cosines(bands: int) -> Float[Tensor, "mel coefficient"]:
    """The orthonormal DCT-II's columns after the first: the shape of a spectrum, not its level."""
    place = (torch.arange(bands) + 0.5) * math.pi / bands
    order = torch.arange(1, min(COEFFICIENTS, bands - 1) + 1)
    return (place[:, None] * order).cos() * (2 / bands) ** 0.5
