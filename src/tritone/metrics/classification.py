"""Metrics of named classes; each one is a rule on counts[true, predicted].

Because a metric needs only these counts, a bootstrap of it resamples counts, not rows: the
rules take any leading axes, and `intervals` uses them so.

Edge cases, the same for all: empty input is a DataError; a ratio without a denominator counts
as 0 unless the docstring says nan.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Num, Shaped
from numpy.typing import ArrayLike

from tritone.core.errors import DataError
from tritone.metrics.inputs import as_labels

Rule = Callable[[np.ndarray], np.ndarray]


def confusion_matrix(
    prediction: ArrayLike, target: ArrayLike, labels: ArrayLike | None = None
) -> Num[np.ndarray, "class class"]:
    """How often each true class (row) was called each class (column).

    Args:
        prediction: labels, or probabilities of which the argmax is taken.
        target: true labels.
        labels: order of the classes; by default all that occur, sorted.

    Raises:
        DataError: empty or unequal input, or a label that is not among `labels`.
    """
    predicted, true = as_labels(prediction, target)
    names = np.unique(np.concatenate([predicted, true])) if labels is None else np.asarray(labels)
    size = len(names)
    cells = index_of(true, names) * size + index_of(predicted, names)
    return np.bincount(cells, minlength=size * size).reshape(size, size)


def accuracy(prediction: ArrayLike, target: ArrayLike) -> float:
    """Share of rows that are named right: sum of the diagonal / n.

    Published as: accuracy beside weighted F1 on MELD; "WA" or "WAR" on IEMOCAP and DFEW.
    """
    return measure(rule_accuracy, prediction, target)


def balanced_accuracy(prediction: ArrayLike, target: ArrayLike) -> float:
    """Mean recall over the classes that occur in the target: mean of tp / (tp + fn).

    Published as: "UA" or "UAR" on IEMOCAP, RAVDESS, DFEW and MAFW.
    """
    return measure(rule_balanced_accuracy, prediction, target)


def uar(prediction: ArrayLike, target: ArrayLike) -> float:
    """Unweighted average recall: another name of `balanced_accuracy`."""
    return measure(rule_balanced_accuracy, prediction, target)


def precision_macro(prediction: ArrayLike, target: ArrayLike) -> float:
    """Mean over the classes of tp / (tp + fp); a class never predicted counts 0.

    The classes are those in the target or in the prediction, as in scikit-learn.
    """
    return measure(rule_precision_macro, prediction, target)


def recall_macro(prediction: ArrayLike, target: ArrayLike) -> float:
    """Mean over the classes of tp / (tp + fn); a class predicted but absent counts 0.

    Differs from `balanced_accuracy` only there.
    """
    return measure(rule_recall_macro, prediction, target)


def precision_weighted(prediction: ArrayLike, target: ArrayLike) -> float:
    """Mean precision of the classes weighted by their share of the target."""
    return measure(rule_precision_weighted, prediction, target)


def recall_weighted(prediction: ArrayLike, target: ArrayLike) -> float:
    """Mean recall of the classes weighted by their share of the target: the accuracy."""
    return measure(rule_accuracy, prediction, target)


def f1_macro(prediction: ArrayLike, target: ArrayLike) -> float:
    """Mean over the classes of 2 tp / (2 tp + fp + fn), whatever their size.

    Published as: macro F1 of the emotion corpora (Emotions, GoEmotions).
    """
    return measure(rule_f1_macro, prediction, target)


def f1_weighted(prediction: ArrayLike, target: ArrayLike) -> float:
    """Mean F1 of the classes weighted by their share of the target.

    Published as: "w-F1" on MELD (7 emotions, 3 sentiments), IEMOCAP 6-way and the MER challenges.
    MulT, MISA and MMSA before 2021-04-28 swapped the arguments, which weighs by the prediction.
    """
    return measure(rule_f1_weighted, prediction, target)


def precision_class(prediction: ArrayLike, target: ArrayLike, label: str | int) -> float:
    """Precision of one class: tp / (tp + fp); 0 where it is never predicted."""
    hits, called, _ = counts_of(prediction, target, label)
    return hits / called if called else 0.0


def recall_class(prediction: ArrayLike, target: ArrayLike, label: str | int) -> float:
    """Recall of one class: tp / (tp + fn); 0 where it does not occur."""
    hits, _, there = counts_of(prediction, target, label)
    return hits / there if there else 0.0


def f1_class(prediction: ArrayLike, target: ArrayLike, label: str | int) -> float:
    """F1 of one class: 2 tp / (2 tp + fp + fn); 0 where it neither occurs nor is predicted.

    `tritone.metrics.f1_joy(prediction, target)` is this with the label "joy".
    """
    hits, called, there = counts_of(prediction, target, label)
    return 2 * hits / (called + there) if called + there else 0.0


def mcc(prediction: ArrayLike, target: ArrayLike) -> float:
    """Matthews correlation of K classes (R_K); 0 where either side is constant.

    (c n - sum p_k t_k) / sqrt((n^2 - sum p_k^2) (n^2 - sum t_k^2)), with c right rows, p_k
    predicted and t_k true counts.

    Source: Gorodkin 2004, "Comparing two K-category assignments by a K-category correlation
    coefficient", Computational Biology and Chemistry 28.
    https://doi.org/10.1016/j.compbiolchem.2004.09.006
    """
    return measure(rule_mcc, prediction, target)


def kappa(prediction: ArrayLike, target: ArrayLike) -> float:
    """Cohen's kappa: (accuracy - chance) / (1 - chance), chance = sum p_k t_k / n^2.

    nan where both sides are one and the same constant: chance is then already right.

    Source: Cohen 1960, "A Coefficient of Agreement for Nominal Scales", EPM 20.
    https://doi.org/10.1177/001316446002000104
    """
    return measure(rule_kappa, prediction, target)


def counts_of(prediction: ArrayLike, target: ArrayLike, label: str | int) -> tuple[int, int, int]:
    """Rows of a class that are called so, rows that are called so, rows of it."""
    predicted, true = as_labels(prediction, target)
    called, there = predicted == label, true == label
    return int((called & there).sum()), int(called.sum()), int(there.sum())


def measure(rule: Rule, prediction: ArrayLike, target: ArrayLike) -> float:
    return float(rule(confusion_matrix(prediction, target)))


def index_of(values: Shaped[np.ndarray, " n"], names: Shaped[np.ndarray, " classes"]) -> np.ndarray:
    """Place of each value in `names`, which need not be sorted."""
    order = np.argsort(names)
    place = np.searchsorted(names, values, sorter=order).clip(max=len(names) - 1)
    found = order[place]
    unknown = values[names[found] != values]
    if len(unknown):
        known = ", ".join(map(str, names))
        raise DataError(f"The label {unknown[0]} is not among the classes: {known}.")
    return found


def rule_accuracy(counts: Num[np.ndarray, "*draws c c"]) -> Float[np.ndarray, "*draws"]:
    return ratio(hits_of(counts).sum(-1), counts.sum((-2, -1)))


def rule_balanced_accuracy(counts: Num[np.ndarray, "*draws c c"]) -> Float[np.ndarray, "*draws"]:
    true = counts.sum(-1)
    return ratio(ratio(hits_of(counts), true).sum(-1), (true > 0).sum(-1))


def rule_precision_macro(counts: Num[np.ndarray, "*draws c c"]) -> Float[np.ndarray, "*draws"]:
    return mean_of_seen(ratio(hits_of(counts), counts.sum(-2)), counts)


def rule_precision_weighted(counts: Num[np.ndarray, "*draws c c"]) -> Float[np.ndarray, "*draws"]:
    true = counts.sum(-1)
    return ratio((ratio(hits_of(counts), counts.sum(-2)) * true).sum(-1), true.sum(-1))


def rule_recall_macro(counts: Num[np.ndarray, "*draws c c"]) -> Float[np.ndarray, "*draws"]:
    return mean_of_seen(ratio(hits_of(counts), counts.sum(-1)), counts)


def rule_f1_macro(counts: Num[np.ndarray, "*draws c c"]) -> Float[np.ndarray, "*draws"]:
    return mean_of_seen(f1_of_classes(counts), counts)


def rule_f1_weighted(counts: Num[np.ndarray, "*draws c c"]) -> Float[np.ndarray, "*draws"]:
    true = counts.sum(-1)
    return ratio((f1_of_classes(counts) * true).sum(-1), true.sum(-1))


def rule_mcc(counts: Num[np.ndarray, "*draws c c"]) -> Float[np.ndarray, "*draws"]:
    true, called, total = sums_of(counts)
    right = hits_of(counts).sum(-1) * total - (true * called).sum(-1)
    spread = (total**2 - (called**2).sum(-1)) * (total**2 - (true**2).sum(-1))
    return ratio(right, np.sqrt(spread))


def rule_kappa(counts: Num[np.ndarray, "*draws c c"]) -> Float[np.ndarray, "*draws"]:
    true, called, total = sums_of(counts)
    right = ratio(hits_of(counts).sum(-1), total)
    chance = ratio((true * called).sum(-1), total**2)
    return ratio(right - chance, 1 - chance, empty=np.nan)


def sums_of(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of each true class, rows called each class, and all rows; in float64."""
    exact = counts.astype(float)
    return exact.sum(-1), exact.sum(-2), np.asarray(exact.sum((-2, -1)))


