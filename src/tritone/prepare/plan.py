"""A plan: which extractor reads each channel, with which settings, and how channels are aligned.

Extractors that learn do so once, from `train` only; what they learned lies beside the samples, in
extractors/<modality>.npz, so that a store can do the same to media it never saw.
"""

import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tritone.core.clip import Clip
from tritone.core.errors import RecipeError
from tritone.core.files import whole_file
from tritone.core.parts import Rows
from tritone.datasets.corpus import Corpus
from tritone.features.extractor import Extractor, Learning, build, settings_of
from tritone.features.front_end import UNALIGNED, WORDS
from tritone.features.kept import LEARNED, read_arrays

DEFAULTS = {
    "text": "hashed_words",
    "audio": "mfcc+pitch+intensity+voice_quality",
    "vision": "face_cnn",
}


@dataclass(frozen=True)
class Plan:
    """How a corpus becomes a store.

    Args:
        extractors: modality to the name of its extractor, or to several joined by "+"; a
            modality of the corpus that is not named gets the default one.
        settings: modality to the settings that differ from the extractor's own.
        align: "none", "words", or a rate in Hz.
        fps: pictures a second.
        half: store 16-bit floats, half the size at three digits.
        taught: modality to an extractor that is taken as it is, with what it has learned, such
            as a trained model's own.
        mark: tells taught extractors of one plan from those of another.

    Raises:
        RecipeError: `align` is none of these, or `fps` is not above 0.
    """

    extractors: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    align: str | float = UNALIGNED
    fps: float = 5.0
    half: bool = False
    taught: Mapping[str, Extractor] = field(default_factory=dict, repr=False, compare=False)
    mark: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.align, str) and self.align not in (UNALIGNED, WORDS):
            raise RecipeError(f"align takes none, words or a rate in Hz, got {self.align!r}.")
        if not isinstance(self.align, str) and not 0 < self.align <= 1000:
            raise RecipeError(f"align takes a rate above 0 and up to 1000 Hz, got {self.align}.")
        if not 0 < self.fps <= 60:
            raise RecipeError(f"fps is above 0 and at most 60, got {self.fps}.")

    def names(self, corpus: Corpus) -> dict[str, str]:
        """Modality to extractor for a corpus: those named, or else one for each channel it has.

        Raises:
            RecipeError: settings for a modality that is not extracted.
        """
        names = {
            modality: self.extractors.get(modality, DEFAULTS.get(modality, ""))
            for modality in corpus.modalities
            if modality in DEFAULTS or modality in self.extractors
        }
        names |= {m: name for m, name in self.extractors.items() if m not in names}
        stray = [modality for modality in self.settings if modality not in names]
        if stray:
            raise RecipeError(
                f"Settings for {stray[0]!r}, which is not extracted. Extracted: {', '.join(names)}."
            )
        return {modality: name for modality, name in names.items() if name != "none"}

    def build(self, corpus: Corpus) -> dict[str, Extractor]:
        """The extractors for a corpus, not yet fitted.

        Raises:
            UnknownName: no extractor is called so.
            RecipeError: one reads another modality, or has no such setting.
        """
        names = self.names(corpus)
        if not names:
            raise RecipeError(f"Nothing is to be extracted from {corpus.name}.")
        built = {
            m: self.taught[m] if m in self.taught else build(name, self.settings.get(m))
            for m, name in names.items()
        }
        for modality, extractor in built.items():
            if modality in DEFAULTS and extractor.modality != modality:
                raise RecipeError(
                    f"{names[modality]} reads {extractor.modality}, and cannot give {modality}."
                )
        if self.align == WORDS and "text" not in built:
            raise RecipeError("align=words needs the words: extract text too.")
        return built

    def rows(self, extractor: Extractor) -> Rows:
        """What is stored of an extractor's rows: averages of pictures are no pictures."""
        rows = extractor.rows
        if rows.dtype == "uint8" and self.align == UNALIGNED:
            return rows
        return Rows(rows.shape, "float16" if self.half else "float32")

    def describe(self, corpus: Corpus, extractors: Mapping[str, Extractor]) -> dict[str, Any]:
        """The plan as plain data, for the store's provenance."""
        names = self.names(corpus)
        return {
            "extractors": {
                modality: {"name": names[modality], **settings_of(extractor)}
                for modality, extractor in extractors.items()
            },
            "align": self.align,
            "fps": self.fps,
        }


def learned(
    extractors: Mapping[str, Extractor],
    clips: Sequence[Clip],
    folder: Path,
    *,
    taught: Collection[str] = (),
) -> dict[str, Extractor]:
    """The extractors, those that learn having learned from `train`, or as an earlier run left them.

    Args:
        extractors: modality to extractor.
        clips: the corpus.
        folder: where an earlier run may have left what they learned.
        taught: modalities whose extractor has learned already.

    Raises:
        DataError: what an earlier run left cannot be read.
    """
    train = [clip for clip in clips if clip.split == "train"] or list(clips)
    ready: dict[str, Extractor] = {}
    for modality, extractor in extractors.items():
        file = folder / LEARNED / f"{modality}.npz"
        if not isinstance(extractor, Learning) or modality in taught:
            ready[modality] = extractor
        elif file.is_file():
            ready[modality] = extractor.restored(read_arrays(file))
        else:
            ready[modality] = extractor.fit(train)
    return ready


def keep_learned(extractors: Mapping[str, Extractor], folder: Path) -> None:
    """Write what the extractors learned beside the samples."""
    for modality, extractor in extractors.items():
        file = folder / LEARNED / f"{modality}.npz"
        if isinstance(extractor, Learning) and not file.is_file():
            file.parent.mkdir(exist_ok=True)
            with whole_file(file) as opened, zipfile.ZipFile(opened, "w") as archive:
                for name, array in extractor.state().items():
                    with archive.open(f"{name}.npy", "w") as member:
                        np.lib.format.write_array(member, array, allow_pickle=False)
