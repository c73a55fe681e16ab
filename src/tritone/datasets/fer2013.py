"""FER2013 as published: one CSV file, a line for each face, its pixels written as numbers.

    emotion,pixels,Usage
    0,"70 80 82 72 ...",Training          48 x 48 grey values, row by row

Clips name files, so the pixels are written as pictures, once, into a zip file beside the table.
The zip file says which table it was made from, and is made anew when that has changed.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from tritone.core.clip import Source
from tritone.core.errors import DataError
from tritone.core.files import whole_file
from tritone.datasets.corpus import Skips

NAMES = ("fer2013.csv", "icml_face_data.csv")
EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
SPLITS = {"Training": "train", "PublicTest": "val", "PrivateTest": "test"}
SIDE = 48
MOST_ROWS = 200_000  # the set has 35,887

Face = tuple[str, str, str, Source]


def read_fer2013(table: Path, skips: Skips) -> tuple[list[Face], str]:
    """Name, class, split and picture of each face, and a sentence on where the pictures are.

    Raises:
        DataError: the table is not of that form, or no file can be written beside it.
    """
    archive = table.with_suffix(".zip")
    mark = mark_of(table)
    if read_mark(archive) != mark:
        write_archive(table, archive, mark)
    with zipfile.ZipFile(archive) as opened:
        written = set(opened.namelist())
    faces = []
    for line, row in rows_of(table):
        name = name_of(line, row)
        if name is None:
            skips.add("no known emotion or usage", f"{table.name} line {line}")
        elif name not in written:
            skips.add(f"not {SIDE} x {SIDE} pixels of 0..255", f"{table.name} line {line}")
        else:
            split, emotion, _ = name.split("/")
            faces.append((name, emotion, split, Source(archive, name)))
    return faces, f"The pixels of {table.name} stand as pictures in {archive.name} beside it."


def mark_of(table: Path) -> bytes:
    """What tells one table from another without reading it through."""
    told = table.stat()
    return f"tritone: {table.name} {told.st_size} {told.st_mtime_ns}".encode()


def read_mark(archive: Path) -> bytes:
    """The table that an archive was made from; nothing where it is not ours, or not there."""
    try:
        with zipfile.ZipFile(archive) as opened:
            return opened.comment
    except (OSError, zipfile.BadZipFile, NotImplementedError):
        return b""


def write_archive(table: Path, archive: Path, mark: bytes) -> None:
    """Every face of the table as a picture, whole or not at all.

    Raises:
        DataError: another file is in the way, or the folder cannot be written to.
    """
    if archive.exists() and not read_mark(archive).startswith(b"tritone: "):
        raise DataError(
            f"{archive} was not made from {table.name}, and the pictures of it would stand "
            "there. Move one of them to another folder."
        )
    try:
        with whole_file(archive) as file, zipfile.ZipFile(file, "w") as opened:
            opened.comment = mark
            for line, row in rows_of(table):
                name, pixels = name_of(line, row), pixels_of(row)
                if name is not None and pixels is not None:
                    # With a date of its own, the same table gives the same archive.
                    opened.writestr(zipfile.ZipInfo(name), bitmap(pixels))
    except OSError as error:
        raise DataError(
            f"{archive} cannot be written: {error.strerror}. The pixels of {table.name} are "
            "read from there: put the table into a folder that can be written to."
        ) from None


def rows_of(table: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells, read as a stream: the file has 300 MB.

    Raises:
        DataError: it is no such table.
    """
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
            lacking = {"emotion", "pixels", "Usage"} - set(reader.fieldnames)
            if lacking:
                raise DataError(
                    f"{table} lacks the column {min(lacking)!r}. It has: "
                    f"{', '.join(reader.fieldnames) or 'none'}."
                )
            for count, row in enumerate(reader):
                if count >= MOST_ROWS:
                    raise DataError(f"{table} has more than {MOST_ROWS} rows; that is no FER2013.")
                yield reader.line_num, row
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{table} is no table of faces: {error}.") from None


def name_of(line: int, row: dict[str, str]) -> str | None:
    """The picture's name in the archive: split, class and line; None where a part is unknown."""
    emotion, usage = row["emotion"].strip(), row["Usage"].strip()
    if emotion not in map(str, range(len(EMOTIONS))) or usage not in SPLITS:
        return None
    return f"{SPLITS[usage]}/{EMOTIONS[int(emotion)]}/{line:06}.png"


def pixels_of(row: dict[str, str]) -> UInt8[np.ndarray, "side side"] | None:
    """The picture; None where it is not one."""
    try:
        values = np.array(row["pixels"].split(), dtype=np.uint8)
    except (ValueError, OverflowError):
        return None
    return values.reshape(SIDE, SIDE) if len(values) == SIDE * SIDE else None


def bitmap(pixels: UInt8[np.ndarray, "side side"]) -> bytes:
    """The picture as a file, without loss."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return file.getvalue()
