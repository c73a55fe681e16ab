"""What a clip holds besides words, each part read in a pass of its own that forgets as it goes.

    film ─┬─ sound ──▶ speech spans | one cut for each segment
          └─ frames ─▶ the faces of each segment

A stream that breaks off is mended with nothing, and a warning; the other goes on.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from tritone.analyze.faces import FaceReader, Seen
from tritone.core.errors import MediaError
from tritone.media.audio import audio_chunks, cut_audio, resample
from tritone.media.decode import MediaInfo
from tritone.media.pauses import envelope, speech_spans, vad_spans
from tritone.media.segments import Segment
from tritone.media.video import frames

Span = tuple[float, float]
Samples = np.ndarray
Item = TypeVar("Item")
# Larger frames hold no more of a face than the detector and the crop can use.
FRAME_SIDE = 1280
# These forms do not tell their length: FFmpeg guesses it from the bit rate.
GUESSED = {".mp3", ".mpg", ".mpeg", ".aac"}


def _no_sounds(segments: Sequence[Segment]) -> Iterator[Samples | None]:
    return iter([None] * len(segments))


def _no_faces(segments: Sequence[Segment]) -> Iterator[Seen | None]:
    return iter([None] * len(segments))


@dataclass(frozen=True)
class Streams:
    """Ways to read a clip's sound and faces.

    Args:
        duration: seconds; None for a picture or a text.
        is_guessed: the duration may be far from the truth.
        speech: finds the stretches of speech.
        sounds: gives the sound of each segment, in order; None where there is none.
        faces: gives the faces of each segment, in order; None where nothing was looked at.
        missing: modality to why the clip does not have it at all.
    """

    duration: float | None = None
    is_guessed: bool = False
    speech: Callable[[], list[Span]] = list
    sounds: Callable[[Sequence[Segment]], Iterator[Samples | None]] = _no_sounds
    faces: Callable[[Sequence[Segment]], Iterator[Seen | None]] = _no_faces
    missing: dict[str, str] = field(default_factory=dict)


def text_streams() -> Streams:
    """Nothing but words."""
    return Streams(
        missing={
            "audio": "a written text has no sound",
            "vision": "a written text has no picture",
        }
    )


def picture_streams(image: np.ndarray, reader: FaceReader) -> Streams:
    """A still picture: the largest face in it."""
    return Streams(
        faces=lambda segments: iter([reader.still(image)] * len(segments)),
        missing={"audio": "a still picture has no sound"},
    )


def sound_streams(
    samples: Samples, from_hz: int, rate_hz: int, *, vad: bool, picture: Streams | None
) -> Streams:
    """Sound in memory, and a picture that goes with all of it."""
    mono = resample(samples, from_hz, rate_hz)

    def cuts(segments: Sequence[Segment]) -> Iterator[Samples | None]:
        return (mono[round(a * rate_hz) : round(b * rate_hz)] for a, b in spans_of(segments))

    still = picture or Streams(missing={"vision": "no picture was given"})
    return Streams(
        duration=len(mono) / rate_hz,
        speech=lambda: _speech([mono], rate_hz, vad=vad),
        sounds=cuts,
        faces=still.faces,
        missing={name: why for name, why in still.missing.items() if name != "audio"},
    )


def file_streams(
    info: MediaInfo,
    reader: FaceReader,
    rate_hz: int,
    *,
    vad: bool,
    fps: float,
    warnings: list[str],
) -> Streams:
    """A film or a sound file, read as it is asked for.

    Args:
        info: what the file holds.
        reader: finds the faces.
        rate_hz: samples a second that the model wants.
        vad: find speech by the `vad` extra, not by energy.
        fps: pictures a second.
        warnings: gains sentences about damage.
    """

    def speech() -> list[Span]:
        chunks = (chunk.samples for chunk in audio_chunks(info.path, rate_hz=rate_hz))
        try:
            return _speech(chunks, rate_hz, vad=vad)
        except MediaError:
            return []  # the pass that cuts the sound meets the same fault, and tells

    def sounds(segments: Sequence[Segment]) -> Iterator[Samples | None]:
        cuts = cut_audio(info.path, spans_of(segments), rate_hz=rate_hz, warnings=warnings)
        return _mended(_in_order(cuts), len(segments), warnings)

    def faces(segments: Sequence[Segment]) -> Iterator[Seen | None]:
        shown = frames(info.path, fps=fps, max_side=FRAME_SIDE, warnings=warnings)
        seen = reader.by_segment(shown, spans_of(segments))
        return _mended(seen, len(segments), warnings)

    missing = {} if info.has_audio else {"audio": "the file has no sound"}
    if not info.has_video:
        missing["vision"] = "the file has no moving picture"
    return Streams(
        duration=info.duration,
        is_guessed=info.path.suffix.lower() in GUESSED,
        speech=speech if info.has_audio else list,
        sounds=sounds if info.has_audio else _no_sounds,
        faces=faces if info.has_video else _no_faces,
        missing=missing,
    )


def spans_of(segments: Sequence[Segment]) -> list[Span]:
    """Start and end of segments that have times."""
    return [
        (one.start, one.end) for one in segments if one.start is not None and one.end is not None
    ]


def _speech(chunks: Iterator[Samples] | list[Samples], rate_hz: int, *, vad: bool) -> list[Span]:
    if vad:
        return vad_spans(chunks, rate_hz)
    return speech_spans(envelope(chunks, rate_hz))


def _in_order(cuts: Iterator[tuple[int, Samples]]) -> Iterator[Samples]:
    """Cuts by their index: where segments overlap, a later one may be complete first."""
    early: dict[int, Samples] = {}
    due = 0
    for index, samples in cuts:
        early[index] = samples
        while due in early:
            yield early.pop(due)
            due += 1


def _mended(stream: Iterator[Item], count: int, warnings: list[str]) -> Iterator[Item | None]:
    """The stream's items; nothing for those it fails to give."""
    given = 0
    try:
        for item in stream:
            yield item
            given += 1
    except MediaError as error:
        warnings.append(str(error))
    for _ in range(count - given):
        yield None
