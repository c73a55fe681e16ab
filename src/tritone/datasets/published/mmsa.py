"""MMSA's feature pickles, and what MMSA-FET writes.

    {"train": {"text": (clip, 50, 768), "audio": ..., "vision": ..., "raw_text", "id",
               "regression_labels", "audio_lengths", ...}, "valid": ..., "test": ...}

Clips are padded with zeros at the end. `text_bert` tells how many tokens are real; it is not
kept, as a tokenizer makes it anew from the text. MMSA-FET's form has `config` beside the splits,
and `align` with the times of the words instead of lengths.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tritone.core.batch import MODALITIES
from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.labels import SENTIMENTS, read_split
from tritone.datasets.published.labels import (
    held,
    keys_of,
    length,
    numbers,
    plain_array,
    scale_of,
    score_labels,
    score_tasks,
    texts,
)
from tritone.datasets.published.padding import padded_behind, same_time
from tritone.datasets.published.rows import Ledger, Section
from tritone.datasets.published.table import Published, assemble

SPLITS = ("train", "valid", "test")
FIELDS = ("regression_labels", "text_bert", "raw_text", "annotations", "audio_lengths", "config")
CHANNELS = {"score_text": "T", "score_audio": "A", "score_vision": "V"}
JOIN = "$_$"  # between the video and the clip in an id
LATEST = 10**6


def fits(data: Any) -> bool:
    """True for a dict of splits with MMSA's fields, or for one clip of MMSA-FET."""
    if not isinstance(data, Mapping):
        return False
    parts = [data[name] for name in SPLITS if isinstance(data.get(name), Mapping)]
    held = parts or [data]
    return any(
        any(name in part for name in MODALITIES) and any(name in part for name in FIELDS)
        for part in held
    )


def read(data: Mapping[str, Any], path: Path, scale: tuple[int, int] | None = None) -> Published:
    """The clips of all splits.

    Args:
        data: what the pickle holds.
        path: the pickle, for messages.
        scale: lowest and highest score; judged by the scores where it is not known.

    Raises:
        DataError: the fields of a split do not fit together; the message names the field.
    """
    ledger = Ledger()
    parts = {name: data[name] for name in SPLITS if isinstance(data.get(name), Mapping)}
    parts = parts or {"": one_clip(data, path)}
    counted = {name: clips_in(part, f"{path}, {name}") for name, part in parts.items()}
    for name in [name for name, count in counted.items() if not count]:
        ledger.add("Empty splits", name)
        del parts[name]
    scores = [scores_of(part, counted[name], f"{path}, {name}") for name, part in parts.items()]
    scale = scale_of(np.concatenate([*scores, np.empty(0)]), scale, ledger.add)
    channels = [
        name
        for name, letter in CHANNELS.items()
        if any(f"regression_labels_{letter}" in part for part in parts.values())
    ]
    sections = [
        section_of(part, name, values, scale, path, ledger)
        for (name, part), values in zip(parts.items(), scores, strict=True)
    ]
    known = any(np.isfinite(values).any() for values in scores)
    tasks = score_tasks(scale, channels) if known else {}
    layout = "MMSA-FET" if "config" in data else "MMSA"
    return assemble(layout, sections, tasks, path, ledger)


