"""Segments as a trained model reads them: by the extractors that its training used."""

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float32

from tritone.analyze.front import Cut, Piece, is_silent, why_unheard
from tritone.analyze.shown import PictureReader, Shown
from tritone.core.batch import MODALITIES, Sample, Track
from tritone.core.clip import Clip, Source
from tritone.core.collate import missing_track
from tritone.core.errors import DataError, TritoneError
from tritone.core.parts import Rows
from tritone.features.extractor import RATE_HZ, Extractor, Material
from tritone.features.front_end import UNALIGNED, WORDS, FrontEnd
from tritone.features.joined import Joined
from tritone.features.material import files_of, timeless_words
from tritone.features.pictures import FaceSeries
from tritone.media.image import MAX_SIDE
from tritone.media.spread import spread_words

UNREAD = "the model does not read it"
# A written text has no clock. Where rows go by words, each gets as long as a word takes to say.
SECONDS_A_WORD = 0.4
# What a hostile or broken file makes of a decoder or of arithmetic.
FAULTS = (OSError, ValueError, ArithmeticError, RuntimeError, MemoryError)
GIVE = {"text": "words", "audio": "a clip with sound", "vision": "a picture or a film"}


class TrainedFront:
    """Makes samples by the extractors of a trained model.

    Args:
        front_end: reads the channels.
    """

    def __init__(self, front_end: FrontEnd) -> None:
        self.front_end = front_end
        self.channels = {name: one.modality for name, one in front_end.extractors.items()}
        self.none = {name: self.nothing(one.rows) for name, one in front_end.extractors.items()}

    def nothing(self, rows: Rows) -> Track:
        """A channel without a row; averages of pictures are no pictures any more."""
        is_picture = rows.dtype == "uint8" and self.front_end.align == UNALIGNED
        return missing_track(rows.shape, torch.uint8 if is_picture else torch.float32)

    @property
    def rate_hz(self) -> int:
        """As all extractors have it."""
        return RATE_HZ

    @property
    def fps(self) -> int | float:
        """As many as the model was trained with."""
        return self.front_end.fps

    @property
    def picture_side(self) -> int:
        """As for a store: pictures are brought to size by the extractors."""
        return MAX_SIDE

    @property
    def hears(self) -> bool:
        """Whether an extractor reads the sound."""
        return "sound" in self.front_end.reads

    @property
    def advice(self) -> str:
        """What the model can read."""
        kinds = [kind for kind in MODALITIES if kind in self.channels.values()]
        return f"This model reads {', '.join(kinds)}: give {' or '.join(GIVE[k] for k in kinds)}."

    def looker(self, detector: Path | None) -> PictureReader | None:
        """Hands out whole pictures; the extractors find the faces by themselves.

        Raises:
            DataError: a detector is given, and the model has its own.
        """
        if detector is not None:
            raise DataError("A trained model finds faces as it was trained to: leave --detector.")
        return PictureReader() if "frames" in self.front_end.reads else None

    def piece(self, cut: Cut) -> Piece:
        """The segment's rows, and why channels have none.

        Raises:
            DataError: an extractor cannot read it.
        """
        seen = cut.sight if isinstance(cut.sight, Shown) else None
        tracks = self.tracks(self.material(cut, seen))
        absent = {kind: UNREAD for kind in MODALITIES if kind not in self.channels.values()}
        for name, track in tracks.items():
            if not bool(track.mask.any()):
                absent[name] = self.why_absent(name, cut, seen)
        one = cut.segment
        sample = Sample(
            f"{cut.clip}/{cut.place}",
            tracks,
            group=cut.clip,
            position=cut.place,
            speaker=one.speaker,
        )
        return Piece(one, sample, absent, seen.thumbnail if seen is not None else None)

    def text_sample(self, text: str) -> Sample:
        """A text alone."""
        material = self.clocked(Material("", text=text, words=timeless_words(text)))
        return Sample("", self.tracks(material))

    def tracks(self, material: Material) -> dict[str, Track]:
        """The rows of all channels; none where they go by words and there are no words.

        Raises:
            DataError: an extractor cannot read it.
        """
        if self.front_end.align == WORDS and not material.words:
            return dict(self.none)
        try:
            return self.front_end.tracks(material)
        except FAULTS as error:
            if isinstance(error, TritoneError):
                raise
            raise DataError(f"{material.id} cannot be read: {str(error)[:200]}") from None

    def material(self, cut: Cut, seen: Shown | None) -> Material:
        """What there is of a segment, as the extractors take it."""
        one, sound = cut.segment, heard(cut.sound)
        start = one.start or 0.0
        end = one.end
        if end is None and sound is not None:
            end = start + len(sound) / RATE_HZ
        material = Material(
            f"{cut.clip}/{cut.place}",
            text=one.text,
            words=one.words or timeless_words(one.text),
            sound=sound,
            start=start,
            end=end,
            fps=float(self.fps),
            files=files_beside(cut) if "files" in self.front_end.reads else None,
        )
        return self.clocked(material if seen is None else replace(material, frames=seen.look))

    def clocked(self, material: Material) -> Material:
        """The words with times, where the rows of the model go by a clock."""
        is_timed = not any(math.isnan(word.start) for word in material.words)
        if self.front_end.align == UNALIGNED or not material.words or is_timed:
            return material
        end = material.end
        if end is None:
            end = material.start + SECONDS_A_WORD * len(material.words)
        words = spread_words(material.text or "", [(material.start, end)])
        return replace(material, words=words, end=end)

    def why_absent(self, name: str, cut: Cut, seen: Shown | None) -> str:
        """Why a channel that the model reads has nothing in a segment."""
        kind, extractor = self.channels[name], self.front_end.extractors[name]
        if kind in cut.missing:
            return cut.missing[kind]
        if kind == "text":
            return "no words here"
        if self.front_end.align == WORDS and not cut.segment.text:
            return "it is read word by word, and there are no words here"
        if kind == "audio":
            return why_unheard(cut.sound)
        if "files" in extractor.reads:
            return "no table of features lies beside it"
        if seen is None or not seen.frames:
            return "its pictures end before here"
        return "no face found" if finds_faces(extractor) else "nothing in its pictures to read"


def heard(sound: np.ndarray | None) -> Float32[np.ndarray, " sample"] | None:
    """The samples of a segment, if there is anything to hear."""
    return None if sound is None or is_silent(sound) else sound.astype(np.float32)


def files_beside(cut: Cut) -> Mapping[str, Source]:
    """Features made by other software that lie beside the clip's file."""
    if cut.path is None:
        return {}
    source = Source(cut.path)
    return files_of(Clip(cut.clip, media={"audio": source, "vision": source}))


def finds_faces(extractor: Extractor) -> bool:
    """Whether it looks for a face in each picture."""
    parts = extractor.parts.values() if isinstance(extractor, Joined) else [extractor]
    return any(isinstance(part, FaceSeries) for part in parts)
