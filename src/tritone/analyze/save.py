"""Text to a file, whole or not at all."""

import os
import tempfile
from pathlib import Path


def clean(text: str) -> str:
    """Text that UTF-8 can hold: the odd bytes of a file name become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def write_text(path: str | Path, text: str) -> Path:
    """Write UTF-8 `text` under a temporary name beside `path`, then rename it.

    Raises:
        OSError: the folder is missing or cannot be written to.
    """
    path = Path(path)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(clean(text))
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return path


def _umask() -> int:
    """The permissions that a new file of this process does without."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
