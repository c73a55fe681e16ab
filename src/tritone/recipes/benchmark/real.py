"""The suite `real`: the corpora that lie below one folder, found by what is in their folders.

What is not there is left out, and the suite says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tritone.core.errors import DataError, MissingExtra
from tritone.core.minilm import minilm_folder
from tritone.recipes.benchmark.suite import Contender, Data, Suite

SEEDS = 5
ALWAYS, MORE = (
    ("concat_mlp", "late_vote", "lmf"),
    ("tfn", "early_concat", "modality_attention", "weighted_average", "lf_dnn", "misa", "mult"),
)
# Models that read a sequence step by step are not worth hours on long sounds and texts.
SINGLE = ("concat_mlp", "modality_transformer")
FAST = ("fit.epochs=10", "fit.patience=3")
BESIDE, INSTEAD = "beside", "instead"
MINILM, POOLED = "hub_text", {"pool": "mean"}
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
        rate: rows a second to which long sequences are averaged.
        minilm: where the pretrained encoder is installed, its words are read by that: "beside"
            as data of their own, or "instead" of the extractor that is named.
        single: it has one channel, so that there is nothing to fuse.
        slow: to read its media takes so long that `fast` leaves it out.
        note: what a reader must know, in a sentence.
    """

    folder: str
    spec: str
    is_it: Callable[[Path], bool]
    settings: tuple[str, ...] = ()
    extractors: tuple[tuple[str, str], ...] = ()
    rate: float | None = None
    minilm: str = ""
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
        minilm=BESIDE,
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
        minilm=BESIDE,
        single=True,
    ),
    Place(
        "meld_text",
        "meld",
        has("train_sent_emo.csv", "dev_sent_emo.csv"),
        settings=LONG,
        extractors=(("text", "tfidf"),),
        minilm=BESIDE,
        single=True,
    ),
    Place(
        "ravdess_speech",
        "ravdess",
        lambda folder: any(folder.glob("audio/*/03-01-*.*")) or any(folder.glob("Actor_*")),
        extractors=(("audio", "mfcc+intensity"),),
        rate=10.0,
        single=True,
        note="Two sentences only: the words tell nothing.",
    ),
    Place(
        "mvsa_single",
        "mvsa",
        has("metadata.csv", "images.zip"),
        extractors=(("text", "tfidf"), ("vision", "face_cnn")),
        minilm=INSTEAD,
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
    encoder = has_minilm()
    for place in PLACES:
        folder = root / place.folder
        if not (folder.is_dir() and place.is_it(folder)):
            absent.append(place.folder)
        elif fast and place.slow:
            slow.append(place.folder)
        else:
            data += data_of(place, folder, fast, encoder)
    if not data:
        raise DataError(
            f"{root} holds none of the corpora of this suite. It looks for: "
            f"{', '.join([*absent, *slow])}."
        )
    notes = (f"Not there, and left out: {', '.join(absent)}.",) if absent else ()
    notes += (f"Left out by --fast, long to read: {', '.join(slow)}.",) if slow else ()
    notes += () if encoder else ("Words are not read by minilm: the extra is not installed.",)
    models = tuple(Contender(name) for name in (ALWAYS if fast else (*ALWAYS, *MORE)))
    return Suite("real", tuple(data), models, 1 if fast else SEEDS, notes=notes)


def data_of(place: Place, folder: Path, fast: bool, encoder: bool) -> list[Data]:
    """A corpus as data of the suite; once more where its words are read by the encoder too."""
    models = SINGLE if place.single else ALWAYS if fast else (*ALWAYS, *MORE)
    plain = Data(
        f"{place.spec}:{folder}",
        settings=(*place.settings, *(FAST if fast else ())),
        extractors=dict(place.extractors),
        rate=place.rate,
        models=tuple(Contender(name) for name in models),
        note=place.note,
    )
    if not (encoder and place.minilm):
        return [plain]
    if place.minilm == INSTEAD:
        read = {**plain.extractors, "text": MINILM}
        return [replace(plain, extractors=read, extracting={"text": POOLED})]
    words = replace(
        plain,
        name=f"{place.spec}, words by minilm",
        settings=(*LONG, *(FAST if fast else ())),
        extractors={"text": MINILM, "audio": "none", "vision": "none"},
        extracting={"text": POOLED},
        models=tuple(Contender(name) for name in SINGLE),
        note="A frozen MiniLM reads the words; nothing of it was trained on these labels.",
    )
    return [plain, words]


def has_minilm() -> bool:
    """Whether the pretrained encoder of the extra is installed."""
    try:
        minilm_folder()
    except MissingExtra:
        return False
    return True
