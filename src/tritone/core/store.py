"""The feature store: a folder of Samples on disk, read in place, written part by part.

    store.json          format, version, layout, provenance; the parts, once it is complete
    part-00000.arrow    some samples (see `parts`); appears whole or not at all
    part-00001.arrow    ...

A writer that is killed leaves its whole parts. Opened again, it knows which ids are there and
goes on. Until it closes, nobody can take the folder for a complete store.
"""

import bisect
import json
import math
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tritone.core.batch import Batch, Sample, Track
from tritone.core.clip import Clip
from tritone.core.collate import unknown_like
from tritone.core.errors import DataError
from tritone.core.head import head_layout, read_head, read_parts
from tritone.core.labels import read_split
from tritone.core.parts import Part, Rows
from tritone.core.task import Task


class Store:
    """The samples of a complete store; nothing is loaded before it is asked for.

    Args:
        folder: where the store lies.
        target: the name of what is to be predicted, which its samples give as their `target`;
            the first of the store's tasks by default.

    Raises:
        DataError: it is not a store, not complete, damaged, or holds an id twice; or it has no
            such target.
    """

    def __init__(self, folder: Path | str, *, target: str | None = None) -> None:
        self.folder = Path(folder)
        head = read_head(self.folder)
        self.layout, self.provenance = head_layout(self.folder, head), head.get("provenance", {})
        self.parts = read_parts(self.folder, self.layout, head.get("parts"))
        self.ends = list(accumulate(len(part) for part in self.parts))
        self.ids = self.texts("id")
        self.splits = self.texts("split")
        twice = len(self.ids) - len(set(self.ids))
        if twice:
            raise DataError(f"{self.folder} holds {twice} ids more than once. Write it anew.")
        self.places = places_in_split(self.splits)
        if target is not None and target not in self.layout.tasks:
            held = ", ".join(self.layout.tasks) or "none"
            raise DataError(f"{self.folder} has no target {target!r}. It has: {held}.")
        self.target = target or next(iter(self.layout.tasks), None)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def task(self) -> Task:
        """What `target` is.

        Raises:
            DataError: the store holds nothing that can be predicted.
        """
        if self.target is None:
            raise DataError(f"{self.folder} has no labels, so there is nothing to predict.")
        return self.layout.tasks[self.target]

    def __getitem__(self, row: int) -> Sample:
        part, place = self.find(row)
        known = self.targets_at(part, place)
        return Sample(
            id=self.ids[row],
            tracks={
                name: read_track(part, name, rows, place)
                for name, rows in self.layout.modalities.items()
            },
            target=known.pop(self.target, None) if self.target else None,
            targets=known,
            group=part.words("group", place),
            position=part.table.column("position")[place].as_py(),
            speaker=part.words("speaker", place),
        )

    def target_of(self, row: int) -> Tensor | None:
        """The target of a sample; None where it is unknown."""
        part, place = self.find(row)
        return self.targets_at(part, place).get(self.target or "")

    def targets_at(self, part: Part, place: int) -> dict[str, Tensor]:
        """The known targets of one row of a part, by name."""
        rows = self.layout.targets
        targets = {name: read_target(part, name, rows[name], place) for name in rows}
        return {name: target for name, target in targets.items() if target is not None}

    def __reduce__(self) -> tuple[Callable[..., "Store"], tuple[Path, str | None]]:
        # A worker process maps the files anew instead of receiving their contents.
        return reopened, (self.folder, self.target)

    def text(self, row: int) -> str | None:
        """What is said in a clip; None where it is unknown."""
        part, place = self.find(row)
        return part.words("text", place)

    def clip(self, row: int) -> Clip:
        """What is known of a sample beside its numbers: text, speaker, labels, split."""
        part, place = self.find(row)
        return Clip(
            self.ids[row],
            text=part.words("text", place),
            speaker=part.words("speaker", place),
            group=part.words("group", place),
            position=part.table.column("position")[place].as_py(),
            labels=facts(part, "labels", place),
            split=self.splits[row],
            origins=facts(part, "origins", place),
        )

    def resplit(self, splits: Mapping[str, str]) -> None:
        """Take other splits than those that are stored; a clip without one is in none.

        Args:
            splits: id to "train", "val" or "test".
        """
        self.splits = [splits.get(id) for id in self.ids]
        self.places = places_in_split(self.splits)

    def length(self, row: int, modality: str) -> int:
        """How many rows a track has, real or not."""
        part, place = self.find(row)
        spans = part.numbers(f"track.{modality}.spans", place)
        return 0 if spans is None else len(spans) // 2

    def sources(self, row: int) -> dict[str, str]:
        """Channel to the SHA-256 of the file that it was read from, where that is known."""
        part, place = self.find(row)
        return facts(part, "sources", place)

    def cut(self, row: int) -> frozenset[str]:
        """The channels of which the extractor left out the end, since the clip is too long."""
        part, place = self.find(row)
        return frozenset(facts(part, "cut", place))

    def known_rows(self, split: str) -> list[int]:
        """The rows of a split whose target is known.

        Raises:
            DataError: the store lacks the split, or no target in it is known.
        """
        rows = [row for row in self.rows(split) if self.target_of(row) is not None]
        if not rows:
            if self.target is None:
                raise DataError(
                    f"{self.folder} has nothing to learn or to score by: no labels, or one class "
                    "alone. Those of a manifest stand in columns called sentiment, emotion, score "
                    "or label_<name>."
                )
            raise DataError(f"{self.folder} has no {split} clip whose {self.target} is known.")
        return rows

    def rows(self, split: str = "all") -> list[int]:
        """The rows of one split, in the order in which they were written.

        Args:
            split: "train", "val" (or "dev", "valid", "validation"), "test" or "all".

        Raises:
            DataError: the store has no such split; those present are listed.
        """
        if split == "all":
            return list(range(len(self)))
        wanted = read_split(split)
        rows = [row for row, name in enumerate(self.splits) if name == wanted]
        if not rows:
            present = ", ".join(dict.fromkeys(name for name in self.splits if name)) or "none"
            raise DataError(
                f"{self.folder} has no {wanted} split. Present: {present}. Take one of these, or "
                f"say in the data which clips are {wanted}."
            )
        return rows

    def batch(self, rows: Sequence[int]) -> Batch:
        """The samples of some rows as a Batch; its `rows` count within each sample's split.

        The same as `collate` of the samples, but each number is copied once, from the mapped
        file to its place in the batch.
        """
        if not rows:
            raise DataError("A batch needs at least one sample, got none.")
        found = [self.find(row) for row in rows]
        targets = stack_targets([self.targets_at(part, place) for part, place in found])
        positions = [part.table.column("position")[place].as_py() for part, place in found]
        return Batch(
            ids=tuple(self.ids[row] for row in rows),
            tracks={
                name: padded_track(found, name, kind)
                for name, kind in self.layout.modalities.items()
            },
            target=targets.pop(self.target, None) if self.target else None,
            targets=targets,
            rows=torch.tensor([self.places[row] for row in rows]),
            dialogues=tuple(part.words("group", place) for part, place in found),
            positions=torch.tensor([-1 if place is None else place for place in positions]),
            speakers=tuple(part.words("speaker", place) for part, place in found),
        )

    def texts(self, name: str) -> list[Any]:
        """A column of text, whole."""
        return [word for part in self.parts for word in part.table.column(name).to_pylist()]

    def find(self, row: int) -> tuple[Part, int]:
        """The part that a row lies in, and its place there."""
        if not 0 <= row < len(self):
            raise IndexError(f"row {row} of a store of {len(self)}")
        part = bisect.bisect_right(self.ends, row)
        return self.parts[part], row - (self.ends[part - 1] if part else 0)


