"""Sound as a pretrained encoder hears it: Wav2Vec2, HuBERT, WavLM, or the encoder of Whisper."""

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from jaxtyping import Float32

from tritone.core.batch import Track
from tritone.core.devices import device_of
from tritone.core.errors import RecipeError
from tritone.core.parts import Rows
from tritone.core.sound_encoder import (
    SoundEncoder,
    heard_config,
    load_sound_encoder,
    refuse_rate,
)
from tritone.features.extractor import RATE_HZ, Material
from tritone.features.tracks import no_track, whole_track

LONGEST = 600.0  # seconds; attention's memory grows with the square
LARGEST_BATCH = 1024


@dataclass(frozen=True)
class HubAudio:
    """Hidden states of a frozen encoder of sound: a row every 20 ms, as it was trained.

    A sound longer than `longest` is read in stretches. Whisper reads windows of 30 s, the last
    one filled up with silence, of which no row is kept.

    Source: Baevski et al. 2020, "wav2vec 2.0: A Framework for Self-Supervised Learning of Speech
        Representations", NeurIPS. https://arxiv.org/abs/2006.11477

    Args:
        folder: a folder as `save_pretrained` writes it, with preprocessor_config.json; or a name
            of the hub that is in its cache on this machine.
        layer: whose states are taken: -1 the last, 0 what goes into the first.
        average: the mean of all layers instead.
        longest: seconds that are read at once; no bearing on Whisper.
        batch: stretches that are read side by side.
        device: "cpu", "cuda" or "auto".
    """

    folder: str = ""
    layer: int = -1
    average: bool = False
    longest: float = 30.0
    batch: int = 4
    device: str = "auto"

    modality: ClassVar[str] = "audio"
    version: ClassVar[int] = 1
    reads: ClassVar[tuple[str, ...]] = ("sound",)

    def __post_init__(self) -> None:
        if not 1 <= self.longest <= LONGEST:
            raise RecipeError(f"longest is {self.longest:g} s; take 1 to {LONGEST:g} s")
        if not 1 <= self.batch <= LARGEST_BATCH:
            raise RecipeError(f"batch is {self.batch}; take 1 to {LARGEST_BATCH}")

    @property
    def rows(self) -> Rows:
        """One hidden state."""
        return Rows((kept_width(self.folder),))

    def track(self, material: Material) -> Track:
        """A row for each step of the encoder; no row without a sound.

        Raises:
            ModelError: the folder holds no encoder of sound.
            RecipeError: it has no such layer.
        """
        sound = material.sound
        if sound is None or not len(sound):
            return no_track(self.rows)
        encoder = kept_encoder(self.folder, self.device)
        window = encoder.window or round(self.longest * RATE_HZ) // encoder.step * encoder.step
        heard = encoder.prepared(sound)
        whole = len(heard) // window * window
        stretches = heard[:whole].reshape(-1, window)
        values = [
            row
            for first in range(0, len(stretches), self.batch)
            for row in self.heard(encoder, stretches[first : first + self.batch])
        ]
        # Never beside a longer one: padding would be heard.
        rest = heard[whole:]
        if len(rest) >= encoder.field or not values:
            rest = np.pad(rest, (0, max(0, encoder.field - len(rest))))
            values += self.heard(encoder, rest[None])
        return whole_track(
            np.concatenate(values), spans_of(values, encoder, window, len(sound)) + material.start
        )

    def heard(
        self, encoder: SoundEncoder, stretches: Float32[np.ndarray, "piece sample"]
    ) -> list[np.ndarray]:
        """The rows of each stretch."""
        return list(encoder.rows(stretches, self.layer, average=self.average).numpy())


def spans_of(
    values: list[np.ndarray], encoder: SoundEncoder, window: int, samples: int
) -> np.ndarray:
    """Start and end of each row in seconds from the first sample, none beyond the last."""
    begins = [
        place * window + np.arange(len(rows)) * encoder.step for place, rows in enumerate(values)
    ]
    begin = np.concatenate(begins)
    return np.minimum(np.stack([begin, begin + encoder.step], axis=1), samples) / RATE_HZ


@lru_cache(maxsize=1)
def kept_encoder(folder: str, device: str) -> SoundEncoder:
    """An encoder, read once: its file is long.

    Raises:
        ModelError: the folder holds none, or one for another sampling rate.
    """
    encoder = load_sound_encoder(folder, device_of(device))
    refuse_rate(encoder, RATE_HZ)
    return encoder


@lru_cache(maxsize=8)
def kept_width(folder: str) -> int:
    """The width of its rows, by its config."""
    return int(heard_config(folder).hidden_size)