def one_clip(data: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """A single clip of MMSA-FET as a split of one."""
    kept = {name: [data[name]] for name in (*MODALITIES, "text_bert", "align") if name in data}
    return {**kept, "id": [path.stem]}


def clips_in(part: Mapping[str, Any], place: str) -> int:
    """How many clips a split has."""
    for name in ("id", *MODALITIES):
        if name in part:
            return length(part[name])
    raise DataError(f"{place} holds none of id, text, audio, vision. It holds: {keys_of(part)}.")


def scores_of(part: Mapping[str, Any], count: int, place: str) -> np.ndarray:
    """The score of each clip; NaN where there is none."""
    if "regression_labels" not in part:
        return np.full(count, np.nan)
    return numbers(part["regression_labels"], count, f"{place}: regression_labels")


def section_of(
    part: Mapping[str, Any],
    name: str,
    scores: np.ndarray,
    scale: tuple[int, int],
    path: Path,
    ledger: Ledger,
) -> Section:
    """One split."""
    count, place = len(scores), f"{path}, {name}"
    blocks = {
        modality: held(part[modality], count, f"{place}: {modality}")
        for modality in MODALITIES
        if modality in part
    }
    lengths = lengths_of(part, blocks, count, place, ledger)
    aligned = same_time(blocks) and not ("audio_lengths" in part or "vision_lengths" in part)
    cut = padded_behind(lengths, together=aligned or "align" in part)
    times = part.get("align")
    spans = word_times(held(times, count, f"{place}: align")) if times is not None else None
    return Section(clips_of(part, name, scores, scale, place, ledger), blocks, cut, spans)


def clips_of(
    part: Mapping[str, Any],
    name: str,
    scores: np.ndarray,
    scale: tuple[int, int],
    place: str,
    ledger: Ledger,
) -> list[Clip]:
    """What is known of the clips of a split beside their numbers."""
    count = len(scores)
    texts_of = {
        field: texts(part[field], count, f"{place}: {field}")
        for field in ("id", "raw_text", "annotations")
        if field in part
    }
    ids = texts_of.get("id") or [f"{name}_{row}" for row in range(count)]
    channels = {
        target: numbers(part[field], count, f"{place}: {field}")
        for target, letter in CHANNELS.items()
        if (field := f"regression_labels_{letter}") in part
    }
    clips = []
    for row in range(count):
        labels = score_labels(float(scores[row]), scale)
        word = texts_of["annotations"][row].strip().lower() if "annotations" in texts_of else ""
        if labels and word in SENTIMENTS:
            labels["sentiment"] = word
        for target, values in channels.items():
            if scale[0] <= values[row] <= scale[1]:
                labels[target] = float(values[row])
            else:
                ledger.add(f"Labels of {target} that are off the scale, and left out", ids[row])
        video, joined, clip = ids[row].rpartition(JOIN)
        clips.append(
            Clip(
                ids[row],
                text=texts_of["raw_text"][row] if "raw_text" in texts_of else None,
                group=video if joined else None,
                position=int(clip) if clip.isdecimal() and int(clip) < LATEST else None,
                labels=labels,
                split=read_split(name) if name else None,
            )
        )
    return clips


def lengths_of(
    part: Mapping[str, Any],
    blocks: Mapping[str, Sequence[Any] | np.ndarray],
    count: int,
    place: str,
    ledger: Ledger,
) -> dict[str, np.ndarray]:
    """How many rows of each clip are real, for the modalities of which the file says it."""
    found = {
        name: np.nan_to_num(numbers(part[field], count, f"{place}: {field}")).astype(np.int64)
        for name in ("audio", "vision")
        if (field := f"{name}_lengths") in part and name in blocks
    }
    longest = {name: longest_of(blocks[name]) for name in found}
    swapped = {"audio": "vision", "vision": "audio"}
    too_long = len(found) == 2 and any(found[name].max() > longest[name] for name in found)
    if too_long and all(found[swapped[name]].max() <= longest[name] for name in found):
        found = {name: found[swapped[name]] for name in found}
        ledger.add("Splits with the lengths of audio and vision swapped, mended here", place)
    for name, values in found.items():
        beyond = int((values > longest[name]).sum())
        if beyond:
            reason = f"Lengths of {name} beyond the {longest[name]} rows there are, cut to these"
            ledger.add(reason, place, beyond)
        found[name] = values.clip(0, longest[name])
    if "text_bert" in part and "text" in blocks:
        found |= tokens_in(held(part["text_bert"], count, f"{place}: text_bert"), place)
    return found


def longest_of(block: Sequence[Any] | np.ndarray) -> int:
    """The most rows that a clip of a block can have."""
    if isinstance(block, np.ndarray) and block.ndim > 1:
        return block.shape[1]
    return max(map(length, block), default=0)


def tokens_in(tokens: Sequence[Any] | np.ndarray, place: str) -> dict[str, np.ndarray]:
    """How many tokens of each clip are real, by the mask beside their ids."""
    try:
        lengths = [int(np.nansum(plain_array(clip, np.float64)[1])) for clip in tokens]
    except (DataError, IndexError, OverflowError):
        raise DataError(f"{place}: text_bert is not (clip, 3, token) numbers.") from None
    return {"text": np.asarray(lengths, dtype=np.int64)}


def word_times(words: Sequence[Any] | np.ndarray) -> Any:
    """The times of the rows, where a file has one word for each row, or for all but two.

    The two are the marks before and after the text, which have no time.
    """

    def spans(place: int, rows: int) -> np.ndarray | None:
        try:
            times = [(float(word["start"]), float(word["end"])) for word in words[place]]
        except (IndexError, KeyError, TypeError, ValueError):
            return None
        nothing = [(np.nan, np.nan)]
        if len(times) == rows - 2:
            times = [*nothing, *times, *nothing]
        return np.asarray(times, np.float64).reshape(-1, 2) if len(times) == rows else None

    return spans
