"""The suite `papers-mvsa`: S003's OTE and the field's fusions on tweets of a picture and words.

    text      MiniLM, a row a word             words     TF-IDF of words and pairs of words
    vision    the picture, 64 x 64 pixels      picture   its colours and edges

The linear model over words and picture statistics is refitted in the same run, and the contender
that did best on val is held against it. Epochs are chosen on a part of train; what is reported is
the val part.
"""

from importlib.util import find_spec
from pathlib import Path

from tritone.core.errors import DataError
from tritone.recipes.benchmark.papers_s002 import ENCODER_PACKAGE
from tritone.recipes.benchmark.real import PLACES
from tritone.recipes.benchmark.suite import Contender, Data, Suite

NAME, SEEDS, FOLDER = "papers-mvsa", 3, "mvsa_single"
EXTRACTORS = {
    "text": "hub_text",
    "words": "tfidf",
    "vision": "picture",
    "picture": "picture_statistics",
}
EXTRACTING = {"words": {"dim": 0, "most": 4096, "longest": 2}}
SETTINGS = ("fit.batch=64", "fit.epochs=15", "fit.patience=4", "fold=report_val:1/8")
FAST = ("fit.epochs=5", "fit.patience=2")
SOLVED = ("normalise=false", "fit.epochs=1")
BASELINE = "linear baseline (TF-IDF, colours, HOG)"
READ = ("modalities=text,picture",)
FUSIONS = (
    *("concat_mlp", "late_vote", "weighted_average", "modality_attention", "self_attention"),
    *("cross_modal_attention", "contrastive", "multi_sentinet", "comn", "mvan", "itin", "hcil"),
)
FEW = ("concat_mlp", "modality_attention", "mvan")
NOTES = (
    "CLIP and CLIP + BERT are left out: their encoders are not on this machine. `contrastive` is "
    "CLIP's loss between the channels on rows that are here.",
    "S003 trains OTE on SentiCap, about .70 of two sentiments; these are tweets of three. The "
    "figures of its figure 11 are of other splits of MVSA.",
)


def papers_mvsa(root: Path, *, fast: bool = False) -> Suite:
    """The suite of MVSA-Single below a folder.

    Args:
        root: the folder.
        fast: one seed, few models and epochs.

    Raises:
        DataError: it is not there.
    """
    place = next(place for place in PLACES if place.folder == FOLDER)
    folder = root / FOLDER
    if not (folder.is_dir() and place.is_it(folder)):
        raise DataError(f"{root} has no {FOLDER}, which the suite {NAME} reads.")
    extractors, read = dict(EXTRACTORS), "Words are read by MiniLM, frozen."
    if find_spec(ENCODER_PACKAGE) is None:
        extractors["text"], read = "hashed_words", "Words are hashed: the extra minilm is missing."
    data = Data(
        f"{place.spec}:{folder}",
        "sentiment",
        (*SETTINGS, *(FAST if fast else ())),
        extractors=extractors,
        extracting=EXTRACTING,
        against=BASELINE,
        models=contenders(fast),
        note=f"{read} The reported part is the val part of the data; epochs and penalties were "
        "chosen on an eighth of train.",
    )
    return Suite(NAME, (data,), (), 1 if fast else SEEDS, notes=NOTES)


def contenders(fast: bool) -> tuple[Contender, ...]:
    """Fusions of words and picture, OTE on pixels, and linear models."""
    fusions = tuple(Contender(name, READ) for name in (FEW if fast else FUSIONS))
    # Standardised, a rare word would outweigh all others.
    whole = ("modalities=text,words,picture", "normalise=false")
    both = Contender("concat_mlp", whole, "concat_mlp with TF-IDF")
    ote = Contender("ote", ("modalities=text,vision",), "ote")
    return (*fusions, both, ote, *(linear(*one) for one in LINEAR))


def linear(name: str, *channels: str) -> Contender:
    """The linear model over some channels; TF-IDF is left as it is."""
    raw = '["words"]' if "words" in channels else "[]"
    return Contender(
        "logistic", (*SOLVED, f"modalities={','.join(channels)}", f"model.raw={raw}"), name
    )


LINEAR = (
    (BASELINE, "words", "picture"),
    ("linear, TF-IDF", "words"),
    ("linear, colours and HOG", "picture"),
    ("linear, MiniLM", "text"),
    ("linear, MiniLM, TF-IDF, colours, HOG", "text", "words", "picture"),
)
