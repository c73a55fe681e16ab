"""Text to a file, whole or not at all."""

from pathlib import Path

from tritone.core.files import whole_file


def clean(text: str) -> str:
    """Text that UTF-8 can hold: the odd bytes of a file name become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def write_text(path: str | Path, text: str) -> Path:
    """Write UTF-8 `text` under a temporary name beside `path`, then rename it.

    A link is followed; what is not a file, such as /dev/stdout, is written to directly.

    Returns:
        The path that was given.

    Raises:
        OSError: the folder is missing or cannot be written to.
    """
    path = Path(path)
    data = clean(text).encode()
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return path
    target = path.resolve()
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"{path} cannot be written: there is no folder {str(path.parent)!r}. Make it first."
        )
    with whole_file(target) as file:
        file.write(data)
    return path
