"""Words and voices as the default model reads them, so that its weights can be trained further.

Faces are `face_crop`, 48 pixels a side and grey.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from tritone import catalogue
from tritone.core.batch import Track
from tritone.core.parts import Rows
from tritone.features.extractor import Material
from tritone.features.face_cnn import LOADER
from tritone.features.preprocess import Preprocessor
from tritone.features.tracks import no_track, whole_track
from tritone.features.vocabulary import WIDEST, check_range


@dataclass(frozen=True)
class WordPieces:
    """A row for each word piece of a text: its number in a trained model's vocabulary.

    Source: Wu et al. 2016, "Google's Neural Machine Translation System", sec. 4.1.
        https://arxiv.org/abs/1609.08144

    Args:
        folder: "default", or the folder of a model with a tokenizer.
    """

    folder: str = "default"

    modality: ClassVar[str] = "text"
    version: ClassVar[int] = 1
    reads: ClassVar[tuple[str, ...]] = ("text",)

    @property
    def rows(self) -> Rows:
        """One number."""
        return Rows((1,))

    def track(self, material: Material) -> Track:
        """A row for each piece, the special ones included; no row without a text.

        Raises:
            ModelError: the folder holds no model.
        """
        if material.text is None or not material.text.strip():
            return no_track(self.rows)
        # Half a surrogate pair, as a broken file may have, is no text to the tokenizer.
        text = material.text.encode("utf-8", "replace").decode()
        pieces = preprocessor_in(self.folder).pieces([text])[0]
        values = np.array(pieces, np.float32).reshape(-1, 1)
        return whole_track(values, np.full((len(pieces), 2), np.nan))


@dataclass(frozen=True)
class VoiceRows:
    """Log-mel and pitch of a voice, cleaned and cut as for a trained model.

    Source: Stevens et al. 1937, "A scale for the measurement of the psychological magnitude
        pitch", JASA 8; de Cheveigne & Kawahara 2002, "YIN", JASA 111.

    Args:
        folder: "default", or the folder of a model with a voice branch.
        dim: numbers in a row: its mel bands, and the pitch.
    """

    folder: str = "default"
    dim: int = 81

    modality: ClassVar[str] = "audio"
    version: ClassVar[int] = 1
    reads: ClassVar[tuple[str, ...]] = ("sound",)

    def __post_init__(self) -> None:
        check_range("dim", self.dim, 1, WIDEST)

    @property
    def rows(self) -> Rows:
        """The bands of one frame, and its pitch."""
        return Rows((self.dim,))

    def track(self, material: Material) -> Track:
        """A row for each frame of the voiced part; no row where there is no voice.

        Raises:
            ModelError: the folder holds no model, or one with rows of another width.
        """
        if material.sound is None or not len(material.sound):
            return no_track(self.rows)
        front = preprocessor_in(self.folder)
        check_range("dim", self.dim, front.voice.columns, front.voice.columns)
        return front.voice_track(material.sound, material.start)


@lru_cache(maxsize=2)
def preprocessor_in(folder: str) -> Preprocessor:
    """How a trained model reads media.

    Raises:
        ModelError: the folder holds no such model.
    """
    return catalogue.load("loader", LOADER)(folder).preprocessor
