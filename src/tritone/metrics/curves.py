"""Points to draw: ROC, precision against recall, and the confusion matrix as shares.

The areas under these very curves are `roc_auc` and `pr_auc`.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy.typing import ArrayLike

from tritone.core.errors import DataError
from tritone.metrics.classification import confusion_matrix, ratio
from tritone.metrics.inputs import as_scores
from tritone.metrics.probability import one_against_rest
from tritone.metrics.ranking import in_order


@dataclass(frozen=True)
class Roc:
    """Points of a ROC curve, from the strictest threshold to the loosest.

    Attributes:
        false_alarms: share of the rows that are not of the class, but called so.
        recall: share of the class's rows that are called so.
        threshold: lowest score that is called so; inf at the first point: none is.
    """

    false_alarms: Float[np.ndarray, " points"]
    recall: Float[np.ndarray, " points"]
    threshold: Float[np.ndarray, " points"]

    @property
    def area(self) -> float:
        """Area under the curve, by trapezoids."""
        return float(np.trapezoid(self.recall, self.false_alarms))


@dataclass(frozen=True)
class PrecisionRecall:
    """Points of a precision-recall curve, from the strictest threshold to the loosest.

    Attributes:
        precision: share of right ones among the rows that are called the class; 1 at the first
            point, where none is.
        recall: share of the class's rows that are called so.
        threshold: lowest score that is called so; inf at the first point.
    """

    precision: Float[np.ndarray, " points"]
    recall: Float[np.ndarray, " points"]
    threshold: Float[np.ndarray, " points"]

    @property
    def area(self) -> float:
        """Average precision, in steps: between two points nothing is promised."""
        return float((np.diff(self.recall) * self.precision[1:]).sum())


def roc_points(score: ArrayLike, is_class: ArrayLike) -> Roc:
    """The ROC curve of a score for one class against the rest; equal scores enter together.

    Args:
        score: any number that is higher where the class is likelier.
        is_class: whether each row is of the class.

    Raises:
        DataError: empty or unequal input, a NaN, or rows of one kind only: there is no curve.
    """
    thresholds, hits, called = steps(*as_one_class(score, is_class))
    return Roc(
        starting_at(0.0, (called - hits) / (called[-1] - hits[-1])),
        starting_at(0.0, hits / hits[-1]),
        thresholds,
    )


def pr_points(score: ArrayLike, is_class: ArrayLike) -> PrecisionRecall:
    """The precision-recall curve of a score for one class; equal scores enter together.

    Args:
        score: any number that is higher where the class is likelier.
        is_class: whether each row is of the class.

    Raises:
        DataError: empty or unequal input, a NaN, or rows of one kind only: there is no curve.
    """
    thresholds, hits, called = steps(*as_one_class(score, is_class))
    return PrecisionRecall(
        starting_at(1.0, hits / called), starting_at(0.0, hits / hits[-1]), thresholds
    )


def roc_curves(prediction: ArrayLike, target: ArrayLike) -> dict[int, Roc]:
    """The ROC curve of each class against the rest, by its column; of two classes, the second.

    Their mean area is `roc_auc`: classes absent from the target, or filling it, are left out.

    Raises:
        DataError: no probabilities, or a target that is no column.
    """
    return {c: roc_points(*pair) for c, pair in one_against_rest(prediction, target).items()}


def pr_curves(prediction: ArrayLike, target: ArrayLike) -> dict[int, PrecisionRecall]:
    """The precision-recall curve of each class, as `roc_curves`; their mean area is `pr_auc`.

    Raises:
        DataError: no probabilities, or a target that is no column.
    """
    return {c: pr_points(*pair) for c, pair in one_against_rest(prediction, target).items()}


def confusion_shares(
    prediction: ArrayLike,
    target: ArrayLike,
    labels: ArrayLike | None = None,
    over: str = "true",
) -> Float[np.ndarray, "class class"]:
    """The confusion matrix as shares: each row, each column or the whole sums to 1.

    Over "true" the diagonal is the recall of each class, over "predicted" its precision, and
    over "all" the diagonal sums to the accuracy. A class without rows has shares of 0.

    Args:
        prediction: labels, or probabilities of which the argmax is taken.
        target: true labels.
        labels: order of the classes; by default all that occur, sorted.
        over: "true", "predicted" or "all".

    Raises:
        DataError: empty or unequal input, a label that is not among `labels`, or another `over`.
    """
    counts = confusion_matrix(prediction, target, labels)
    if over == "true":
        return ratio(counts, counts.sum(axis=1, keepdims=True))
    if over == "predicted":
        return ratio(counts, counts.sum(axis=0, keepdims=True))
    if over == "all":
        return ratio(counts, counts.sum())
    raise DataError(f"over is {over!r}; it must be 'true', 'predicted' or 'all'.")


def as_one_class(
    score: ArrayLike, is_class: ArrayLike
) -> tuple[Float[np.ndarray, " n"], Bool[np.ndarray, " n"]]:
    given, facts = as_scores(score, is_class)
    if np.isnan(given).any():
        raise DataError(f"score holds {np.isnan(given).sum()} NaN: it has no place on a curve.")
    if not np.isin(facts, [0, 1]).all():
        raise DataError("is_class must be true or false for each row.")
    ours = int(facts.sum())
    if ours in (0, len(facts)):
        raise DataError(f"{ours} of {len(facts)} rows are of the class: a curve needs both kinds.")
    return given, facts == 1


def steps(
    score: Float[np.ndarray, " n"], is_class: Bool[np.ndarray, " n"]
) -> tuple[Float[np.ndarray, " points"], Int[np.ndarray, " steps"], Int[np.ndarray, " steps"]]:
    """Thresholds (inf first), and at each but the first the class's rows and all rows above it."""
    order, last = in_order(score)
    hits = np.cumsum(is_class[order])[last]
    return starting_at(np.inf, score[order][last]), hits, last + 1


def starting_at(first: float, values: np.ndarray) -> np.ndarray:
    return np.append(first, values)
