"""From cells that are done to the table: who is best, who ties, what the rows can show."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tritone.assess.report import Smallest
from tritone.assess.smallest import smallest_shown
from tritone.catalogue import find
from tritone.core.errors import DataError
from tritone.core.task import Classes, Task
from tritone.learn.figures import LOWER_IS_BETTER
from tritone.recipes.benchmark.beaten import beaten
from tritone.recipes.benchmark.cells import ABLATED, Done
from tritone.recipes.benchmark.suite import Data, Suite
from tritone.recipes.benchmark.table import FLOOR, Block, Failure, Row, Table
from tritone.recipes.benchmark.versus import against_best, against_whole

NAMED, SCORED = "accuracy", "mae"


def table_of(suite: Suite, done: Sequence[Done], failed: Sequence[Failure]) -> Table:
    """The table of all cells that are done; their order does not matter."""
    blocks = []
    for data in suite.data:
        cells = sorted(
            (one for one in done if one.cell.data == data), key=lambda one: one.cell.called
        )
        if cells:
            blocks.append(block_of(suite, data, cells))
    ordered = sorted(failed, key=lambda one: (one.data, one.model or ""))
    return Table(suite, tuple(blocks), tuple(ordered))


def block_of(suite: Suite, data: Data, cells: Sequence[Done]) -> Block:
    """The rows on the same data, compared with the best of them."""
    first = cells[0]
    by = suite.by or (NAMED if isinstance(first.task, Classes) else SCORED)
    find_metric(by, first.task)
    rows = [row_of(one) for one in cells]
    tried = sorted((r for r in rows if r.kind != ABLATED), key=lambda row: rank(row, by))
    compared = against_best(tried, by, suite.draws) if tried else []
    parts = sorted(
        (r for r in rows if r.kind == ABLATED),
        key=lambda row: (row.model.partition(" (")[0], len(row.channels), row.channels),
    )
    return Block(
        data,
        {**plain_facts(first), "train": trained_on(cells), "groups": groups_in(first)},
        first.task,
        by,
        (*against_whole([*compared, *parts], by, suite.draws), *floor_rows(first)),
        tried[0].model if tried else None,
        smallest_of(tried[0]) if tried else None,
        (
            *beaten(data, cells, by, suite.draws),
            *((data.note,) if data.note else ()),
            *notes_of(cells),
        ),
    )


def plain_facts(done: Done) -> dict[str, Any]:
    """What is true of the reported rows, but not how often one training looked at them."""
    return {name: fact for name, fact in done.facts["data"].items() if name != "test_opened"}


def trained_on(cells: Sequence[Done]) -> int | None:
    """Clips that all were trained on; None where they differ."""
    counts = {one.facts["data"]["train"] for one in cells}
    return counts.pop() if len(counts) == 1 else None


def find_metric(name: str, task: Task) -> None:
    """See that a metric ranks models of this task.

    Raises:
        UnknownName: no metric is called so.
        DataError: it is none of the task's.
    """
    if name not in task.metrics:
        find("metric", name)
        raise DataError(f"{name} is no metric of this task. It has: {', '.join(task.metrics)}.")


def row_of(done: Done) -> Row:
    """The row of a cell."""
    facts = done.facts
    return Row(
        done.cell.called,
        done.cell.kind,
        tuple(facts["channels"]),
        facts["seeds"],
        facts["metrics"],
        facts["cost"],
        tuple(facts["marks"]),
        done=done,
    )


def rank(row: Row, by: str) -> tuple[float, str]:
    """What the rows are sorted by: the best first, rows without a figure last, then by name."""
    value = row.value(by)
    worth = value if by in LOWER_IS_BETTER else -value
    return (math.inf if math.isnan(worth) else worth), row.model


def floor_rows(done: Done) -> list[Row]:
    """What predictors that look at nothing score on the same rows."""
    return [
        Row(name, FLOOR, metrics={key: {"value": value} for key, value in figures.items()})
        for name, figures in done.facts["floors"].items()
    ]


def smallest_of(best: Row) -> Smallest | None:
    """The smallest difference that these rows can show about the best of the models."""
    done = best.done
    return done and smallest_shown(done.task, done.runs, done.true, done.groups)


def groups_in(done: Done) -> int | None:
    """How many groups the reported rows are of; None where nobody knows."""
    return None if done.groups is None else len(np.unique(done.groups))


def notes_of(cells: Sequence[Done]) -> tuple[str, ...]:
    """What the reports of the cells note, each once, but not what is of one training alone."""
    told = [note for one in cells for note in one.facts["notes"]]
    told += [part for one in cells for part in one.parts.values() if isinstance(part, str)]
    return tuple(note for note in dict.fromkeys(told) if "has been opened" not in note)
