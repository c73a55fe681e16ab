"""The sound itself, for models that hear samples: no feature is made by hand."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tritone.core.batch import Track
from tritone.core.errors import RecipeError
from tritone.core.parts import Rows
from tritone.features.extractor import RATE_HZ, Material
from tritone.features.tracks import no_track, whole_track

LONGEST_ROW, LONGEST = 10.0, 600.0  # seconds


@dataclass(frozen=True)
class Waveform:
    """Samples at 16,000 a second, end to end: a row for each stretch of 40 ms.

    Of a longer clip the first seconds are kept, and reports count it as cut. The last row is
    filled up with silence, which its time leaves out.

    Source: Trigeorgis et al. 2016, "Adieu Features? End-to-end Speech Emotion Recognition using
        a Deep Convolutional Recurrent Network", ICASSP.
        https://doi.org/10.1109/ICASSP.2016.7472669

    Args:
        seconds: of sound in a row; 0.04 are 640 samples.
        longest: seconds of a clip that are kept, from its start.
    """

    seconds: float = 0.04
    longest: float = 20.0

    modality: ClassVar[str] = "audio"
    version: ClassVar[int] = 1
    reads: ClassVar[tuple[str, ...]] = ("sound",)

    def __post_init__(self) -> None:
        if not 1 / RATE_HZ <= self.seconds <= LONGEST_ROW:
            raise RecipeError(
                f"seconds is {self.seconds:g}; take {1 / RATE_HZ:.6f} to {LONGEST_ROW:g}"
            )
        if not self.seconds <= self.longest <= LONGEST:
            raise RecipeError(
                f"longest is {self.longest:g} s; take {self.seconds:g} (a row) to {LONGEST:g} s"
            )

    @property
    def rows(self) -> Rows:
        """Neighbouring samples."""
        return Rows((round(self.seconds * RATE_HZ),))

    @property
    def most(self) -> int:
        """Samples of a clip that are kept: whole rows."""
        return math.floor(self.longest * RATE_HZ / self.rows.size) * self.rows.size

    def cuts(self, material: Material) -> bool:
        """Whether the clip is longer than what is kept."""
        return material.sound is not None and len(material.sound) > self.most

    def track(self, material: Material) -> Track:
        """The samples, cut into rows; no row without a sound."""
        sound, width = material.sound, self.rows.size
        if sound is None or not len(sound):
            return no_track(self.rows)
        kept = sound[: self.most]
        values = np.pad(kept, (0, -len(kept) % width)).reshape(-1, width)
        begins = np.arange(len(values)) * width
        samples = np.stack([begins, np.minimum(begins + width, len(kept))], axis=1)
        return whole_track(values, material.start + samples / RATE_HZ)
