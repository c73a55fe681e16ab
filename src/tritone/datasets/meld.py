"""MELD: lines of the series Friends, each with an emotion and a sentiment.

train_sent_emo.csv  dev_sent_emo.csv  test_sent_emo.csv     the official tables, or MELD_Dyadic's
train/train_splits/dia<D>_utt<U>.mp4 ...                    the films, where they lie there
"""

from pathlib import Path

from tritone.core.clip import Clip, Source
from tritone.core.errors import DataError
from tritone.core.labels import CLASSES, SENTIMENTS, read_emotion
from tritone.datasets.corpus import Corpus, Sheet, classes_of, only, splits_of
from tritone.datasets.files import folder_of, read_table
from tritone.datasets.findings import Findings
from tritone.datasets.meld_films import TABLES, Films, film_name, tables_in
from tritone.datasets.scored import channels_of

COLUMNS = ("Utterance", "Emotion", "Sentiment", "Dialogue_ID", "Utterance_ID")
DIGITS = 6  # of a dialogue's number; the corpus has at most four

SHEET = Sheet(
    needs="train_sent_emo.csv, dev_sent_emo.csv, test_sent_emo.csv; for sound and film "
    "train_splits, dev_splits_complete, output_repeated_splits_test with dia<D>_utt<U>.mp4",
    ask="the authors' page: https://affective-meld.github.io",
    licence="GPL-3.0",
    counts="13,708 utterances: 9,989 train, 1,109 val, 2,610 test",
    splits="the authors', apart by dialogue; 69 of the 100 speakers in test are also in train",
    floors="majority (neutral) on test: accuracy .481, f1_weighted of emotion .313",
    source="Poria et al. 2019, ACL (MELD). https://arxiv.org/abs/1810.02508",
)


def read(path: Path, split: str = "all") -> Corpus:
    """The utterances of one split, grouped by dialogue; with sound and film where they lie there.

    The times of the tables count from the start of an episode that is not part of the corpus,
    so clips have none: each film is one utterance. In MELD_Dyadic a film is found by the
    utterance's old numbers.

    Source: Poria et al. 2019, "MELD: A Multimodal Multi-Party Dataset for Emotion Recognition in
    Conversations", ACL. https://arxiv.org/abs/1810.02508

    Raises:
        DataError: the folder holds no such tables, or lacks the split.
    """
    folder, findings, clips = folder_of(path, "meld"), Findings(), []
    tables = tables_in(folder)
    if not tables:
        names = ", ".join(files[0] for files in TABLES.values())
        above = [place for place in folder.absolute().parents[:2] if holds_table(place)]
        hint = f" They lie above: give meld:{above[0]}." if above else ""
        raise DataError(f"{folder} holds none of MELD's tables: {names}.{hint}")
    films = Films(folder, findings)
    for name, file in tables.items():
        clips += read_file(file, name, films, findings)
    films.close([*tables])
    corpus = Corpus(
        name="meld",
        clips=tuple(clips),
        classes=classes_of(clips, {"emotion": CLASSES["meld"], "sentiment": SENTIMENTS}),
        splits=splits_of(clips),
        default_target="sentiment",
        modalities=channels_of(clips),
        sheet=SHEET,
        notes=findings.notes,
    )
    return only(corpus, split)


def holds_table(folder: Path) -> bool:
    return any((folder / name).is_file() for names in TABLES.values() for name in names)


def read_file(file: Path, split: str, films: Films, findings: Findings) -> list[Clip]:
    clips, seen = [], set()
    for line, row in read_table(file, COLUMNS):
        place = f"{file.name} line {line}"
        dialogue, utterance = row["Dialogue_ID"].strip(), row["Utterance_ID"].strip()
        if not row["Utterance"].strip():
            findings.add("no text", place)
            continue
        labels = labels_of(row)
        if labels is None:
            findings.add("no known emotion or sentiment", place)
            continue
        name = f"{split}_dia{dialogue}_utt{utterance}"
        if not (is_number(dialogue) and is_number(utterance)) or name in seen:
            findings.add("no dialogue and utterance number of its own", place)
            continue
        seen.add(name)
        film = films.take(split, film_of(row, dialogue, utterance))
        clips.append(
            Clip(
                name,
                media={} if film is None else {"audio": Source(film), "vision": Source(film)},
                text=row["Utterance"].strip(),
                speaker=row.get("Speaker", "").strip() or None,
                group=f"{split}_dia{dialogue}",
                position=int(utterance),
                labels=labels,
                split=split,
            )
        )
    return clips


def labels_of(row: dict[str, str]) -> dict[str, str | float] | None:
    """Emotion and sentiment; None where one of them is not known."""
    sentiment = row["Sentiment"].strip().lower()
    try:
        emotion = read_emotion(row["Emotion"])
    except DataError:
        return None
    return {"emotion": emotion, "sentiment": sentiment} if sentiment in SENTIMENTS else None


def film_of(row: dict[str, str], dialogue: str, utterance: str) -> str:
    """The film's name: by the old numbers where the table has them."""
    old = row.get("Old_Dialogue_ID", "").strip(), row.get("Old_Utterance_ID", "").strip()
    return film_name(*old) if all(map(is_number, old)) else film_name(dialogue, utterance)


def is_number(cell: str) -> bool:
    return cell.isdecimal() and len(cell) <= DIGITS
