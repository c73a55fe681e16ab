"""Plain text files, in the encodings that people save them in."""

import codecs
from pathlib import Path

from tritone.core.errors import MediaError
from tritone.media.files import describe, is_binary, read_head

# A long novel is 5 MB.
MAX_BYTES = 16 * 2**20

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read_text(path: str | Path, *, max_bytes: int = MAX_BYTES) -> tuple[str, list[str]]:
    """A file's text, and warnings about how it had to be read.

    UTF-8 with or without its mark, UTF-16 with its mark, else Windows-1252, in which any
    bytes have a meaning, with a warning. Line ends become "\\n".

    Args:
        path: the file.
        max_bytes: a longer file is refused.

    Raises:
        MediaError: the file is missing, unreadable, empty, longer than `max_bytes`, or
            holds no text.
    """
    path = Path(path)
    head = read_head(path)
    with path.open("rb") as file:
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise MediaError(
            f"'{path}' is longer than the {max_bytes:,} bytes read as one text. Split it."
        )
    text, warnings = _decode(path, data)
    if "\0" in text:
        raise MediaError(f"'{path}' is no text: it holds {describe(head)}.")
    return text.replace("\r\n", "\n").replace("\r", "\n"), warnings


def _decode(path: Path, data: bytes) -> tuple[str, list[str]]:
    for mark, encoding in BOMS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, errors="replace")
            return text, _broken(path, encoding, text.count("\N{REPLACEMENT CHARACTER}"))
    if is_binary(data):
        raise MediaError(f"'{path}' is no text: it holds {describe(data)}.")
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        told = (
            f"'{path}' is not UTF-8 (byte 0x{data[error.start]:02x} at {error.start}); it was "
            "read as Windows-1252. If letters look wrong, save it as UTF-8."
        )
        return data.decode("cp1252", errors="replace"), [told]


def _broken(path: Path, encoding: str, count: int) -> list[str]:
    """The warning that characters did not fit the file's mark."""
    if not count:
        return []
    return [f"'{path}' says it is {encoding}, but {count} characters in it are not."]
