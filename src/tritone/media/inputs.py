"""From what the user names to what is analysed: files, folders and globs, with companions."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tritone.media.companions import COMPANIONS, Beside, find_companion
from tritone.media.files import SUPPORTED, kind_of

__all__ = ["Failure", "Input", "find_companion", "gather"]


@dataclass(frozen=True)
class Input:
    """One thing to analyse.

    Args:
        path: the media or text file.
        kind: "video", "audio", "image" or "text", by name.
        transcript: the file with its words, if there is one.
        text: its words themselves, where they were given by hand.
    """

    path: Path
    kind: str
    transcript: Path | None
    text: str | None = None


@dataclass(frozen=True)
class Failure:
    """One thing named that cannot be analysed, and why, in a sentence."""

    path: str
    error: str


def gather(
    inputs: Sequence[str | Path], *, transcript: Path | None = None
) -> tuple[list[Input], list[Failure]]:
    """Every input behind the names given, each once, and a failure for each name in vain.

    Folders are read with all that is in them, sorted; hidden files are left out, and so are
    files of other kinds, which fail only when they are named themselves.

    Args:
        inputs: files, folders and globs (`**` for any depth).
        transcript: the words of the one media file that is named.
    """
    beside = Beside()
    # A shell that expands clips/* names the companions too.
    named = frozenset(_absolute(Path(given).expanduser()) for given in inputs)
    found: dict[str, Path] = {}
    failures: list[Failure] = []
    for given in inputs:
        for item in _expanded(str(given), named, beside):
            if isinstance(item, Failure):
                failures.append(item)
            else:
                found.setdefault(_absolute(item), item)
    gathered = [Input(p, kind_of(p) or "text", beside.companion(p)) for p in found.values()]
    if transcript is not None:
        gathered, told = _with_transcript(gathered, transcript)
        failures += told
    return gathered, failures


def _with_transcript(gathered: list[Input], transcript: Path) -> tuple[list[Input], list[Failure]]:
    """The one media file with the words that the user named, or why that cannot be."""
    media = [item for item in gathered if item.kind != "text"]
    if len(media) != 1:
        told = f"A transcript fits one media file; {len(media)} were given. Name just one."
    elif not transcript.exists():
        told = f"There is no transcript '{transcript}'. Check the name and the folder."
    else:
        gathered = [
            replace(item, transcript=transcript) if item is media[0] else item
            for item in gathered
            if _absolute(item.path) != _absolute(transcript)
        ]
        return gathered, []
    return gathered, [Failure(str(transcript), told)]


def _expanded(given: str, named: frozenset[str], beside: Beside) -> Iterator[Path | Failure]:
    path = Path(given).expanduser()
    if os.path.lexists(path):
        yield from _named(path, given, named, beside)
    elif glob.has_magic(given):
        yield from _matched(path, given, beside)
    else:
        yield Failure(given, f"There is no file '{given}'. Check the name and the folder.")


def _named(
    path: Path, given: str, named: frozenset[str], beside: Beside
) -> Iterator[Path | Failure]:
    """What a name that is there stands for."""
    if path.is_dir():
        walked = list(_walked(path, beside))
        yield from walked
        if not walked:
            yield Failure(given, f"The folder '{given}' holds no media. Read are: {SUPPORTED}.")
        return
    suffix = path.suffix[1:].lower()
    owners = beside.owners(path) if suffix in COMPANIONS else []
    if any(_absolute(owner) in named for owner in owners):
        return
    if kind_of(path) is not None:
        yield path
    elif owners:
        yield Failure(given, f"'{given}' is the transcript of '{owners[0]}'. Name that instead.")
    elif suffix in COMPANIONS:
        told = f"'{given}' is a transcript without its media. Name the media, with --transcript."
        yield Failure(given, told)
    else:
        yield Failure(given, f"'{given}' is of a kind that is not read. Read are: {SUPPORTED}.")


def _matched(pattern: Path, given: str, beside: Beside) -> Iterator[Path | Failure]:
    # Path.glob fails on patterns such as a**b, and finds hidden files.
    matches = sorted(map(Path, glob.glob(str(pattern), recursive=True)))  # noqa: PTH207
    if not matches:
        yield Failure(given, f"Nothing matches '{given}'. Check the pattern and the folder.")
        return
    items = [item for match in matches for item in _unnamed(match, beside)]
    yield from items
    if not items:
        yield Failure(given, f"'{given}' matches no media. Read are: {SUPPORTED}.")


def _unnamed(path: Path, beside: Beside) -> Iterator[Path | Failure]:
    """What a file or folder that the user did not name by itself adds."""
    if path.is_dir():
        yield from _walked(path, beside)
    elif path.is_file() and kind_of(path) is not None and not _is_companion(path, beside):
        yield path


def _walked(folder: Path, beside: Beside) -> Iterator[Path | Failure]:
    """All inputs under a folder, sorted; each folder once, whatever links lead to it."""
    unread: list[OSError] = []
    seen: set[tuple[int, int]] = set()
    for here, folders, names in os.walk(folder, followlinks=True, onerror=unread.append):
        status = Path(here).stat()
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield from _unnamed(Path(here, name), beside)
    for error in unread:
        yield Failure(str(error.filename), f"The folder '{error.filename}' may not be read.")


def _is_companion(path: Path, beside: Beside) -> bool:
    return kind_of(path) == "text" and bool(beside.owners(path))


def _absolute(path: Path) -> str:
    # Not resolve(): two links to one file are two inputs, and keep their own names.
    return os.path.normpath(path.absolute())
