"""A figure of several runs: how far it moves with the seed, and with the rows of the test set.

A run is the predictions of one model trained with one seed, for the same rows as all others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from tritone.core.errors import DataError
from tritone.metrics.intervals import Metric, draw_weights, group_numbers, middle, resampled
from tritone.metrics.significance import CENTRAL, Comparison, compare


@dataclass(frozen=True)
class Spread:
    """Mean and spread of a figure over runs.

    Attributes:
        mean: over the runs.
        deviation: standard deviation, divided by runs - 1; nan for one run.
        low: lower end of the 95 % interval of the mean; nan for one run.
        high: upper end.
        runs: how many there are.
    """

    mean: float
    deviation: float
    low: float
    high: float
    runs: int


def seeds_interval(values: ArrayLike) -> Spread:
    """Mean over seeds, and its 95 % interval by Student's t: mean +- t_(n-1) sd / sqrt(n).

    It tells of other seeds on this very test set; `nested_interval` tells of other rows as well.
    One run shows no spread, and a run without a figure (nan) leaves none: both say nan.

    Raises:
        DataError: no values.
    """
    given = np.asarray(values, dtype=np.float64).ravel()
    runs = len(given)
    if not runs:
        raise DataError("There are no runs: at least one value is needed.")
    mean = float(given.mean())
    if runs == 1:
        return Spread(mean, np.nan, np.nan, np.nan, 1)
    deviation = float(given.std(ddof=1))
    half = float(stdtrit(runs - 1, CENTRAL)) * deviation / np.sqrt(runs)
    return Spread(mean, deviation, float(mean - half), float(mean + half), runs)


def nested_interval(
    metric: Metric,
    runs: Sequence[ArrayLike],
    target: ArrayLike,
    groups: ArrayLike | None = None,
    *,
    draws: int = 1000,
    seed: int = 0,
) -> tuple[float, float]:
    """The 95 % interval of a figure's mean over runs, for other seeds and other rows at once.

    Each draw takes seeds and rows (or groups) with replacement, apart from each other, and
    averages the metric over the seeds drawn. S runs show (S - 1) / S of the spread of seeds, so
    that few of them make it too narrow; a single run leaves that of the rows alone.

    Source: Owen 2007, "The pigeonhole bootstrap", Annals of Applied Statistics 1.
    https://doi.org/10.1214/07-AOAS122

    Args:
        metric: any function of (prediction, target).
        runs: the predictions of each run, all for the rows of `target`.
        target: true labels or scores.
        groups: video, dialogue or speaker of each row; rows of a group are drawn together.
        draws: number of resamples.
        seed: of the resampling.

    Raises:
        DataError: no runs, empty or unequal input.
    """
    return middle(nested_values(metric, runs, target, groups, draws=draws, seed=seed))


def nested_values(
    metric: Metric,
    runs: Sequence[ArrayLike],
    target: ArrayLike,
    groups: ArrayLike | None = None,
    *,
    draws: int = 1000,
    seed: int = 0,
) -> Float[np.ndarray, " draws"]:
    """The draws of which `nested_interval` takes the middle; the same rows for the same seed.

    Raises:
        DataError: as `nested_interval`.
    """
    mean_of_runs(metric, runs, target)
    group = group_numbers(groups, len(np.asarray(target)))
    rows, of_runs = np.random.SeedSequence(seed).generate_state(2)
    weights = draw_weights(int(group.max()) + 1, draws, int(rows))
    return nested_draws(metric, runs, target, group, weights, int(of_runs))


def compare_runs(
    metric: Metric,
    ones: Sequence[ArrayLike],
    others: Sequence[ArrayLike],
    target: ArrayLike,
    groups: ArrayLike | None = None,
    *,
    draws: int = 1000,
    seed: int = 0,
) -> Comparison:
    """Difference of two models' mean figures over their runs, for other seeds and other rows.

    As `paired_bootstrap`: both meet the same rows in each draw. Seeds are drawn for each model by
    itself, since the same number starts two models at unrelated places.

    Args:
        metric: any function of (prediction, target).
        ones: the predictions of each run of one model.
        others: those of the other model; their number may differ.
        target: true labels or scores.
        groups: video, dialogue or speaker of each row; rows of a group are drawn together.
        draws: number of resamples.
        seed: of the resampling.

    Raises:
        DataError: no runs, empty or unequal input.
    """
    difference = mean_of_runs(metric, ones, target) - mean_of_runs(metric, others, target)
    group = group_numbers(groups, len(np.asarray(target)))
    rows, *of_runs = map(int, np.random.SeedSequence(seed).generate_state(3))
    weights = draw_weights(int(group.max()) + 1, draws, rows)
    one, other = (
        nested_draws(metric, runs, target, group, weights, start)
        for runs, start in zip((ones, others), of_runs, strict=True)
    )
    return compare(difference, one - other, weights.shape[1])


def mean_of_runs(metric: Metric, runs: Sequence[ArrayLike], target: ArrayLike) -> float:
    if not len(runs):
        raise DataError("There are no runs: the predictions of at least one are needed.")
    return float(np.mean([metric(run, target) for run in runs]))


def nested_draws(
    metric: Metric,
    runs: Sequence[ArrayLike],
    target: ArrayLike,
    group: Int[np.ndarray, " n"],
    weights: Int[np.ndarray, "draws groups"],
    seed: int,
) -> Float[np.ndarray, " draws"]:
    """Mean of the metric over the runs of each draw; nan where one of them has no figure."""
    values = np.stack([resampled(metric, run, target, group, weights) for run in runs], axis=1)
    times = draw_weights(len(runs), len(weights), seed)
    return np.where(times > 0, times * values, 0.0).sum(axis=1) / len(runs)
