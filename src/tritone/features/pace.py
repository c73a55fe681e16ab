"""How fast a clip is spoken: words and syllables a second."""

from dataclasses import dataclass
from math import isfinite
from typing import ClassVar

import numpy as np
from jaxtyping import Float64

from tritone.core.batch import Track
from tritone.core.errors import RecipeError
from tritone.core.parts import Rows
from tritone.features import prosody
from tritone.features.extractor import RATE_HZ, Material
from tritone.features.tracks import no_track, whole_track

LONGEST_WINDOW = 3600.0  # seconds


@dataclass(frozen=True)
class SyllableRate:
    """Syllables a second, counted in the sound alone.

    Source: De Jong & Wempe 2009, "Praat script to detect syllable nuclei and measure speech
        rate automatically", Behavior Research Methods 41. https://doi.org/10.3758/BRM.41.2.385

    Args:
        window: seconds that a row counts over; 0 counts over the whole clip in one row.
        hop: from row to row, in seconds.
    """

    window: float = 0.0
    hop: float = 0.5

    modality: ClassVar[str] = "audio"
    version: ClassVar[int] = 1
    reads: ClassVar[tuple[str, ...]] = ("sound",)

    def __post_init__(self) -> None:
        if not 0 <= self.window <= LONGEST_WINDOW:
            raise RecipeError(f"window is {self.window:g} s; take 0 to {LONGEST_WINDOW:g} s")
        if not 0.01 <= self.hop <= LONGEST_WINDOW:
            raise RecipeError(f"hop is {self.hop:g} s; take 0.01 to {LONGEST_WINDOW:g} s")

    @property
    def rows(self) -> Rows:
        """One number."""
        return Rows((1,))

    def track(self, material: Material) -> Track:
        """A row for the clip, or for each window; no row without a sound."""
        sound = material.sound
        if sound is None or not len(sound):
            return no_track(self.rows)
        spans = self.windows(len(sound) / RATE_HZ)
        rates = self.counts(material, spans) / (spans[:, 1:] - spans[:, :1])
        return whole_track(rates.astype(np.float32), spans + material.start)

    def windows(self, seconds: float) -> Float64[np.ndarray, "row 2"]:
        """The span of each row; all but the first are whole windows."""
        if not 0 < self.window < seconds:
            return np.array([[0.0, seconds]])
        begins = self.hop * np.arange(1 + int((seconds - self.window) / self.hop))
        return np.stack([begins, begins + self.window], axis=1)

    def counts(
        self, material: Material, spans: Float64[np.ndarray, "row 2"]
    ) -> Float64[np.ndarray, "row count"]:
        """What is heard in each span of the sound."""
        if material.sound is None:
            return np.zeros((len(spans), 1))
        return within(prosody.syllable_nuclei(material.sound, RATE_HZ), spans)[:, None]


@dataclass(frozen=True)
class SpeechRate(SyllableRate):
    """Words a second, syllables a second, and 1 where the words have times, else 0 and 0.

    Words without times cannot be counted by the window; the syllables then stand in for them,
    in a column of their own, because a word is no syllable.
    """

    reads: ClassVar[tuple[str, ...]] = ("words", "sound")

    @property
    def rows(self) -> Rows:
        """Words a second, syllables a second, whether the words have times."""
        return Rows((3,))

    def track(self, material: Material) -> Track:
        """A row for the clip, or for each window; no row without a sound."""
        track = super().track(material)
        if not len(track.mask):
            return track
        known = float(bool(len(middles_of(material))))
        values = np.insert(track.values.numpy(), 2, known, axis=1)
        return whole_track(values, track.spans.numpy())

    def counts(
        self, material: Material, spans: Float64[np.ndarray, "row 2"]
    ) -> Float64[np.ndarray, "row count"]:
        """Words and syllables in each span of the sound."""
        words = within(middles_of(material) - material.start, spans)[:, None]
        return np.concatenate([words, super().counts(material, spans)], axis=1)


def middles_of(material: Material) -> Float64[np.ndarray, " word"]:
    """When each word that has a time is half said, in seconds on the media's clock."""
    middles = [(word.start + word.end) / 2 for word in material.words]
    return np.array([middle for middle in middles if isfinite(middle)], np.float64)


def within(
    moments: Float64[np.ndarray, " moment"], spans: Float64[np.ndarray, "row 2"]
) -> Float64[np.ndarray, " row"]:
    """How many moments lie in each span, the start counted and the end not."""
    edges = np.searchsorted(np.sort(moments), spans)
    return (edges[:, 1] - edges[:, 0]).astype(np.float64)
