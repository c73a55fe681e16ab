"""The table of a benchmark: rows that can be compared, and what the test set cannot tell apart.

For each corpus: models, one channel at a time, and floors; who is best, and who cannot be told
from the best (tie); the smallest difference that so many rows can show.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tritone import __version__
from tritone.assess.report import Part, Smallest, known
from tritone.core.task import Task
from tritone.metrics.significance import Comparison, Discordance
from tritone.recipes.benchmark.cells import ABLATED, Done
from tritone.recipes.benchmark.suite import Data, Suite

LEVEL = 0.05
FLOOR = "floor"


@dataclass(frozen=True)
class Failure:
    """What could not be done, and why.

    Args:
        data: on which data.
        model: which model; None where the data themselves cannot be read.
        error: the reason.
    """

    data: str
    model: str | None
    error: str


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Args:
        model: how it is called.
        kind: "model", "control", "ablation" or "floor".
        channels: those that it reads.
        seeds: trainings; 0 of a floor.
        metrics: name to "value", "low", "high", "spread" and "each" seed's value.
        cost: "parameters", "train_samples_per_s", "latency_ms", "train_seconds".
        marks: stable words of warning.
        versus: how far it is from the best of these data, by the metric that ranks; None of the
            best itself, of floors and of ablations.
        adjusted: the p-value of that, by Holm over all comparisons on these data.
        discordant: rows that only its first training or only the best's names right; None of
            scores. McNemar's test takes them as independent.
        discordant_adjusted: the p-value of that, by Holm likewise.
        parted: how far a model on some channels is from the same on all; None of all others.
        parted_adjusted: the p-value of that, by Holm over all such on these data.
        done: where the figures come from; None of a floor.
    """

    model: str
    kind: str
    channels: tuple[str, ...] = ()
    seeds: int = 0
    metrics: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    cost: Mapping[str, int | float] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    versus: Comparison | None = None
    adjusted: float = math.nan
    discordant: Discordance | None = None
    discordant_adjusted: float = math.nan
    parted: Comparison | None = None
    parted_adjusted: float = math.nan
    done: Done | None = None

    @property
    def is_tie(self) -> bool:
        """It was compared with the best, and the rows cannot tell the two apart."""
        return self.versus is not None and not self.adjusted < LEVEL

    def value(self, metric: str) -> float:
        """One metric's value; NaN where it is not defined."""
        found = self.metrics.get(metric, {}).get("value")
        return math.nan if found is None else float(found)


@dataclass(frozen=True)
class Block:
    """All rows on the same data.

    Args:
        data: which.
        about: "spec", "split", "target", "n", "train" and more of the reported rows.
        task: what is predicted.
        by: the metric that ranks.
        rows: models and controls, the best first; then ablations; then floors.
        best: name of the best; None where no model could be done.
        smallest: the smallest difference that the rows can show; None where they are not right
            or wrong.
        notes: what must be kept in mind, in sentences.
    """

    data: Data
    about: Mapping[str, Any]
    task: Task
    by: str
    rows: tuple[Row, ...]
    best: str | None
    smallest: Smallest | None
    notes: tuple[str, ...]

    @property
    def ranked(self) -> tuple[Row, ...]:
        """The rows that are compared with each other: models and controls."""
        return tuple(row for row in self.rows if row.kind not in (FLOOR, ABLATED))

    def is_best(self, row: Row) -> bool:
        """The row leads the models and controls."""
        return row is next(iter(self.ranked), None)


@dataclass(frozen=True)
class Table:
    """What a benchmark found.

    Args:
        suite: what was compared.
        blocks: one for each of the data.
        failed: what could not be done.
    """

    suite: Suite
    blocks: tuple[Block, ...]
    failed: tuple[Failure, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data; a value that is not defined is None."""
        return {
            "schema": 1,
            "suite": self.suite.name,
            "version": __version__,
            "seeds": self.suite.seeds,
            "fast": self.suite.fast,
            "rows": [row_json(block, row) for block in self.blocks for row in block.rows],
            "data": [block_json(block) for block in self.blocks],
            "failed": [
                {"data": one.data, "model": one.model, "error": one.error} for one in self.failed
            ],
            "notes": list(self.suite.notes),
        }


def row_json(block: Block, row: Row) -> dict[str, Any]:
    """One row as plain data."""
    versus = row.versus and {
        "model": block.best,
        **difference_json(row.versus, block.by, row.adjusted),
        "mcnemar": row.discordant
        and {
            "one_only": row.discordant.one_only,
            "other_only": row.discordant.other_only,
            "p": known(row.discordant.pvalue),
            "p_holm": known(row.discordant_adjusted),
        },
    }
    return {
        "model": row.model,
        "kind": row.kind,
        "data": block.data.spec,
        "name": block.data.called,
        "split": block.about["split"],
        "target": block.about["target"],
        "n": block.about["n"],
        "channels": list(row.channels),
        "seeds": row.seeds,
        "metrics": {name: dict(value) for name, value in row.metrics.items()},
        "cost": dict(row.cost),
        "test_opened": row.done and row.done.facts["data"].get("test_opened"),
        "marks": list(row.marks),
        "best": block.is_best(row),
        "tie": row.is_tie,
        "versus_best": versus,
        "versus_all_channels": row.parted
        and difference_json(row.parted, block.by, row.parted_adjusted),
        **{name: told(part) for name, part in (row.done.parts if row.done else {}).items()},
    }


def difference_json(found: Comparison, metric: str, adjusted: float) -> dict[str, Any]:
    """A comparison as plain data."""
    return {
        "metric": metric,
        "difference": known(found.difference),
        "low": known(found.low),
        "high": known(found.high),
        "p_holm": known(adjusted),
    }


def told(part: Part | str) -> object:
    """A study as plain data, or why it could not be made."""
    return {"failed": part} if isinstance(part, str) else part.to_json()


def block_json(block: Block) -> dict[str, Any]:
    """What holds for all rows on the same data."""
    return {
        "name": block.data.called,
        **block.about,
        "task": block.task.to_json(),
        "ranked_by": block.by,
        "best": block.best,
        "smallest_difference": block.smallest and block.smallest.to_json(),
        "notes": list(block.notes),
    }
