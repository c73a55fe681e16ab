"""How far a figure would move on other rows of the same kind: a bootstrap interval.

Rows, or whole groups where rows of one speaker or dialogue go together, are drawn with
replacement. All forms take the same draws: metrics of class counts are resampled as counts, in
one matrix product; areas under curves as weights of rows that are sorted once (`ranking`); any
other metric is computed again on each draw.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int, Shaped
from numpy.typing import ArrayLike

from tritone.core.errors import DataError
from tritone.metrics.classification import RULES, Rule, index_of
from tritone.metrics.inputs import as_labels
from tritone.metrics.ranking import AREAS, by_order

Metric = Callable[..., float]


def interval(
    metric: Metric,
    prediction: ArrayLike,
    target: ArrayLike,
    groups: ArrayLike | None = None,
    *,
    draws: int = 1000,
    seed: int = 0,
) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of `metric(prediction, target)`.

    Few groups make it too narrow: below about ten it is a lower bound of the uncertainty. Draws
    on which the metric is not defined are left out; nan where all are.

    Source: Efron 1979, "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics
    7. https://doi.org/10.1214/aos/1176344552; clusters: Davison and Hinkley 1997, section 3.8.

    Args:
        metric: any function of (prediction, target).
        prediction: labels, scores or probabilities, a row for each target.
        target: true labels or scores.
        groups: group of each row; rows of a group are drawn together.
        draws: number of resamples.
        seed: of the resampling.

    Raises:
        DataError: empty or unequal input.
    """
    group = group_numbers(groups, len(np.asarray(target)))
    weights = draw_weights(int(group.max()) + 1, draws, seed)
    return middle(resampled(metric, prediction, target, group, weights))


def group_numbers(groups: ArrayLike | None, rows: int) -> Int[np.ndarray, " n"]:
    """The number of each row's group, from 0; each row is a group of its own where none is given.

    Raises:
        DataError: no rows, or not one group for each.
    """
    if groups is not None and len(np.asarray(groups)) != rows:
        raise DataError(f"There are {rows} rows and {len(np.asarray(groups))} groups.")
    if rows == 0:
        raise DataError("There is nothing to score: prediction and target are empty.")
    if groups is None:
        return np.arange(rows)
    return np.unique(np.asarray(groups), return_inverse=True)[1]


def resampled(
    metric: Metric,
    prediction: ArrayLike,
    target: ArrayLike,
    group: Int[np.ndarray, " n"],
    weights: Int[np.ndarray, "draws groups"],
) -> Float[np.ndarray, " draws"]:
    """The metric of each draw, in the fastest form that it has."""
    if metric in RULES:
        return by_counts(RULES[metric], prediction, target, group, weights)
    if metric in AREAS:
        return by_order(AREAS[metric], prediction, target, group, weights)
    return by_rows(metric, np.asarray(prediction), np.asarray(target), group, weights)


def middle(values: Float[np.ndarray, " draws"]) -> tuple[float, float]:
    """The middle 95 % of the draws that are numbers; nan where none is."""
    kept = values[np.isfinite(values)]
    if not len(kept):
        return float("nan"), float("nan")
    low, high = np.percentile(kept, [2.5, 97.5])
    return float(low), float(high)


def draw_weights(groups: int, draws: int, seed: int) -> Int[np.ndarray, "draws groups"]:
    """How often each group is in each draw."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(groups, np.full(groups, 1 / groups), size=draws)


def by_counts(
    rule: Rule,
    prediction: ArrayLike,
    target: ArrayLike,
    group: Int[np.ndarray, " n"],
    weights: Int[np.ndarray, "draws groups"],
) -> Float[np.ndarray, " draws"]:
    """The metric of each draw from weighted sums of the groups' confusion counts."""
    predicted, true = as_labels(prediction, target)
    names = np.unique(np.concatenate([predicted, true]))
    size = len(names)
    cell = index_of(true, names) * size + index_of(predicted, names)
    # Only cells that occur become columns: most of a large confusion matrix is empty.
    held, column = np.unique(cell, return_inverse=True)
    counts = np.zeros((weights.shape[1], len(held)))
    np.add.at(counts, (group, column), 1)
    drawn = np.zeros((len(weights), size * size))
    drawn[:, held] = weights.astype(float) @ counts
    return rule(drawn.reshape(-1, size, size))


def by_rows(
    metric: Metric,
    prediction: Shaped[np.ndarray, "n ..."],
    target: Shaped[np.ndarray, " n"],
    group: Int[np.ndarray, " n"],
    weights: Int[np.ndarray, "draws groups"],
) -> Float[np.ndarray, " draws"]:
    """The metric computed again on the rows of each draw."""
    values = []
    for weight in weights:
        rows = np.repeat(np.arange(len(target)), weight[group])
        values.append(metric(prediction[rows], target[rows]) if len(rows) else np.nan)
    return np.array(values, dtype=float)
