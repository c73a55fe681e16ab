"""Is a difference between two models more than chance, and how small a one could be seen?

Two models answer the same rows, so their figures rise and fall together: what is tested is the
difference row by row, never whether two intervals overlap.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import ArrayLike
from scipy.special import bdtr, chdtrc, ndtri

from tritone.core.errors import DataError
from tritone.metrics.intervals import Metric, draw_weights, group_numbers, middle, resampled

# Below this many discordant rows chi-square is too rough (McNemar 1947; Fagerland et al. 2013).
FEW = 25
CENTRAL = 0.975  # upper end of the middle 95 %


@dataclass(frozen=True)
class Comparison:
    """How far one model is from another on the same rows, and whether that may be chance.

    Attributes:
        difference: figure of the one less that of the other, in the metric's unit; which sign
            is better depends on the metric.
        low: lower end of its 95 % interval.
        high: upper end.
        pvalue: how often chance alone would differ so, from either side; nan: cannot be told.
    """

    difference: float
    low: float
    high: float
    pvalue: float


@dataclass(frozen=True)
class Discordance:
    """Rows on which just one of two models is right, and whether one has too many of them.

    Attributes:
        one_only: rows that only the one names right.
        other_only: rows that only the other names right.
        pvalue: of McNemar's test, two-sided.
    """

    one_only: int
    other_only: int
    pvalue: float


def paired_bootstrap(
    metric: Metric,
    one: ArrayLike,
    other: ArrayLike,
    target: ArrayLike,
    groups: ArrayLike | None = None,
    *,
    draws: int = 1000,
    seed: int = 0,
) -> Comparison:
    """metric(one, target) - metric(other, target), on the same draws of rows for both.

    The p-value is 2 (k + 1) / (draws + 1), at most 1, with k the draws on the rarer side of 0,
    those at 0 counted on both: below .05 where the 95 % interval leaves 0 out. Draws on which
    either figure is not defined are left out. A single row or group has no spread: nan. Few
    groups make p too small, as in `intervals.interval`.

    Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapters 13 and 15;
    +1: Davison and Hinkley 1997, "Bootstrap Methods and their Application", section 4.2.

    Args:
        metric: any function of (prediction, target).
        one: labels, scores or probabilities of one model.
        other: those of the other model, for the same rows.
        target: true labels or scores.
        groups: video, dialogue or speaker of each row; rows of a group are drawn together.
        draws: number of resamples.
        seed: of the resampling.

    Raises:
        DataError: empty or unequal input.
    """
    difference = metric(one, target) - metric(other, target)
    group = group_numbers(groups, len(np.asarray(target)))
    weights = draw_weights(int(group.max()) + 1, draws, seed)
    values = [resampled(metric, side, target, group, weights) for side in (one, other)]
    return compare(difference, values[0] - values[1], weights.shape[1])


def compare(difference: float, values: Float[np.ndarray, " draws"], groups: int) -> Comparison:
    """Interval and p-value of a difference from its resampled values."""
    kept = values[np.isfinite(values)]
    if groups < 2 or not len(kept):
        return Comparison(float(difference), np.nan, np.nan, np.nan)
    rarer = min(int((kept <= 0).sum()), int((kept >= 0).sum()))
    pvalue = min(1.0, 2 * (rarer + 1) / (len(kept) + 1))
    return Comparison(float(difference), *middle(kept), pvalue)


def mcnemar(one_correct: ArrayLike, other_correct: ArrayLike) -> Discordance:
    """McNemar's test: of the b + c rows that one model alone names right, is half to each?

    Fewer than 25 of them: exact, 2 P(Binomial(b + c, 1/2) <= min(b, c)), at most 1. Else
    chi-square of one degree of freedom, max(|b - c| - 1, 0)^2 / (b + c). None at all: p is 1.
    It takes rows to be independent: where they come in groups, use `paired_bootstrap`.

    Source: McNemar 1947, "Note on the sampling error of the difference between correlated
    proportions", Psychometrika 12. https://doi.org/10.1007/BF02295996; correction: Edwards 1948.

    Args:
        one_correct: whether one model names each row right.
        other_correct: the same of the other model.

    Raises:
        DataError: empty or unequal input, or values that are not true or false.
    """
    one, other = as_facts(one_correct), as_facts(other_correct)
    if len(one) != len(other) or not len(one):
        raise DataError(
            f"One model has {len(one)} rows, the other {len(other)}; they must be the same rows, "
            "at least one."
        )
    b, c = int((one & ~other).sum()), int((other & ~one).sum())
    if b + c < FEW:
        return Discordance(b, c, min(1.0, 2 * float(bdtr(min(b, c), b + c, 0.5))))
    return Discordance(b, c, float(chdtrc(1, max(abs(b - c) - 1, 0) ** 2 / (b + c))))


def as_facts(values: ArrayLike) -> Bool[np.ndarray, " n"]:
    given = np.asarray(values)
    if given.ndim != 1 or not np.isin(given, [0, 1]).all():
        raise DataError(
            f"McNemar's test takes true or false for each row, got {given.dtype} of shape "
            f"{given.shape}. Compare prediction and target first."
        )
    return given.astype(bool)


def holm(pvalues: ArrayLike) -> Float[np.ndarray, " tests"]:
    """P-values adjusted for the size of their family, in the order given (Holm's step-down).

    The i-th smallest of m becomes the largest of (m - j + 1) p_j over j <= i, at most 1: the
    chance of even one false alarm in the family stays below the level. A nan stays nan and is
    no member of the family.

    Source: Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian
    Journal of Statistics 6. https://www.jstor.org/stable/4615733

    Raises:
        DataError: a value outside [0, 1].
    """
    given = np.asarray(pvalues, dtype=np.float64).ravel()
    made = np.flatnonzero(~np.isnan(given))
    wrong = given[made][(given[made] < 0) | (given[made] > 1)]
    if len(wrong):
        raise DataError(f"A p-value is {wrong[0]:g}; it must be from 0 to 1.")
    order = made[np.argsort(given[made], kind="stable")]
    adjusted = np.full(len(given), np.nan)
    steps = given[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.maximum.accumulate(steps).clip(max=1)
    return adjusted


def smallest_difference(
    n: int,
    accuracy: int | float,
    *,
    groups: int | None = None,
    within: int | float = 1.0,
    correlation: int | float = 0.5,
    power: int | float = 0.5,
) -> float:
    """The smallest difference in accuracy that n rows can show at 95 %.

    (z_.975 + z_power) sqrt(2 a (1 - a) (1 - correlation) / m), with m = n / (1 + (n / g - 1)
    within) rows' worth of information. With the defaults it is the half-width of the interval
    of one accuracy, 1.96 sqrt(a (1 - a) / n): 2.67 points for the 686 clips of MOSI's test part
    at .85. A true difference of just this size is found in half of all test sets; power .8 asks
    for 1.43 times as much.

    Source: design effect: Kish 1965, "Survey Sampling"; pairs: Connor 1987, "Sample Size for
    Testing Differences in Proportions for the Paired-Sample Design", Biometrics 43.

    Args:
        n: rows of the test set.
        accuracy: about what both models score, in [0, 1].
        groups: how many videos, dialogues or speakers the rows come from.
        within: how alike rows of a group are, in [0, 1]; `intraclass` measures it. 1, the
            cautious default, counts each group once.
        correlation: of the two models' right and wrong rows, in [-1, 1].
        power: chance that a true difference of this size is found, in [.5, 1).

    Raises:
        DataError: an argument outside its range.
    """
    groups = n if groups is None else groups
    if n < 1 or not 1 <= groups <= n:
        raise DataError(f"n is {n} and groups {groups}; 1 <= groups <= n is needed.")
    for name, value, lowest in (
        ("accuracy", accuracy, 0),
        ("within", within, 0),
        ("correlation", correlation, -1),
        ("power", power, 0.5),
    ):
        if not lowest <= value <= 1:
            raise DataError(f"{name} is {value}; it must be from {lowest} to 1.")
    informative = n / (1 + (n / groups - 1) * within)
    variance = 2 * accuracy * (1 - accuracy) * (1 - correlation) / informative
    return float((ndtri(CENTRAL) + ndtri(power)) * np.sqrt(variance))


def intraclass(values: ArrayLike, groups: ArrayLike) -> float:
    """How alike the rows of a group are: 0 not at all, 1 the same (one-way, from mean squares).

    (B - W) / (B + (k - 1) W), at least 0, with B and W the mean squares between and within
    groups and k = (n - sum n_g^2 / n) / (groups - 1). Of right and wrong rows it is the `within`
    of `smallest_difference`. nan with one group, or where each row is its own; 0 where all
    values are equal.

    Source: Shrout and Fleiss 1979, "Intraclass Correlations", Psychological Bulletin 86,
    ICC(1,1). https://doi.org/10.1037/0033-2909.86.2.420

    Raises:
        DataError: no rows, or not one group for each.
    """
    given = np.asarray(values, dtype=np.float64)
    group = group_numbers(groups, len(given))
    size = np.bincount(group)
    if len(size) == 1 or len(size) == len(given):
        return float("nan")
    mean = np.bincount(group, given) / size
    between = (size * (mean - given.mean()) ** 2).sum() / (len(size) - 1)
    inside = ((given - mean[group]) ** 2).sum() / (len(given) - len(size))
    each = (len(given) - (size**2).sum() / len(given)) / (len(size) - 1)
    whole = between + (each - 1) * inside
    return float(max(0.0, (between - inside) / whole)) if whole else 0.0
