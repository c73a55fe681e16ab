"""The sound of a clip as rows of numbers: timbre, pitch, loudness and pace.

The frames of all that measure by the frame are the same for the same window and hop, so that
they may be joined: "mfcc+pitch+intensity".
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from jaxtyping import Float32

from tritone.core.batch import Track
from tritone.core.errors import RecipeError
from tritone.core.parts import Rows
from tritone.features import prosody, spectrum
from tritone.features.extractor import RATE_HZ, Material
from tritone.features.tracks import no_track, whole_track

LONGEST_WINDOW = 10.0  # seconds


@dataclass(frozen=True)
class Framed(ABC):
    """What measures a sound frame by frame.

    Args:
        window: length of a frame, in seconds.
        hop: from frame to frame, in seconds.
    """

    window: float = 0.025
    hop: float = 0.010

    modality: ClassVar[str] = "audio"
    version: ClassVar[int] = 1
    reads: ClassVar[tuple[str, ...]] = ("sound",)

    def __post_init__(self) -> None:
        for name in ("window", "hop"):
            seconds = getattr(self, name)
            if not 1 / RATE_HZ <= seconds <= LONGEST_WINDOW:
                raise RecipeError(
                    f"{name} is {seconds:g} s; take {1 / RATE_HZ:.6f} to {LONGEST_WINDOW:g} s"
                )

    @property
    def rows(self) -> Rows:
        """One list of numbers a frame."""
        return Rows((self.width,))

    @property
    @abstractmethod
    def width(self) -> int:
        """Numbers in a row."""

    @abstractmethod
    def measure(self, sound: Float32[np.ndarray, " sample"]) -> Float32[np.ndarray, "time width"]:
        """The rows of a sound at `RATE_HZ`."""

    def track(self, material: Material) -> Track:
        """A row for each frame; no row without a sound."""
        sound = material.sound
        if sound is None or not len(sound):
            return no_track(self.rows)
        values = self.measure(sound)
        spans = spectrum.frame_spans(
            len(values), window=self.window, hop=self.hop, start=material.start
        )
        # A sound shorter than a frame is led to its length by silence that is not there.
        return whole_track(values, np.minimum(spans, material.start + len(sound) / RATE_HZ))


@dataclass(frozen=True)
class Mfcc(Framed):
    """Mel-frequency cepstral coefficients, the first of which is the loudness.

    Source: Davis & Mermelstein 1980, "Comparison of parametric representations for
        monosyllabic word recognition", IEEE TASSP. https://doi.org/10.1109/TASSP.1980.1163420

    Args:
        count: coefficients in a row.
        mels: bands that they are made of.
        low_hz: lower edge of the first band.
        high_hz: upper edge of the last band.
    """

    count: int = 20
    mels: int = 40
    low_hz: float = 60.0
    high_hz: float = 7600.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.count <= self.mels:
            raise RecipeError(f"count is {self.count}; take 1 to the {self.mels} mel bands")
        check_bands(self.mels, self.window, self.low_hz, self.high_hz)

    @property
    def width(self) -> int:
        """Numbers in a row."""
        return self.count

    def measure(self, sound: Float32[np.ndarray, " sample"]) -> Float32[np.ndarray, "time width"]:
        """The coefficients of each frame."""
        return spectrum.mfcc(
            sound,
            RATE_HZ,
            coefficients=self.count,
            mels=self.mels,
            window=self.window,
            hop=self.hop,
            low_hz=self.low_hz,
            high_hz=self.high_hz,
        )


@dataclass(frozen=True)
class LogMel(Framed):
    """Natural logarithm of the power in mel bands.

    Source: Stevens, Volkmann & Newman 1937, "A scale for the measurement of the psychological
        magnitude pitch", JASA 8. https://doi.org/10.1121/1.1915893

    Args:
        mels: bands, and numbers in a row.
        low_hz: lower edge of the first band.
        high_hz: upper edge of the last band.
    """

    mels: int = 64
    low_hz: float = 60.0
    high_hz: float = 7600.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_bands(self.mels, self.window, self.low_hz, self.high_hz)

    @property
    def width(self) -> int:
        """Numbers in a row."""
        return self.mels

    def measure(self, sound: Float32[np.ndarray, " sample"]) -> Float32[np.ndarray, "time width"]:
        """The bands of each frame."""
        return spectrum.log_mel(
            sound,
            RATE_HZ,
            mels=self.mels,
            window=self.window,
            hop=self.hop,
            low_hz=self.low_hz,
            high_hz=self.high_hz,
        )


@dataclass(frozen=True)
class LogSpectrogram(Framed):
    """Natural logarithm of the power spectrum, S003's input to its audio net."""

    @property
    def width(self) -> int:
        """Numbers in a row: the bins from 0 Hz to half the rate."""
        return spectrum.transform_points(RATE_HZ, self.window) // 2 + 1

    def measure(self, sound: Float32[np.ndarray, " sample"]) -> Float32[np.ndarray, "time width"]:
        """The spectrum of each frame."""
        return spectrum.log_spectrogram(sound, RATE_HZ, window=self.window, hop=self.hop)


