"""MELD: lines of the series Friends, each with an emotion and a sentiment; words alone.

train_sent_emo.csv  dev_sent_emo.csv  test_sent_emo.csv     the official tables
"""

from pathlib import Path

from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.labels import CLASSES, SENTIMENTS, read_emotion
from tritone.datasets.corpus import Corpus, Sheet, Skips, classes_of, only, splits_of
from tritone.datasets.files import folder_of, read_table

FILES = {
    "train": ("train_sent_emo.csv",),
    "val": ("dev_sent_emo.csv", "val_sent_emo.csv"),
    "test": ("test_sent_emo.csv",),
}
COLUMNS = ("Utterance", "Emotion", "Sentiment", "Dialogue_ID", "Utterance_ID")

SHEET = Sheet(
    needs="train_sent_emo.csv, dev_sent_emo.csv, test_sent_emo.csv",
    ask="the authors' page: https://affective-meld.github.io",
    licence="GPL-3.0",
    counts="13,708 utterances: 9,989 train, 1,109 val, 2,610 test",
    splits="the authors', apart by dialogue; 69 of the 100 speakers in test are also in train",
    floors="majority (neutral): accuracy .481 on test",
    source="Poria et al. 2019, ACL (MELD). https://arxiv.org/abs/1810.02508",
)


def read(path: Path, split: str = "all") -> Corpus:
    """The utterances of one split, grouped by dialogue.

    The times of the tables count from the start of an episode that is not part of the corpus,
    so clips have none.

    Source: Poria et al. 2019, "MELD: A Multimodal Multi-Party Dataset for Emotion Recognition in
    Conversations", ACL. https://arxiv.org/abs/1810.02508

    Raises:
        DataError: the folder holds no such tables, or lacks the split.
    """
    folder, skips, clips = folder_of(path, "meld"), Skips(), []
    held = [
        (name, next(folder / file for file in files if (folder / file).is_file()))
        for name, files in FILES.items()
        if any((folder / file).is_file() for file in files)
    ]
    if not held:
        names = ", ".join(files[0] for files in FILES.values())
        raise DataError(f"{folder} holds none of MELD's tables: {names}.")
    for name, file in held:
        clips += read_file(file, name, skips)
    corpus = Corpus(
        name="meld",
        clips=tuple(clips),
        classes=classes_of(clips, {"emotion": CLASSES["meld"], "sentiment": SENTIMENTS}),
        splits=splits_of(clips),
        default_target="sentiment",
        modalities=("text",),
        sheet=SHEET,
        notes=skips.notes,
    )
    return only(corpus, split)


def read_file(file: Path, split: str, skips: Skips) -> list[Clip]:
    clips, seen = [], set()
    for line, row in read_table(file, COLUMNS):
        place = f"{file.name} line {line}"
        dialogue, utterance = row["Dialogue_ID"].strip(), row["Utterance_ID"].strip()
        sentiment = row["Sentiment"].strip().lower()
        if not row["Utterance"].strip():
            skips.add("no text", place)
            continue
        try:
            emotion = read_emotion(row["Emotion"])
        except DataError:
            emotion = None
        if emotion is None or sentiment not in SENTIMENTS:
            skips.add("no known emotion or sentiment", place)
            continue
        name = f"{split}_dia{dialogue}_utt{utterance}"
        if not (dialogue.isdecimal() and utterance.isdecimal()) or name in seen:
            skips.add("no dialogue and utterance number of its own", place)
            continue
        seen.add(name)
        clips.append(
            Clip(
                name,
                text=row["Utterance"].strip(),
                speaker=row.get("Speaker", "").strip() or None,
                group=f"{split}_dia{dialogue}",
                position=int(utterance),
                labels={"emotion": emotion, "sentiment": sentiment},
                split=split,
            )
        )
    return clips
