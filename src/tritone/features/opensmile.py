"""openSMILE's feature sets, where its package is installed; its licence forbids commercial use."""

import importlib
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from tritone.core.batch import Track
from tritone.core.errors import MissingExtra, RecipeError
from tritone.core.parts import Rows
from tritone.features.extractor import RATE_HZ, Material
from tritone.features.tracks import no_track, whole_track

FRAMES, CLIP = "LowLevelDescriptors", "Functionals"
# Columns of opensmile 2.6, so that a store can be laid out before the package is loaded.
WIDTHS = {
    ("eGeMAPSv02", FRAMES): 25,
    ("eGeMAPSv02", CLIP): 88,
    ("GeMAPSv01b", FRAMES): 18,
    ("GeMAPSv01b", CLIP): 62,
    ("ComParE_2016", FRAMES): 65,
    ("ComParE_2016", CLIP): 6373,
    ("emobase", FRAMES): 26,
    ("emobase", CLIP): 988,
}


@dataclass(frozen=True)
class OpenSmile:
    """A feature set of openSMILE: a row each 10 ms, or one row a clip.

    Licence: openSMILE is not free software. audEERING lets you use it for private, research
    and educational purposes; products need a licence of theirs. This file only calls it.

    Source: Eyben, Woellmer & Schuller 2010, "openSMILE: the Munich versatile and fast
        open-source audio feature extractor", ACM MM; Eyben et al. 2016, "The Geneva
        Minimalistic Acoustic Parameter Set", IEEE TAC. https://doi.org/10.1145/1873951.1874246

    Args:
        feature_set: eGeMAPSv02, GeMAPSv01b, ComParE_2016 or emobase.
        level: "LowLevelDescriptors", a row a frame, or "Functionals", one row a clip.
    """

    feature_set: str = "eGeMAPSv02"
    level: str = FRAMES

    modality: ClassVar[str] = "audio"
    version: ClassVar[int] = 1
    reads: ClassVar[tuple[str, ...]] = ("sound",)

    def __post_init__(self) -> None:
        sets, levels = (list(dict.fromkeys(pair[k] for pair in WIDTHS)) for k in (0, 1))
        if self.feature_set not in sets:
            raise RecipeError(f"feature_set is {self.feature_set!r}; take {', '.join(sets)}")
        if self.level not in levels:
            raise RecipeError(f"level is {self.level!r}; take {' or '.join(levels)}")

    @property
    def rows(self) -> Rows:
        """One number for each of the set's features."""
        return Rows((WIDTHS[self.feature_set, self.level],))

    def track(self, material: Material) -> Track:
        """A row for each frame, or one; none without a sound, or where it is too short.

        Raises:
            MissingExtra: the package opensmile is not installed.
        """
        sound = material.sound
        if sound is None or not len(sound):
            return no_track(self.rows)
        with warnings.catch_warnings():
            # Of a sound too short it warns, and gives rows of NaN.
            warnings.filterwarnings("ignore", "Segment too short", UserWarning)
            table = smile(self.feature_set, self.level).process_signal(sound, RATE_HZ)
        values = table.to_numpy(np.float32)
        seconds = [table.index.get_level_values(k).total_seconds() for k in ("start", "end")]
        spans = np.minimum(np.stack(seconds, axis=1), len(sound) / RATE_HZ) + material.start
        real = np.isfinite(values).all(axis=1)
        return whole_track(values[real], spans[real])


@lru_cache(maxsize=2)
def smile(feature_set: str, level: str) -> Any:
    """The extractor of the package, set up once.

    Raises:
        MissingExtra: the package is not installed.
    """
    try:
        package = importlib.import_module("opensmile")
    except ImportError:
        raise MissingExtra("opensmile", "opensmile", "Extracting openSMILE's features") from None
    return package.Smile(
        feature_set=package.FeatureSet[feature_set], feature_level=package.FeatureLevel[level]
    )
