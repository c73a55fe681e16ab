"""Rows as published: of any array or list, with their padding, and what is not finite."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tritone.core.batch import MODALITIES, Track
from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.parts import Rows
from tritone.datasets.published.labels import length, plain_array

Tracks = Callable[[int], Mapping[str, Track]]
"""Gives the rows of a clip, by its place."""
Cut = Callable[[int, Mapping[str, np.ndarray]], Mapping[str, slice]]
"""Which rows of a clip are real, by modality, from its place and its rows."""
LATEST_SECONDS = 1e7  # a time beyond it is none


class Ledger:
    """Counts what was changed on the way in, by reason, with the first place of each."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.first: dict[str, str] = {}

    def add(self, reason: str, place: str, count: int = 1) -> None:
        """Count it: the reason is a sentence, to which the number is added."""
        self.counts[reason] = self.counts.get(reason, 0) + count
        self.first.setdefault(reason, place)

    def clear(self) -> None:
        """Forget all, as what is read again is counted again."""
        self.counts.clear()
        self.first.clear()

    @property
    def notes(self) -> tuple[str, ...]:
        """One sentence for each reason."""
        return tuple(
            f"{reason}: {count:,} (first: {self.first[reason]})."
            for reason, count in self.counts.items()
        )


@dataclass(frozen=True)
class Section:
    """The clips of one split, and their rows as published.

    Args:
        clips: in the order of the rows.
        blocks: modality to a (time, dim) array for each clip.
        cut: which of the rows are real.
        spans: start and end of each real row of a clip, where they are known.
    """

    clips: Sequence[Clip]
    blocks: Mapping[str, Sequence[Any] | np.ndarray]
    cut: Cut
    spans: Callable[[int, int], np.ndarray | None] | None = None


def tracks_of(
    sections: Sequence[Section], modalities: Mapping[str, Rows], changes: Ledger
) -> Tracks:
    """The rows of any clip of some sections, as tracks without padding."""
    places = [(section, place) for section in sections for place in range(len(section.clips))]

    def tracks(row: int) -> dict[str, Track]:
        section, place = places[row]
        clip = section.clips[place]
        rows = {
            name: (
                rows_of(section.blocks[name][place], kind.size, f"{name} of {clip.id!r}")
                if name in section.blocks
                else np.empty((0, kind.size), np.float32)
            )
            for name, kind in modalities.items()
        }
        cuts = section.cut(place, rows)
        for name, values in rows.items():
            if len(values) and not len(values[cuts[name]]):
                changes.add(f"Clips whose {name} is all padding, and so is missing", clip.id)
        return {
            name: track(values[cuts[name]], section, place, f"{name} of {clip.id!r}", changes)
            for name, values in rows.items()
        }

    return tracks


def rows_of(value: Any, dim: int | None, place: str) -> np.ndarray:
    """One clip's rows of one modality: (time, dim); a vector is one row.

    Raises:
        DataError: they are no numbers, or of another shape.
    """
    try:
        rows = plain_array(value)
    except DataError as error:
        raise DataError(f"{place} holds {error}") from None
    rows = rows[None] if rows.ndim == 1 and rows.size else rows
    if rows.size == 0 and dim is not None:
        return np.empty((0, dim), np.float32)
    if rows.ndim != 2 or (dim is not None and rows.shape[1] != dim):
        wanted = "(time, dim)" if dim is None else f"(time, {dim})"
        raise DataError(f"{place} has the shape {rows.shape}; it should be {wanted}.")
    return rows


def track(rows: np.ndarray, section: Section, place: int, name: str, changes: Ledger) -> Track:
    """Rows as a track."""
    values = finite(rows, name, changes)
    times = section.spans(place, len(values)) if section.spans else None
    spans = np.full((len(values), 2), np.nan) if times is None else times
    spans = np.where(np.abs(spans) < LATEST_SECONDS, spans, np.nan)
    return Track(
        torch.from_numpy(values),
        torch.ones(len(values), dtype=torch.bool),
        torch.from_numpy(np.asarray(spans, np.float32)),
    )


def finite(rows: np.ndarray, name: str, changes: Ledger) -> np.ndarray:
    """A copy as float32, with 0 where a number is not finite; these are counted.

    Args:
        rows: as published.
        name: the modality, and whose it is.
        changes: where it is counted.
    """
    with np.errstate(over="ignore"):
        values = np.array(rows, np.float32)
    whole = np.isfinite(values)
    if not whole.all():
        kind, _, clip = name.partition(" of ")
        for reason, where in (("NaN", np.isnan(values)), ("infinite", np.isinf(values))):
            count = int(where.sum())
            if count:
                changes.add(
                    f"Values of {kind} that are {reason} in the file, and 0 here", clip, count
                )
        values[~whole] = 0.0
    return values


def modalities_of(
    blocks: Sequence[Mapping[str, Sequence[Any] | np.ndarray]], path: Path
) -> dict[str, Rows]:
    """What the rows of each modality are, by the first clip that has any.

    Raises:
        DataError: no section holds a row of any modality.
    """
    names = dict.fromkeys(name for held in blocks for name in held)
    found = {}
    for name in sorted(names, key=usual_order):
        sizes = (width(held[name], name, path) for held in blocks if name in held)
        size = next((size for size in sizes if size), None)
        if size:
            found[name] = Rows((size,))
    if not found:
        raise DataError(f"{path} holds no features: nothing named {', '.join(MODALITIES)}.")
    return found


def usual_order(name: str) -> int:
    """Text, audio, vision, then all else."""
    return MODALITIES.index(name) if name in MODALITIES else len(MODALITIES)


def width(block: Sequence[Any] | np.ndarray, name: str, path: Path) -> int | None:
    """How many numbers a row of a modality has; None where there is no row."""
    if isinstance(block, np.ndarray) and block.ndim > 1:
        return block.shape[-1] if block.size else None
    for value in block:
        rows = rows_of(value, None, f"{name} in {path}") if length(value) else np.empty(0)
        if rows.size:
            return rows.shape[-1]
    return None
