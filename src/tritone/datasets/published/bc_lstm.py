"""Tuples of dialogues, as bc-LSTM, DialogueRNN and their heirs gave them out.

    (ids, speakers, labels, text, audio, vision, sentences, train, test)          IEMOCAP
    (ids, speakers, labels, text, audio, sentences, train, test, sentiments)      MELD

All but the last are dicts by dialogue, with an entry for each utterance; the features are one
vector for each. What an entry is, is told by what it holds, as heirs left some out and put
others in. There is no split to select on: `train` has to be divided.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tritone.core.batch import MODALITIES
from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.labels import SENTIMENTS
from tritone.core.task import Classes, Task
from tritone.datasets.published.labels import length, plain_array, shape_of, text_of
from tritone.datasets.published.padding import unpadded
from tritone.datasets.published.rows import Ledger, Section
from tritone.datasets.published.table import Published, assemble

IEMOCAP = ("joy", "sadness", "neutral", "anger", "excitement", "frustration")
MELD = ("neutral", "surprise", "fear", "sadness", "joy", "disgust", "anger")
MELD_SENTIMENTS = ("neutral", "positive", "negative")
SPEAKERS = ("M", "F")
MOST_SPEAKERS = 20  # columns
SESSION = re.compile(r"Ses\d\d[FM]_")  # IEMOCAP's dialogues; F or M is who wears the markers
LAST = ("train", "test", "val")  # the order of the dialogues' names at the end


@dataclass
class Dialogues:
    """The entries of a tuple by what they are.

    Args:
        features: one dict for each kind of features, in their order.
        labels: dicts of whole numbers, in their order.
        sentences: what was said.
        speakers: who said it.
        ids: names of the utterances.
        splits: the collections of dialogues, in their order.
    """

    features: list[Mapping[Any, Any]] = field(default_factory=list)
    labels: list[Mapping[Any, np.ndarray]] = field(default_factory=list)
    sentences: Mapping[Any, Any] = field(default_factory=dict)
    speakers: Mapping[Any, Any] = field(default_factory=dict)
    ids: Mapping[Any, Any] = field(default_factory=dict)
    splits: list[list[Any]] = field(default_factory=list)


def fits(data: Any) -> bool:
    """True for a tuple of dicts with two or three collections of names among the last."""
    return (
        isinstance(data, list | tuple)
        and 4 <= len(data) <= 16
        and sum(isinstance(part, Mapping) for part in data) >= 2
        and sum(is_names(part) for part in data) >= 2
    )


def is_names(part: Any) -> bool:
    """True for a collection of dialogues' names."""
    return isinstance(part, set | frozenset | list | tuple) and not any(
        isinstance(name, Mapping | list) for name in part
    )


def read(data: Sequence[Any], path: Path) -> Published:
    """The utterances of all dialogues, grouped by them, in their order.

    Raises:
        DataError: an entry of the tuple cannot be told, or they do not fit together.
    """
    found = sorted_out(data, path)
    if not found.features:
        shapes = ", ".join(map(shape_of, data))
        raise DataError(f"{path} holds no vectors of utterances. It holds: {shapes}.")
    ledger = Ledger()
    names = dict(zip(names_of(len(found.features)), found.features, strict=True))
    tasks, words = tasks_of(found.labels)
    sections = []
    for split, dialogues in zip(LAST, found.splits, strict=False):
        clips: list[Clip] = []
        blocks: dict[str, list[Any]] = {name: [] for name in names}
        for dialogue in dialogues:
            if any(dialogue not in feature for feature in names.values()):
                ledger.add("Dialogues without features, left out", text_of(dialogue))
                continue
            clips += utterances(found, dialogue, split, words, path)
            for name, feature in names.items():
                blocks[name] += list(feature[dialogue]) if length(feature[dialogue]) else []
        lengths = {name: len(rows) for name, rows in blocks.items()}
        if set(lengths.values()) != {len(clips)}:
            raise DataError(f"{path}, {split}: {len(clips)} utterances, but features {lengths}.")
        if clips:
            sections.append(Section(clips, blocks, unpadded))
    return assemble("bc-LSTM", sections, tasks, path, ledger)


def names_of(count: int) -> list[str]:
    """Names of the kinds of features, in their order: text first; two are text and audio."""
    if count <= len(MODALITIES):
        return list(MODALITIES[:count])
    extra = [f"text_{number}" for number in range(2, count - 1)]
    return ["text", *extra, "audio", "vision"]


