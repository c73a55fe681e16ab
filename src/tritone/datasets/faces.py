"""Pictures of faces, each with an emotion: FER2013, CK+, AKSNAZAR and any set laid out so.

    FOLDER/.../<split>/.../<class>/*.png|jpg
    FOLDER/.../<class>/*.png|jpg          no splits: ours are 8:1:1 by a hash of person or name
    FOLDER/metadata.csv (path, emotion, split) + FOLDER/images.zip, or the files beside it
    FOLDER/fer2013.csv (emotion, pixels, Usage)    as published: see `fer2013.py`

A class is read by its name through the shared aliases; one that is none of the shared emotions
(contempt) is left out and counted. Names as in CK+ (S005_001_00000011.png) say whose face it is.
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from tritone.core.clip import Clip, Source
from tritone.core.errors import DataError
from tritone.core.labels import read_emotion
from tritone.datasets.corpus import (
    OTHER_SPLITS,
    SPLITS,
    Corpus,
    Sheet,
    Skips,
    classes_of,
    only,
    split_name,
    splits_of,
)
from tritone.datasets.fer2013 import NAMES, read_fer2013
from tritone.datasets.files import folder_of, read_table
from tritone.datasets.named_files import ck_plus_name
from tritone.datasets.pictures import Pictures, is_picture
from tritone.datasets.splitting import hash_split

PARTS = {*SPLITS, *OTHER_SPLITS} - {"all"}
BY_HASH = (
    "The splits are ours: 8:1:1 by a hash of the person where the file name says it (CK+), "
    "else of the file name."
)

SHEET = Sheet(
    needs="<split>/<class>/*.png or <class>/*.png, or metadata.csv (path, emotion, split) with "
    "images.zip, or fer2013.csv as published",
    ask="FER2013: https://www.kaggle.com/c/challenges-in-representation-learning-"
    "facial-expression-recognition-challenge; AKSNAZAR: "
    "https://www.kaggle.com/datasets/penhangara1/aksnazar5; CK+: the authors",
    licence="that of the set; FER2013 and CK+: research only",
    counts="FER2013: 35,887 faces: 28,709 train, 3,589 val, 3,589 test",
    splits="those of the folders or of the table; else ours, 8:1:1 by a hash of the person "
    "(CK+) or of the file name",
    floors="that of the set; FER2013: majority (joy) about .25",
    source="Goodfellow et al. 2013, ICONIP (FER2013). https://arxiv.org/abs/1307.0414",
)


class Row(NamedTuple):
    """One picture: its name in the corpus, its class and split as written, where it lies."""

    name: str
    emotion: str
    split: str
    source: Source


def read(path: Path, split: str = "all") -> Corpus:
    """The pictures of one split. The classes are those that the whole corpus holds.

    Source: Goodfellow et al. 2013, "Challenges in Representation Learning", ICONIP (FER2013).
    https://arxiv.org/abs/1307.0414

    Raises:
        DataError: the folder is in none of the layouts, or lacks the split.
    """
    folder, skips = folder_of(path, "faces"), Skips()
    rows, notes = rows_of(folder, skips)
    if not rows and not skips.notes:
        raise DataError(
            f"{folder} holds no pictures as <split>/<class>/*.png or <class>/*.png, no "
            "metadata.csv (path, emotion, split) with images.zip, and no fer2013.csv."
        )
    parted = any(row.split for row in rows)
    clips = list(read_clips(rows, parted, skips))
    corpus = Corpus(
        name="faces",
        clips=tuple(clips),
        classes=classes_of(clips, {"emotion": ()}),
        splits=splits_of(clips),
        default_target="emotion",
        modalities=("vision",),
        sheet=SHEET,
        notes=(*skips.notes, *notes, *(() if parted else (BY_HASH,))),
    )
    return only(corpus, split)


def rows_of(folder: Path, skips: Skips) -> tuple[list[Row], tuple[str, ...]]:
    """Every picture, in whichever layout the folder is, and what is to be said of it."""
    if (folder / "metadata.csv").is_file():
        return list(table_rows(folder, skips)), ()
    published = [folder / name for name in NAMES if (folder / name).is_file()]
    if published:
        table, note = read_fer2013(published[0], skips)
        return [Row(*row) for row in table], (note,)
    return list(tree_rows(folder, skips)), ()


def read_clips(rows: list[Row], parted: bool, skips: Skips) -> Iterator[Clip]:
    for name, emotion, split, source in rows:
        person = ck_plus_name(PurePosixPath(name).stem)
        group = None if person is None else person.speaker
        if parted and not split:
            skips.add("not in the folder of a split, as others are", name)
            continue
        try:
            shared = read_emotion(emotion)
            place = split_name(split) if parted else hash_split(group or PurePosixPath(name).name)
        except DataError:
            within = f" in split {split!r}" if parted else ""
            skips.add(f"class {emotion!r}{within} is not known", name)
            continue
        labels = {"emotion": shared}
        yield Clip(
            name, media={"vision": source}, speaker=group, group=group, labels=labels, split=place
        )


def tree_rows(folder: Path, skips: Skips) -> Iterator[Row]:
    """Pictures in folders of classes; a folder above may be that of a split."""
    for file in sorted(folder.rglob("*")):
        if not is_picture(file):
            continue
        name = file.relative_to(folder)
        above = [part for part in name.parts[:-2] if part.lower() in PARTS]
        if len(name.parts) < 2 or name.parts[-2].lower() in PARTS:
            skips.add("not in the folder of a class", name.as_posix())
        else:
            yield Row(name.as_posix(), name.parts[-2], above[0] if above else "", Source(file))


def table_rows(folder: Path, skips: Skips) -> Iterator[Row]:
    """The same from metadata.csv; pictures that are not to be had are counted."""
    pictures, seen = Pictures(folder), set()
    for line, row in read_table(folder / "metadata.csv", ("path", "emotion")):
        name, place = row["path"].strip(), f"metadata.csv line {line}"
        found = pictures.find(name)
        if name in seen:
            skips.add("a path that stood there before", place)
        elif isinstance(found, str):
            skips.add(found, place if "leaves" in found else f"{place}: {name}")
        else:
            seen.add(name)
            yield Row(name, row["emotion"], row.get("split", ""), found)
