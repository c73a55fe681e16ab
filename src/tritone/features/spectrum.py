"""Spectrograms, mel bands and MFCC: what a sound is made of, frame by frame.

    samples ──frames──▶ |FFT|² ──mel──▶ log ──DCT──▶ MFCC

Frame i covers [i·hop, i·hop + window) seconds; nothing is padded at the start, and samples
after the last whole window are left out. A waveform shorter than one window is padded with
zeros to one frame. `frame_spans` says when each frame is.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from jaxtyping import Float, Float32, Float64
from numpy.lib.stride_tricks import sliding_window_view
from scipy.fft import dct, next_fast_len, rfft
from scipy.signal import get_window

from tritone.core.errors import DataError

CHUNK = 4096  # frames transformed at once, so that an hour needs no more memory than a minute


def power_spectrogram(
    samples: Float[np.ndarray, " sample"],
    rate_hz: int,
    *,
    window: float = 0.025,
    hop: float = 0.010,
    fft: int | None = None,
) -> Float32[np.ndarray, "time bin"]:
    """Squared magnitudes of the Fourier transform of Hann-windowed frames.

    Bin k lies at k * rate_hz / fft hertz; there are fft // 2 + 1 of them.

    Args:
        samples: one channel, usually in [-1, 1].
        rate_hz: samples per second.
        window: length of a frame, in seconds.
        hop: from the start of a frame to the start of the next, in seconds.
        fft: points of the transform; None for the least power of two that holds a window
            (512 for 25 ms at 16 kHz).

    Raises:
        DataError: the window does not fit into `fft`, or the hop is less than one sample.
    """
    points = transform_points(rate_hz, window, fft)
    return np.concatenate(list(_power_chunks(samples, rate_hz, window, hop, points)))


def log_spectrogram(
    samples: Float[np.ndarray, " sample"],
    rate_hz: int,
    *,
    window: float = 0.025,
    hop: float = 0.010,
    fft: int | None = None,
    floor: float = 1e-10,
) -> Float32[np.ndarray, "time bin"]:
    """Natural logarithm of `power_spectrogram`, S003's input to its audio net.

    Args:
        floor: powers below it count as it, so that silence stays finite.
    """
    power = power_spectrogram(samples, rate_hz, window=window, hop=hop, fft=fft)
    return np.log(np.maximum(power, np.float32(floor)))


def log_mel(
    samples: Float[np.ndarray, " sample"],
    rate_hz: int,
    *,
    mels: int = 64,
    window: float = 0.025,
    hop: float = 0.010,
    low_hz: float = 60.0,
    high_hz: float = 7600.0,
    fft: int | None = None,
    floor: float = 1e-10,
) -> Float32[np.ndarray, "time mel"]:
    """Natural logarithm of the power in each mel band.

    Args:
        mels: number of bands.
        low_hz: lower edge of the first band.
        high_hz: upper edge of the last band; at most half of `rate_hz`.
        floor: powers below it count as it, so that silence stays finite.

    The rest as in `power_spectrogram`.

    Raises:
        DataError: as `power_spectrogram` and `mel_filters` do.
    """
    points = transform_points(rate_hz, window, fft)
    filters = mel_filters(rate_hz, points, mels=mels, low_hz=low_hz, high_hz=high_hz)
    bands = filters.astype(np.float32).T
    chunks = _power_chunks(samples, rate_hz, window, hop, points)
    return np.concatenate(
        [np.log(np.maximum(power @ bands, np.float32(floor))) for power in chunks]
    )


def mfcc(
    samples: Float[np.ndarray, " sample"],
    rate_hz: int,
    *,
    coefficients: int = 20,
    mels: int = 40,
    window: float = 0.025,
    hop: float = 0.010,
    low_hz: float = 60.0,
    high_hz: float = 7600.0,
    fft: int | None = None,
    floor: float = 1e-10,
) -> Float32[np.ndarray, "time coefficient"]:
    """Mel-frequency cepstral coefficients: the orthonormal DCT-II of `log_mel`.

    Coefficient 0 is loudness times sqrt(mels); the others are the shape of the spectrum.

    Args:
        coefficients: how many to keep, from 0 up; at most `mels`.

    The rest as in `log_mel`.

    Raises:
        DataError: more coefficients than bands, or as `log_mel` does.
    """
    if not 1 <= coefficients <= mels:
        raise DataError(f"{coefficients} coefficients of {mels} mel bands: take 1 to {mels}.")
    bands = log_mel(
        samples,
        rate_hz,
        mels=mels,
        window=window,
        hop=hop,
        low_hz=low_hz,
        high_hz=high_hz,
        fft=fft,
        floor=floor,
    )
    cepstrum = np.asarray(dct(bands, type=2, axis=1, norm="ortho"))
    return np.ascontiguousarray(cepstrum[:, :coefficients])


@lru_cache(maxsize=32)
def mel_filters(
    rate_hz: int, fft: int, *, mels: int, low_hz: float, high_hz: float
) -> Float64[np.ndarray, "mel bin"]:
    """Triangles that rise and fall between neighbours on the HTK mel scale, each of height 1.

    mel(f) = 2595 log10(1 + f / 700). The triangles are straight over hertz and not
    normalised by their width. The array is shared between callers and cannot be written to.

    Raises:
        DataError: the band edges are not 0 <= low_hz < high_hz <= rate_hz / 2, or a band is
            so narrow that no bin falls into it.
    """
    if not 0 <= low_hz < high_hz <= rate_hz / 2:
        raise DataError(
            f"Mel bands from {low_hz:g} to {high_hz:g} Hz do not fit a sound of {rate_hz} Hz. "
            f"Keep 0 <= low_hz < high_hz <= {rate_hz / 2:g}, or resample the sound first."
        )
    edges = _hertz(np.linspace(_mel(low_hz), _mel(high_hz), mels + 2))
    bins = np.arange(fft // 2 + 1) * rate_hz / fft
    left, centre, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising = (bins - left) / (centre - left)
    falling = (right - bins) / (right - centre)
    filters = np.maximum(0.0, np.minimum(rising, falling))
    empty = np.flatnonzero(filters.sum(axis=1) == 0)
    if len(empty):
        raise DataError(
            f"Mel band {empty[0]} of {mels} holds no bin of a {fft}-point transform at "
            f"{rate_hz} Hz. Ask for fewer bands or a larger fft."
        )
    filters.flags.writeable = False
    return filters


def transform_points(rate_hz: int, window: float, fft: int | None = None) -> int:
    """Points of the transform of a window; by default the least power of two that holds it.

    Raises:
        DataError: the window does not fit into `fft`.
    """
    length = round(window * rate_hz)
    if fft is None:
        return 1 << max(0, length - 1).bit_length()
    if fft < length:
        raise DataError(
            f"A window of {window:g} s at {rate_hz} Hz has {length} samples, more than fft={fft}. "
            f"Use a shorter window or fft >= {next_fast_len(length, real=True)}."
        )
    return fft


def frame_spans(
    frames: int, *, window: float = 0.025, hop: float = 0.010, start: float = 0.0
) -> Float64[np.ndarray, "time 2"]:
    """Start and end of each frame, in seconds from the start of the media.

    Args:
        frames: how many.
        window: length of a frame, in seconds.
        hop: from frame to frame, in seconds.
        start: when the first sample is, in seconds from the start of the media.
    """
    begins = start + hop * np.arange(frames)
    return np.stack([begins, begins + window], axis=1)


def frame(
    samples: Float[np.ndarray, " sample"], length: int, step: int
) -> Float[np.ndarray, "time length"]:
    """Overlapping views of `length` samples, one every `step`; short input is zero-padded.

    Raises:
        DataError: `length` or `step` is less than one sample.
    """
    if length < 1 or step < 1:
        raise DataError(
            f"Frames of {length} samples every {step}: both must be at least 1. "
            "Use a longer window and hop, or a higher sample rate."
        )
    if len(samples) < length:
        samples = np.pad(samples, (0, length - len(samples)))
    return sliding_window_view(samples, length)[::step]


def _power_chunks(
    samples: np.ndarray, rate_hz: int, window: float, hop: float, points: int
) -> Iterator[np.ndarray]:
    length, step = round(window * rate_hz), round(hop * rate_hz)
    frames = frame(samples, length, step)
    taper = np.asarray(get_window("hann", length), np.float32)
    for first in range(0, len(frames), CHUNK):
        tapered = frames[first : first + CHUNK].astype(np.float32) * taper
        spectrum = np.asarray(rfft(tapered, points), np.complex64)
        yield spectrum.real**2 + spectrum.imag**2


def _mel(hertz: float) -> float:
    return 2595.0 * float(np.log10(1.0 + hertz / 700.0))


def _hertz(mel: np.ndarray) -> np.ndarray:
    return 700.0 * (10.0 ** (mel / 2595.0) - 1.0)
