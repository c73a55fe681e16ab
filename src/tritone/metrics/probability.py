"""Metrics of probabilities (n, classes): do they rank right, and do they mean what they say?

A vector (n) is read as the probability of class 1 of two. Targets are column numbers.
"""

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import ArrayLike

from tritone.metrics.calibration import gap_of_bins, top_confidence
from tritone.metrics.inputs import as_probabilities

# The smallest probability that `nll` takes the logarithm of, as scikit-learn's log_loss does.
FLOOR = float(np.finfo(np.float64).eps)


def roc_auc(prediction: ArrayLike, target: ArrayLike) -> float:
    """Area under the ROC curve; the macro mean of one-against-rest for more than two classes.

    The chance that a row of the class scores above one that is not, ties counting half. Classes
    absent from the target (or filling it) have no curve and are left out; nan where none is left.

    Published as: AUC of S002's branches and of its unified model.
    """
    return mean_over_classes(area_under_roc, prediction, target)


def pr_auc(prediction: ArrayLike, target: ArrayLike) -> float:
    """Average precision, sum (R_i - R_(i-1)) P_i; macro mean of one-against-rest as `roc_auc`."""
    return mean_over_classes(average_precision, prediction, target)


def ece(prediction: ArrayLike, target: ArrayLike, bins: int = 15) -> float:
    """Expected calibration error: sum over bins of n_b / n |accuracy_b - confidence_b|.

    Confidence is the largest probability of a row; the bins hold equally many rows (sizes differ
    by one at most). Rows of equal confidence share their accuracy, so that their order in the
    input does not matter. It is above 0 even for a perfect model: compare with
    `calibration.ece_band`.

    Source: Naeini et al. 2015, "Obtaining Well Calibrated Probabilities Using Bayesian Binning",
    AAAI. https://doi.org/10.1609/aaai.v29i1.9602; equal mass: Nguyen and O'Connor 2015, EMNLP.

    Raises:
        DataError: no probabilities, or `bins` is less than 1.
    """
    given, true = as_probabilities(prediction, target)
    confidence, named = top_confidence(given)
    return float(gap_of_bins(confidence, (named == true).astype(float), bins))


def brier(prediction: ArrayLike, target: ArrayLike) -> float:
    """Mean over the rows of sum over the classes (p - [true])^2: 0 is perfect, 2 the worst.

    Two classes count both columns, as in the paper; the halved form is in [0, 1].

    Source: Brier 1950, "Verification of Forecasts Expressed in Terms of Probability", Monthly
    Weather Review 78. https://doi.org/10.1175/1520-0493(1950)078%3C0001:VOFEIT%3E2.0.CO;2
    """
    given, true = as_probabilities(prediction, target)
    return float(((given - np.eye(given.shape[1])[true]) ** 2).sum(axis=1).mean())


def nll(prediction: ArrayLike, target: ArrayLike) -> float:
    """Mean of -log p(true class), in nats; p is not taken below 2.2e-16."""
    given, true = as_probabilities(prediction, target)
    return float(-np.log(given[np.arange(len(true)), true].clip(FLOOR, 1)).mean())


def mean_over_classes(area, prediction: ArrayLike, target: ArrayLike) -> float:
    held = one_against_rest(prediction, target)
    if not held:
        return float("nan")
    return float(np.mean([area(score, is_class) for score, is_class in held.values()]))


def one_against_rest(
    prediction: ArrayLike, target: ArrayLike
) -> dict[int, tuple[Float[np.ndarray, " n"], Bool[np.ndarray, " n"]]]:
    """Score and membership of each class that has a curve, by column; of two, the second."""
    given, true = as_probabilities(prediction, target)
    columns = (1,) if given.shape[1] == 2 else range(given.shape[1])
    held = [c for c in columns if 0 < (true == c).sum() < len(true)]
    return {c: (given[:, c], true == c) for c in held}


def area_under_roc(score: Float[np.ndarray, " n"], is_class: Bool[np.ndarray, " n"]) -> float:
    """Mann and Whitney's U over its largest value."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    ours = int(is_class.sum())
    above = rank[is_class].sum() - ours * (ours + 1) / 2
    return float(above / (ours * (len(score) - ours)))


def average_precision(score: Float[np.ndarray, " n"], is_class: Bool[np.ndarray, " n"]) -> float:
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(is_class[order])
    # Equal scores enter together: only the last row of a run is a threshold.
    last = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    gained = np.diff(hits[last], prepend=0)
    return float((gained * hits[last] / (last + 1)).sum() / hits[-1])
