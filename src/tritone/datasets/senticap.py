"""SentiCap: pictures of COCO, each with captions of good and of bad sentiment.

    senticap_dataset.json   {"images": [{"filename", "split", "sentences": [{"raw", "sentiment"}]}]}
    *.csv                   filename, is_positive_sentiment, caption      (without splits)
    val2014/                COCO's pictures, here or beside the folder; or images.zip

A clip is a caption with its picture. Nearly every picture has captions of both sentiments, so
the picture by itself cannot tell: the best guess from it is right in half of the clips.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tritone.core.clip import Clip, Source
from tritone.core.errors import DataError
from tritone.datasets.corpus import Corpus, Sheet, classes_of, only, split_name, splits_of
from tritone.datasets.files import folder_of, is_inside, read_table
from tritone.datasets.findings import Findings
from tritone.datasets.pictures import Pictures
from tritone.datasets.records import lines_of, read_object, text_of
from tritone.datasets.scored import channels_of
from tritone.datasets.splitting import hash_split

COLUMNS = ("filename", "is_positive_sentiment", "caption")
SENTIMENT = {"0": "negative", "1": "positive", "false": "negative", "true": "positive"}
FOLDERS = (".", "val2014", "images", "../val2014")
BY_PICTURE = "The splits are ours, for this form has none: 8:1:1 by a hash of the picture's name."

SHEET = Sheet(
    needs="senticap_dataset.json, or its csv (filename, is_positive_sentiment, caption), and "
    "COCO's val2014 in or beside the folder",
    ask="https://users.cecs.anu.edu.au/~u4534172/senticap.html; pictures: https://cocodataset.org",
    licence="captions: research; pictures: Flickr's terms, see COCO",
    counts="several thousand pictures, more than 20,000 captions",
    splits="the authors' in the json; in the csv ours, 8:1:1; a picture stays in one split",
    floors="majority about .5; from the picture alone .5, whatever the model",
    source="Mathews, Xie and He 2016, AAAI (SentiCap). https://arxiv.org/abs/1510.01431",
)


class Caption(NamedTuple):
    """A caption as written: where it stands, its picture, number there, text, label, split."""

    place: str
    picture: str
    number: int
    text: str
    sentiment: str
    split: str | None


def read(path: Path, split: str = "all") -> Corpus:
    """The captions of one split, grouped by picture.

    A caption whose picture is not there keeps its text and is counted.

    Source: Mathews, Xie and He 2016, "SentiCap: Generating Image Descriptions with Sentiments",
    AAAI. https://arxiv.org/abs/1510.01431

    Raises:
        DataError: the folder holds no such file, or lacks the split.
    """
    folder, findings = folder_of(path, "senticap"), Findings()
    captions = list(captions_of(folder, findings))
    clips = list(read_clips(folder, captions, findings))
    if any(caption.split is None for caption in captions):
        findings.tell(BY_PICTURE)
    corpus = Corpus(
        name="senticap",
        clips=tuple(clips),
        classes=classes_of(clips, {"sentiment": ("negative", "positive")}),
        splits=splits_of(clips),
        default_target="sentiment",
        modalities=channels_of(clips),
        sheet=SHEET,
        notes=findings.notes,
    )
    return only(corpus, split)


def captions_of(folder: Path, findings: Findings) -> Iterator[Caption]:
    """Every caption, from the json where it is there, else from the one csv.

    Raises:
        DataError: the folder holds neither.
    """
    file = folder / "senticap_dataset.json"
    if file.is_file():
        yield from json_captions(file, findings)
        return
    tables = sorted(folder.glob("*.csv"))
    if len(tables) != 1:
        raise DataError(
            f"{folder} holds no senticap_dataset.json, and {len(tables)} csv files where one "
            f"with {', '.join(COLUMNS)} would do."
        )
    numbers: dict[str, int] = {}
    for line, row in read_table(tables[0], COLUMNS):
        picture = row["filename"].strip()
        numbers[picture] = numbers.get(picture, -1) + 1
        text, said = " ".join(row["caption"].split()), row["is_positive_sentiment"].strip()
        place = f"{tables[0].name} line {line}"
        yield Caption(place, picture, numbers[picture], text, said.lower(), None)


def json_captions(file: Path, findings: Findings) -> Iterator[Caption]:
    images = read_object(file).get("images")
    if not isinstance(images, list):
        raise DataError(f"{file} holds no list of 'images'; that is no SentiCap.")
    for row, image in enumerate(images):
        place = f"{file.name} image {row}"
        sentences = image.get("sentences") if isinstance(image, dict) else None
        if not isinstance(sentences, list):
            findings.add("no sentences", place)
            continue
        for number, sentence in enumerate(sentences):
            yield json_caption(place, image, number, sentence)


def json_caption(place: str, image: dict[str, Any], number: int, sentence: Any) -> Caption:
    sentence = sentence if isinstance(sentence, dict) else {}
    text = text_of(sentence, "raw") or " ".join(lines_of(sentence, "tokens"))
    said = str(sentence.get("sentiment")).lower()
    return Caption(place, text_of(image, "filename"), number, text, said, text_of(image, "split"))


def read_clips(folder: Path, captions: list[Caption], findings: Findings) -> Iterator[Clip]:
    places = [Pictures(folder / place) for place in FOLDERS]
    seen = set()
    for place, picture, number, text, said, split in captions:
        clip = f"{Path(picture).stem}_{number}"
        try:
            part = hash_split(picture) if split is None else split_name(split)
        except DataError:
            findings.add("no known split", place)
            continue
        if not is_inside(picture) or "/" in picture:
            findings.add("no name of a picture", place)
        elif said not in SENTIMENT or not text:
            findings.add("no caption or no known sentiment", place)
        elif clip in seen:
            findings.add("a picture that stood there before", place)
        else:
            seen.add(clip)
            source = first_found(places, picture)
            if source is None:
                findings.note("Captions without their picture, which is not there", picture)
            yield Clip(
                clip,
                media={} if source is None else {"vision": source},
                text=text,
                group=Path(picture).stem,
                labels={"sentiment": SENTIMENT[said]},
                split=part,
            )


def first_found(places: list[Pictures], picture: str) -> Source | None:
    """The picture in the first of several places that has it."""
    found = (place.find(picture) for place in places)
    return next((source for source in found if isinstance(source, Source)), None)
