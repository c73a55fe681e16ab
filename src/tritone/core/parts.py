"""How samples lie in one Arrow IPC file: a row a sample, a column for each side of each track.

Columns: id, split, text, speaker, group, position, labels, origins, sources and cut (the last
four are JSON; a store from before there was cut lacks it); for each modality M the columns
track.M (flat values), track.M.mask (null: every row is real) and track.M.spans; for each target T
the column target.T (null: unknown). A file is one record batch, so that a column is one piece of
memory.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from tritone.core.errors import DataError
from tritone.core.files import whole_file
from tritone.core.task import Regression, Task

TEXTS = ("id", "split", "text", "speaker", "group", "labels", "origins", "sources", "cut")
LATER = ("cut",)  # columns that parts from before them lack
VALUE_TYPES = ("float32", "float16", "uint8")
LARGEST_ROW = 1 << 32  # numbers


@dataclass(frozen=True)
class Rows:
    """What each row of a modality is, or what a target is.

    Args:
        shape: of one row; () for a class index.
        dtype: "float32", "float16" or "uint8" for a modality; "float32" or "int64" for a
            target.

    Raises:
        DataError: a length of 0 or below, or more numbers than any row has.
    """

    shape: tuple[int, ...]
    dtype: str = "float32"

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", tuple(self.shape))
        if not all(isinstance(size, int) and size > 0 for size in self.shape):
            raise DataError(f"A row has positive lengths, got {self.shape}.")
        if self.size > LARGEST_ROW:
            raise DataError(f"A row has at most {LARGEST_ROW} numbers, got {self.size}.")

    @property
    def size(self) -> int:
        """Numbers in one row."""
        return math.prod(self.shape)

    def to_json(self) -> dict[str, str | list[int]]:
        """Plain data for store.json."""
        return {"shape": list(self.shape), "dtype": self.dtype}


@dataclass(frozen=True)
class Layout:
    """What the samples of a store hold: the modalities in their order, and what can be predicted.

    Args:
        modalities: name to what its rows are.
        tasks: target name to what is predicted under it.

    Raises:
        DataError: no modality, or a type that the store cannot hold.
    """

    modalities: Mapping[str, Rows]
    tasks: Mapping[str, Task] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.modalities:
            raise DataError("A store needs at least one modality, got none.")
        for name, rows in self.modalities.items():
            if rows.dtype not in VALUE_TYPES:
                raise DataError(
                    f"{name} cannot be stored as {rows.dtype!r}. Types: {', '.join(VALUE_TYPES)}."
                )
        for name in (*self.modalities, *self.tasks):
            if not name or "." in name:
                raise DataError(f"{name!r} cannot be a column's name. Choose another.")

    @property
    def targets(self) -> dict[str, Rows]:
        """Target name to the numbers that are stored of it."""
        return {name: target_rows(task) for name, task in self.tasks.items()}

    def to_json(self) -> dict[str, dict]:
        """Plain data for store.json."""
        return {
            "modalities": {name: rows.to_json() for name, rows in self.modalities.items()},
            "tasks": {name: task.to_json() for name, task in self.tasks.items()},
        }

    def columns(self) -> dict[str, pa.DataType]:
        """Every column and its Arrow type."""
        columns: dict[str, pa.DataType] = {name: pa.large_string() for name in TEXTS}
        columns["position"] = pa.int32()
        for name, rows in self.modalities.items():
            columns[f"track.{name}"] = pa.large_list(arrow_type(rows.dtype))
            columns[f"track.{name}.mask"] = pa.large_list(pa.uint8())
            columns[f"track.{name}.spans"] = pa.large_list(pa.float32())
        for name, rows in self.targets.items():
            columns[f"target.{name}"] = pa.large_list(arrow_type(rows.dtype))
        return columns


def target_rows(task: Task) -> Rows:
    """How a target is stored: a score, a class index, or a number for each class."""
    if isinstance(task, Regression):
        return Rows((task.width,))
    return Rows((task.width,)) if task.multi else Rows((), "int64")


class Part:
    """The samples of one file, read in place: columns are views of the mapped file.

    Args:
        path: the file.
        layout: what it must hold.

    Raises:
        DataError: the file is not whole, or does not hold what `layout` says.
    """

    def __init__(self, path: Path, layout: Layout) -> None:
        self.path, self.table = path, read_table(path)
        expected = layout.columns()
        held = dict(zip(self.table.schema.names, self.table.schema.types, strict=True))
        if held | {name: expected[name] for name in LATER if name not in held} != expected:
            raise DataError(f"{path} has other columns than its store.json says.")
        self.lists: dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
        for name, kind in expected.items():
            if pa.types.is_large_list(kind):
                column = self.table.column(name)
                # to_numpy() imports pandas, is_valid() imports all of pyarrow.compute: half a
                # second before the first number.
                values, offsets = np.from_dlpack(column.values), np.from_dlpack(column.offsets)
                self.lists[name] = values, offsets, known_in(column)
        self.check(path, layout)

    def __len__(self) -> int:
        return self.table.num_rows

    def numbers(self, name: str, row: int) -> np.ndarray | None:
        """The flat numbers of a column in one row, a view; None where it is null."""
        values, offsets, known = self.lists[name]
        return values[offsets[row] : offsets[row + 1]] if known[row] else None

    def words(self, name: str, row: int) -> str | None:
        """What a column of text says in one row."""
        if name in LATER and name not in self.table.schema.names:
            return None
        return self.table.column(name)[row].as_py()

    def check(self, path: Path, layout: Layout) -> None:
        """Hold the lengths of all columns to each other."""
        wrong = []
        for name, rows in layout.modalities.items():
            size, mask, spans = (
                self.lengths(f"track.{name}{side}") for side in ("", ".mask", ".spans")
            )
            given = self.lists[f"track.{name}.mask"][2]
            fits = (spans % 2 == 0) & (size == spans // 2 * rows.size)
            wrong += [] if np.all(fits & (~given | (mask == spans // 2))) else [name]
        for name, rows in layout.targets.items():
            known = self.lists[f"target.{name}"][2]
            wrong += [] if np.all(self.lengths(f"target.{name}")[known] == rows.size) else [name]
        if wrong:
            raise DataError(f"{path} is damaged: {', '.join(wrong)} do not fit their shape.")
        for name, task in layout.tasks.items():
            values = self.lists[f"target.{name}"][0]
            if values.dtype == np.int64 and not np.all((values >= 0) & (values < task.width)):
                raise DataError(f"{path} is damaged: {name} has a class beyond its {task.width}.")

    def lengths(self, name: str) -> np.ndarray:
        """How many numbers each row of a column has."""
        return np.diff(self.lists[name][1])


def known_in(column: pa.Array) -> np.ndarray:
    """Which rows of a column are not null, by the bits that say so."""
    bits = column.buffers()[0]
    if bits is None or not column.null_count:
        return np.ones(len(column), bool)
    flags = np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little")
    return flags[column.offset : column.offset + len(column)].astype(bool)


def read_table(path: Path) -> pa.RecordBatch:
    """The one record batch of a file, mapped and checked."""
    try:
        reader = pa.ipc.open_file(pa.memory_map(str(path), "r"))
        if reader.num_record_batches != 1:
            raise DataError(f"{path} has {reader.num_record_batches} record batches, not 1.")
        table = reader.get_batch(0)
        table.validate(full=True)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise DataError(f"{path} cannot be read: {error}. Delete it and resume.") from None
    return table


def write_part(path: Path, layout: Layout, rows: Sequence[Mapping]) -> None:
    """Write samples to a file that appears whole or not at all.

    Args:
        path: the file to make.
        layout: what the samples hold.
        rows: column to value: text, number, flat array or None.
    """
    kinds = layout.columns()
    columns = [column([row.get(name) for row in rows], kind) for name, kind in kinds.items()]
    table = pa.record_batch(columns, names=list(kinds))
    with whole_file(path) as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_batch(table)


def column(cells: Sequence, kind: pa.DataType) -> pa.Array:
    """One column: text and numbers as they are, flat arrays end to end."""
    if not pa.types.is_large_list(kind):
        return pa.array(cells, kind)
    arrays = [np.empty(0) if cell is None else cell for cell in cells]
    offsets = np.cumsum([0, *(len(array) for array in arrays)], dtype=np.int64)
    dtype = kind.value_type.to_pandas_dtype()
    values = np.concatenate(arrays, dtype=dtype, casting="unsafe")
    unknown = pa.array([cell is None for cell in cells])
    return pa.LargeListArray.from_arrays(offsets, pa.array(values), mask=unknown)


def arrow_type(dtype: str) -> pa.DataType:
    """Arrow's name of a type."""
    return pa.from_numpy_dtype(dtype)
