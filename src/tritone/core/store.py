"""The feature store: a folder of Samples on disk, read in place, written part by part.

    store.json          format, version, layout, provenance; the parts, once it is complete
    part-00000.arrow    some samples (see `parts`); appears whole or not at all
    part-00001.arrow    ...

A writer that is killed leaves its whole parts. Opened again, it knows which ids are there and
goes on. Until it closes, nobody can take the folder for a complete store.
"""

import bisect
import json
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tritone.core.batch import Batch, Sample, Track
from tritone.core.collate import collate
from tritone.core.errors import DataError
from tritone.core.labels import read_split
from tritone.core.parts import Layout, Part, Rows

FORMAT, VERSION = "tritone-store", 1
HEAD = "store.json"
PARTS = "part-*.arrow"
LONGEST_HEAD = 1 << 24  # bytes; provenance is settings, not data


class Store:
    """The samples of a complete store; nothing is loaded before it is asked for.

    Args:
        folder: where the store lies.

    Raises:
        DataError: it is not a store, not complete, damaged, or holds an id twice.
    """

    def __init__(self, folder: Path | str) -> None:
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

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, row: int) -> Sample:
        part, place = self.find(row)
        targets = {
            name: read_target(part, name, rows, place) for name, rows in self.layout.targets.items()
        }
        known = {name: target for name, target in targets.items() if target is not None}
        return Sample(
            id=self.ids[row],
            tracks={
                name: read_track(part, name, rows, place)
                for name, rows in self.layout.modalities.items()
            },
            target=known.pop("target", None),
            targets=known,
            group=part.words("group", place),
            position=part.table.column("position")[place].as_py(),
        )

    def __reduce__(self) -> tuple[type["Store"], tuple[Path]]:
        # A worker process maps the files anew instead of receiving their contents.
        return Store, (self.folder,)

    def text(self, row: int) -> str | None:
        """What is said in a sample; None where that is unknown."""
        part, place = self.find(row)
        return part.words("text", place)

    def labels(self, row: int) -> dict[str, str | float]:
        """The corpus's labels of a sample, by target name."""
        part, place = self.find(row)
        return json.loads(part.words("labels", place) or "{}")

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
            raise DataError(f"{self.folder} has no {wanted} split. Present: {present}.")
        return rows

    def batch(self, rows: Sequence[int]) -> Batch:
        """The samples of some rows as a Batch; its `rows` count within each sample's split."""
        return collate([self[row] for row in rows], rows=[self.places[row] for row in rows])

    def texts(self, name: str) -> list[Any]:
        """A column of text, whole."""
        return [word for part in self.parts for word in part.table.column(name).to_pylist()]

    def find(self, row: int) -> tuple[Part, int]:
        """The part that a row lies in, and its place there."""
        if not 0 <= row < len(self):
            raise IndexError(f"row {row} of a store of {len(self)}")
        part = bisect.bisect_right(self.ends, row)
        return self.parts[part], row - (self.ends[part - 1] if part else 0)


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


def read_target(part: Part, name: str, rows: Rows, place: int) -> Tensor | None:
    """One target of one sample; None where it is unknown."""
    numbers = part.numbers(f"target.{name}", place)
    if numbers is None:
        return None
    return torch.from_numpy(np.array(numbers, rows.dtype).reshape(rows.shape))


def read_head(folder: Path) -> dict[str, Any]:
    """What store.json says.

    Raises:
        DataError: there is no store.json, or it is not one of ours.
    """
    path = folder / HEAD
    if not path.is_file():
        raise DataError(f"{folder} is not a store: it has no {HEAD}.")
    if path.stat().st_size > LONGEST_HEAD:
        raise DataError(f"{path} has {path.stat().st_size} bytes; a store's has few.")
    try:
        head = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"{path} cannot be read: {error}.") from None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise DataError(f"{path} does not describe a store.")
    if head.get("version") != VERSION:
        raise DataError(
            f"{path} is of version {head.get('version')}, this Tritone reads {VERSION}. "
            f"Extract it anew."
        )
    return head


def head_layout(folder: Path, head: Mapping[str, Any]) -> Layout:
    """The layout that store.json describes."""
    try:
        return Layout(
            *(
                {
                    name: Rows(tuple(rows["shape"]), rows["dtype"])
                    for name, rows in head[side].items()
                }
                for side in ("modalities", "targets")
            )
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{folder / HEAD} does not describe a layout: {error!r}.") from None


def read_parts(folder: Path, layout: Layout, promised: Mapping[str, int] | None) -> list[Part]:
    """The parts of a complete store, held to the numbers of samples that it promised."""
    paths = sorted(folder.glob(PARTS))
    if promised is None:
        raise DataError(
            f"{folder} is not complete: its writer stopped after {len(paths)} parts. "
            f"Run it again with --resume."
        )
    parts = [Part(path, layout) for path in paths]
    found = {path.name: len(part) for path, part in zip(paths, parts, strict=True)}
    if found != promised:
        raise DataError(
            f"{folder} is damaged: it should have {sum(promised.values())} samples in "
            f"{len(promised)} parts, and has {sum(found.values())} in {len(found)}."
        )
    return parts


def places_in_split(splits: Sequence[str | None]) -> list[int]:
    """For each row, how many rows of its split come before it."""
    counts: dict[str | None, int] = {}
    places = []
    for split in splits:
        places.append(counts.get(split, 0))
        counts[split] = places[-1] + 1
    return places