def sorted_out(data: Sequence[Any], path: Path) -> Dialogues:
    """What each entry is, by what it holds for its first dialogue."""
    found = Dialogues()
    for part in data:
        if not isinstance(part, Mapping):
            found.splits += [sorted(part, key=text_of)] if is_names(part) and len(part) else []
            continue
        first = next((value for value in part.values() if length(value)), None)
        kind = "" if first is None else kind_of(first)
        if kind == "vectors":
            found.features.append(part)
        elif kind == "classes":
            found.labels.append({name: classes(values, path) for name, values in part.items()})
        elif kind:
            setattr(found, kind, part)
    if not found.splits:
        raise DataError(f"{path} does not say which dialogues are for training and for testing.")
    return found


def classes(values: Any, path: Path) -> np.ndarray:
    """The classes of a dialogue's utterances."""
    try:
        found = plain_array(values, np.float64).reshape(-1)
        if not ((found >= 0) & (found < len(MELD))).all():
            raise DataError(f"beyond 0 to {len(MELD) - 1}.")
        return found.astype(np.int64)
    except DataError as error:
        raise DataError(f"{path}: labels of a dialogue are {error}") from None


def kind_of(first: Any) -> str:
    """What the entries of a dialogue are: vectors, classes, speakers, ids or sentences."""
    entry = next(iter(first))
    if isinstance(entry, str | bytes):
        words = {text_of(word) for word in first}
        if words <= set(SPEAKERS):
            return "speakers"
        return "sentences" if any(" " in word for word in words) else "ids"
    if length(entry) > 1:
        # MELD's speakers are rows of zeros with a one.
        row = plain_array(entry)
        one = row.size < MOST_SPEAKERS and set(np.unique(row)) <= {0.0, 1.0} and row.sum() == 1
        return "speakers" if one else "vectors"
    return "classes"


Words = dict[str, tuple[Mapping[Any, np.ndarray], tuple[str, ...]]]


def tasks_of(labels: Sequence[Mapping[Any, np.ndarray]]) -> tuple[dict[str, Task], Words]:
    """What can be predicted, and the names of the classes' numbers."""
    tasks: dict[str, Task] = {}
    words: Words = {}
    for part in labels:
        top = max((int(values.max()) for values in part.values() if values.size), default=0)
        if not words:
            # Excitement and frustration are none of the shared emotions.
            six = len(IEMOCAP[:4]) <= top < len(IEMOCAP)
            target = "emotion6" if six else "emotion"
            names = IEMOCAP if six else IEMOCAP[:4] if top < len(IEMOCAP) else MELD
        elif top < len(MELD_SENTIMENTS) and "sentiment" not in words:
            target, names = "sentiment", MELD_SENTIMENTS
        else:
            continue
        words[target] = part, names
        tasks[target] = Classes(SENTIMENTS if target == "sentiment" else names)
    return tasks, words


def utterances(found: Dialogues, dialogue: Any, split: str, words: Words, path: Path) -> list[Clip]:
    """The utterances of one dialogue."""
    name = text_of(dialogue)
    clips = []
    for place in range(length(found.features[0][dialogue])):
        own = text_of(entry_of(found.ids, dialogue, place, path))
        clips.append(
            Clip(
                # MELD's utterances are only numbered within their dialogue.
                own if own.startswith(name) and own != name else f"{name}_{place}",
                text=text_of(entry_of(found.sentences, dialogue, place, path)) or None,
                speaker=speaker_of(entry_of(found.speakers, dialogue, place, path), name),
                group=name,
                position=place,
                labels={
                    target: names[int(entry_of(part, dialogue, place, path))]
                    for target, (part, names) in words.items()
                },
                split=split,
            )
        )
    return clips


def entry_of(part: Mapping[Any, Any], dialogue: Any, place: int, path: Path) -> Any:
    """What an entry says of one utterance; None where there is no such entry at all."""
    if not part:
        return None
    rows = part.get(dialogue)
    if not isinstance(rows, list | tuple | np.ndarray) or place >= length(rows):
        raise DataError(f"{path}: dialogue {text_of(dialogue)} has no entry {place} everywhere.")
    return rows[place]


def speaker_of(entry: Any, dialogue: str) -> str | None:
    """A speaker's name: man or woman of a session or dialogue, or a column of ones."""
    if entry is None or isinstance(entry, str | bytes):
        where = dialogue[:5] if SESSION.match(dialogue) else dialogue
        return f"{where}_{text_of(entry)}" if entry else None
    column = plain_array(entry)
    return f"speaker_{int(np.argmax(column))}" if column.size else None
