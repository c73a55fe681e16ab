"""What a composite is made of, read from its JSON file and held to what can be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tritone.core.batch import MODALITIES
from tritone.core.errors import DataError
from tritone.core.labels import read_split
from tritone.datasets.records import read_object
from tritone.datasets.spec import parse_spec

MODES = ("unpaired", "paired_by_label")
TARGETS = ("sentiment", "emotion")
KEYS = ("parts", "mode", "target", "clips", "seed")


@dataclass(frozen=True)
class Plan:
    """A composite as its file describes it.

    Args:
        parts: channel to the specs of its corpora, in the usual order of the channels.
        mode: "unpaired" or "paired_by_label".
        target: "sentiment" (S002's two) or "emotion".
        sizes: split to how many clips, of each channel where they are unpaired.
        seed: of which clips are drawn and how they are paired.
    """

    parts: Mapping[str, tuple[str, ...]]
    mode: str = "unpaired"
    target: str = "sentiment"
    sizes: Mapping[str, int] | None = None
    seed: int = 0


def read_plan(file: Path) -> Plan:
    """The plan of a JSON file.

    Raises:
        DataError: the file is absent or no JSON, or something in it is unknown or wrong.
        UnknownName: a part names a corpus that there is not.
        RecipeError: a part is not written as name:path.
    """
    if not file.is_file():
        raise DataError(f"{file} is no file. Give the composite's JSON: composite:FILE.json.")
    held = read_object(file)
    for key in held:
        if key not in KEYS:
            near = get_close_matches(key, KEYS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise DataError(f"{file} has the key {key!r}.{hint} Known: {', '.join(KEYS)}.")
    seed = held.get("seed", 0)
    if not is_number(seed):
        raise DataError(f"{file}: seed is a whole number, got {seed!r}.")
    return Plan(
        parts_of(file, held.get("parts")),
        one_of(file, "mode", held.get("mode", MODES[0]), MODES),
        one_of(file, "target", held.get("target", TARGETS[0]), TARGETS),
        sizes_of(file, held.get("clips", {})),
        seed,
    )


def parts_of(file: Path, held: Any) -> dict[str, tuple[str, ...]]:
    """Channel to its specs, with paths from the folder of the file."""
    if not isinstance(held, dict) or not held or set(held) - set(MODALITIES):
        raise DataError(
            f"{file}: parts names a corpus for some of {', '.join(MODALITIES)}, such as "
            f'{{"text": "emotions:PATH"}}; got {held!r}.'
        )
    return {
        channel: tuple(placed(file, channel, spec) for spec in listed(held[channel]))
        for channel in MODALITIES
        if channel in held
    }


def listed(held: Any) -> list[Any]:
    return held if isinstance(held, list) and held else [held]


def placed(file: Path, channel: str, spec: Any) -> str:
    """The spec with its path from the folder of the file."""
    if not isinstance(spec, str):
        raise DataError(f"{file}: the {channel} part is name:path or a list of them, got {spec!r}.")
    name, path = parse_spec(spec)
    if name == "composite":
        raise DataError(f"{file}: a part is a corpus, not another composite, got {spec!r}.")
    return f"{name}:{file.parent / path}"


def sizes_of(file: Path, held: Any) -> dict[str, int]:
    if not isinstance(held, dict):
        raise DataError(f"{file}: clips is a number for each split, got {held!r}.")
    for split, size in held.items():
        if not is_number(size) or size < 2:
            raise DataError(f"{file}: clips of {split} is a number from 2, got {size!r}.")
    return {read_split(split): size for split, size in held.items()}


def one_of(file: Path, key: str, value: Any, known: tuple[str, ...]) -> str:
    if value not in known:
        raise DataError(f"{file}: {key} is {' or '.join(known)}, got {value!r}.")
    return value


def is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
