"""How a voice sounds apart from its pitch: rough, breathy or pressed.

    jitter    the periods differ           rough
    shimmer   their strengths differ       rough
    HNR       noise beside the harmonics   breathy, hoarse
    H1-H2     the fundamental stands out   breathy above, pressed below

The open counterpart of the glottal parameters that COVAREP gave MOSI and MOSEI.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32, Float64
from scipy.fft import irfft, rfft
from scipy.signal import get_window

from tritone.core.errors import RecipeError
from tritone.features import prosody, spectrum
from tritone.features.extractor import RATE_HZ
from tritone.features.pulses import Pulses, find_pulses, vertex
from tritone.features.voices import Framed, check_pitch

CHUNK = 512  # frames at once, so that a long sound needs no more memory
PERIODS = 4.5  # of the lowest pitch in a window, as in Praat
FINE = 4  # steps of the autocorrelation to a sample
NEAR = 0.1  # share of the period to both sides in which its autocorrelation is highest
LOUDEST_DB = 60.0  # ratios beyond it are rounding
# Praat's limits: periods or strengths that differ more are no neighbours in one voice.
MOST_PERIOD, MOST_STRENGTH = 1.3, 1.6
FEWEST = 2  # comparisons that an average needs


def harmonics(
    samples: Float[np.ndarray, " sample"],
    rate_hz: int,
    pitch_hz: Float[np.ndarray, " time"],
    *,
    low_hz: float = 75.0,
    window: float = 0.025,
    hop: float = 0.010,
) -> Float64[np.ndarray, "time 2"]:
    """Harmonics-to-noise ratio and H1-H2 of each frame, in dB; NaN where there is no voice.

    HNR = 10 log10(r / (1 - r)), where r is the autocorrelation of the frame at its period over
    that of the window. H1-H2 is the level of the first harmonic less that of the second, as
    they are heard: formants are not taken out.

    Source: Boersma 1993, "Accurate short-term analysis of the fundamental frequency and the
        harmonics-to-noise ratio of a sampled sound", IFA Proceedings 17 (HNR); Hanson 1997,
        "Glottal characteristics of female speakers: Acoustic correlates", JASA 101 (H1-H2).
        https://doi.org/10.1121/1.417991
    Differs: the period is looked for only near the pitch that is given.

    Args:
        pitch_hz: of each frame, as `prosody.pitch` gives it with the same window and hop.
        low_hz: lowest pitch; 4.5 of its periods are looked at.
        window: length of a frame, in seconds; decides only where the frames lie.
        hop: from frame to frame, in seconds.
    """
    length = round(PERIODS * rate_hz / low_hz)
    frames = prosody.around_middles(samples, rate_hz, window, hop, length // 2, length)
    frames = frames[: len(pitch_hz)]
    found = np.full((len(pitch_hz), 2), np.nan)
    voiced = np.flatnonzero(np.isfinite(pitch_hz))
    for first in range(0, len(voiced), CHUNK):
        rows = voiced[first : first + CHUNK]
        some = frames[rows].astype(np.float64)
        found[rows] = measured(some, rate_hz / pitch_hz[rows].astype(np.float64))
    return found


def measured(
    frames: Float64[np.ndarray, "time length"], period: Float64[np.ndarray, " time"]
) -> Float64[np.ndarray, "time 2"]:
    """HNR and H1-H2 of voiced frames.

    Args:
        frames: 4.5 periods of the lowest pitch, or more.
        period: about how long one is, in samples.
    """
    taper = np.asarray(get_window("hann", frames.shape[1]), np.float64)
    tapered = (frames - frames.mean(axis=1, keepdims=True)) * taper
    reach = int(np.ceil(period.max() * (1 + NEAR))) + 2
    alike = autocorrelation(tapered, reach) / autocorrelation(taper[None], reach)
    lags = np.arange(alike.shape[1]) / FINE
    near = np.abs(lags - period[:, None]) <= np.maximum(NEAR * period[:, None], 2)
    best = np.where(near, alike, -np.inf).argmax(axis=1)
    height = np.clip(alike[np.arange(len(alike)), best], 1e-6, 1 - 1e-6)
    ratio = 10 * np.log10(height / (1 - height))
    period = (best + vertex(alike, best)) / FINE
    turn = np.exp(-2j * np.pi / period[:, None] * np.arange(frames.shape[1]))
    first, second = (np.abs((tapered * turn**k).sum(axis=1)) for k in (1, 2))
    tilt = 20 * np.log10(np.maximum(first, 1e-12) / np.maximum(second, 1e-12))
    return np.clip(np.stack([ratio, tilt], axis=1), -LOUDEST_DB, LOUDEST_DB)


def autocorrelation(
    frames: Float64[np.ndarray, "time length"], reach: int
) -> Float64[np.ndarray, "time lag"]:
    """Over that at no lag; `FINE` steps a sample, up to `reach` samples."""
    points = 1 << (frames.shape[1] + reach).bit_length()
    power = np.abs(np.asarray(rfft(frames, points))) ** 2
    fine = np.asarray(irfft(power, points * FINE))[:, : reach * FINE]
    return fine / np.maximum(fine[:, :1], 1e-30)


def perturbation(
    pulses: Pulses, middles: Float[np.ndarray, " time"], *, reach: float = 0.1
) -> Float64[np.ndarray, "time 2"]:
    """Local jitter and shimmer around each moment, as shares; NaN where they are unknown.

    Jitter: the mean difference of neighbouring periods over their mean. Shimmer: the same of
    the strengths of neighbouring pulses.

    Source: Titze, Horii & Scherer 1987, "Some technical considerations in voice perturbation
        measurements", Journal of Speech and Hearing Research 30.
        https://doi.org/10.1044/jshr.3002.252
    Differs: neighbours that differ by more than Praat's factors (1.3 and 1.6) are left out.

    Args:
        middles: moments, in seconds from the first sample.
        reach: seconds around each moment over which is averaged.
    """
    joined = np.isfinite(pulses.periods)
    columns = []
    for values, linked, times, most in (
        (pulses.periods, joined[:-1] & joined[1:], pulses.times[1:], MOST_PERIOD),
        (pulses.strengths, joined[:-1], pulses.times[:-1] + pulses.periods[:-1] / 2, MOST_STRENGTH),
    ):
        one, other = values[:-1][linked], values[1:][linked]
        alike = np.maximum(one, other) <= most * np.minimum(one, other)
        one, other, times = one[alike], other[alike], times[linked][alike]
        edges = np.searchsorted(times, np.stack([middles - reach / 2, middles + reach / 2]))
        differ = np.diff(np.append(0, np.cumsum(np.abs(one - other)))[edges], axis=0)[0]
        mean = np.diff(np.append(0, np.cumsum((one + other) / 2))[edges], axis=0)[0]
        share = np.full(len(middles), np.nan)
        known = (edges[1] - edges[0] >= FEWEST) & (mean > 0)
        columns.append(np.divide(differ, mean, out=share, where=known))
    return np.stack(columns, axis=1)


@dataclass(frozen=True)
class VoiceQuality(Framed):
    """Whether there is a voice (1 or 0), its jitter, shimmer, HNR in dB and H1-H2 in dB.

    Where one of them cannot be measured the whole row is 0. Jitter and shimmer are shares, not
    percent. Sources: see `harmonics` and `perturbation`.

    Args:
        low_hz: lowest pitch looked for.
        high_hz: highest pitch looked for.
        reach: seconds around a frame over which jitter and shimmer are averaged.
    """

    low_hz: float = 75.0
    high_hz: float = 500.0
    reach: float = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        check_pitch(self.low_hz, self.high_hz)
        if not 0.02 <= self.reach <= 10:
            raise RecipeError(f"reach is {self.reach:g} s; take 0.02 to 10 s")

    @property
    def width(self) -> int:
        """Numbers in a row."""
        return 5

    def measure(self, sound: Float32[np.ndarray, " sample"]) -> Float32[np.ndarray, "time width"]:
        """Voice, jitter, shimmer, HNR and H1-H2 of each frame."""
        frames = {"window": self.window, "hop": self.hop}
        tones = prosody.pitch(sound, RATE_HZ, low_hz=self.low_hz, high_hz=self.high_hz, **frames)
        middles = spectrum.frame_spans(len(tones), **frames).mean(axis=1)
        uneven = perturbation(
            find_pulses(sound, RATE_HZ, tones, middles), middles, reach=self.reach
        )
        levels = harmonics(sound, RATE_HZ, tones, low_hz=self.low_hz, **frames)
        values = np.concatenate([np.ones((len(tones), 1)), uneven, levels], axis=1)
        values[~np.isfinite(values).all(axis=1)] = 0.0
        return values.astype(np.float32)
