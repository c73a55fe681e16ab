"""Pictures of a corpus: files in a folder, or members of a zip archive beside its table."""

from pathlib import Path

from tritone.core.clip import Source
from tritone.core.errors import DataError
from tritone.datasets.files import is_inside, safe_members

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")


class Pictures:
    """Looks up the pictures that a table names.

    Args:
        folder: where the table lies; names are relative to it.
        archive: the zip file in it that holds the pictures, where it is there.

    Raises:
        DataError: the archive is none, or cannot be read.
    """

    def __init__(self, folder: Path, archive: str = "images.zip") -> None:
        self.folder, self.archive = folder, folder / archive
        self.safe: set[str] | None = None
        self.unsafe: set[str] = set()
        if self.archive.is_file():
            self.safe, self.unsafe = safe_members(self.archive)

    def find(self, name: str) -> Source | str:
        """Where a picture lies, or in words why it is not to be had."""
        if not is_inside(name) or name in self.unsafe:
            return "a path that leaves the corpus, or a member too large to be a picture"
        if self.safe is not None:
            return Source(self.archive, name) if name in self.safe else "no such picture"
        file = self.folder / name
        return Source(file) if file.is_file() else "no such picture"


def is_picture(file: Path) -> bool:
    """Whether a file is called as a picture is; the files that macOS leaves behind are not."""
    return file.suffix.lower() in SUFFIXES and not file.name.startswith(".")


def corpus_root(folder: Path, name: str, *, missing: str) -> Path:
    """The folder that holds `name`: the one that was given, or the only one right below it.

    Args:
        folder: what the user gave.
        name: a file or folder that the corpus has at its top, or a pattern of it.
        missing: what to say where it is not there; the folder comes before it.

    Raises:
        DataError: it is not there, or in several folders below.
    """
    if any(folder.glob(name)):
        return folder
    below = sorted({found.parent for found in folder.glob(f"*/{name}")})
    if len(below) == 1:
        return below[0]
    if below:
        raise DataError(
            f"{folder} holds {name} in {len(below)} folders: "
            f"{', '.join(found.name for found in below)}. Give one of them."
        )
    raise DataError(f"{folder} {missing}")
