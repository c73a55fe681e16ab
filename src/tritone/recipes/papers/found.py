"""What benchmarks found: the rows of every `benchmark.json` below some folders, by suite and data.

A folder may hold one benchmark or several; where two are of one suite and data, the later counts.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tritone.core.errors import DataError
from tritone.recipes.papers.claims.kinds import Where

FILE = "benchmark.json"
LARGEST = 64 << 20  # bytes of a benchmark's JSON
FLOOR, CONTROL = "floor", "control"


@dataclass(frozen=True)
class Block:
    """All rows of a suite on the same data.

    Args:
        folder: of the benchmark.
        about: what holds for all rows, as benchmark.json says it, and whether it was run with
            "fast"; None where an older one does not say.
        rows: as benchmark.json has them, by the name of the model.
    """

    folder: Path
    about: Mapping[str, Any]
    rows: Mapping[str, Mapping[str, Any]]

    @property
    def floors(self) -> list[Mapping[str, Any]]:
        """Rows that looked at nothing."""
        return [row for row in self.rows.values() if row["kind"] == FLOOR]

    @property
    def controls(self) -> list[Mapping[str, Any]]:
        """The plain model on one channel each."""
        return [row for row in self.rows.values() if row["kind"] == CONTROL]


class Found:
    """All blocks of some benchmarks.

    Args:
        blocks: by the names of suite and data.
    """

    def __init__(self, blocks: Mapping[tuple[str, str], Block]) -> None:
        self.blocks = dict(blocks)

    def block(self, where: Where) -> Block | None:
        """What was measured there; None where it was not run."""
        return self.blocks.get((where.suite, where.data))

    def row(self, where: Where, name: str) -> Mapping[str, Any] | None:
        """One model's row; None where it was not run."""
        block = self.block(where)
        return None if block is None else block.rows.get(name)


def read_found(folders: Sequence[Path]) -> Found:
    """The benchmarks that some folders hold.

    Raises:
        DataError: a folder is not there, or a benchmark.json cannot be read.
    """
    blocks: dict[tuple[str, str], Block] = {}
    for path in sorted(files_in(folders), key=lambda path: path.stat().st_mtime):
        said = read_json(path)
        for told in said["data"]:
            about = {**told, "fast": said.get("fast")}
            rows = {row["model"]: row for row in said["rows"] if row["name"] == about["name"]}
            blocks[said["suite"], about["name"]] = Block(path.parent, about, rows)
    return Found(blocks)


def files_in(folders: Sequence[Path]) -> list[Path]:
    """Every benchmark.json of the folders and of those right below them.

    Raises:
        DataError: a folder is not there.
    """
    absent = [folder for folder in folders if not folder.is_dir()]
    if absent:
        raise DataError(f"{absent[0]} is no folder. Give what tritone benchmark wrote: its --out.")
    return [
        path
        for folder in folders
        for path in (folder / FILE, *folder.glob(f"*/{FILE}"))
        if path.is_file()
    ]


def read_json(path: Path) -> dict[str, Any]:
    """A benchmark's table.

    Raises:
        DataError: it cannot be read, or is none.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise DataError(f"{path} has {path.stat().st_size} bytes; a table has fewer.")
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read: {error}.") from None
    if not isinstance(said, dict) or not {"suite", "data", "rows"} <= set(said):
        raise DataError(f"{path} holds no benchmark. Make it anew: tritone benchmark.")
    return said
