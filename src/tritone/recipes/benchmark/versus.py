"""Rows held against each other: with the best of the data, and parts of a model with the whole.

Each is a paired bootstrap over seeds and rows, and where classes are named McNemar's test beside
it; p-values are Holm's over all comparisons of one kind on the data.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from tritone.assess.rows import metric_of
from tritone.core.errors import DataError
from tritone.core.task import Classes
from tritone.metrics.inputs import as_labels
from tritone.metrics.seeds import compare_runs
from tritone.metrics.significance import Comparison, Discordance, holm, mcnemar
from tritone.recipes.benchmark.cells import ABLATED, MODEL, ONE_CHANNEL
from tritone.recipes.benchmark.suite import CONTROL
from tritone.recipes.benchmark.table import LEVEL, Row

ENOUGH = 8
UNKNOWN = Comparison(math.nan, math.nan, math.nan, math.nan)


def against_best(rows: Sequence[Row], by: str, draws: int) -> list[Row]:
    """Every row but the first compared with it; `within_noise` where it cannot be told from it."""
    best, *others = rows
    draws = enough(draws, len(others))
    found = [versus(row, best, by, draws) for row in others]
    counted = [discordance(row, best) for row in others]
    adjusted = holm([one.pvalue for one in found])
    discordant = holm([math.nan if one is None else one.pvalue for one in counted])
    compared = (
        replace(row, versus=one, adjusted=float(p), discordant=count, discordant_adjusted=q)
        for row, one, p, count, q in zip(
            others, found, adjusted, counted, map(float, discordant), strict=True
        )
    )
    return [best, *(marked(row) for row in compared)]


def marked(row: Row) -> Row:
    """The row, with the mark of a tie where it is one."""
    return replace(row, marks=(*row.marks, "within_noise")) if row.is_tie else row


def against_whole(rows: Sequence[Row], by: str, draws: int) -> list[Row]:
    """The rows, those of a model's parts compared with the same model on all channels."""
    wholes = {row.done.cell.contender.called: row for row in rows if row.done and row.kind == MODEL}
    parts = {
        place: whole
        for place, row in enumerate(rows)
        if (whole := wholes.get(name_of_whole(row))) is not None
    }
    draws = enough(draws, len(parts))
    found = [versus(rows[place], whole, by, draws) for place, whole in parts.items()]
    adjusted = holm([one.pvalue for one in found])
    compared = list(rows)
    for place, one, p in zip(parts, found, adjusted, strict=True):
        compared[place] = replace(compared[place], parted=one, parted_adjusted=float(p))
    return compared


def name_of_whole(row: Row) -> str:
    """The model that a row is a part of; nothing where it is none."""
    if row.kind == ONE_CHANNEL:
        return CONTROL
    return row.done.cell.contender.called if row.done and row.kind == ABLATED else ""


def enough(draws: int, comparisons: int) -> int:
    """So many resamples that the smallest p can be below the level after the correction."""
    return max(draws, round(ENOUGH * comparisons / LEVEL))


def versus(row: Row, other: Row, by: str, draws: int) -> Comparison:
    """How far a row is from another, for other seeds and other rows."""
    one, two = row.done, other.done
    if one is None or two is None:
        return UNKNOWN
    metric = metric_of(by, one.task)
    try:
        return compare_runs(metric, one.runs, two.runs, one.true, one.groups, draws=draws)
    except DataError:
        return UNKNOWN


def discordance(row: Row, other: Row) -> Discordance | None:
    """Rows that just one of two first trainings names right; None where no class is named."""
    one, two = row.done, other.done
    if one is None or two is None or not isinstance(one.task, Classes) or one.task.multi:
        return None
    right = (as_labels(done.runs[0], done.true)[0] == done.true for done in (one, two))
    return mcnemar(*right)
