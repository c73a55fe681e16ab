"""Files of words beside media under the same name: clip.mp4 and clip.srt.

A companion belongs to its media and is no input of its own.
"""

import os
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from tritone.media.files import kind_of

# The first that is there is taken: times of words first, then of cues, then none.
COMPANIONS = ("json", "textgrid", "align", "ass", "srt", "vtt", "txt")
# Players and downloaders name subtitles clip.en.srt.
CUES = ("ass", "srt", "vtt")
HEAD = 200  # bytes of a JSON file that tell a result of ours from a transcript
LANGUAGE = re.compile(r"[a-z]{2,3}([-_][A-Za-z]{2,4})?")


def find_companion(media: Path) -> Path | None:
    """The file of words beside a media file, or None.

    Word times are preferred to cues, and cues to plain words: json, TextGrid, align, ass,
    srt, vtt, txt; for each clip.srt, then clip.mp4.srt, then clip.en.srt.
    """
    return Beside().companion(media)


class Beside:
    """Who belongs to whom in a folder; lists each folder only once."""

    def __init__(self) -> None:
        self.listed: dict[Path, Mapping[str, list[str]]] = {}

    def companion(self, media: Path) -> Path | None:
        """The best companion of a media file."""
        if kind_of(media) == "text":
            return None
        beside = self._names(media.parent).get(media.stem, [])
        ranked = [(rank, name) for name in beside if (rank := _rank(media.name, name)) is not None]
        for _, name in sorted(ranked):
            if not _is_result(media.with_name(name)):
                return media.with_name(name)
        return None

    def owners(self, words: Path) -> list[Path]:
        """The media files that a file of words is a companion of."""
        beside = self._names(words.parent)
        keys = {words.stem, Path(words.stem).stem}
        names = {name for key in keys for name in beside.get(key, []) if _is_media(name)}
        return [words.with_name(n) for n in sorted(names) if _rank(n, words.name) is not None]

    def _names(self, folder: Path) -> Mapping[str, list[str]]:
        """Media and words of a folder, by each stem that they may share."""
        if folder not in self.listed:
            by_stem = defaultdict(list)
            for name in _files_in(folder):
                stem, suffix = Path(name).stem, Path(name).suffix[1:].lower()
                if suffix in COMPANIONS:
                    by_stem[Path(stem).stem].append(name)
                if suffix in COMPANIONS or _is_media(name):
                    by_stem[stem].append(name)
            self.listed[folder] = by_stem
        return self.listed[folder]


def _is_result(path: Path) -> bool:
    """Whether a file is what `tritone analyze --json` wrote, which holds no words to read."""
    if path.suffix.lower() != ".json":
        return False
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return False
    return b'"schema"' in head and b'"model"' in head


def _is_media(name: str) -> bool:
    return kind_of(name) not in (None, "text")


def _rank(media: str, words: str) -> tuple[int, int] | None:
    """Where a file stands among a media file's companions; None if it is none of them."""
    stem, suffix = Path(words).stem, Path(words).suffix[1:].lower()
    if suffix not in COMPANIONS:
        return None
    order, own = COMPANIONS.index(suffix), Path(media).stem
    if stem == own:
        return order, 0
    if stem == media:
        return order, 1
    if suffix in CUES and LANGUAGE.fullmatch(stem.removeprefix(own + ".")):
        return (order, 2) if stem.startswith(own + ".") else None
    return None


def _files_in(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if _is_file(entry))
    except OSError:
        return []


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False  # A link to itself must not hide the other files.
