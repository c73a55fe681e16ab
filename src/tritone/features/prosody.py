"""How it is said: pitch, intensity and speech rate.

Row i of `pitch` and of `intensity` has the same span as row i of `spectrum.log_mel` with
the same window and hop, so they may stand side by side.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Float32, Float64
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import find_peaks

from tritone.core.clip import Word
from tritone.core.errors import DataError
from tritone.features.spectrum import frame

CHUNK = 2048  # frames at once: bounds the memory of a long sound
SILENT_DB = -120.0


def pitch(
    samples: Float[np.ndarray, " sample"],
    rate_hz: int,
    *,
    low_hz: float = 60.0,
    high_hz: float = 500.0,
    window: float = 0.025,
    hop: float = 0.010,
    threshold: float = 0.2,
    quiet_db: float = -50.0,
) -> Float32[np.ndarray, " time"]:
    """Fundamental frequency of each frame, in hertz; NaN where there is no voice.

    Each estimate looks at two of the longest periods around the middle of its frame.

    Source:  de Cheveigne & Kawahara 2002, "YIN, a fundamental frequency estimator for
        speech and music", JASA 111. https://doi.org/10.1121/1.1458024
    Differs: no best-local-estimate search (step 6); quiet frames count as unvoiced.

    Args:
        low_hz: lowest pitch looked for.
        high_hz: highest pitch looked for; at most a quarter of `rate_hz`.
        window: length of a frame, in seconds; decides only where the frames lie.
        hop: from frame to frame, in seconds.
        threshold: aperiodic share of the power up to which a frame counts as voiced.
        quiet_db: frames below this, relative to the loudest, count as unvoiced.

    Raises:
        DataError: the limits are not 0 < low_hz < high_hz <= rate_hz / 4.
    """
    if not 0 < low_hz < high_hz <= rate_hz / 4:
        raise DataError(
            f"Pitch from {low_hz:g} to {high_hz:g} Hz cannot be found in a sound of {rate_hz} Hz. "
            f"Keep 0 < low_hz < high_hz <= {rate_hz / 4:g}."
        )
    longest = int(np.ceil(rate_hz / low_hz)) + 1
    shortest = max(2, int(rate_hz / high_hz))
    # A lag compares a window of `longest` with itself that much later: their middle lies here.
    lead = (longest + round(np.sqrt(shortest * longest))) // 2
    frames = around_middles(samples, rate_hz, window, hop, lead, 2 * longest)
    chunks = [
        _yin(frames[first : first + CHUNK].astype(np.float64), shortest, longest, threshold)
        for first in range(0, len(frames), CHUNK)
    ]
    lag = np.concatenate(chunks)
    loudness = intensity(samples, rate_hz, window=window, hop=hop)
    lag[(loudness < loudness.max() + quiet_db) | (loudness <= SILENT_DB)] = np.nan
    return (rate_hz / lag).astype(np.float32)


def intensity(
    samples: Float[np.ndarray, " sample"],
    rate_hz: int,
    *,
    window: float = 0.025,
    hop: float = 0.010,
    floor_db: float = SILENT_DB,
) -> Float32[np.ndarray, " time"]:
    """Root mean square of each frame in dB; 0 is a constant 1, silence is `floor_db`.

    Args:
        window: length of a frame, in seconds.
        hop: from frame to frame, in seconds.
        floor_db: the least value given.
    """
    frames = frame(samples, round(window * rate_hz), round(hop * rate_hz))
    power = np.einsum("ts,ts->t", frames, frames) / frames.shape[1]
    return (10 * np.log10(np.maximum(power, 10 ** (floor_db / 10)))).astype(np.float32)


def speech_rate(words: Sequence[Word], start: float, end: float) -> float:
    """Words for each second between `start` and `end`, counted by their midpoints.

    Args:
        words: in any order.
        start: seconds from the start of the media.
        end: seconds from the start of the media.

    Raises:
        DataError: `end` is not after `start`.
    """
    if not start < end:
        raise DataError(f"The span {start:.3f}-{end:.3f} s has no length: end must follow start.")
    return sum(start <= (word.start + word.end) / 2 < end for word in words) / (end - start)


def syllable_rate(
    samples: Float[np.ndarray, " sample"],
    rate_hz: int,
    *,
    range_db: float = 25.0,
    dip_db: float = 2.0,
) -> float:
    """Syllable nuclei for each second, without any words; see `syllable_nuclei`."""
    if not len(samples):
        return 0.0
    nuclei = syllable_nuclei(samples, rate_hz, range_db=range_db, dip_db=dip_db)
    return len(nuclei) * rate_hz / len(samples)


def syllable_nuclei(
    samples: Float[np.ndarray, " sample"],
    rate_hz: int,
    *,
    range_db: float = 25.0,
    dip_db: float = 2.0,
) -> Float64[np.ndarray, " nucleus"]:
    """When each syllable is loudest, in seconds: the voiced peaks of the intensity.

    Source:  De Jong & Wempe 2009, "Praat script to detect syllable nuclei and measure
        speech rate automatically", Behavior Research Methods 41.
        https://doi.org/10.3758/BRM.41.2.385
    Differs: our own pitch decides what is voiced; intensity over 64 ms without a taper.

    Args:
        range_db: a peak lies at most this far below the loudest frames (99 %).
        dip_db: how far the intensity falls between two nuclei.
    """
    if not len(samples):
        return np.zeros(0)
    window, hop = 0.064, 0.010  # Praat's intensity window for a pitch floor of 50 Hz
    loudness = intensity(samples, rate_hz, window=window, hop=hop)
    voiced = np.isfinite(pitch(samples, rate_hz, window=window, hop=hop))
    height = max(float(np.quantile(loudness, 0.99)) - range_db, SILENT_DB + dip_db)
    peaks, _ = find_peaks(loudness, height=height, prominence=dip_db)
    return peaks[voiced[peaks]] * hop + window / 2


def around_middles(
    samples: np.ndarray, rate_hz: int, window: float, hop: float, lead: int, length: int
) -> np.ndarray:
    """Frames that start `lead` samples before the middles of the usual ones; zeros outside."""
    usual, step = round(window * rate_hz), round(hop * rate_hz)
    count = len(frame(samples, usual, step))
    first = usual // 2 - lead
    padded = np.pad(samples[max(0, first) :], (max(0, -first), length + usual))
    return frame(padded, length, step)[:count]


def _yin(frames: np.ndarray, shortest: int, longest: int, threshold: float) -> np.ndarray:
    """The period of each frame in samples, NaN where none is found."""
    width = frames.shape[1] - longest
    points = next_fast_len(frames.shape[1], real=True)
    head = np.conj(np.asarray(rfft(frames[:, :width], points)))
    correlation = np.asarray(irfft(np.asarray(rfft(frames, points)) * head, points))
    energy = np.pad(np.cumsum(frames**2, axis=1), ((0, 0), (1, 0)))
    energy = energy[:, width:] - energy[:, :-width]
    lags = np.arange(longest + 1)
    difference = np.maximum(energy[:, :1] + energy - 2 * correlation[:, : longest + 1], 0.0)
    # The mean of the differences so far: what an aperiodic frame would show at this lag.
    mean = np.cumsum(difference[:, 1:], axis=1) / lags[1:]
    relative = np.ones_like(difference)
    np.divide(difference[:, 1:], mean, out=relative[:, 1:], where=mean > 0)
    middle = relative[:, shortest:longest]
    dips = (middle <= relative[:, shortest + 1 : longest + 1]) & (
        middle < relative[:, shortest - 1 : longest - 1]
    )
    good = dips & (middle < threshold)
    best = shortest + good.argmax(axis=1)
    return np.where(good.any(axis=1), best + _vertex(relative, best), np.nan)


def _vertex(curves: np.ndarray, lowest: np.ndarray) -> np.ndarray:
    """How far beside its lowest point the parabola through three points turns, in samples."""
    row = np.arange(len(curves))
    left, centre, right = (curves[row, lowest + step] for step in (-1, 0, 1))
    bend = left - 2 * centre + right
    shift = np.zeros_like(centre)
    np.divide(left - right, 2 * bend, out=shift, where=bend > 0)
    return np.clip(shift, -1, 1)
