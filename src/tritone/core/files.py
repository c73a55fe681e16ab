"""Files that appear whole or not at all."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

LONGEST = 40  # characters of a name that its temporary one keeps, of 255 bytes at most
ROOM = " Make room for it, and run the same again."
ADVICE = {
    errno.ENOSPC: ROOM,
    errno.EDQUOT: ROOM,
    errno.EFBIG: ROOM,
    errno.EACCES: " This user may not; change its permissions, or name another place.",
    errno.EPERM: " This user may not; change its permissions, or name another place.",
    errno.EROFS: " Name another place.",
    errno.ENOTDIR: " A file stands where a folder should be; name another place.",
    errno.EEXIST: " A file stands where a folder should be; name another place.",
}


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, under a temporary name; it gets its own name when all is on disk.

    Args:
        path: the file to make, or to replace.

    Raises:
        OSError: it cannot be written, and names the file; what stood at `path` is untouched.
    """
    temporary = path.with_name(f".{path.name[:LONGEST]}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        # A write that fails knows its descriptor, not its name.
        if error.errno is None or type(error).__module__ != "builtins":
            raise
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        temporary.unlink(missing_ok=True)


def why_not(error: OSError) -> str:
    """What a file could not be used for, and what to do, in a sentence."""
    if error.errno is None or error.filename is None:
        return str(error)
    advice = ADVICE.get(error.errno, "")
    return f"{error.filename}: {error.strerror or os.strerror(error.errno)}.{advice}"
