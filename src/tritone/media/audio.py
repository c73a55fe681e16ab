"""Sound as mono at one rate, from time zero on, without holes.

decoded frames ──mono──▶ placed on the clock, holes silent ──soxr──▶ chunks | spans
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

import numpy as np
import soxr
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from jaxtyping import Float, Float32, Num

from tritone.core.errors import MediaError
from tritone.media.files import wav_shortfall
from tritone.media.streams import Clock, clock_of, decoded, opened, pick

RATE_HZ = 16_000
# An hour at 16 kHz is 230 MB.
MAX_SECONDS = 3600.0
# Stamps that differ less from the samples counted so far are rounding, not holes.
JITTER = 0.05
MOST_CHANNELS = 64
# Silence is made in pieces this long, so that a long hole needs no memory.
SILENCE_SECONDS = 1.0


@dataclass(frozen=True)
class AudioChunk:
    """A stretch of sound.

    Args:
        start: seconds of its first sample on the media's clock.
        samples: mono, in [-1, 1].
    """

    start: float
    samples: Float[np.ndarray, " sample"]


def audio_chunks(
    path: str | Path,
    *,
    rate_hz: int = RATE_HZ,
    seconds: float = 10.0,
    warnings: list[str] | None = None,
) -> Iterator[AudioChunk]:
    """The file's sound in stretches of equal length; the last may be shorter.

    Sample i of all stretches together is heard at i / rate_hz seconds on the media's clock:
    sound that starts late is led by silence, and holes are silent. Channels are averaged.

    Args:
        path: an audio file, or a video with sound.
        rate_hz: samples a second to give.
        seconds: length of a stretch.
        warnings: gains sentences about damage that was passed over.

    Raises:
        MediaError: as `probe`; or the file has no sound, or none of it can be decoded.
    """
    size = max(1, round(seconds * rate_hz))
    held: list[np.ndarray] = []
    count = done = 0
    for piece in _resampled(Path(path), rate_hz, [] if warnings is None else warnings):
        held.append(piece)
        count += len(piece)
        if count < size:
            continue
        samples = np.concatenate(held)
        whole = count - count % size
        for begin in range(0, whole, size):
            yield AudioChunk((done + begin) / rate_hz, samples[begin : begin + size])
        held, count, done = [samples[whole:].copy()], count - whole, done + whole
    if count:
        yield AudioChunk(done / rate_hz, np.concatenate(held))


def read_audio(
    path: str | Path,
    *,
    rate_hz: int = RATE_HZ,
    start: float | None = None,
    end: float | None = None,
    max_seconds: float = MAX_SECONDS,
    warnings: list[str] | None = None,
) -> Float32[np.ndarray, " sample"]:
    """The file's sound from `start` to `end` as one array; shorter where the file is.

    Args:
        path: an audio file, or a video with sound.
        rate_hz: samples a second to give.
        start: seconds on the media's clock; None for time zero.
        end: seconds on the media's clock; None for the end of the sound.
        max_seconds: more than this is refused.
        warnings: gains sentences about damage that was passed over.

    Raises:
        MediaError: as `audio_chunks`; or it is longer than `max_seconds`.
    """
    begin = max(0, round((start or 0.0) * rate_hz))
    stop = None if end is None else max(begin, round(end * rate_hz))
    kept, count, at = [], 0, 0
    for chunk in audio_chunks(path, rate_hz=rate_hz, warnings=warnings):
        piece = chunk.samples[max(0, begin - at) : None if stop is None else max(0, stop - at)]
        at, count = at + len(chunk.samples), count + len(piece)
        if count > max_seconds * rate_hz:
            raise MediaError(
                f"'{path}' holds more than the {max_seconds:g} s of sound that are read at once. "
                "Give a start and an end, or read it with audio_chunks."
            )
        kept.append(piece)
        if stop is not None and at >= stop:
            break
    return np.concatenate(kept) if kept else np.zeros(0, np.float32)


def cut_audio(
    path: str | Path,
    spans: Sequence[tuple[float, float]],
    *,
    rate_hz: int = RATE_HZ,
    warnings: list[str] | None = None,
) -> Iterator[tuple[int, Float32[np.ndarray, " sample"]]]:
    """Each span's index and sound, in one pass over the file, as soon as a span is complete.

    Spans may overlap. No more is held than from the start of the earliest span that is
    still open. A span past the end of the sound is short or empty.

    Args:
        path: an audio file, or a video with sound.
        spans: start and end in seconds on the media's clock.
        rate_hz: samples a second to give.
        warnings: gains sentences about damage that was passed over.

    Raises:
        MediaError: as `audio_chunks`.
    """
    waiting = _Cuts.of(spans, rate_hz)
    if not waiting.bounds:
        return
    for chunk in audio_chunks(path, rate_hz=rate_hz, seconds=1.0, warnings=warnings):
        waiting.add(chunk.samples)
        yield from waiting.complete()
        if not waiting.bounds:
            return
    waiting.at_end = True
    yield from waiting.complete()


def resample(
    samples: Num[np.ndarray, " sample"] | Num[np.ndarray, "sample channel"],
    from_hz: int | float,
    to_hz: int | float,
) -> Float32[np.ndarray, " resampled"]:
    """An array of sound as mono float in [-1, 1] at another rate.

    Args:
        samples: of one channel, or of several; the shorter axis is the channels. Whole
            numbers are scaled by the range of their type.
        from_hz: its samples a second.
        to_hz: samples a second to give.

    Raises:
        MediaError: a rate is not above zero, or there are too many channels.
    """
    if not (from_hz > 0 and to_hz > 0):
        raise MediaError(f"Sample rates must be above 0 Hz, got {from_hz:g} and {to_hz:g}.")
    if samples.ndim == 2 and samples.shape[1] <= samples.shape[0]:
        samples = samples.T
    if samples.ndim == 2 and samples.shape[0] > MOST_CHANNELS:
        raise MediaError(
            f"Sound of shape {samples.shape} has more than {MOST_CHANNELS} channels. "
            "Give (samples,) or (samples, channels)."
        )
    mono = _mono(np.atleast_2d(samples))
    if from_hz != to_hz:
        mono = soxr.resample(mono, from_hz, to_hz)
    return np.clip(mono, -1.0, 1.0)


@dataclass
class _Cuts:
    """Spans still to be given, in samples, and the sound held for them from `held_from` on."""

    bounds: list[tuple[int, int, int]]
    held: list[np.ndarray] = field(default_factory=list)
    held_from: int = 0
    reached: int = 0
    at_end: bool = False

    @classmethod
    def of(cls, spans: Sequence[tuple[float, float]], rate_hz: int) -> "_Cuts":
        bounds = []
        for index, (start, end) in enumerate(spans):
            begin = max(0, round(start * rate_hz))
            bounds.append((begin, max(begin, round(end * rate_hz)), index))
        return cls(sorted(bounds))

    def add(self, samples: np.ndarray) -> None:
        self.held.append(samples)
        self.reached += len(samples)

    def complete(self) -> Iterator[tuple[int, np.ndarray]]:
        """Give and forget the spans whose end is reached, then the sound none needs."""
        begun = takewhile(lambda bound: self.at_end or bound[0] <= self.reached, self.bounds)
        for begin, end, index in [b for b in begun if self.at_end or b[1] <= self.reached]:
            self.bounds.remove((begin, end, index))
            yield index, self._between(begin, end)
        needed = self.bounds[0][0] if self.bounds else self.reached
        while self.held and self.held_from + len(self.held[0]) <= needed:
            self.held_from += len(self.held.pop(0))

    def _between(self, begin: int, end: int) -> np.ndarray:
        pieces, at = [np.zeros(0, np.float32)], self.held_from
        for piece in self.held:
            pieces.append(piece[max(0, begin - at) : max(0, end - at)])
            at += len(piece)
        return np.concatenate(pieces)


def _resampled(path: Path, rate_hz: int, warnings: list[str]) -> Iterator[np.ndarray]:
    """Pieces of any length at `rate_hz`, from time zero on."""
    stream = None
    from_hz = 0
    for hz, piece in _placed(path, warnings):
        if hz != from_hz:
            if stream is not None:
                yield _flushed(stream)
            stream = None if hz == rate_hz else soxr.ResampleStream(hz, rate_hz, 1, "float32")
            from_hz = hz
        piece = piece if stream is None else stream.resample_chunk(piece)
        if len(piece):
            yield np.clip(piece, -1.0, 1.0)
    if stream is not None:
        yield _flushed(stream)


def _flushed(stream: soxr.ResampleStream) -> np.ndarray:
    return np.clip(stream.resample_chunk(np.zeros(0, np.float32), last=True), -1.0, 1.0)


def _placed(path: Path, warnings: list[str]) -> Iterator[tuple[int, np.ndarray]]:
    """Mono pieces with their rate, in which every second from time zero is filled once."""
    with opened(path) as container:
        warnings += wav_shortfall(path)
        stream = pick(container, "audio")
        if not isinstance(stream, AudioStream):
            raise MediaError(f"'{path}' has no sound that can be decoded.")
        clock = clock_of(container)
        filled, heard = 0.0, False
        for frame in decoded(path, container, stream, AudioFrame, warnings):
            if frame.sample_rate <= 0:
                continue
            hz, mono = frame.sample_rate, _mono(_channels(frame))
            for piece in _fitted(frame, mono, clock, filled, JITTER if heard else 0.0):
                filled += len(piece) / hz
                yield hz, piece
            heard = True
        if not heard:
            raise MediaError(f"'{path}': none of its sound can be decoded. Convert it again.")
        warnings += clock.complaints(path, "sound", filled)


def _fitted(
    frame: AudioFrame, mono: np.ndarray, clock: Clock, filled: float, jitter: float
) -> Iterator[np.ndarray]:
    """A frame's samples after the silence that leads up to it, less what overlaps."""
    hz = frame.sample_rate
    hole = clock.place(frame, filled) - filled
    if hole > jitter:
        silent = round(hole * hz)
        step = max(1, round(SILENCE_SECONDS * hz))
        for begin in range(0, silent, step):
            yield np.zeros(min(step, silent - begin), np.float32)
    elif hole < -jitter:
        mono = mono[round(-hole * hz) :]
    yield mono


def _channels(frame: AudioFrame) -> np.ndarray:
    """A frame's samples as (channel, sample), in the numbers it is stored in."""
    values = frame.to_ndarray()
    if frame.format.is_planar:
        return values
    return values.reshape(-1, frame.layout.nb_channels).T


def _mono(values: Num[np.ndarray, "channel sample"]) -> Float32[np.ndarray, " sample"]:
    """The mean of the channels, whole numbers scaled to [-1, 1]; what is no number is silent."""
    if values.dtype == np.uint8:
        scaled = (values.astype(np.float32) - 128.0) / 128.0
    elif np.issubdtype(values.dtype, np.integer):
        scaled = values.astype(np.float32) / -float(np.iinfo(values.dtype).min)
    else:
        scaled = values.astype(np.float32)
    return np.nan_to_num(scaled.mean(axis=0, dtype=np.float32), posinf=1.0, neginf=-1.0)
