"""What is done to a waveform before anything is measured: cut, filter, level, trim.

Every function takes one channel, usually in [-1, 1], and leaves its argument as it was.
Times are seconds from the first sample.
"""

import numpy as np
from jaxtyping import Float
from scipy.signal import butter, sosfiltfilt

from tritone.core.errors import DataError
from tritone.features.spectrum import frame

SILENCE = 1e-6  # a peak of -120 dB: below the last bit of 16- and of 20-bit sound


def cut(
    samples: Float[np.ndarray, " sample"], rate_hz: int, start: float, end: float
) -> Float[np.ndarray, " cut"]:
    """The part of the sound from `start` to `end`; shorter where the sound ends before.

    Neighbouring spans share no sample and lose none: both ends are rounded alike.

    Args:
        start: seconds from the first sample.
        end: seconds from the first sample.

    Raises:
        DataError: the span is reversed or empty, or none of it lies within the sound.
    """
    duration = len(samples) / rate_hz
    if not start < end:
        raise DataError(f"The span {start:.3f}-{end:.3f} s has no length: end must follow start.")
    if start >= duration or end <= 0:
        raise DataError(
            f"There is no sound at {start:.3f}-{end:.3f} s: it lasts from 0 to {duration:.3f} s. "
            "Mend the time codes or leave this span out."
        )
    return samples[max(0, round(start * rate_hz)) : round(end * rate_hz)]


def band_pass(
    samples: Float[np.ndarray, " sample"],
    rate_hz: int,
    *,
    low_hz: float = 80.0,
    high_hz: float = 7600.0,
    order: int = 4,
) -> Float[np.ndarray, " sample"]:
    """The sound between two frequencies, without delay: nothing moves in time.

    A Butterworth filter run forwards and backwards; hum below and hiss above speech go.
    At the edges it takes 6 dB (3 in each direction).

    Args:
        low_hz: lower edge; hum and rumble lie below 80 Hz.
        high_hz: upper edge; less than half of `rate_hz`.
        order: of the filter in one direction; higher is steeper.

    Raises:
        DataError: the edges are not 0 < low_hz < high_hz < rate_hz / 2.
    """
    if not 0 < low_hz < high_hz < rate_hz / 2:
        raise DataError(
            f"A band from {low_hz:g} to {high_hz:g} Hz does not fit a sound of {rate_hz} Hz. "
            f"Keep 0 < low_hz < high_hz < {rate_hz / 2:g}, or resample the sound first."
        )
    if not len(samples):
        return samples.copy()
    sections = butter(order, [low_hz, high_hz], btype="bandpass", fs=rate_hz, output="sos")
    # One period of the lower edge lets the filter settle; short sounds have less to mirror.
    mirrored = min(round(rate_hz / low_hz), len(samples) - 1)
    return np.asarray(sosfiltfilt(sections, samples, padlen=mirrored), samples.dtype)


def normalise_amplitude(
    samples: Float[np.ndarray, " sample"], *, level_db: float = -23.0
) -> Float[np.ndarray, " sample"]:
    """The sound at a given loudness (root mean square), whatever the microphone's gain.

    Silence stays as it is. Peaks may pass 1: nothing is clipped.

    Args:
        level_db: root mean square of the result, in dB below 1; -23 as in EBU R 128,
            though without its weighting by frequency.
    """
    exact = samples.astype(np.float64)
    return _scaled(samples, float(np.sqrt(np.mean(exact**2))) if len(exact) else 0.0, level_db)


def normalise_peak(
    samples: Float[np.ndarray, " sample"], *, level_db: float = -1.0
) -> Float[np.ndarray, " sample"]:
    """The sound with its largest sample at a given level, in dB below 1; silence stays."""
    return _scaled(samples, _peak(samples), level_db)


def trim_silence(
    samples: Float[np.ndarray, " sample"],
    rate_hz: int,
    *,
    threshold_db: float = -40.0,
    window: float = 0.025,
    hop: float = 0.010,
) -> tuple[Float[np.ndarray, " kept"], float, float]:
    """The sound without the quiet before its first and after its last loud frame.

    Args:
        threshold_db: a frame is loud when its energy is at least this, relative to the
            loudest frame; so the gain changes nothing.
        window: length of a frame, in seconds.
        hop: from frame to frame, in seconds.

    Returns:
        What is kept, and where it starts and ends, in seconds from the first sample. Of
        silence nothing is kept, from 0 to 0.
    """
    if _peak(samples) < SILENCE:
        return samples[:0], 0.0, 0.0
    length, step = max(1, round(window * rate_hz)), max(1, round(hop * rate_hz))
    missing = -(len(samples) - length) % step if len(samples) > length else 0
    frames = frame(np.pad(samples, (0, missing)), length, step)
    energy = np.einsum("ts,ts->t", frames, frames)
    loud = np.flatnonzero(energy >= energy.max() * 10 ** (threshold_db / 10))
    first = int(loud[0]) * step
    last = min(int(loud[-1]) * step + length, len(samples))
    return samples[first:last], first / rate_hz, last / rate_hz


def _scaled(samples: np.ndarray, level: float, level_db: float) -> np.ndarray:
    if _peak(samples) < SILENCE:
        return samples.copy()
    return (samples.astype(np.float64) * (10 ** (level_db / 20) / level)).astype(samples.dtype)


def _peak(samples: np.ndarray) -> float:
    return float(np.abs(samples).max(initial=0.0))
