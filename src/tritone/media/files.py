"""What a file is by its name and by its first bytes, before any decoder sees it."""

import os
import stat
from pathlib import Path

from tritone.core.errors import MediaError

KINDS = {
    "video": "mp4 mov mkv webm avi mpg mpeg m4v",
    "audio": "wav flac mp3 m4a ogg opus aac",
    "image": "jpg jpeg png webp bmp",
    "text": "txt",
}
KIND_OF = {suffix: kind for kind, suffixes in KINDS.items() for suffix in suffixes.split()}
SUPPORTED = "; ".join(f"{kind}: {suffixes}" for kind, suffixes in KINDS.items())

HEAD_BYTES = 4096
SIGNATURES = (
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"\x7fELF", "a program"),
)
# Characters below 32 that stand in ordinary text: tab, line feed, form feed, return, escape.
PLAIN_CONTROLS = {9, 10, 12, 13, 27}
MOST_CONTROLS = 0.02
# Writers disagree on padding and trailing chunks.
RIFF_SLACK = 64


def kind_of(path: str | Path) -> str | None:
    """The kind that a name promises: video, audio, image or text; None for any other."""
    return KIND_OF.get(Path(path).suffix[1:].lower())


def read_head(path: str | Path) -> bytes:
    """The first bytes of a file that is there, is a file, may be read and is not empty.

    Raises:
        MediaError: it is not so; the message says which.
    """
    path = Path(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise MediaError(f"'{path}' is a folder, not a media file. Name a file in it.")
        if not stat.S_ISREG(mode):
            raise MediaError(
                f"'{path}' is a pipe or a device, not a file. Save it to a file first."
            )
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except MediaError:
        raise
    except (FileNotFoundError, NotADirectoryError):
        raise MediaError(f"There is no file '{path}'. Check the name and the folder.") from None
    except PermissionError:
        raise MediaError(
            f"'{path}' may not be read by this user. Allow it, for example with: chmod a+r"
        ) from None
    except (OSError, ValueError) as error:
        raise MediaError(f"'{path}' cannot be opened: {_reason(error)}.") from None
    if not head:
        raise MediaError(f"'{path}' is empty (0 bytes). Copy or record it again.")
    return head


def is_binary(data: bytes) -> bool:
    """Whether bytes hold NULs or many control characters, as no written text does."""
    controls = sum(byte < 32 and byte not in PLAIN_CONTROLS for byte in data)
    return b"\0" in data or controls > MOST_CONTROLS * len(data)


def describe(head: bytes) -> str:
    """What the first bytes look like, as the end of "it holds ..."."""
    for signature, name in SIGNATURES:
        if head.startswith(signature):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "a WebP picture"
    if head.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "a web page"
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or not is_binary(head):
        return "text"
    return "data of an unknown format"


def wav_shortfall(path: str | Path) -> list[str]:
    """A warning where a wav file is shorter than its first bytes say; decoders do not tell."""
    path = Path(path)
    head = read_head(path)
    told, size = int.from_bytes(head[4:8], "little") + 8, path.stat().st_size
    # Recorders that write to a pipe leave the length open: all ones or none.
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE" or told <= 8 or told >= 2**32:
        return []
    if size >= told - RIFF_SLACK:
        return []
    return [f"'{path}' holds {size:,} of {told:,} bytes; the file may have been cut off."]


def _reason(error: OSError | ValueError) -> str:
    number = error.errno if isinstance(error, OSError) else None
    return os.strerror(number) if number else str(error)
