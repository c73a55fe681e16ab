"""Sets of classes, or intervals of a score, that hold the truth as often as was asked for.

    held-out rows ─ how odd is each truth? ─ threshold ─┐
    new row ─ how odd would each answer be? ────────────┴─ all that are no odder

The law: where held-out and new rows come alike, a new row's truth is in its set with a chance of
at least 1 - alpha, whatever the model. It holds on average over rows; for each missing pattern
by itself only where a threshold is fitted for each (`groups`).

Source: Vovk, Gammerman and Shafer 2005, "Algorithmic Learning in a Random World" (split and
Mondrian); Angelopoulos and Bates 2023, "Conformal Prediction: A Gentle Introduction", FnT ML 16.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import ArrayLike

from tritone.core.errors import DataError
from tritone.metrics.inputs import as_probabilities, as_scores, check_rows

# (n + 1) alpha may miss a whole number by rounding, and with it the rank by one.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Thresholds:
    """How odd an answer may be and still be in the set: plain values, so that they can be saved.

    Attributes:
        rule: what is compared: "lac", "aps" or "residual".
        alpha: share of truths that may be missed.
        overall: fitted on all rows; inf: too few rows, everything is in the set.
        by_group: fitted on the rows of each group by itself; empty: no groups were given.
    """

    rule: str
    alpha: int | float
    overall: int | float
    by_group: Mapping[str, float] = field(default_factory=dict)

    def of_rows(self, rows: int, groups: ArrayLike | None = None) -> Float[np.ndarray, " n"]:
        """The threshold of each row; inf for a group that was never seen.

        Raises:
            DataError: groups for thresholds without, or the other way round.
        """
        if groups is None and not self.by_group:
            return np.full(rows, self.overall)
        if groups is None or not self.by_group:
            word = "without" if groups is not None else "with"
            raise DataError(f"The thresholds were fitted {word} groups; apply them {word} groups.")
        names = group_names(groups, rows)
        return np.array([self.by_group.get(name, math.inf) for name in names])


def lac(probabilities: Float[np.ndarray, "n classes"]) -> Float[np.ndarray, "n classes"]:
    """How odd each class would be: 1 - p. Gives the smallest sets on average, which may be empty.

    Source: Sadinle, Lei and Wasserman 2019, "Least Ambiguous Set-Valued Classifiers With Bounded
    Error Levels", JASA 114. https://doi.org/10.1080/01621459.2017.1395341
    """
    return 1 - probabilities


def aps(probabilities: Float[np.ndarray, "n classes"]) -> Float[np.ndarray, "n classes"]:
    """How odd each class would be: the mass of all classes more likely than it. Never empty.

    Hard rows get larger sets than easy ones, where `lac` treats all alike.

    Source: Romano, Sesia and Candes 2020, "Classification with Valid and Adaptive Coverage",
    NeurIPS. https://arxiv.org/abs/2006.02544
    Differs: the paper adds a random share of the class's own mass; without it a row always gets
    the same set, and a model right more often than 1 - alpha gives its best class alone.
    """
    above = probabilities[:, None, :] > probabilities[:, :, None]
    return np.where(above, probabilities[:, None, :], 0.0).sum(axis=2)


Rule = Callable[[np.ndarray], np.ndarray]
RULES: dict[str, Rule] = {"lac": lac, "aps": aps}


def fit_sets(
    prediction: ArrayLike,
    target: ArrayLike,
    alpha: int | float = 0.1,
    *,
    rule: str = "lac",
    groups: ArrayLike | None = None,
) -> Thresholds:
    """Thresholds for sets of classes, from rows that the model was not fitted on.

    Args:
        prediction: probabilities (n, classes); or (n), that of class 1 of two.
        target: column of each row's true class.
        alpha: share of truths that may be missed, in (0, 1).
        rule: "lac" or "aps".
        groups: a name for each row, such as which channels it has: each gets its own threshold.

    Raises:
        DataError: no probabilities, an unknown rule, or alpha outside (0, 1).
    """
    given, true = as_probabilities(prediction, target)
    odd = rule_named(rule)(given)[np.arange(len(true)), true]
    return fit(odd, alpha, rule, groups)


def prediction_sets(
    prediction: ArrayLike, thresholds: Thresholds, groups: ArrayLike | None = None
) -> Bool[np.ndarray, "n classes"]:
    """Which classes are in the set of each row: those no odder than the threshold.

    Args:
        prediction: probabilities, as for `fit_sets`.
        thresholds: of `fit_sets`.
        groups: a name for each row, where the thresholds have groups.

    Raises:
        DataError: no probabilities, or thresholds of scores.
    """
    rows = len(np.asarray(prediction))
    given, _ = as_probabilities(prediction, np.zeros(rows, dtype=np.int64))
    odd = rule_named(thresholds.rule)(given)
    return odd <= thresholds.of_rows(rows, groups)[:, None]


def fit_intervals(
    prediction: ArrayLike,
    target: ArrayLike,
    alpha: int | float = 0.1,
    *,
    groups: ArrayLike | None = None,
) -> Thresholds:
    """Thresholds for intervals of a score: how odd a truth is, is |prediction - target|.

    A NaN in either counts as the oddest.

    Source: Lei et al. 2018, "Distribution-Free Predictive Inference for Regression", JASA 113.
    https://doi.org/10.1080/01621459.2017.1307116

    Args:
        prediction: scores of rows that the model was not fitted on.
        target: their true scores.
        alpha: share of truths that may be missed, in (0, 1).
        groups: a name for each row: each gets its own threshold.

    Raises:
        DataError: empty or unequal input, or alpha outside (0, 1).
    """
    predicted, true = as_scores(prediction, target)
    return fit(np.abs(predicted - true), alpha, "residual", groups)


def prediction_intervals(
    prediction: ArrayLike, thresholds: Thresholds, groups: ArrayLike | None = None
) -> Float[np.ndarray, "n ends"]:
    """Lower and upper end for each row: prediction -+ threshold. Clip them to the scale, if any.

    Raises:
        DataError: no predictions, or thresholds of classes.
    """
    if thresholds.rule != "residual":
        raise DataError(f"Thresholds of the rule {thresholds.rule!r} are for classes, not scores.")
    predicted, _ = as_scores(prediction, prediction)
    half = thresholds.of_rows(len(predicted), groups)
    return np.stack([predicted - half, predicted + half], axis=1)


def coverage(sets: ArrayLike, target: ArrayLike) -> float:
    """Share of rows whose true class is in their set: mean of sets[i, target_i].

    Raises:
        DataError: empty or unequal input, or a target that is no column.
    """
    held, true = np.asarray(sets), np.asarray(target)
    if held.ndim != 2 or held.dtype != np.bool_:
        raise DataError(f"sets is {held.dtype} of shape {held.shape}; bool (n, classes) is needed.")
    check_rows(held.argmax(axis=1), true)
    if true.min() < 0 or true.max() >= held.shape[1]:
        raise DataError(
            f"target names columns {true.min()} to {true.max()}; "
            f"sets have columns 0 to {held.shape[1] - 1}."
        )
    return float(held[np.arange(len(true)), true.astype(np.int64)].mean())


def interval_coverage(intervals: ArrayLike, target: ArrayLike) -> float:
    """Share of rows whose true score is in [low, high]; a NaN is outside.

    Raises:
        DataError: empty or unequal input.
    """
    ends, true = np.asarray(intervals, dtype=np.float64), np.asarray(target, dtype=np.float64)
    if ends.ndim != 2 or ends.shape[1] != 2:
        raise DataError(f"intervals has shape {ends.shape}; (n, 2) is needed.")
    check_rows(ends[:, 0], true)
    return float(((ends[:, 0] <= true) & (true <= ends[:, 1])).mean())


def set_size(sets: Bool[np.ndarray, "n classes"]) -> float:
    """Mean number of classes in a set: the smaller, the more is said. Empty sets count 0."""
    return float(sets.sum(axis=1).mean()) if len(sets) else float("nan")


def fit(
    odd: Float[np.ndarray, " n"], alpha: int | float, rule: str, groups: ArrayLike | None
) -> Thresholds:
    if not 0 < alpha < 1:
        raise DataError(f"alpha is {alpha}; it must be above 0 and below 1.")
    overall = conformal_quantile(odd, alpha)
    if groups is None:
        return Thresholds(rule, alpha, overall)
    names = group_names(groups, len(odd))
    each = {str(name): conformal_quantile(odd[names == name], alpha) for name in np.unique(names)}
    return Thresholds(rule, alpha, overall, each)


def conformal_quantile(odd: Float[np.ndarray, " n"], alpha: int | float) -> float:
    """The k-th smallest, k = ceil((n + 1)(1 - alpha)); inf where k > n: too few rows to say.

    It is the (n + 1)(1 - alpha) / n quantile: the new row counts as one more.
    """
    rank = len(odd) + 1 - math.floor((len(odd) + 1) * alpha + ROUNDING)
    if rank > len(odd):
        return math.inf
    found = float(np.sort(odd)[rank - 1])
    return math.inf if math.isnan(found) else found


def group_names(groups: ArrayLike, rows: int) -> np.ndarray:
    names = np.asarray(groups).astype(str)
    if names.shape != (rows,):
        raise DataError(f"There are {rows} rows and {names.size} groups.")
    return names


def rule_named(rule: str) -> Rule:
    if rule not in RULES:
        raise DataError(f"No rule for sets of classes is named {rule!r}. Known: lac, aps.")
    return RULES[rule]
