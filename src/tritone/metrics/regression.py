"""Metrics of a score: how far off, and how well it follows."""

import numpy as np
from numpy.typing import ArrayLike

from tritone.metrics.inputs import as_scores


def mae(prediction: ArrayLike, target: ArrayLike) -> float:
    """Mean absolute error, in the unit of the target: mean |p - t|; nothing is clipped.

    Published as: MAE on CMU-MOSI and CMU-MOSEI. A NaN in either makes it nan.
    """
    predicted, true = as_scores(prediction, target)
    return float(np.abs(predicted - true).mean())


def pearson(prediction: ArrayLike, target: ArrayLike) -> float:
    """Pearson's correlation: cov(p, t) / (sd(p) sd(t)), in [-1, 1].

    nan, without a warning, where either side is constant or there is one row: a constant does
    not follow anything, and 0 would look like a measurement.

    Published as: Corr on CMU-MOSI, CMU-MOSEI and CH-SIMS.
    """
    predicted, true = as_scores(prediction, target)
    if is_constant(predicted) or is_constant(true):
        return float("nan")
    p, t = predicted - predicted.mean(), true - true.mean()
    return float(np.clip((p @ t) / np.sqrt((p @ p) * (t @ t)), -1, 1))


def ccc(prediction: ArrayLike, target: ArrayLike) -> float:
    """Concordance correlation: 2 cov / (var(p) + var(t) + (mean(p) - mean(t))^2), in [-1, 1].

    A constant prediction scores 0; nan where both sides are the same constant.

    Source: Lin 1989, "A Concordance Correlation Coefficient to Evaluate Reproducibility",
    Biometrics 45. https://doi.org/10.2307/2532051
    Published as: CCC of valence and arousal in the AVEC, MuSe and ABAW challenges.
    """
    predicted, true = as_scores(prediction, target)
    if is_constant(predicted) and is_constant(true) and predicted[0] == true[0]:
        return float("nan")
    p, t = predicted.mean(), true.mean()
    shared = ((predicted - p) * (true - t)).mean()
    return float(2 * shared / (predicted.var() + true.var() + (p - t) ** 2))


def is_constant(values: np.ndarray) -> bool:
    return bool((values == values[0]).all())
