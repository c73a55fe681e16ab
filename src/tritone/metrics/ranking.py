"""Areas under ROC and precision-recall curves of many draws at once, for `intervals`.

The order of the rows is that of the scores in every draw; a draw only weighs each row. So the
rows are sorted once, and a draw is one running sum, read at the rows of the class.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy.typing import ArrayLike

from tritone.metrics.classification import ratio
from tritone.metrics.probability import one_against_rest, pr_auc, roc_auc

# Weights held at once: 8 MB for each array of them.
CELLS = 2_000_000


@dataclass(frozen=True)
class Ranks:
    """The rows of one class in some draws, (rows, draws), from the highest score down.

    Attributes:
        weight: how often each row is in each draw.
        above: weight of all rows with a higher score.
        through: weight of all rows with a higher score or the same.
        found: as `through`, of the rows of the class alone.
    """

    weight: Int[np.ndarray, "ours draws"]
    above: Int[np.ndarray, "ours draws"]
    through: Int[np.ndarray, "ours draws"]
    found: Int[np.ndarray, "ours draws"]


Area = Callable[[Ranks, np.ndarray, np.ndarray], np.ndarray]


def by_order(
    area: Area,
    prediction: ArrayLike,
    target: ArrayLike,
    group: Int[np.ndarray, " n"],
    weights: Int[np.ndarray, "draws groups"],
) -> Float[np.ndarray, " draws"]:
    """The mean area over the classes that have a curve in each draw; nan where none has."""
    sides = list(one_against_rest(prediction, target).values())
    at_once = max(1, CELLS // len(group))
    values = np.full(len(weights), np.nan)
    for start in range(0, len(weights), at_once):
        rows = weights[start : start + at_once].T.astype(np.int32)[group]
        every = rows.sum(axis=0)
        total, held = np.zeros(len(every)), np.zeros(len(every))
        for score, is_class in sides:
            ranks = ranks_of(score, is_class, rows)
            ours = ranks.weight.sum(axis=0)
            both = (ours > 0) & (ours < every)
            total += np.where(both, area(ranks, ours.astype(float), every - ours), 0.0)
            held += both
        values[start : start + at_once] = ratio(total, held, empty=np.nan)
    return values


def ranks_of(
    score: Float[np.ndarray, " n"],
    is_class: Bool[np.ndarray, " n"],
    rows: Int[np.ndarray, "n draws"],
) -> Ranks:
    order, last = in_order(score)
    step = np.searchsorted(last, np.flatnonzero(is_class[order]))
    ends = np.append(0, last + 1)
    weight = rows[order[is_class[order]]]
    below = running(rows[order])
    # How many rows of the class lie in each step or above it.
    counted = np.searchsorted(step, step, side="right")
    return Ranks(weight, below[ends[step]], below[ends[step + 1]], running(weight)[counted])


def running(rows: Int[np.ndarray, "n draws"]) -> Int[np.ndarray, "n+1 draws"]:
    """Sums over the first 0, 1, ... rows."""
    sums = np.zeros((len(rows) + 1, rows.shape[1]), dtype=rows.dtype)
    np.cumsum(rows, axis=0, out=sums[1:])
    return sums


def in_order(
    score: Float[np.ndarray, " n"],
) -> tuple[Int[np.ndarray, " n"], Int[np.ndarray, " steps"]]:
    """Rows from the highest score down, and the last row of each run of equal scores."""
    order = np.argsort(-score, kind="stable")
    return order, np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)


def area_of_roc(ranks: Ranks, ours: np.ndarray, others: np.ndarray) -> Float[np.ndarray, " draws"]:
    """Share of pairs in which the row of the class is above, from the mean rank of its rows.

    Half of their own pairs, ours^2 / 2, are taken off the sum of ranks.
    """
    middle = (ranks.above + ranks.through) / 2
    above_us = (ranks.weight * middle).sum(axis=0) - ours**2 / 2
    return 1 - ratio(above_us, ours * others)


def area_of_precision(
    ranks: Ranks, ours: np.ndarray, _others: np.ndarray
) -> Float[np.ndarray, " draws"]:
    """Mean, over the rows of the class, of the precision where they are found."""
    precision = ratio(ranks.found, ranks.through)
    return ratio((ranks.weight * precision).sum(axis=0), ours)


AREAS: dict[Callable[..., float], Area] = {roc_auc: area_of_roc, pr_auc: area_of_precision}
