"""Where speech is, from the loudness of the sound alone, or by the `vad` extra.

    samples ──chunk by chunk──▶ envelope in dB ──▶ speech_spans

The threshold hangs on the recording's own noise and speech, never on an absolute level:
that is the microphone's. Law: the spans of a recording and of the same at a tenth of its
loudness are equal.
"""

import warnings
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import soxr
import torch
from jaxtyping import Bool, Float, Real

from tritone.core.errors import MediaError, MissingExtra

HOP = 0.010
# Quieter than the rounding of 16-bit samples: there is nothing in the file.
DIGITAL_SILENCE_DB = -85.0
FLOOR_DB = -120.0
Span = tuple[float, float]


class Envelope:
    """Loudness of a stream, in dB of its root mean square, one value each hop.

    Chunks may have any length; what they hold is forgotten once it is measured, so that
    memory stays flat. Full scale is 1, or 0 dB.

    Args:
        rate_hz: samples a second; hops keep step with the clock at any rate.
        hop: seconds between values.

    Raises:
        MediaError: a hop is shorter than a sample.
    """

    def __init__(self, rate_hz: int, *, hop: float = HOP) -> None:
        self.step = rate_hz * hop
        if self.step < 1:
            raise MediaError(
                f"{rate_hz} samples a second are too few to measure loudness each {hop} s. "
                f"At least {1 / hop:.0f} are needed."
            )
        self.values: list[Float[np.ndarray, " hop"]] = []
        self.rest = np.zeros(0)
        self.hops = 0

    def add(self, samples: Real[np.ndarray, " sample"]) -> None:
        """Measure the next samples of the one channel; NaN and inf count as silence."""
        clean = np.nan_to_num(samples.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
        power = np.concatenate([self.rest, clean**2])
        begin = self._edge(self.hops)
        count = int((begin + len(power)) / self.step) + 1 - self.hops
        edges = np.array([self._edge(self.hops + place) - begin for place in range(count + 1)])
        edges = edges[edges <= len(power)]
        self._measure(power, edges)
        self.rest = power[edges[-1] :]

    def decibels(self) -> Float[np.ndarray, " hop"]:
        """All values so far, the last begun hop included."""
        values = list(self.values)
        if len(self.rest):
            values.append(_decibels(np.array([self.rest.mean()])))
        return np.concatenate(values) if values else np.zeros(0)

    def _measure(self, power: Float[np.ndarray, " sample"], edges: np.ndarray) -> None:
        if len(edges) > 1:
            sums = np.add.reduceat(power[: edges[-1]], edges[:-1])
            self.values.append(_decibels(sums / np.diff(edges)))
            self.hops += len(edges) - 1

    def _edge(self, hop: int) -> int:
        return round(hop * self.step)


def envelope(
    chunks: Iterable[Real[np.ndarray, " _"]], rate_hz: int, hop: float = HOP
) -> Float[np.ndarray, " hop"]:
    """Loudness of a recording in dB RMS, one value each hop, read chunk by chunk.

    Args:
        chunks: one channel's samples in [-1, 1], in pieces of any length.
        rate_hz: samples a second.
        hop: seconds between values.
    """
    measured = Envelope(rate_hz, hop=hop)
    for chunk in chunks:
        measured.add(chunk)
    return measured.decibels()


def speech_spans(
    envelope_db: Float[np.ndarray, " hop"],
    *,
    hop: float = HOP,
    min_pause: float = 0.35,
    min_speech: float = 0.2,
    margin_db: float = 6.0,
    share: float = 0.35,
    depth_db: float = 50.0,
    pad: float = 0.05,
) -> list[Span]:
    """Stretches of speech in seconds, parted by pauses. Silent or steady sound has none.

    Speech is what stands above the noise floor (the 10th percentile) by `margin_db`, or by
    `share` of the way up to the loudest 2 %, whichever is more.

    Args:
        envelope_db: loudness as `envelope` measures it.
        hop: seconds between its values.
        min_pause: shorter silences do not part speech, in seconds.
        min_speech: shorter sounds are no speech, in seconds.
        margin_db: how far speech stands out of the noise at least.
        share: of the distance from noise to speech, in [0, 1].
        depth_db: how far below the speech a floor still counts: a recording that was
            muted between words has a floor without meaning.
        pad: seconds put before and after, for the soft sounds at the edges of words.
    """
    if not len(envelope_db):
        return []
    smooth = _smooth(envelope_db)
    loud = float(np.percentile(smooth, 98))
    floor = max(float(np.percentile(smooth, 10)), loud - depth_db)
    if loud < DIGITAL_SILENCE_DB or loud - floor < margin_db:
        return []
    is_speech = smooth > floor + max(margin_db, share * (loud - floor))
    spans = [(start * hop, end * hop) for start, end in _runs(is_speech)]
    joined = _join(spans, min_pause)
    long_enough = [span for span in joined if span[1] - span[0] >= min_speech]
    return _padded(long_enough, pad, len(envelope_db) * hop)


def vad_spans(
    chunks: Iterable[Real[np.ndarray, " _"]],
    rate_hz: int,
    *,
    min_pause: float = 0.35,
    threshold: float = 0.5,
) -> list[Span]:
    """Stretches of speech in seconds, as the Silero voice detector hears them.

    It knows voices from other sounds; `speech_spans` knows only loud from soft. Read chunk
    by chunk: memory stays flat.

    Args:
        chunks: one channel's samples in [-1, 1], in pieces of any length.
        rate_hz: samples a second, any.
        min_pause: shorter silences do not part speech, in seconds.
        threshold: probability from which a sound is speech.

    Raises:
        MissingExtra: the package silero-vad is not installed.
    """
    threads = torch.get_num_threads()
    try:
        from silero_vad import VADIterator, load_silero_vad
    except ImportError:
        raise MissingExtra("silero-vad", "vad", "finding speech by its voice") from None
    finally:
        # Importing it sets torch to one thread for the whole process.
        torch.set_num_threads(threads)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*torch.jit.load", DeprecationWarning)
        model = load_silero_vad()
    detector = VADIterator(
        model,
        threshold=threshold,
        sampling_rate=_VAD_RATE_HZ,
        min_silence_duration_ms=round(1000 * min_pause),
    )
    spans: list[Span] = []
    start: float | None = None
    heard = 0
    for block in _blocks(chunks, rate_hz):
        heard += len(block)
        event = detector(torch.from_numpy(block)) or {}
        if "start" in event:
            start = event["start"] / _VAD_RATE_HZ
        elif "end" in event and start is not None:
            spans.append((start, event["end"] / _VAD_RATE_HZ))
            start = None
    if start is not None:
        spans.append((start, heard / _VAD_RATE_HZ))
    return spans


_VAD_RATE_HZ = 16_000
# The detector takes exactly this many samples at a time.
_VAD_BLOCK = 512


def _blocks(
    chunks: Iterable[Real[np.ndarray, " _"]], rate_hz: int
) -> Iterator[Float[np.ndarray, " _"]]:
    """The stream at the detector's rate in its blocks; the last is filled with silence."""
    resample = soxr.ResampleStream(rate_hz, _VAD_RATE_HZ, 1, dtype="float32")
    rest = np.zeros(0, dtype=np.float32)
    for chunk in chunks:
        fresh = resample.resample_chunk(np.nan_to_num(chunk.astype(np.float32)))
        rest = np.concatenate([rest, fresh])
        while len(rest) >= _VAD_BLOCK:
            yield rest[:_VAD_BLOCK].copy()
            rest = rest[_VAD_BLOCK:]
    rest = np.concatenate([rest, resample.resample_chunk(rest[:0], last=True)])
    for place in range(0, len(rest), _VAD_BLOCK):
        block = rest[place : place + _VAD_BLOCK]
        yield np.pad(block, (0, _VAD_BLOCK - len(block)))


def _decibels(power: Float[np.ndarray, " hop"]) -> Float[np.ndarray, " hop"]:
    return 10 * np.log10(np.maximum(power, 10 ** (FLOOR_DB / 10)))


def _smooth(envelope_db: Float[np.ndarray, " hop"], width: int = 5) -> Float[np.ndarray, " hop"]:
    """Mean power over 50 ms: a single period of a low voice is no rise and fall."""
    power = 10 ** (np.pad(envelope_db, width // 2, mode="edge") / 10)
    return _decibels(np.convolve(power, np.full(width, 1 / width), mode="valid"))


def _runs(is_speech: Bool[np.ndarray, " hop"]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.pad(is_speech.astype(np.int8), 1)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def _join(spans: Sequence[Span], min_pause: float) -> list[Span]:
    joined: list[Span] = []
    for start, end in spans:
        if joined and start - joined[-1][1] < min_pause:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _padded(spans: Sequence[Span], pad: float, duration: float) -> list[Span]:
    return [
        (round(max(0.0, start - pad), 3), round(min(duration, end + pad), 3))
        for start, end in spans
    ]
