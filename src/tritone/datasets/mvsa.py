"""MVSA: tweets with a picture, each judged by its words and by its picture; Single and Multiple.

    labelResultAll.txt + data/<id>.jpg + data/<id>.txt     as published
        ID  text,image                                     MVSA-Single: one judge
        id  text,image  text,image  text,image             MVSA-Multiple: three
    metadata.csv (id, image, sentiment, split, text) + images.zip, or the files beside it

The judgements of words and picture become one label by a rule, and tables differ by the rule:

    usual   equal: it; one of them neutral: the other; positive against negative: left out
    equal   equal: it; else left out
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.labels import SENTIMENTS
from tritone.datasets.corpus import Corpus, Sheet, Skips, classes_of, only, split_name, splits_of
from tritone.datasets.files import folder_of, read_table, read_text
from tritone.datasets.pictures import Pictures, corpus_root
from tritone.datasets.splitting import digest, hash_split, text_key

LABELS, TABLE = "labelResultAll.txt", "metadata.csv"
RULES = {
    "usual": "equal judgements of words and picture are the label, a neutral one gives way to "
    "the other, positive against negative is left out",
    "equal": "equal judgements of words and picture are the label, all others are left out",
}
LARGEST_TWEET = 2**16  # bytes
BY_TEXT = (
    "The splits are ours, for the corpus has none: 8:1:1 by a hash of the text without links, "
    "names and case, so that near-same tweets are in one split."
)
PARTED = "none of the authors'; ours: 8:1:1 by a hash of the text, near-same tweets together"

SHEET = Sheet(
    needs="labelResultAll.txt with data/<id>.jpg and data/<id>.txt, or metadata.csv (id, image, "
    "sentiment, split, text) with images.zip",
    ask="the authors' page: https://mcrlab.net/research/mvsa-sentiment-analysis-on-multi-view-"
    "social-data/",
    licence="research only; tweets, not to be published",
    counts="4,869 tweets; 4,511 under the usual rule",
    splits=PARTED,
    floors="majority (positive): accuracy about .6",
    source="Niu et al. 2016, MMM (MVSA). https://doi.org/10.1007/978-3-319-27674-8_2",
)


def read(path: Path, split: str = "all", *, rule: str = "usual") -> Corpus:
    """The tweets of one split of MVSA-Single, grouped by near-same text where we split.

    Labels are "sentiment" by the rule, "sentiment_text" and "sentiment_vision" as judged.

    Source: Niu et al. 2016, "Sentiment Analysis on Multi-View Social Data", MMM.
    https://doi.org/10.1007/978-3-319-27674-8_2

    Args:
        path: the folder, or the one above it.
        split: train, val, test or all.
        rule: "usual" or "equal": how the judgements become one label.

    Raises:
        DataError: the folder is in neither layout, or lacks the split; no rule is called so.
    """
    return read_mvsa(path, split, rule=rule, name="mvsa", judges=1, sheet=SHEET)


def read_mvsa(path: Path, split: str, *, rule: str, name: str, judges: int, sheet: Sheet) -> Corpus:
    """Either of the two corpora.

    Raises:
        DataError: as `read`.
    """
    if rule not in RULES:
        raise DataError(f"MVSA's labels are put together by {' or '.join(RULES)}, got {rule!r}.")
    folder, skips = folder_of(path, name), Skips()
    if (folder / TABLE).is_file():
        clips, notes = list(table_clips(folder, skips)), ()
    else:
        missing = f"holds no {LABELS} with data/<id>.jpg and data/<id>.txt, and no {TABLE}."
        root = corpus_root(folder, LABELS, missing=missing)
        clips = list(published_clips(root, rule, judges, skips))
        notes = (f"Rule {rule!r}: {RULES[rule]}.",)
    ours = any(clip.split is None for clip in clips)
    clips = [clip if clip.split else parted(clip) for clip in clips]
    corpus = Corpus(
        name=name,
        clips=tuple(clips),
        classes=classes_of(clips, {"sentiment": SENTIMENTS}),
        splits=splits_of(clips),
        default_target="sentiment",
        modalities=("text", "vision"),
        sheet=sheet,
        notes=(*notes, *skips.notes, *((BY_TEXT,) if ours else ())),
    )
    return only(corpus, split)


def published_clips(root: Path, rule: str, judges: int, skips: Skips) -> Iterator[Clip]:
    """Tweets that labelResultAll.txt lists, with their words and picture in data/."""
    pictures, seen = Pictures(root), set()
    for line, tweet, cells in label_rows(root / LABELS):
        place = f"{LABELS} line {line}"
        if not tweet.isdecimal() or tweet in seen:
            skips.add("no number of its own", place)
            continue
        seen.add(tweet)
        labels, fault = judged(cells, rule, judges)
        text = tweet_of(root / "data" / f"{tweet}.txt")
        found = pictures.find(f"data/{tweet}.jpg")
        if fault:
            skips.add(fault, place)
        elif not text:
            skips.add("no text", place)
        elif isinstance(found, str):
            skips.add(found, place)
        else:
            yield Clip(tweet, media={"vision": found}, text=text, labels=labels)


def label_rows(file: Path) -> Iterator[tuple[int, str, list[str]]]:
    """Line number, id and the judges' cells; some copies have spaces where the tabs were."""
    for line, row in enumerate(read_text(file).split("\n"), start=1):
        cells = row.split()
        if cells and cells[0].lower() != "id":
            yield line, cells[0], cells[1:]


