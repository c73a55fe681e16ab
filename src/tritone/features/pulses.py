"""When the vocal folds close: each period of a voice, and how strong it is.

    pitch ──∫──▶ phase ──turned to the fundamental──▶ one peak a cycle ──▶ neighbours compared
                                                                            at fractions of a sample

All periods are found at once, by arrays; nothing walks from one to the next.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float64, Int
from numpy.lib.stride_tricks import sliding_window_view
from scipy.signal import butter, sosfiltfilt

CHUNK = 512  # periods compared at once, so that a long sound needs no more memory
SLOW_HZ = 30.0  # the phase of the fundamental is followed up to here; the second is above it
NEIGHBOURS = 9  # cycles over which the place of the peak within a cycle is averaged
SHIFT = 0.1  # share of a period by which two neighbours may lie other than their peaks say


@dataclass(frozen=True)
class Pulses:
    """The peaks of a voice, in order.

    Args:
        times: of each peak, in seconds from the first sample.
        periods: seconds from this peak to the next; NaN where the voice stops before.
        strengths: root mean square around the peak, weighted by a Hann window of two periods.
    """

    times: Float64[np.ndarray, " pulse"]
    periods: Float64[np.ndarray, " pulse"]
    strengths: Float64[np.ndarray, " pulse"]


def find_pulses(
    samples: Float[np.ndarray, " sample"],
    rate_hz: int,
    pitch_hz: Float[np.ndarray, " time"],
    middles: Float[np.ndarray, " time"],
) -> Pulses:
    """The pulses of a voice of known pitch.

    Source: Boersma & Weenink, "Praat: Sound & Pitch: To PointProcess (cc)" (what is compared:
        each period with the next, by cross-correlation). https://www.praat.org
    Differs: the first guess is the phase of the fundamental, not a walk from peak to peak.

    Args:
        samples: the sound.
        rate_hz: samples a second.
        pitch_hz: of each frame; NaN where there is no voice.
        middles: when each frame is half over, in seconds from the first sample.
    """
    voiced = np.isfinite(pitch_hz)
    if voiced.sum() < 2:
        return Pulses(np.zeros(0), np.zeros(0), np.zeros(0))
    sound = samples.astype(np.float64)
    sound -= sound.mean()
    clock = np.arange(len(sound)) / rate_hz
    hertz = np.interp(clock, middles[voiced], pitch_hz[voiced])
    nearest = np.rint(np.interp(clock, middles, np.arange(len(middles)))).astype(np.int64)
    heard = voiced[nearest]
    if np.sum(sound[heard] ** 3) < 0:
        sound = -sound  # the closing of the folds points up, whatever the microphone says
    cycles = phase_of(sound, rate_hz, hertz)
    places, numbers = peaks_of(sound, turned_to_peaks(sound, cycles))
    kept = heard[places]
    places, numbers = places[kept], numbers[kept]
    length = rate_hz / hertz[places]
    periods = np.full(len(places), np.nan)
    pairs = np.flatnonzero(np.diff(numbers) == 1)
    periods[pairs] = compared(sound, places[pairs], places[pairs + 1], length[pairs]) / rate_hz
    return Pulses(places / rate_hz, periods, strengths_of(sound, places, length))


def phase_of(
    sound: Float64[np.ndarray, " sample"], rate_hz: int, hertz: Float64[np.ndarray, " sample"]
) -> Float64[np.ndarray, " sample"]:
    """Cycles of the fundamental since the first sample; never falls."""
    expected = np.cumsum(hertz) / rate_hz
    turn = 2 * np.pi * expected
    beat = np.stack([sound * np.cos(turn), -sound * np.sin(turn)])
    sections = butter(2, SLOW_HZ, fs=rate_hz, output="sos")
    mirrored = min(round(rate_hz / SLOW_HZ), len(sound) - 1)
    slow = np.asarray(sosfiltfilt(sections, beat, padlen=mirrored))
    lead = np.unwrap(np.arctan2(slow[1], slow[0])) / (2 * np.pi)
    return np.maximum.accumulate(expected + lead)


def turned_to_peaks(
    sound: Float64[np.ndarray, " sample"], cycles: Float64[np.ndarray, " sample"]
) -> Float64[np.ndarray, " sample"]:
    """The phase, turned so that the peaks of the sound lie near whole numbers."""
    places, numbers = peaks_of(sound, cycles)
    turn = np.exp(2j * np.pi * (cycles[places] - numbers)) * sound[places] ** 2
    around = np.convolve(turn, np.ones(NEIGHBOURS), mode="same")[: len(turn)]
    angle = np.unwrap(np.angle(around)) / (2 * np.pi)
    return np.maximum.accumulate(cycles - np.interp(np.arange(len(sound)), places, angle))


def peaks_of(
    sound: Float64[np.ndarray, " sample"], cycles: Float64[np.ndarray, " sample"]
) -> tuple[Int[np.ndarray, " pulse"], Int[np.ndarray, " pulse"]]:
    """The sample at which each cycle is highest, and the number of the cycle.

    A cycle reaches half a turn to both sides of its number.
    """
    numbers = np.floor(cycles + 0.5).astype(np.int64)
    begins = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
    lengths = np.diff(begins, append=len(numbers))
    highest = np.repeat(np.maximum.reduceat(sound, begins), lengths)
    at = np.flatnonzero(sound == highest)
    _, first = np.unique(numbers[at], return_index=True)
    return at[first], numbers[at[first]]


def compared(
    sound: Float64[np.ndarray, " sample"],
    here: Int[np.ndarray, " pair"],
    there: Int[np.ndarray, " pair"],
    length: Float64[np.ndarray, " pair"],
) -> Float64[np.ndarray, " pair"]:
    """Samples from each peak to the next, where the sound around both is most alike."""
    if not len(here):
        return np.zeros(0)
    half = int(np.ceil(length.max() / 2))
    shift = max(2, int(np.ceil(SHIFT * length.max())))
    padded = np.pad(sound, half + shift)
    span, lags = np.arange(-half, half + 1), np.arange(-shift, shift + 1)
    found = []
    for first in range(0, len(here), CHUNK):
        part = slice(first, first + CHUNK)
        weight = hann(span / np.maximum(length[part, None] / 2, 1))
        one = padded[here[part, None] + span + half + shift]
        wide = np.arange(-half - shift, half + shift + 1)
        other = sliding_window_view(
            padded[there[part, None] + wide + half + shift], len(span), axis=1
        )
        alike = np.einsum("nj,nlj->nl", weight * one, other)
        energy = np.einsum("nj,nlj->nl", weight, other**2)
        alike /= np.sqrt(np.maximum(energy, 1e-30))
        allowed = np.abs(lags) <= np.maximum(SHIFT * length[part, None], 2)
        best = np.where(allowed, alike, -np.inf).argmax(axis=1)
        found.append(lags[best] + vertex(alike, best))
    return there - here + np.concatenate(found)


def strengths_of(
    sound: Float64[np.ndarray, " sample"],
    places: Int[np.ndarray, " pulse"],
    length: Float64[np.ndarray, " pulse"],
) -> Float64[np.ndarray, " pulse"]:
    """Root mean square of a period to both sides of each peak, weighted by a Hann window."""
    if not len(places):
        return np.zeros(0)
    half = int(np.ceil(length.max()))
    padded, span = np.pad(sound, half), np.arange(-half, half + 1)
    found = []
    for first in range(0, len(places), CHUNK):
        part = slice(first, first + CHUNK)
        weight = hann(span / length[part, None])
        power = padded[places[part, None] + span + half] ** 2
        found.append(np.sqrt((weight * power).sum(axis=1) / weight.sum(axis=1)))
    return np.concatenate(found)


def hann(place: Float64[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
    """1 in the middle, 0 from -1 and 1 outwards."""
    inside: Bool[np.ndarray, "*shape"] = np.abs(place) < 1
    return np.where(inside, 0.5 + 0.5 * np.cos(np.pi * place), 0.0)


def vertex(
    curves: Float64[np.ndarray, "row lag"], highest: Int[np.ndarray, " row"]
) -> Float64[np.ndarray, " row"]:
    """How far beside its highest point the parabola through three points turns, in steps."""
    inner = np.clip(highest, 1, curves.shape[1] - 2)
    row = np.arange(len(curves))
    left, centre, right = (curves[row, inner + step] for step in (-1, 0, 1))
    bend = 2 * centre - left - right
    shift = np.zeros_like(centre)
    np.divide(right - left, 2 * bend, out=shift, where=bend > 0)
    return np.where(inner == highest, np.clip(shift, -1, 1), 0.0)
