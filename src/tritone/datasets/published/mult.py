"""MulT's and MultiBench's pickles: GloVe words, COVAREP, FACET; zeros at the front.

    {"train": {"text": (clip, 50, 300), "audio", "vision", "labels", "id"}, "valid", "test"}

Labels are a score (clip, 1, 1) for MOSI and MOSEI, and four times no or yes (clip, 4, 2) for
IEMOCAP; MultiBench's sarcasm and humour are no or yes. Neither holds the words that were said.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tritone.core.batch import MODALITIES
from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.labels import read_split
from tritone.core.task import Classes, Task
from tritone.datasets.published.labels import (
    held,
    keys_of,
    numbers,
    plain_array,
    scale_of,
    score_labels,
    score_tasks,
    text_of,
)
from tritone.datasets.published.padding import padded_before, same_time
from tritone.datasets.published.rows import Ledger, Section
from tritone.datasets.published.table import Published, assemble

SPLITS = ("train", "valid", "dev", "val", "test")
EMOTIONS = ("neutral", "joy", "sadness", "anger")  # IEMOCAP's columns, in their order
SCORES_OFF = 2  # axes of labels beyond which they are IEMOCAP's
JUDGEMENTS = {
    "sarcasm": ("sincere", "sarcastic"),
    "mustard": ("sincere", "sarcastic"),
    "humor": ("serious", "humorous"),
    "urfunny": ("serious", "humorous"),
}
NO_YES = ("no", "yes")


def fits(data: Any) -> bool:
    """True for a dict of splits with features and `labels`."""
    return isinstance(data, Mapping) and any(
        isinstance(data.get(name), Mapping)
        and "labels" in data[name]
        and any(modality in data[name] for modality in MODALITIES)
        for name in SPLITS
    )


def read(data: Mapping[str, Any], path: Path, scale: tuple[int, int] | None = None) -> Published:
    """The clips of all splits.

    Args:
        data: what the pickle holds.
        path: the pickle, for messages; its name tells sarcasm from humour.
        scale: lowest and highest score; judged by the scores where it is not known.

    Raises:
        DataError: the fields of a split do not fit together; the message names the field.
    """
    ledger = Ledger()
    parts: dict[str, Mapping[str, Any]] = {}
    for name in SPLITS:
        part = data.get(name)
        if isinstance(part, Mapping) and count_of(part, f"{path}, {name}"):
            parts[name] = part
        elif part is not None:
            ledger.add("Empty splits", name)
    counts = {name: count_of(part, f"{path}, {name}") for name, part in parts.items()}
    places = [f"{path}, {name}" for name in parts]
    raw = [labels_of(part, place) for part, place in zip(parts.values(), places, strict=True)]
    tasks, labels = told(raw, list(counts.values()), places, path, scale, ledger)
    sections = []
    for (name, part), known in zip(parts.items(), labels, strict=True):
        blocks = {
            modality: held(part[modality], counts[name], f"{path}, {name}: {modality}")
            for modality in MODALITIES
            if modality in part
        }
        clips = clips_of(part, name, known, f"{path}, {name}")
        sections.append(Section(clips, blocks, padded_before(together=same_time(blocks))))
    return assemble("MulT", sections, tasks, path, ledger)


def count_of(part: Mapping[str, Any], place: str) -> int:
    """How many clips a split has."""
    if "labels" not in part:
        raise DataError(f"{place} has no labels. It holds: {keys_of(part)}.")
    return len(labels_of(part, place))


def labels_of(part: Mapping[str, Any], place: str) -> np.ndarray:
    """The labels of a split as numbers."""
    try:
        found = plain_array(part["labels"], np.float64)
    except DataError:
        raise DataError(f"{place}: labels are not numbers.") from None
    return np.atleast_1d(found)


Told = tuple[dict[str, Task], list[list[dict[str, str | float]]]]


def told(
    raw: Sequence[np.ndarray],
    counts: Sequence[int],
    places: Sequence[str],
    path: Path,
    scale: tuple[int, int] | None,
    ledger: Ledger,
) -> Told:
    """What the labels say: the tasks, and the labels of the clips of each split."""
    if raw and all(labels.shape[1:] == (len(EMOTIONS), 2) for labels in raw):
        emotions = [
            [emotion_of(row, ledger, place) for row in labels]
            for labels, place in zip(raw, places, strict=True)
        ]
        return {"emotion": Classes(EMOTIONS)}, emotions
    scores = [
        numbers(labels, count, f"{place}: labels")
        for labels, count, place in zip(raw, counts, places, strict=True)
    ]
    values = set(np.unique(np.concatenate([*scores, np.empty(0)])))
    if scale is None and values and (values <= {0.0, 1.0} or values <= {-1.0, 1.0}):
        target, names = judgement_of(path)
        return {target: Classes(names)}, [
            [{target: names[int(score > 0)]} for score in split] for split in scores
        ]
    scale = scale_of(np.concatenate([*scores, np.empty(0)]), scale, ledger.add)
    return score_tasks(scale), [[score_labels(float(s), scale) for s in split] for split in scores]


def emotion_of(row: np.ndarray, ledger: Ledger, place: str) -> dict[str, str | float]:
    """IEMOCAP's one emotion of a clip; none where it has none of the four, or several."""
    named = [name for name, no_yes in zip(EMOTIONS, row, strict=True) if no_yes[1] > no_yes[0]]
    if len(named) == 1:
        return {"emotion": named[0]}
    kind = "several" if named else "none"
    ledger.add(f"Clips with {kind} of the four emotions, which have no label here", place)
    return {}


def judgement_of(path: Path) -> tuple[str, tuple[str, str]]:
    """What a no or yes is about, by the name of the file."""
    stem = path.stem.lower().replace("_", "").replace("-", "").replace("humour", "humor")
    word = next((word for word in JUDGEMENTS if word in stem), None)
    if word is None:
        return "label", NO_YES
    return ("sarcasm" if JUDGEMENTS[word][1] == "sarcastic" else "humour"), JUDGEMENTS[word]


def clips_of(
    part: Mapping[str, Any], name: str, labels: Sequence[dict[str, str | float]], place: str
) -> list[Clip]:
    """The clips of a split; an id is [video, start, end] or "video[number]"."""
    ids = held(part["id"], len(labels), f"{place}: id") if "id" in part else None
    clips = []
    for row, known in enumerate(labels):
        words = [] if ids is None else [text_of(word) for word in entries(ids[row])]
        clip = clip_of(words, f"{name}_{row}")
        clips.append(Clip(**clip, labels=known, split=read_split(name)))
    return clips


def entries(value: Any) -> Sequence[Any]:
    """The words of an id, whichever way they are held."""
    if isinstance(value, np.ndarray):
        return value.reshape(-1).tolist()
    return value if isinstance(value, list | tuple) else [value]


def clip_of(words: Sequence[str], otherwise: str) -> dict[str, Any]:
    """Id, video and times that the words of an id tell.

    Args:
        words: of one clip.
        otherwise: its id, where there are none.
    """
    if len(words) == 3:
        video, *times = words
        try:
            start, end = (float(time) for time in times)
        except ValueError:
            return {"id": "_".join(words), "group": video}
        return {"id": f"{video}[{times[0]},{times[1]}]", "group": video, "start": start, "end": end}
    name = "_".join(words)
    video, bracket, number = name.removesuffix("]").rpartition("[")
    if bracket and name.endswith("]") and number.isdecimal():
        return {"id": name, "group": video, "position": min(int(number), 10**6)}
    # A bare number is a row of its split, which another split has too.
    return {"id": f"{otherwise}" if not name or name.isdecimal() else name}
