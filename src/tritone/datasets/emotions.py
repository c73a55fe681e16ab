"""Emotions (CARER): English tweets with one of six emotions.

train.txt  val.txt  test.txt     text;label     on each line, split at the last semicolon
training.csv  validation.csv  test.csv          the same with columns text and label
text.csv                                        one table of all, without splits (Kaggle)

A label is a word, or a number of the corpus's own order: 0 sadness, 1 joy, 2 love, 3 anger,
4 fear, 5 surprise.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.labels import CLASSES, read_emotion
from tritone.datasets.corpus import OTHER_SPLITS, Corpus, Sheet, Skips, classes_of, only, splits_of
from tritone.datasets.files import folder_of, read_table, read_text
from tritone.datasets.splitting import hash_split, text_key

STEMS = {"train": "train", "val": "val", "test": "test", **OTHER_SPLITS}

# The order of the numbers in the corpus's CSV form.
NUMBERS = dict(zip("012345", ["sadness", "joy", "love", "anger", "fear", "surprise"], strict=True))

BY_HASH = "The splits are ours: 8:1:1 by a hash of the text; equal texts are in one split."

SHEET = Sheet(
    needs="train.txt, val.txt, test.txt (text;label), or training.csv ... with text and label, "
    "or one CSV file of all (text.csv)",
    ask="the authors' page: https://github.com/dair-ai/emotion_dataset",
    licence="education and research only",
    counts="20,000 tweets: 16,000 train, 2,000 val, 2,000 test; 416,809 in Kaggle's text.csv",
    splits="the authors'; not apart by person, some tweets stand in two splits. The one table "
    "has none: ours is 8:1:1 by a hash of the text, so that a repeated tweet stays on one side",
    floors="majority (joy): accuracy .352 on val",
    source="Saravia et al. 2018, EMNLP (CARER). https://aclanthology.org/D18-1404",
)


def read(path: Path, split: str = "all") -> Corpus:
    """The tweets of one split.

    Source: Saravia et al. 2018, "CARER: Contextualized Affect Representations for Emotion
    Recognition", EMNLP. https://aclanthology.org/D18-1404

    Raises:
        DataError: the folder holds no such files, or lacks the split.
    """
    folder, skips, clips = folder_of(path, "emotions"), Skips(), []
    for stem, name in STEMS.items():
        # Both forms of one split would be the same tweets twice.
        if any(clip.split == name for clip in clips):
            continue
        for file, rows in ((f"{stem}.txt", text_rows), (f"{stem}.csv", table_rows)):
            if (folder / file).is_file():
                clips += read_file(folder / file, name, rows(folder / file), skips)
                break
    parted = bool(clips or skips.notes)
    if not parted:
        clips = read_whole(folder, skips)
    corpus = Corpus(
        name="emotions",
        clips=tuple(clips),
        classes=classes_of(clips, {"emotion": CLASSES["emotions"]}),
        splits=splits_of(clips),
        default_target="emotion",
        modalities=("text",),
        sheet=SHEET,
        notes=skips.notes if parted else (*skips.notes, BY_HASH),
    )
    return only(corpus, split)


def read_whole(folder: Path, skips: Skips) -> list[Clip]:
    """The tweets of the folder's one table, parted by a hash of what they say.

    Raises:
        DataError: the folder does not hold one table.
    """
    tables = sorted(folder.glob("*.csv"))
    if len(tables) != 1:
        raise DataError(
            f"{folder} holds none of train.txt, val.txt, test.txt (text;label), and "
            f"{len(tables)} CSV files where one of all tweets would do."
        )
    clips = read_file(tables[0], tables[0].stem, table_rows(tables[0]), skips)
    return [replace(clip, split=hash_split(text_key(clip.text or ""))) for clip in clips]


def read_file(
    file: Path, split: str, rows: Iterator[tuple[int, str, str]], skips: Skips
) -> list[Clip]:
    """The tweets of one file; `split` begins their ids."""
    clips = []
    for line, text, label in rows:
        place = f"{file.name} line {line}"
        if not text.strip():
            skips.add("no text", place)
            continue
        try:
            emotion = read_emotion(NUMBERS.get(label, label))
        except DataError:
            skips.add("no known emotion", place)
            continue
        labels = {"emotion": emotion}
        clips.append(Clip(f"{split}_{line}", text=text.strip(), labels=labels, split=split))
    return clips


def text_rows(file: Path) -> Iterator[tuple[int, str, str]]:
    # Not splitlines(): a tweet may hold a form feed or a line separator.
    for line, row in enumerate(read_text(file).split("\n"), start=1):
        if row.strip():
            text, mark, label = row.rpartition(";")
            yield line, text if mark else row, label.strip() if mark else ""


def table_rows(file: Path) -> Iterator[tuple[int, str, str]]:
    for line, row in read_table(file, ("text", "label")):
        yield line, row["text"], row["label"].strip()
