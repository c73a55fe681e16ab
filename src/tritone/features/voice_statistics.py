"""How a voice goes through a whole clip, as one row."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from tritone.core.batch import Track
from tritone.core.parts import Rows
from tritone.features.extractor import RATE_HZ, Material
from tritone.features.tracks import no_track, whole_track
from tritone.features.voices import LogMel, Pitch, check_bands
from tritone.layers.statistics import count_of, statistics_of


@dataclass(frozen=True)
class VoiceStatistics:
    """Means, spreads, quantiles and movement of log-mel bands and pitch over a clip.

    What the default model's voice branch reads; the level of the sound is taken out.

    Source: Schuller et al. 2009, "The INTERSPEECH 2009 Emotion Challenge", Interspeech
        (low-level descriptors and functionals).
    Differs: fewer, and of our own choice.

    Args:
        mels: bands of the spectrum.
        hop: from frame to frame, in seconds.
    """

    mels: int = 80
    hop: float = 0.010

    modality: ClassVar[str] = "audio"
    version: ClassVar[int] = 1
    reads: ClassVar[tuple[str, ...]] = ("sound",)

    def __post_init__(self) -> None:
        frames = self.frames
        check_bands(self.mels, frames.window, frames.low_hz, frames.high_hz)

    @property
    def frames(self) -> LogMel:
        """What measures the spectrum."""
        return LogMel(mels=self.mels, hop=self.hop)

    @property
    def rows(self) -> Rows:
        """One row a clip."""
        return Rows((count_of(self.mels + 1),))

    def track(self, material: Material) -> Track:
        """One row for the whole sound; none without it."""
        sound = material.sound
        if sound is None or not len(sound):
            return no_track(self.rows)
        bands = self.frames.measure(sound)
        tones = Pitch(hop=self.hop).measure(sound)[:, :1]
        rows = torch.from_numpy(np.concatenate([bands, tones], axis=1))
        values = statistics_of(rows).numpy()[None].astype(np.float32)
        spans = np.array([[material.start, material.start + len(sound) / RATE_HZ]])
        return whole_track(values, spans)
