"""The rows of a manifest as plain cells, whether it is CSV, JSON lines or Parquet."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tritone.core.errors import DataError
from tritone.datasets.files import read_table, read_text
from tritone.datasets.findings import Findings

SUFFIXES = (".csv", ".jsonl", ".parquet")
MOST_ROWS = 5_000_000
MOST_BYTES = 2 * 2**30  # of a Parquet file, unpacked
MOST_TEXT = 2**29  # characters of a Parquet file; as many as of a CSV file
BATCH = 256  # rows that are unfolded at once

Place = str
Cells = dict[str, str]


def manifest_rows(file: Path, findings: Findings) -> Iterator[tuple[Place, Cells]]:
    """Each row: where it stands, and its cells by column; columns in small letters, as text.

    A cell that is absent is "" or not there at all.

    Args:
        file: a CSV file with a header, JSON lines (an object each), or Parquet.
        findings: counts lines that are no objects and cells that are no text or number.

    Raises:
        DataError: the file is none of these, cannot be read or is too large.
    """
    readers = {".csv": csv_rows, ".jsonl": jsonl_rows, ".parquet": parquet_rows}
    read = readers.get(file.suffix.lower())
    if read is None:
        raise DataError(f"{file} is no manifest by its name. Read are: {', '.join(SUFFIXES)}.")
    for place, row in read(file, findings):
        yield (
            place,
            {
                key.strip().lower(): cell_of(value, f"{place}, {key}", findings)
                for key, value in row.items()
            },
        )


def csv_rows(file: Path, findings: Findings) -> Iterator[tuple[Place, dict[str, Any]]]:
    for line, row in read_table(file, ()):
        yield f"line {line}", dict(row)


def jsonl_rows(file: Path, findings: Findings) -> Iterator[tuple[Place, dict[str, Any]]]:
    # Not splitlines(): a text may hold a line separator of its own.
    for line, text in enumerate(read_text(file).split("\n"), start=1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            row = None
        if isinstance(row, dict):
            yield f"line {line}", row
        else:
            findings.add("no JSON object, or one that is cut off", f"line {line}")


def parquet_rows(file: Path, findings: Findings) -> Iterator[tuple[Place, dict[str, Any]]]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(file) as opened:
            told = opened.metadata
            groups = (told.row_group(i) for i in range(told.num_row_groups))
            size = sum(group.total_byte_size for group in groups)
            if told.num_rows > MOST_ROWS or size > MOST_BYTES:
                raise DataError(
                    f"{file} has {told.num_rows} rows of {size} bytes; at most {MOST_ROWS} rows "
                    f"and {MOST_BYTES} bytes are read. Media belong beside a manifest, not in it."
                )
            row, left = 0, MOST_TEXT
            for batch in opened.iter_batches(batch_size=BATCH):
                for cells in batch.to_pylist():
                    row += 1
                    left -= sum(len(cell) for cell in cells.values() if isinstance(cell, str))
                    if left < 0:
                        # A dictionary of one long word makes gigabytes of a small file.
                        raise DataError(
                            f"{file} unfolds to more than {MOST_TEXT} characters, at row {row}."
                        )
                    yield f"row {row}", cells
    except (pa.ArrowException, OSError) as error:
        fault = str(error).split("\n")[0]
        raise DataError(f"{file} cannot be read as Parquet: {fault}") from None


def cell_of(value: object, place: str, findings: Findings) -> str:
    """A cell as text, without space around."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool | int | float):
        return str(value)
    findings.note("Cells that are neither text nor number, left out", place)
    return ""
