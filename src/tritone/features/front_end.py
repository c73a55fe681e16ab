"""From a clip's Material to the rows of all its channels, on one clock or each on its own.

    Material ─┬─ extractor of text ───┐
              ├─ extractor of audio ──┼─ aligned ─▶ tracks
              └─ extractor of vision ─┘

A store is made so; and so is every clip that a trained model is asked about later.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tritone.core.align import by_rate, by_words, unaligned
from tritone.core.batch import Track
from tritone.core.errors import DataError
from tritone.features.extractor import Cutting, Extractor, Material
from tritone.media.spread import spread_words

UNALIGNED, WORDS = "none", "words"


@dataclass(frozen=True)
class FrontEnd:
    """The extractors of all channels, ready to read.

    Args:
        extractors: modality to extractor, fitted.
        align: "none", "words" or a rate in Hz.
        fps: pictures a second.
        halved: modalities whose rows are rounded to 16 bits, as a store of halves holds them.
    """

    extractors: Mapping[str, Extractor]
    align: str | int | float = UNALIGNED
    fps: int | float = 5.0
    halved: frozenset[str] = frozenset()

    @property
    def reads(self) -> frozenset[str]:
        """What is used of a Material: some of "words", "text", "sound", "frames", "files"."""
        reads = {name for extractor in self.extractors.values() for name in extractor.reads}
        # Sound tells when a clip ends, up to where its words are spread.
        return frozenset(reads | ({"sound"} if self.align == WORDS else set()))

    def spreads(self, material: Material) -> bool:
        """Whether words without times are spread evenly over the clip, for want of better."""
        return self.align == WORDS and any(math.isnan(word.start) for word in material.words)

    def tracks(self, material: Material) -> dict[str, Track]:
        """The rows of each channel; no row where the clip does not have it.

        Raises:
            MediaError: its media cannot be read.
            DataError: it has no words to be aligned to.
        """
        if self.spreads(material):
            material = with_times(material)
        tracks = {name: one.track(material) for name, one in self.extractors.items()}
        if self.align == WORDS:
            if not material.words:
                raise DataError(f"Clip {material.id!r} has no words to align to.")
            tracks = by_words(tracks)
        elif isinstance(self.align, str):
            tracks = unaligned(tracks)
        else:
            tracks = by_rate(tracks, self.align)
        return {name: self.rounded(name, track) for name, track in tracks.items()}

    def cut(self, material: Material) -> frozenset[str]:
        """The channels of which an extractor leaves out the end, since the clip is too long."""
        return frozenset(
            name
            for name, extractor in self.extractors.items()
            for part in (extractor, *getattr(extractor, "parts", {}).values())
            if isinstance(part, Cutting) and part.cuts(material)
        )

    def rounded(self, name: str, track: Track) -> Track:
        """A track as a store gives it back."""
        if name not in self.halved:
            return track
        return replace(track, values=track.values.half().float())


def with_times(material: Material) -> Material:
    """The clip with its words spread evenly over it.

    Raises:
        DataError: nobody knows how long it is.
    """
    if material.end is None:
        raise DataError(
            f"Clip {material.id!r} has words without times, and no end to spread them up to. "
            "Give word times, or extract with --align none."
        )
    words = spread_words(material.text or "", [(material.start, material.end)])
    return replace(material, words=words)
