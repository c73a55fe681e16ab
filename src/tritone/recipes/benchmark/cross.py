"""The suite `cross`: train on one corpus, report on all, with one target and the same rows.

              reported on   emotions   meld   mosi   ravdess   both
    trained on emotions        x         .      .       -        .     x: its own kind of clips
               meld            .         x      .       -        .     -: no channel in common
               mosi            .         .      x       -        .
               ravdess         -         -      -       x        .
               both            .         .      .       .        x     words or a voice: unpaired
               floors

Words are read by one extractor everywhere, and so are voices: a row means the same in all corpora.
Epoch and normalisation come from the corpus that is trained on.
"""

from pathlib import Path
from typing import Any

from tritone.core.errors import DataError
from tritone.recipes.benchmark.papers_s002 import CLIPS, FAST_CLIPS, written
from tritone.recipes.benchmark.real import MINILM, PLACES, POOLED, has_minilm
from tritone.recipes.benchmark.suite import Contender, Data, Suite

SEEDS = 3
TARGET = "sentiment2"
MODEL = "concat_mlp"
WORDS, VOICE = ("emotions_text", "meld_text", "mosi_features"), "ravdess_speech"
PAIRED = ("emotions_text", VOICE)  # the one with words and the one with voices
VOICES = "voice_statistics"
SETTINGS = ("fit.epochs=12", "fit.patience=3", "fit.batch=64")
NOTES = (
    "sentiment2: joy, love and surprise against anger, disgust, fear and sadness, or a corpus's "
    "own sentiment; neutral and calm are left out.",
    "Words and voices have no channel in common; what is trained on both has clips of one channel "
    "each, and is asked with what is there.",
    "Two sentences of RAVDESS say the same of every emotion: there, words are not read.",
)


def cross(root: Path, *, out: Path, fast: bool = False) -> Suite:
    """The suite of the corpora below a folder that have words or voices.

    Args:
        root: the folder.
        out: where the corpus of both is described.
        fast: one seed, and fewer clips of both.

    Raises:
        DataError: fewer than two of the corpora are there.
    """
    there = [
        place
        for place in PLACES
        if place.folder in (*WORDS, VOICE) and (root / place.folder).is_dir()
        if place.is_it(root / place.folder)
    ]
    if len(there) < 2:
        raise DataError(
            f"{root} holds {len(there)} of the corpora {', '.join((*WORDS, VOICE))}; at least two "
            "are needed."
        )
    reader = MINILM if has_minilm() else "hashed_words"
    specs = {place.folder: f"{place.spec}:{(root / place.folder).resolve()}" for place in there}
    data = [
        read_by(
            {"audio": VOICES} if place.folder == VOICE else {"text": reader},
            spec=specs[place.folder],
            name=place.spec,
        )
        for place in there
    ]
    if set(PAIRED) <= set(specs):
        parts = {"text": specs[PAIRED[0]], "audio": specs[PAIRED[1]]}
        clips = FAST_CLIPS if fast else CLIPS
        both = written(out / "cross-both.json", parts, "unpaired", clips)
        read = {"text": reader, "audio": VOICES}
        data.append(read_by(read, spec=f"composite:{both.resolve()}", name="both"))
    name = f"{MODEL}, words by {'minilm' if reader == MINILM else reader}"
    seeds = 1 if fast else SEEDS
    models = (Contender(MODEL, name=name),)
    return Suite("cross", tuple(data), models, seeds, SETTINGS, notes=NOTES, across=True)


def read_by(extractors: dict[str, str], *, spec: str, name: str) -> Data:
    """A corpus whose channels are read by these extractors, and by no others."""
    none = {"text": "none", "audio": "none", "vision": "none"}
    pooled: dict[str, dict[str, Any]] = {"text": POOLED} if extractors.get("text") == MINILM else {}
    return Data(spec, TARGET, name=name, extractors=none | extractors, extracting=pooled)