def hits_of(counts: np.ndarray) -> np.ndarray:
    return np.diagonal(counts, axis1=-2, axis2=-1)


def f1_of_classes(counts: np.ndarray) -> np.ndarray:
    return ratio(2 * hits_of(counts), counts.sum(-1) + counts.sum(-2))


def mean_of_seen(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Mean over the classes that occur in the target or in the prediction."""
    seen = counts.sum(-1) + counts.sum(-2) > 0
    return ratio((values * seen).sum(-1), seen.sum(-1))


def ratio(above: ArrayLike, below: ArrayLike, empty: float = 0.0) -> np.ndarray:
    """above / below, and `empty` where below is 0."""
    top, bottom = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    out = np.full(np.broadcast_shapes(top.shape, bottom.shape), empty)
    return np.divide(top, bottom, out=out, where=bottom != 0)


RULES: dict[Callable[..., float], Rule] = {
    accuracy: rule_accuracy,
    balanced_accuracy: rule_balanced_accuracy,
    uar: rule_balanced_accuracy,
    precision_macro: rule_precision_macro,
    precision_weighted: rule_precision_weighted,
    recall_macro: rule_recall_macro,
    recall_weighted: rule_accuracy,
    f1_macro: rule_f1_macro,
    f1_weighted: rule_f1_weighted,
    mcc: rule_mcc,
    kappa: rule_kappa,
}
