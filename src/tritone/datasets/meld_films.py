"""Where MELD's tables and films lie: the archive is unpacked in many ways.

train/train_splits  dev/dev_splits_complete  test/output_repeated_splits_test    dia<D>_utt<U>.mp4
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from tritone.core.labels import SPLITS
from tritone.datasets.findings import Findings

DEPTH = 3  # folders below the one that is given
TABLES = {
    "train": ("train_sent_emo.csv",),
    "val": ("dev_sent_emo.csv", "val_sent_emo.csv"),
    "test": ("test_sent_emo.csv",),
}
# MELD_Dyadic: the dialogues of two people, cut out of the others.
DYADIC = {
    split: tuple(name.replace(".csv", "_dya.csv") for name in names)
    for split, names in TABLES.items()
}
FOLDERS = {
    "train": "train_splits",
    "val": "dev_splits_complete",
    "test": "output_repeated_splits_test",
}
FILM = re.compile(r"dia(\d{1,6})_utt(\d{1,6})", re.IGNORECASE)
FAULTS = {
    ("train", "dia125_utt3"): "cannot be decoded: it is corrupt as published",
    ("test", "dia220_utt0"): "is minutes long as published",
    ("test", "dia38_utt4"): "is minutes long as published",
}
ABSENT = ("val", "dia110_utt7")


def folders_below(folder: Path) -> Iterator[Path]:
    """The folder and those in it, a few levels deep; those whose name starts with a dot not."""
    for place, inside, _ in os.walk(folder):
        level = len(Path(place).relative_to(folder).parts)
        names = [name for name in sorted(inside) if not name.startswith(".")]
        inside[:] = names if level < DEPTH else []
        yield Path(place)


def tables_in(folder: Path) -> dict[str, Path]:
    """The official table of each split, from the highest folder that has it.

    The tables of MELD_Dyadic are taken where there are no others.
    """
    folders = sorted(folders_below(folder), key=lambda place: (len(place.parts), place))
    for kind in (TABLES, DYADIC):
        found = {
            split: next((p / n for p in folders for n in kind[split] if (p / n).is_file()), None)
            for split in SPLITS
        }
        if any(found.values()):
            return {split: table for split, table in found.items() if table is not None}
    return {}


class Films:
    """The films of each split, by dialogue and utterance; copies by a Mac ("._") are none."""

    def __init__(self, folder: Path, findings: Findings) -> None:
        self.findings = findings
        self.below = folder
        self.files: dict[str, dict[str, Path]] = {}
        for place in folders_below(folder):
            for split, name in FOLDERS.items():
                if place.name == name and split not in self.files:
                    self.files[split] = films_of(place)
        self.left = {split: set(files) for split, files in self.files.items()}

    def take(self, split: str, name: str) -> Path | None:
        """The film of an utterance; where the split's films lie there without it, it is counted."""
        film = self.files.get(split, {}).get(name)
        if film is not None:
            self.left[split].discard(name)
            fault = FAULTS.get((split, name))
            if fault:
                self.findings.tell(f"{film} {fault}.")
        elif split in self.files:
            known = " (absent as published)" if (split, name) == ABSENT else ""
            place = f"{split} {name}{known}"
            self.findings.note("Utterances without a film, kept as text", place)
        return film

    def close(self, splits: list[str]) -> None:
        """Count what no utterance took, and the splits without films, where others have some."""
        for split, names in self.left.items():
            for name in sorted(names):
                self.findings.note("Films without an utterance, left out", f"{split} {name}")
        for split in splits:
            if self.files and split not in self.files:
                self.findings.tell(
                    f"{split} is text alone: no folder {FOLDERS[split]} lies in {self.below}."
                )


def films_of(folder: Path) -> dict[str, Path]:
    """The films of a folder; dia007_utt1 is read as dia7_utt1."""
    films = {}
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() != ".mp4" or file.name.startswith("._"):
            continue
        numbers = FILM.fullmatch(file.stem)
        films[film_name(numbers[1], numbers[2]) if numbers else file.stem] = file
    return films


def film_name(dialogue: str, utterance: str) -> str:
    """The name of an utterance's film without its suffix."""
    return f"dia{int(dialogue)}_utt{int(utterance)}"
