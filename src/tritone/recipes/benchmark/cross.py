"""The suite `cross`: train on one corpus, report on all, with one target and the same rows.

              reported on   emotions   meld   mosi
    trained on emotions        x         .      .      x: its own kind of clips
               meld            .         x      .
               mosi            .         .      x
               floors

The words of all are read by one extractor that learns nothing, so that a row means the same
everywhere; epoch and normalisation come from the corpus that is trained on.
"""

from pathlib import Path

from tritone.core.errors import DataError
from tritone.recipes.benchmark.real import PLACES
from tritone.recipes.benchmark.suite import Contender, Data, Suite

SEEDS = 3
TARGET = "sentiment2"
WORDS = ("emotions_text", "meld_text", "mosi_features")
READ = {"text": "hashed_words", "audio": "none", "vision": "none"}
MODELS = ("concat_mlp",)
SETTINGS = ("fit.epochs=12", "fit.patience=3", "fit.batch=64")
NOTES = (
    "hashed_words reads all corpora alike and learns nothing; epoch and normalisation come from "
    "the corpus that is trained on.",
    "RAVDESS is left out: its two sentences say the same of every emotion, and no second corpus "
    "here has its sounds.",
)


def cross(root: Path, *, fast: bool = False) -> Suite:
    """The suite of the corpora below a folder whose words are read.

    Args:
        root: the folder.
        fast: one seed.

    Raises:
        DataError: fewer than two of the corpora are there.
    """
    there = [
        place
        for place in PLACES
        if place.folder in WORDS and (root / place.folder).is_dir()
        if place.is_it(root / place.folder)
    ]
    if len(there) < 2:
        raise DataError(
            f"{root} holds {len(there)} of the corpora {', '.join(WORDS)}; at least two are needed."
        )
    data = tuple(
        Data(f"{p.spec}:{root / p.folder}", TARGET, name=p.spec, extractors=READ) for p in there
    )
    models = tuple(Contender(name) for name in MODELS)
    seeds = 1 if fast else SEEDS
    return Suite("cross", data, models, seeds, SETTINGS, notes=NOTES, across=True)
