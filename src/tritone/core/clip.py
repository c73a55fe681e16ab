"""A Clip: one utterance as it lies on disk, before anything is decoded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Word:
    """One spoken word and when it is said.

    Args:
        text: the word as written, with its case and punctuation.
        start: seconds from the start of the media.
        end: seconds from the start of the media; never before `start`.
    """

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Source:
    """Where a channel's data lies: a file, or a member of a zip file."""

    path: Path
    member: str | None = None

    def __str__(self) -> str:
        return str(self.path) if self.member is None else f"{self.path}!{self.member}"


@dataclass(frozen=True)
class Clip:
    """One utterance: where its media lie, when it is said, what is known about it.

    Args:
        id: unique within its corpus.
        media: channel to source. A video stands under "audio" and under "vision"; a file of
            face features made by other software under its name, such as "openface".
        start: seconds into the media; None for the whole file or a still picture.
        end: seconds into the media; None for the whole file or a still picture.
        text: what is said or written; None where that is unknown.
        words: the same with times, where they are known.
        speaker: who speaks, where it is known.
        group: what must not be split between train and test: video, dialogue or actor.
        position: place within the dialogue, from 0.
        labels: target name to its value. "emotion" and "sentiment" are words of the shared sets,
            "score" is on the corpus's own scale, "valence" in [-1, 1]; "score_text",
            "score_audio" and "score_vision" are of one channel alone.
        split: "train", "val" or "test".
        region: which part of the picture shows the speaker: left, top, right and bottom as
            shares of its width and height; None for all of it.
        origins: channel to the corpus and clip that it was taken from, where the channels of
            this clip were put together from several.
    """

    id: str
    media: Mapping[str, Source] = field(default_factory=dict)
    start: float | None = None
    end: float | None = None
    text: str | None = None
    words: tuple[Word, ...] = ()
    speaker: str | None = None
    group: str | None = None
    position: int | None = None
    labels: Mapping[str, str | float] = field(default_factory=dict)
    split: str | None = None
    region: tuple[float, float, float, float] | None = None
    origins: Mapping[str, str] = field(default_factory=dict)
