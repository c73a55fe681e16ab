"""Pictures of faces, each with an emotion: FER2013 and any set laid out like it.

    FOLDER/<split>/<class>/*.png|jpg
    FOLDER/metadata.csv (path, emotion, split) + FOLDER/images.zip, or the files beside it

A class is read by its name through the shared aliases; one that is none of the shared emotions
(contempt) is left out and counted.
"""

from collections.abc import Iterator
from pathlib import Path

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
from tritone.datasets.files import folder_of, is_inside, read_table, safe_members

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")

SHEET = Sheet(
    needs="<split>/<class>/*.png, or metadata.csv (path, emotion, split) with images.zip",
    ask="FER2013: https://www.kaggle.com/c/challenges-in-representation-learning-"
    "facial-expression-recognition-challenge",
    licence="that of the set; FER2013: research only",
    counts="FER2013: 35,887 faces: 28,709 train, 3,589 val, 3,589 test",
    splits="those of the folders or of the table",
    floors="that of the set; FER2013: majority (joy) about .25",
    source="Goodfellow et al. 2013, ICONIP (FER2013). https://arxiv.org/abs/1307.0414",
)


def read(path: Path, split: str = "all") -> Corpus:
    """The pictures of one split. The classes are those that the whole corpus holds.

    Source: Goodfellow et al. 2013, "Challenges in Representation Learning", ICONIP (FER2013).
    https://arxiv.org/abs/1307.0414

    Raises:
        DataError: the folder is in neither layout, or lacks the split.
    """
    folder, skips = folder_of(path, "faces"), Skips()
    rows = table_rows(folder, skips) if (folder / "metadata.csv").is_file() else tree_rows(folder)
    clips = list(read_clips(rows, skips))
    if not clips and not skips.notes:
        raise DataError(
            f"{folder} holds no pictures as <split>/<class>/*.png and no metadata.csv "
            "(path, emotion, split) with images.zip."
        )
    corpus = Corpus(
        name="faces",
        clips=tuple(clips),
        classes=classes_of(clips, {"emotion": ()}),
        splits=splits_of(clips),
        default_target="emotion",
        modalities=("vision",),
        sheet=SHEET,
        notes=skips.notes,
    )
    return only(corpus, split)


def read_clips(rows: Iterator[tuple[str, str, str, Source]], skips: Skips) -> Iterator[Clip]:
    for name, emotion, split, source in rows:
        try:
            shared, place = read_emotion(emotion), split_name(split)
        except DataError:
            skips.add(f"class {emotion!r} in split {split!r} is not known", name)
            continue
        yield Clip(name, media={"vision": source}, labels={"emotion": shared}, split=place)


def tree_rows(folder: Path) -> Iterator[tuple[str, str, str, Source]]:
    """Name, class, split and source of each picture below <split>/<class>."""
    names = {*SPLITS, *OTHER_SPLITS} - {"all"}
    for split in sorted(p for p in folder.iterdir() if p.is_dir() and p.name.lower() in names):
        for file in sorted(split.glob("*/*")):
            if file.suffix.lower() in SUFFIXES and not file.name.startswith("."):
                name = file.relative_to(folder).as_posix()
                yield name, file.parent.name, split.name, Source(file)


def table_rows(folder: Path, skips: Skips) -> Iterator[tuple[str, str, str, Source]]:
    """The same from metadata.csv; pictures that are not to be had are counted."""
    archive = folder / "images.zip"
    safe, unsafe = safe_members(archive) if archive.is_file() else (None, set())
    seen = set()
    for line, row in read_table(folder / "metadata.csv", ("path", "emotion", "split")):
        name, place = row["path"].strip(), f"metadata.csv line {line}"
        if not is_inside(name) or name in unsafe:
            skips.add("a path that leaves the corpus, or a member too large to be a picture", place)
        elif name in seen:
            skips.add("a path that stood there before", place)
        elif (name not in safe) if safe is not None else not (folder / name).is_file():
            skips.add("no such picture", f"{place}: {name}")
        else:
            seen.add(name)
            source = Source(folder / name) if safe is None else Source(archive, name)
            yield name, row["emotion"], row["split"], source
