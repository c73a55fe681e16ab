"""Writing a feature store: append samples, part by part, and go on after a kill."""

import fcntl
import json
import os
import reprlib
from collections.abc import Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.files import whole_file
from tritone.core.head import FORMAT, HEAD, PARTS, VERSION, head_layout, read_head
from tritone.core.labels import read_split
from tritone.core.parts import Layout, Part, Rows, write_part
from tritone.core.task import Task, target_of


class StoreWriter:
    """Appends samples to a store; used in a `with` block, which makes the store complete.

    An exception inside the block leaves a store that is not complete; its samples are kept,
    and a writer for the same folder goes on where this one stopped: skip what is in `ids`.

    Args:
        folder: where the store lies, or will lie.
        modalities: name to what its rows are, in order.
        tasks: target name to what can be predicted; the first is `Sample.target`.
        provenance: where the samples come from: extractors, versions, settings, file hashes.
        part_bytes: how much is collected in memory before a part is written.

    Raises:
        DataError: the folder holds something else, or a store of another layout or
            provenance, or another process writes to it.
    """

    def __init__(
        self,
        folder: Path | str,
        modalities: Mapping[str, Rows],
        *,
        tasks: Mapping[str, Task] | None = None,
        provenance: Mapping[str, Any] | None = None,
        part_bytes: int = 1 << 26,
    ) -> None:
        self.folder, self.part_bytes = Path(folder), part_bytes
        self.layout = Layout(dict(modalities), dict(tasks or {}))
        # Through JSON, so that it compares equal to what will be read back.
        self.provenance = json.loads(json.dumps(provenance or {}))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.lock = lock(self.folder)
        self.ids: set[str] = set()
        self.counts: dict[str, int] = {}
        self.waiting: list[dict[str, Any]] = []
        self.waiting_bytes = 0
        try:
            self.begin()
        except BaseException:
            os.close(self.lock)
            raise

    def __enter__(self) -> "StoreWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        try:
            # After a full disk there is nowhere to put the rest.
            if not isinstance(error, OSError):
                self.flush()
            if error is None:
                self.write_head(complete=True)
        finally:
            os.close(self.lock)

    def __len__(self) -> int:
        return len(self.ids)

    def append(
        self,
        sample: Sample,
        clip: Clip | None = None,
        *,
        sources: Mapping[str, str] | None = None,
        cut: Collection[str] = (),
    ) -> None:
        """Add a sample; it is on disk when its part is full, or at the end of the block.

        Args:
            sample: has every modality of the store, each with rows of the store's shape.
            clip: what else is known of it: text, speaker, split, and the labels, which become
                its targets where the sample does not give them.
            sources: channel to the SHA-256 of the file that it was read from.
            cut: channels of which the extractor left out the end.

        Raises:
            DataError: its id is there already, or it does not fit the layout.
            OSError: a part cannot be written, such as on a full disk.
        """
        if not sample.id or sample.id in self.ids:
            raise DataError(f"Sample {sample.id!r} is in {self.folder} already.")
        clip = clip or Clip(sample.id)
        row = {
            "id": sample.id,
            "split": None if clip.split is None else read_split(clip.split),
            "text": clip.text,
            "speaker": clip.speaker,
            "group": sample.group or clip.group,
            "position": clip.position if sample.position is None else sample.position,
            "labels": json.dumps(dict(clip.labels)) if clip.labels else None,
            "origins": json.dumps(dict(clip.origins)) if clip.origins else None,
            "sources": json.dumps(dict(sources)) if sources else None,
            "cut": json.dumps(dict.fromkeys(cut, True)) if cut else None,
            **self.track_cells(sample),
            **self.target_cells(sample, clip.labels),
        }
        self.ids.add(sample.id)
        self.waiting.append(row)
        self.waiting_bytes += sum(v.nbytes for v in row.values() if isinstance(v, np.ndarray))
        if self.waiting_bytes >= self.part_bytes:
            self.flush()

    def flush(self) -> None:
        """Write what waits in memory as a part of its own."""
        if self.waiting:
            last = max((int(name[5:-6]) for name in self.counts), default=-1)
            name = f"part-{last + 1:05d}.arrow"
            write_part(self.folder / name, self.layout, self.waiting)
            self.counts[name] = len(self.waiting)
            self.waiting, self.waiting_bytes = [], 0

    def begin(self) -> None:
        """Make a store of the folder, or read what an earlier writer left."""
        if (self.folder / HEAD).exists():
            head = read_head(self.folder)
            for name, ours, theirs in (
                ("layout", self.layout.to_json(), head_layout(self.folder, head).to_json()),
                ("provenance", self.provenance, head.get("provenance", {})),
            ):
                if ours != theirs:
                    raise DataError(
                        f"{self.folder} was begun with another {name}: "
                        f"{difference(theirs, ours)}. Write to a new folder."
                    )
        elif any(path.suffix != ".tmp" for path in self.folder.iterdir()):
            raise DataError(f"{self.folder} is not a store and not empty. Write to a new folder.")
        for path in sorted(self.folder.glob(PARTS)):
            part = Part(path, self.layout)
            self.counts[path.name] = len(part)
            self.ids.update(part.table.column("id").to_pylist())
        for left in self.folder.glob(".*.tmp"):
            left.unlink()
        self.write_head(complete=False)

    def write_head(self, *, complete: bool) -> None:
        """Write store.json; only a complete store names its parts."""
        head = {"format": FORMAT, "version": VERSION, **self.layout.to_json()}
        head["provenance"] = self.provenance
        if complete:
            head["parts"] = self.counts
        with whole_file(self.folder / HEAD) as file:
            file.write(json.dumps(head, indent=1).encode())

    def track_cells(self, sample: Sample) -> dict[str, np.ndarray | None]:
        """The cells of all tracks of a sample."""
        if set(sample.tracks) != set(self.layout.modalities):
            raise DataError(
                f"Sample {sample.id!r} has {', '.join(sample.tracks)}; the store holds "
                f"{', '.join(self.layout.modalities)}. A modality that is missing is a track "
                f"without rows."
            )
        cells: dict[str, np.ndarray | None] = {}
        for name, rows in self.layout.modalities.items():
            track = sample[name]
            check_track(sample.id, name, track, rows)
            cells[f"track.{name}"] = fitted(sample.id, name, track.values, rows.dtype)
            whole = bool(track.mask.all())
            cells[f"track.{name}.mask"] = (
                None if whole else track.mask.cpu().numpy().astype(np.uint8)
            )
            cells[f"track.{name}.spans"] = fitted(
                sample.id, f"{name}.spans", track.spans, "float32"
            )
        return cells

    def target_cells(
        self, sample: Sample, labels: Mapping[str, str | float]
    ) -> dict[str, np.ndarray | None]:
        """The cells of all targets of a sample; unknown ones are None."""
        tasks = self.layout.tasks
        given: dict[str, Tensor | None] = dict(sample.targets)
        if sample.target is not None:
            given[next(iter(tasks), "target")] = sample.target
        unknown = sorted(given.keys() - tasks.keys())
        if unknown:
            raise DataError(f"Sample {sample.id!r} has targets the store lacks: {unknown}.")
        for name in tasks.keys() - given.keys():
            given[name] = target_of(tasks[name], labels.get(name))
        cells: dict[str, np.ndarray | None] = {}
        for name, rows in self.layout.targets.items():
            target = given.get(name)
            if target is not None and tuple(target.shape) != rows.shape:
                raise DataError(
                    f"{name} of {sample.id!r} has the shape {tuple(target.shape)}; the store's "
                    f"is {rows.shape}."
                )
            cells[f"target.{name}"] = (
                None if target is None else fitted(sample.id, name, target, rows.dtype)
            )
        return cells


