"""What store.json says, and which parts belong to a complete store."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tritone.core.errors import DataError
from tritone.core.parts import Layout, Part, Rows
from tritone.core.task import task_from_json

FORMAT, VERSION = "tritone-store", 1
HEAD = "store.json"
PARTS = "part-*.arrow"
LONGEST_HEAD = 1 << 24  # bytes; provenance is settings, not data


def read_head(folder: Path) -> dict[str, Any]:
    """What store.json says.

    Raises:
        DataError: there is no store.json, or it is not one of ours.
    """
    path = folder / HEAD
    if not path.is_file():
        raise DataError(f"{folder} is not a store: it has no {HEAD}.")
    if path.stat().st_size > LONGEST_HEAD:
        raise DataError(f"{path} has {path.stat().st_size} bytes; a store's has few.")
    try:
        head = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} cannot be read: {error}. Write the store anew.") from None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise DataError(f"{path} does not describe a store.")
    parts = head.get("parts", {})
    counted = isinstance(parts, dict) and all(isinstance(n, int) for n in parts.values())
    if not counted or not isinstance(head.get("provenance", {}), dict):
        raise DataError(f"{path} is damaged: its parts or its provenance are no JSON object.")
    if head.get("version") != VERSION:
        raise DataError(
            f"{path} is of version {head.get('version')}, this Tritone reads {VERSION}. "
            f"Extract it anew."
        )
    return head


def head_layout(folder: Path, head: Mapping[str, Any]) -> Layout:
    """The layout that store.json describes."""
    try:
        return Layout(
            {
                name: Rows(tuple(rows["shape"]), rows["dtype"])
                for name, rows in head["modalities"].items()
            },
            {name: task_from_json(task) for name, task in head["tasks"].items()},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{folder / HEAD} does not describe a layout: {error!r}.") from None


def read_parts(folder: Path, layout: Layout, promised: Mapping[str, int] | None) -> list[Part]:
    """The parts of a complete store, held to the numbers of samples that it promised."""
    paths = sorted(folder.glob(PARTS))
    if promised is None:
        raise DataError(
            f"{folder} is not complete: its writer stopped after {len(paths)} parts. "
            f"Run the same command again; tritone extract with --resume."
        )
    parts = [Part(path, layout) for path in paths]
    found = {path.name: len(part) for path, part in zip(paths, parts, strict=True)}
    if found != promised:
        raise DataError(
            f"{folder} is damaged: it should have {sum(promised.values())} samples in "
            f"{len(promised)} parts, and has {sum(found.values())} in {len(found)}."
        )
    return parts