def judged(cells: list[str], rule: str, judges: int) -> tuple[dict[str, str], str]:
    """The labels of a tweet, or in words why it has none.

    Of three judges the majority counts, for words and picture each; three different judgements
    have none.
    """
    pairs = [tuple(cell.lower().split(",")) for cell in cells]
    known = all(len(pair) == 2 and set(pair) <= set(SENTIMENTS) for pair in pairs)
    if len(pairs) != judges or not known:
        return {}, f"not {judges} known judgements of words and picture"
    text, picture = (majority([pair[side] for pair in pairs]) for side in (0, 1))
    if text is None or picture is None:
        return {}, "three judges with three opinions of the words or of the picture"
    whole = combined(text, picture, rule)
    if whole is None:
        against = "neutral" not in (text, picture)
        return {}, "positive against negative" if against else "neutral against another"
    return {"sentiment": whole, "sentiment_text": text, "sentiment_vision": picture}, ""


def majority(judgements: list[str]) -> str | None:
    """What more than half of the judges say."""
    word, count = Counter(judgements).most_common(1)[0]
    return word if 2 * count > len(judgements) else None


def combined(text: str, picture: str, rule: str = "usual") -> str | None:
    """One label of the judgements of words and picture; None where the rule leaves it out."""
    if text == picture:
        return text
    if rule == "equal" or "neutral" not in (text, picture):
        return None
    return picture if text == "neutral" else text


def tweet_of(file: Path) -> str:
    """The words of a tweet, whatever their encoding; nothing where there are none."""
    try:
        if file.stat().st_size > LARGEST_TWEET:
            return ""
        return " ".join(read_text(file).split())
    except (OSError, DataError):
        return ""


def table_clips(folder: Path, skips: Skips) -> Iterator[Clip]:
    """Tweets of metadata.csv, whose labels are one already."""
    pictures, seen = Pictures(folder), set()
    for line, row in read_table(folder / TABLE, ("id", "image", "sentiment", "text")):
        place, tweet = f"{TABLE} line {line}", row["id"].strip()
        sentiment, found = row["sentiment"].strip().lower(), pictures.find(row["image"].strip())
        try:
            split = split_name(row["split"]) if "split" in row else None
        except DataError:
            skips.add("no known split", place)
            continue
        if not tweet or tweet in seen:
            skips.add("no id of its own", place)
        elif sentiment not in SENTIMENTS:
            skips.add("no known sentiment", place)
        elif not row["text"].strip():
            skips.add("no text", place)
        elif isinstance(found, str):
            skips.add(found, place)
        else:
            seen.add(tweet)
            yield Clip(
                tweet,
                media={"vision": found},
                text=row["text"].strip(),
                labels={"sentiment": sentiment},
                split=split,
            )


def parted(clip: Clip) -> Clip:
    """The clip in a group of near-same texts, which decides its split."""
    key = text_key(clip.text or clip.id)
    return replace(clip, group=f"text_{digest(key).hex()[:12]}", split=hash_split(key))