def difference(was: Any, now: Any, place: str = "") -> str:
    """The first thing that two pieces of plain data differ in: where, and what it is in each."""
    if isinstance(was, dict) and isinstance(now, dict):
        keys = dict.fromkeys((*was, *now))
        key = next(k for k in keys if (k in was, was.get(k)) != (k in now, now.get(k)))
        return difference(was.get(key), now.get(key), f"{place}.{key}" if place else key)
    shown = [reprlib.Repr().repr(side) for side in (was, now)]
    return f"{place or 'it'} was {shown[0]}, now it is {shown[1]}"


def check_track(sample: str, name: str, track: Track, rows: Rows) -> None:
    """Hold a track to what the store says its rows are."""
    shape, time = tuple(track.values.shape), len(track.values)
    if shape[1:] != rows.shape:
        raise DataError(f"{name} of {sample!r} has rows {shape[1:]}; the store's are {rows.shape}.")
    if tuple(track.mask.shape) != (time,) or tuple(track.spans.shape) != (time, 2):
        raise DataError(
            f"{name} of {sample!r} has {time} rows, a mask {tuple(track.mask.shape)} and spans "
            f"{tuple(track.spans.shape)}. They are one for each row."
        )


def fitted(sample: str, name: str, values: Tensor, dtype: str) -> np.ndarray:
    """Flat numbers of the store's type; inf and NaN pass, an overflow does not."""
    if str(values.dtype) != f"torch.{dtype}" and not (
        values.is_floating_point() and dtype.startswith("float")
    ):
        raise DataError(f"{name} of {sample!r} holds {values.dtype}; the store's are {dtype}.")
    given = values.detach().cpu().reshape(-1)
    given = (given.float() if given.dtype == torch.bfloat16 else given).numpy()
    with np.errstate(over="ignore", invalid="ignore"):
        stored = given.astype(dtype)
    if stored.dtype == np.float16 and not np.array_equal(np.isinf(given), np.isinf(stored)):
        raise DataError(f"{name} of {sample!r} has values that {dtype} cannot hold. Use float32.")
    return stored


def lock(folder: Path) -> int:
    """Keep other writers out, for as long as this process lives or the descriptor is open."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise DataError(f"Another process is writing to {folder}.") from None
    return descriptor
