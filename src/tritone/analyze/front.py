"""What reads a segment for a model: the default model's preprocessor behind one face with others.

segment ─┬─ words ───────┐
         ├─ sound ───────┼─ Front ─▶ Piece: a Sample, and why channels are absent
         └─ pictures ────┘
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np

from tritone.analyze.faces import FaceReader, Seen
from tritone.analyze.streams import Looker, Sight
from tritone.core.batch import Sample
from tritone.features.preprocess import Preprocessor
from tritone.media.segments import Segment

# Full scale is 1: quieter than this everywhere, some 70 dB down, there is nothing to hear.
SILENT = 3e-4
PICTURE_SIDE = 1280


@dataclass(frozen=True)
class Piece:
    """One segment, ready for the model.

    Args:
        segment: its times and words.
        sample: its tensors.
        absent: channel to why it has nothing to read here.
        thumbnail: a small JPEG of the face, or of the picture.
    """

    segment: Segment
    sample: Sample
    absent: Mapping[str, str]
    thumbnail: bytes | None = None


@dataclass(frozen=True)
class Cut:
    """What there is of one segment.

    Args:
        clip: the clip's name.
        place: of the segment in the clip.
        segment: its times and words.
        sound: its samples; None where there is no sound, or none was asked for.
        sight: what there is to see; None where nothing was looked at.
        missing: channel to why the whole clip does not have it.
        path: the clip's file, where there is one.
    """

    clip: str
    place: int
    segment: Segment
    sound: np.ndarray | None
    sight: Sight | None
    missing: Mapping[str, str]
    path: Path | None = None


@runtime_checkable
class Front(Protocol):
    """Makes samples of segments for one model."""

    @property
    def rate_hz(self) -> int:
        """Samples a second of the sound that it wants."""
        ...

    @property
    def fps(self) -> int | float:
        """Pictures a second that it wants where the caller does not say."""
        ...

    @property
    def picture_side(self) -> int:
        """Pixels of the longer side to which a larger picture is brought."""
        ...

    @property
    def hears(self) -> bool:
        """Whether it wants the sound at all."""
        ...

    @property
    def advice(self) -> str:
        """What to give it where it finds nothing to read."""
        ...

    def looker(self, detector: Path | None) -> Looker | None:
        """What looks at pictures for it; None where it wants none."""
        ...

    def piece(self, cut: Cut) -> Piece:
        """The segment as the model reads it."""
        ...


@dataclass(frozen=True)
class DefaultFront:
    """The default model's: words, log-mel of the voice, grey faces.

    Args:
        preprocessor: makes the samples.
    """

    preprocessor: Preprocessor
    hears: bool = True
    fps: float = 5.0
    picture_side: int = PICTURE_SIDE
    advice: str = "Give its words, or a clip with a voice or a face."

    @property
    def rate_hz(self) -> int:
        """As the voice's settings have it."""
        return self.preprocessor.voice.rate_hz

    def looker(self, detector: Path | None) -> FaceReader:
        """Finds faces."""
        return FaceReader(self.preprocessor.face, detector_file=detector)

    def piece(self, cut: Cut) -> Piece:
        """Words, voice and faces of the segment."""
        one, seen = cut.segment, cut.sight if isinstance(cut.sight, Seen) else None
        heard = None if cut.sound is None or is_silent(cut.sound) else cut.sound
        looked = seen if seen is not None and seen.crops else None
        sample = self.preprocessor.sample(
            str(cut.place),
            text=one.text,
            samples=heard,
            start=one.start or 0.0,
            faces=np.stack(looked.crops) if looked else None,
            face_times=np.array(looked.times) if looked and looked.times else None,
        )
        absent = dict(cut.missing)
        if sample.tokens is None or not len(sample.tokens.ids):
            absent.setdefault("text", "no words here")
        if not len(sample["audio"].mask):
            absent.setdefault("audio", why_unheard(cut.sound))
        if not len(sample["vision"].mask):
            absent.setdefault("vision", "no face found" if seen else "its pictures end before here")
        return Piece(one, sample, absent, looked.thumbnail if looked else None)


def is_silent(samples: np.ndarray) -> bool:
    """Whether there is nothing to hear: no sample, or none above the noise of rounding."""
    return not len(samples) or float(np.abs(samples).max()) < SILENT


def why_unheard(samples: np.ndarray | None) -> str:
    """Why a segment of a clip with sound has nothing to hear."""
    if samples is None:
        return "its sound cannot be decoded"
    if not len(samples):
        return "its sound ends before here"
    return "silent" if is_silent(samples) else "no voice heard"
