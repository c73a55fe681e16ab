"""MOSI's words in one file of NumPy arrays: transcript, y_cont (score), split.

Where there are id and video, they are read too.
"""

import zipfile
from pathlib import Path

import numpy as np

from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.labels import SENTIMENTS, sentiment_of_score
from tritone.datasets.corpus import Corpus, Sheet, Skips, classes_of, only, split_name, splits_of

NEEDED = ("transcript", "y_cont", "split")
OPTIONAL = ("id", "video", "utt")
LIMIT = 2 * 2**30  # bytes of the arrays that are read, unpacked
SCALE = 3.0  # the score is in [-3, 3], valence in [-1, 1]


def read_arrays_of(path: Path, split: str, sheet: Sheet) -> Corpus:
    """The transcripts of one split, grouped by video; labels are sentiment and valence.

    Valence is the score over 3. A score of exactly 0 is neutral; there are few, and the corpus
    names two classes only, so `classes` holds negative and positive. Transcripts are published
    in capitals and are given in small letters here.

    Raises:
        DataError: the file is not of that form, or lacks the split.
    """
    skips = Skips()
    clips = read_clips(read_arrays(file_of(path)), skips)
    corpus = Corpus(
        name="mosi",
        clips=tuple(clips),
        classes=classes_of((), {"sentiment": (SENTIMENTS[0], SENTIMENTS[2])}),
        splits=splits_of(clips),
        default_target="sentiment",
        modalities=("text",),
        sheet=sheet,
        notes=skips.notes,
    )
    return only(corpus, split)


def file_of(path: Path) -> Path:
    """The file itself, or the one .npz file of a folder."""
    if path.is_file():
        return path
    inside = sorted(path.glob("*.npz")) if path.is_dir() else []
    if len(inside) != 1:
        found = f"holds {len(inside)} .npz files" if path.is_dir() else "does not exist"
        raise DataError(f"{path} {found}. Give the one file: mosi:FILE.npz.")
    return inside[0]


def read_arrays(file: Path) -> dict[str, np.ndarray]:
    """The arrays that are needed, none of them pickled, all of one length."""
    try:
        with zipfile.ZipFile(file) as archive:
            sizes = {member.filename: member.file_size for member in archive.infolist()}
        names = [n for n in (*NEEDED, *OPTIONAL) if f"{n}.npy" in sizes]
        lacking = [name for name in NEEDED if name not in names]
        if lacking:
            held = ", ".join(sorted(sizes)) or "nothing"
            raise DataError(f"{file} lacks the array {lacking[0]!r}. It holds: {held}.")
        if sum(sizes[f"{name}.npy"] for name in names) > LIMIT:
            raise DataError(f"{file} unpacks to more than {LIMIT} bytes; that is no MOSI.")
        with np.load(file, allow_pickle=False) as held:
            arrays = {name: held[name] for name in names}
    except (
        zipfile.BadZipFile,
        ValueError,
        OSError,
        EOFError,
        KeyError,
        NotImplementedError,
    ) as bad:
        if isinstance(bad, DataError):
            raise
        raise DataError(f"{file} cannot be read as .npz without pickle: {bad}.") from None
    shapes = {name: array.shape for name, array in arrays.items()}
    if len(set(shapes.values())) > 1 or arrays["transcript"].ndim != 1:
        raise DataError(f"{file} holds arrays that do not fit together: {shapes}.")
    if arrays["transcript"].dtype.kind != "U" or arrays["y_cont"].dtype.kind not in "fiu":
        kinds = f"{arrays['transcript'].dtype} and {arrays['y_cont'].dtype}"
        raise DataError(f"{file}: transcript is text and y_cont numbers, got {kinds}.")
    return arrays


def read_clips(arrays: dict[str, np.ndarray], skips: Skips) -> list[Clip]:
    clips = []
    for row, (text, score) in enumerate(zip(arrays["transcript"], arrays["y_cont"], strict=True)):
        place, text, score = f"row {row}", str(text).strip().lower(), float(score)
        if not text:
            skips.add("no text", place)
            continue
        if not -SCALE <= score <= SCALE:
            skips.add("no score in [-3, 3]", place)
            continue
        try:
            split = split_name(str(arrays["split"][row]))
        except DataError:
            skips.add("no known split", place)
            continue
        clips.append(
            Clip(
                str(arrays["id"][row]) if "id" in arrays else f"row_{row}",
                text=text,
                group=str(arrays["video"][row]) if "video" in arrays else None,
                labels={"sentiment": sentiment_of_score(score), "valence": score / SCALE},
                split=split,
            )
        )
    return clips
