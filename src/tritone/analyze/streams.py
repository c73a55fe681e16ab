"""What a clip holds besides words, each part read in a pass of its own that forgets as it goes.

    film ─┬─ sound ──▶ speech spans | one cut for each segment
          └─ frames ─▶ the faces of each segment, or the pictures themselves

A stream that breaks off is mended with nothing, and a warning; the other goes on.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

import numpy as np

from tritone.analyze.faces import Seen
from tritone.analyze.shown import Shown
from tritone.core.errors import MediaError
from tritone.media.audio import audio_chunks, cut_audio, resample
from tritone.media.decode import MediaInfo
from tritone.media.pauses import envelope, speech_spans, vad_spans
from tritone.media.segments import Segment

Span = tuple[float, float]
Samples = np.ndarray
Sight = Seen | Shown
Item = TypeVar("Item")
# These forms do not tell their length: FFmpeg guesses it from the bit rate.
GUESSED = {".mp3", ".mpg", ".mpeg", ".aac"}


@runtime_checkable
class Looker(Protocol):
    """Gives each segment what a model wants of its pictures."""

    def still(self, image: np.ndarray) -> Sight:
        """Of a picture."""
        ...

    def along(
        self, path: Path, spans: Sequence[Span], *, fps: int | float, warnings: list[str]
    ) -> Iterator[Sight]:
        """Of each span of a film, in their order."""
        ...


def _no_sounds(segments: Sequence[Segment]) -> Iterator[Samples | None]:
    return iter([None] * len(segments))


def _no_sights(segments: Sequence[Segment]) -> Iterator[Sight | None]:
    return iter([None] * len(segments))


@dataclass(frozen=True)
class Streams:
    """Ways to read a clip's sound and faces.

    Args:
        duration: seconds; None for a picture or a text.
        is_guessed: the duration may be far from the truth.
        speech: finds the stretches of speech.
        sounds: gives the sound of each segment, in order; None where there is none.
        sights: gives the pictures of each segment, in order; None where nothing was looked at.
        missing: modality to why the clip does not have it at all.
    """

    duration: float | None = None
    is_guessed: bool = False
    speech: Callable[[], list[Span]] = list
    sounds: Callable[[Sequence[Segment]], Iterator[Samples | None]] = _no_sounds
    sights: Callable[[Sequence[Segment]], Iterator[Sight | None]] = _no_sights
    missing: dict[str, str] = field(default_factory=dict)


def text_streams() -> Streams:
    """Nothing but words."""
    return Streams(
        missing={
            "audio": "a written text has no sound",
            "vision": "a written text has no picture",
        }
    )


def picture_streams(image: np.ndarray, looker: Looker | None) -> Streams:
    """A still picture, which nobody looks at where there is no looker."""
    if looker is None:
        return Streams(missing={"audio": "a still picture has no sound"})
    return Streams(
        sights=lambda segments: iter([looker.still(image)] * len(segments)),
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
        sights=still.sights,
        missing={name: why for name, why in still.missing.items() if name != "audio"},
    )


def file_streams(
    info: MediaInfo,
    looker: Looker | None,
    rate_hz: int,
    *,
    vad: bool,
    fps: int | float,
    is_heard: bool = True,
    warnings: list[str],
) -> Streams:
    """A film or a sound file, read as it is asked for.

    Args:
        info: what the file holds.
        looker: looks at the pictures; None leaves them alone.
        rate_hz: samples a second that the model wants.
        vad: find speech by the `vad` extra, not by energy.
        fps: pictures a second.
        is_heard: the model wants the sound; else only the speech is found.
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

    def sights(segments: Sequence[Segment]) -> Iterator[Sight | None]:
        if looker is None:
            return _no_sights(segments)
        seen = looker.along(info.path, spans_of(segments), fps=fps, warnings=warnings)
        return _mended(seen, len(segments), warnings)

    missing = {} if info.has_audio else {"audio": "the file has no sound"}
    if not info.has_video:
        missing["vision"] = "the file has no moving picture"
    return Streams(
        duration=info.duration,
        is_guessed=info.path.suffix.lower() in GUESSED,
        speech=speech if info.has_audio else list,
        sounds=sounds if info.has_audio and is_heard else _no_sounds,
        sights=sights if info.has_video else _no_sights,
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
