"""The suite `real`: the corpora that lie below one folder, found by what is in their folders.

What is not there is left out, and the suite says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tritone.core.errors import DataError
from tritone.recipes.benchmark.suite import Contender, Data, Suite

SEEDS = 5
ALWAYS, MORE = (
    ("concat_mlp", "late_vote", "lmf"),
    ("tfn", "early_concat", "modality_attention", "weighted_average", "lf_dnn", "misa", "mult"),
)
# Models that read a sequence step by step are not worth hours on long sounds and texts.
SINGLE = ("concat_mlp", "modality_transformer")
FAST = ("fit.epochs=10", "fit.patience=3")
LONG = ("fit.epochs=15", "fit.patience=4", "fit.batch=64")


@dataclass(frozen=True)
class Place:
    """A corpus that may lie below the folder.

    Args:
        folder: its usual name.
        spec: name in a SPEC, and the file within the folder that the path ends with.
        is_it: whether a folder holds it.
        settings: for every model on it.
        extractors: channel to extractor.
        single: it has one channel, so that there is nothing to fuse.
        slow: to read its media takes so long that `fast` leaves it out.
        note: what a reader must know, in a sentence.
    """

    folder: str
    spec: str
    is_it: Callable[[Path], bool]
    settings: tuple[str, ...] = ()
    extractors: tuple[tuple[str, str], ...] = ()
    single: bool = False
    slow: bool = False
    note: str = ""


def has(*names: str) -> Callable[[Path], bool]:
    """Whether a folder holds all these files."""
    return lambda folder: all((folder / name).exists() for name in names)


PLACES = (
    Place(
        "mosi_features",
        "mosi",
        has("mosi_features.npz"),
        note="Its text and video vectors come from nets that were trained on these train labels.",
    ),
    Place(
        "mmmo_features",
        "mmmo",
        has("audio_train.h5", "video_train.h5", "y_train.h5"),
        settings=("modalities=audio,vision",),
        note="Without text, which was not published for train.",
    ),
    Place(
        "emotions_text",
        "emotions",
        has("train.txt", "val.txt"),
        settings=LONG,
        extractors=(("text", "tfidf"),),
        single=True,
    ),
    Place(
        "meld_text",
        "meld",
        has("train_sent_emo.csv", "dev_sent_emo.csv"),
        settings=LONG,
        extractors=(("text", "tfidf"),),
        single=True,
    ),
    Place(
        "ravdess_speech",
        "ravdess",
        lambda folder: any(folder.glob("audio/*/03-01-*.*")) or any(folder.glob("Actor_*")),
        extractors=(("audio", "mfcc+intensity"),),
        single=True,
        note="Two sentences only: the words tell nothing.",
    ),
    Place(
        "mvsa_single",
        "mvsa",
        has("metadata.csv", "images.zip"),
        extractors=(("text", "tfidf"), ("vision", "face_cnn")),
        note="Of the pictures only faces are read; most show none.",
    ),
    Place(
        "fer2013_faces",
        "faces",
        has("metadata.csv", "images.zip"),
        settings=LONG,
        single=True,
        slow=True,
        note="The rows come from a net that was trained on the train labels of FER2013.",
    ),
)


def real(root: Path, *, fast: bool = False) -> Suite:
    """The suite of the corpora below a folder.

    Args:
        root: the folder.
        fast: one seed and a few models, without what takes long to read.

    Raises:
        DataError: not one of the corpora is there.
    """
    data, absent, slow = [], [], []
    for place in PLACES:
        folder = root / place.folder
        if not (folder.is_dir() and place.is_it(folder)):
            absent.append(place.folder)
            continue
        if fast and place.slow:
            slow.append(place.folder)
            continue
        models = SINGLE if place.single else ALWAYS if fast else (*ALWAYS, *MORE)
        data.append(
            Data(
                f"{place.spec}:{folder}",
                settings=(*place.settings, *(FAST if fast else ())),
                extractors=dict(place.extractors),
                models=tuple(Contender(name) for name in models),
                note=place.note,
            )
        )
    if not data:
        raise DataError(
            f"{root} holds none of the corpora of this suite. It looks for: "
            f"{', '.join([*absent, *slow])}."
        )
    notes = (f"Not there, and left out: {', '.join(absent)}.",) if absent else ()
    notes += (f"Left out by --fast, long to read: {', '.join(slow)}.",) if slow else ()
    models = tuple(Contender(name) for name in (ALWAYS if fast else (*ALWAYS, *MORE)))
    return Suite("real", tuple(data), models, 1 if fast else SEEDS, notes=notes)
