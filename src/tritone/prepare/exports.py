"""From a store to MMSA's feature pickle, which its own loader reads."""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tritone.core.batch import MODALITIES, Track
from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.files import whole_file
from tritone.core.labels import SENTIMENTS, SPLITS, sentiment_of_score
from tritone.core.store import Store
from tritone.core.task import Regression

NAMES = {"train": "train", "val": "valid", "test": "test"}
CHANNELS = {"score_text": "T", "score_audio": "A", "score_vision": "V"}
PROTOCOL = 4  # what MMSA's own files have


@dataclass(frozen=True)
class Exported:
    """What came of an export.

    Args:
        path: the pickle.
        counts: split to how many clips were written.
        notes: what was left out or made up, in sentences.
    """

    path: Path
    counts: dict[str, int]
    notes: tuple[str, ...]


def export_mmsa(store: Path | str, out: Path | str) -> Exported:
    """Write the clips of a store as MMSA's feature pickle, padded with zeros at the end.

    Rows that are not real are zeros there. A clip without a score, or without a split, is left
    out, as MMSA has no place for it. `text_bert` is not written: a store holds no tokens, so
    MMSA's models that carry a BERT of their own (`use_bert`) cannot use the file.

    Args:
        store: the folder of the store.
        out: the pickle to make; it appears whole or not at all.

    Raises:
        DataError: the store has no score for MMSA to learn, rows that are no vectors, or not a
            clip of training.
        OSError: the pickle cannot be written.
    """
    held, out = Store(store), Path(out)
    score = score_of(held)
    dims = {name: dim_of(held, name) for name in MODALITIES}
    clips = [held.clip(row) for row in range(len(held))]
    rows = {
        split: [
            row
            for row, clip in enumerate(clips)
            if clip.split == split and isinstance(clip.labels.get(score), int | float)
        ]
        for split in SPLITS
    }
    notes = notes_of(held, dims, sum(map(len, rows.values())))
    if not rows["train"]:
        raise DataError(f"{held.folder} has no clip of training with a score. MMSA needs some.")
    longest = {name: longest_of(held, name) for name in MODALITIES}
    data = {
        NAMES[split]: part_of(held, rows[split], clips, score, dims, longest)
        for split in SPLITS
        if rows[split]
    }
    with whole_file(out) as file:
        pickle.dump(data, file, protocol=PROTOCOL)
    counts = {NAMES[split]: len(found) for split, found in rows.items() if found}
    return Exported(out, counts, notes)


def score_of(store: Store) -> str:
    """The target that MMSA would learn: the score, else the first one around 0."""
    tasks = store.layout.tasks
    around = [
        name
        for name, task in tasks.items()
        if isinstance(task, Regression) and task.low == -task.high
    ]
    if "score" in around:
        return "score"
    if not around:
        held = ", ".join(tasks) or "none"
        raise DataError(
            f"{store.folder} has no score around 0 for MMSA to learn. Its targets: {held}."
        )
    return around[0]


def dim_of(store: Store, name: str) -> int:
    """How many numbers a row of a modality has; 1 where the store does not have it."""
    kind = store.layout.modalities.get(name)
    if kind is not None and len(kind.shape) != 1:
        raise DataError(f"{store.folder}: rows of {name} are {kind.shape}; MMSA takes vectors.")
    return 1 if kind is None else kind.size


def longest_of(store: Store, name: str) -> int:
    """The most rows that any clip has of a modality, and 1 at least."""
    if name not in store.layout.modalities:
        return 1
    spans = [part.lengths(f"track.{name}.spans") for part in store.parts]
    return max(1, *(int(lengths.max(initial=0)) // 2 for lengths in spans))


def notes_of(store: Store, dims: dict[str, int], written: int) -> tuple[str, ...]:
    """What the pickle lacks, in sentences."""
    notes = ["text_bert is not written: MMSA's models with a BERT of their own cannot use it."]
    missing = [name for name in dims if name not in store.layout.modalities]
    if missing:
        notes.append(f"The store has no {', '.join(missing)}: one zero stands in for each clip.")
    other = [name for name in store.layout.modalities if name not in dims]
    if other:
        notes.append(f"MMSA has no place for {', '.join(other)}: left out.")
    if len(store) > written:
        notes.append(f"Clips without a score or a split, left out: {len(store) - written}.")
    return tuple(notes)


def part_of(
    store: Store,
    rows: Sequence[int],
    clips: Sequence[Clip],
    score: str,
    dims: dict[str, int],
    longest: dict[str, int],
) -> dict[str, Any]:
    """One split in MMSA's form."""
    named = [clips[row] for row in rows]
    values = {
        name: np.zeros((len(rows), longest[name], dim), np.float32) for name, dim in dims.items()
    }
    lengths: dict[str, list[int]] = {name: [] for name in dims}
    for place, row in enumerate(rows):
        sample = store[row]
        for name, block in values.items():
            real = real_rows(sample.tracks.get(name))
            block[place, : len(real)] = real
            # MMSA packs sequences by these, and no sequence may be empty.
            lengths[name].append(max(1, len(real)))
    scores = np.array([clip.labels[score] for clip in named], np.float32)
    words = [
        str(clip.labels.get("sentiment", sentiment_of_score(float(s))))
        for clip, s in zip(named, scores, strict=True)
    ]
    channels = {
        f"regression_labels_{letter}": np.array([clip.labels[name] for clip in named], np.float32)
        for name, letter in CHANNELS.items()
        if all(name in clip.labels for clip in named)
    }
    return {
        "id": np.array([clip.id for clip in named]),
        "raw_text": np.array([clip.text or "" for clip in named]),
        **values,
        "audio_lengths": lengths["audio"],
        "vision_lengths": lengths["vision"],
        "annotations": np.array([word.capitalize() for word in words]),
        "classification_labels": np.array([SENTIMENTS.index(word) for word in words], np.float32),
        "regression_labels": scores,
        **channels,
    }


def real_rows(track: Track | None) -> np.ndarray:
    """The rows up to the last real one, zeros where one between is not."""
    if track is None:
        return np.zeros((0, 1), np.float32)
    mask = track.mask.numpy()
    end = int(np.flatnonzero(mask)[-1]) + 1 if mask.any() else 0
    return np.where(mask[:end, None], track.values.numpy()[:end], np.float32(0))
