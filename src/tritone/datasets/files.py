"""Files of a corpus, read with limits: text of two encodings, tables, names inside archives."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from tritone.core.errors import DataError

TEXT_LIMIT = 512 * 2**20  # bytes; the largest table of the field is well under 100 MB
MEMBER_LIMIT = 64 * 2**20  # bytes of one picture, unpacked
RATIO_LIMIT = 200  # unpacked over packed; a picture never comes near

# Copies of a corpus passed through Latin-1 hold cp1252's quotes as control characters.
CONTROLS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}


def folder_of(path: Path, name: str) -> Path:
    """The path, if it is a folder.

    Raises:
        DataError: it is not there, or is a file.
    """
    if not path.exists():
        raise DataError(f"{path} does not exist. Give the folder of the corpus: {name}:FOLDER.")
    if not path.is_dir():
        raise DataError(f"{path} is a file. {name} is read from its folder: {name}:{path.parent}.")
    return path


def read_text(path: Path) -> str:
    """Text of a file in UTF-8, with or without a mark, else in Windows' cp1252.

    Raises:
        DataError: the file cannot be read, is too large, or is no text.
    """
    try:
        size = path.stat().st_size
        if size > TEXT_LIMIT:
            raise DataError(f"{path} has {size} bytes; at most {TEXT_LIMIT} are read.")
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from None
    if b"\0" in data:
        raise DataError(f"{path} is no text: it holds a zero byte. UTF-8 or cp1252 is read.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.translate(CONTROLS)


def read_table(path: Path, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a CSV file with a header: line number and cells; missing cells are "".

    Raises:
        DataError: the file cannot be read, or lacks a column of `needed`.
    """
    reader = csv.DictReader(io.StringIO(read_text(path), newline=""), restval="")
    try:
        names = [name.strip() for name in reader.fieldnames or ()]
        reader.fieldnames = names
        lacking = [name for name in needed if name not in names]
        if lacking:
            raise DataError(
                f"{path} lacks the column {lacking[0]!r}. It has: {', '.join(names) or 'none'}."
            )
        for row in reader:
            yield reader.line_num, {key: value for key, value in row.items() if key is not None}
    except csv.Error as error:
        raise DataError(f"{path} is no table, line {reader.line_num}: {error}.") from None


def is_inside(name: str) -> bool:
    """True for a relative path with forward slashes that does not leave its folder."""
    parts = PurePosixPath(name).parts
    return bool(parts) and not (
        name.startswith("/") or "\\" in name or "\0" in name or ":" in parts[0] or ".." in parts
    )


def safe_members(archive: Path) -> tuple[set[str], set[str]]:
    """Names of the files in a zip archive that may be read, and of those that may not.

    A member may not be read when its path leaves the archive, when it is encrypted, or when it
    unpacks to more than a picture can be.

    Raises:
        DataError: the file is no zip archive, or cannot be read.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [member for member in opened.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise DataError(f"{archive} cannot be read as a zip archive: {error}.") from None
    safe = {member.filename for member in members if is_safe(member)}
    return safe, {member.filename for member in members} - safe


def is_safe(member: zipfile.ZipInfo) -> bool:
    return (
        is_inside(member.filename)
        and not member.flag_bits & 1
        and member.file_size <= MEMBER_LIMIT
        and member.file_size <= RATIO_LIMIT * max(1, member.compress_size)
    )