@dataclass(frozen=True)
class Pitch(Framed):
    """log2 of the fundamental frequency in hertz, and 1 where there is a voice, else 0 and 0.

    Source: de Cheveigne & Kawahara 2002, "YIN, a fundamental frequency estimator for speech
        and music", JASA 111. https://doi.org/10.1121/1.1458024

    Args:
        low_hz: lowest pitch looked for.
        high_hz: highest pitch looked for.
        threshold: aperiodic share of the power up to which a frame counts as voiced.
    """

    low_hz: float = 60.0
    high_hz: float = 500.0
    threshold: float = 0.2

    def __post_init__(self) -> None:
        super().__post_init__()
        check_pitch(self.low_hz, self.high_hz)

    @property
    def width(self) -> int:
        """Numbers in a row."""
        return 2

    def measure(self, sound: Float32[np.ndarray, " sample"]) -> Float32[np.ndarray, "time width"]:
        """Pitch and voicing of each frame."""
        found = prosody.pitch(
            sound,
            RATE_HZ,
            low_hz=self.low_hz,
            high_hz=self.high_hz,
            window=self.window,
            hop=self.hop,
            threshold=self.threshold,
        )
        voiced = np.isfinite(found)
        return np.stack([np.log2(np.where(voiced, found, 1.0)), voiced], axis=1).astype(np.float32)


@dataclass(frozen=True)
class Intensity(Framed):
    """Root mean square of each frame in dB below 1; -120 is silence."""

    @property
    def width(self) -> int:
        """Numbers in a row."""
        return 1

    def measure(self, sound: Float32[np.ndarray, " sample"]) -> Float32[np.ndarray, "time width"]:
        """The loudness of each frame."""
        return prosody.intensity(sound, RATE_HZ, window=self.window, hop=self.hop)[:, None]


def check_bands(mels: int, window: float, low_hz: float, high_hz: float) -> None:
    """Build the mel bands once, so that a wrong setting is known before the first clip."""
    if not 1 <= mels <= 512:
        raise RecipeError(f"mels is {mels}; take 1 to 512")
    points = spectrum.transform_points(RATE_HZ, window)
    spectrum.mel_filters(RATE_HZ, points, mels=mels, low_hz=low_hz, high_hz=high_hz)


def check_pitch(low_hz: float, high_hz: float) -> None:
    """Hold the limits of a pitch to what a rate of `RATE_HZ` can show."""
    if not 20 <= low_hz < high_hz <= RATE_HZ / 4:
        raise RecipeError(
            f"pitch from {low_hz:g} to {high_hz:g} Hz; keep 20 <= low_hz < high_hz <= "
            f"{RATE_HZ / 4:g}"
        )