def facts(part: Part, name: str, place: int) -> dict[str, Any]:
    """What a column says of one row in JSON.

    Raises:
        DataError: it is no JSON object.
    """
    try:
        found = json.loads(part.words(name, place) or "{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise DataError(f"{part.path} is damaged: {name} of row {place} are no JSON object.")
    return found


def reopened(folder: Path, target: str | None) -> Store:
    """A store with one of its targets, in another process."""
    return Store(folder, target=target)


def read_track(part: Part, name: str, rows: Rows, place: int) -> Track:
    """One modality of one sample; half floats come back as floats."""
    sides = (f"track.{name}", f"track.{name}.mask", f"track.{name}.spans")
    values, mask, spans = (part.numbers(side, place) for side in sides)
    spans = np.empty(0) if spans is None else spans
    values = np.empty(0, rows.dtype) if values is None else values
    kind = np.uint8 if rows.dtype == "uint8" else np.float32
    time = len(spans) // 2
    return Track(
        values=torch.from_numpy(np.array(values, kind).reshape(time, *rows.shape)),
        mask=torch.ones(time, dtype=torch.bool) if mask is None else torch.from_numpy(mask != 0),
        spans=torch.from_numpy(np.array(spans, np.float32).reshape(time, 2)),
    )


def padded_track(found: Sequence[tuple[Part, int]], name: str, rows: Rows) -> Track:
    """One modality of some samples, padded at the end, each number copied once."""
    sides = [f"track.{name}{side}" for side in ("", ".mask", ".spans")]
    cells = [[part.numbers(side, place) for side in sides] for part, place in found]
    times = [0 if spans is None else len(spans) // 2 for _, _, spans in cells]
    longest = max(1, *times)
    kind = np.uint8 if rows.dtype == "uint8" else np.float32
    values = np.zeros((len(found), longest, rows.size), kind)
    mask = np.zeros((len(found), longest), bool)
    spans = np.full((len(found), longest, 2), math.nan, np.float32)
    for row, (time, (flat, real, seconds)) in enumerate(zip(times, cells, strict=True)):
        if time and flat is not None and seconds is not None:
            values[row, :time] = flat.reshape(time, rows.size)
            mask[row, :time] = True if real is None else real != 0
            spans[row, :time] = seconds.reshape(time, 2)
    shaped = values.reshape(len(found), longest, *rows.shape)
    return Track(torch.from_numpy(shaped), torch.from_numpy(mask), torch.from_numpy(spans))


def stack_targets(known: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """Every target that any of the samples has; unknown where one lacks it."""
    first = {name: value for targets in reversed(known) for name, value in targets.items()}
    return {
        name: torch.stack([targets.get(name, unknown_like(value)) for targets in known])
        for name, value in first.items()
    }


def read_target(part: Part, name: str, rows: Rows, place: int) -> Tensor | None:
    """One target of one sample; None where it is unknown."""
    numbers = part.numbers(f"target.{name}", place)
    if numbers is None:
        return None
    return torch.from_numpy(np.array(numbers, rows.dtype).reshape(rows.shape))


def places_in_split(splits: Sequence[str | None]) -> list[int]:
    """For each row, how many rows of its split come before it."""
    counts: dict[str | None, int] = {}
    places = []
    for split in splits:
        places.append(counts.get(split, 0))
        counts[split] = places[-1] + 1
    return places
