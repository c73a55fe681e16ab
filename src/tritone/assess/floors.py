"""What predictors score that look at nothing: a figure that is not above them says nothing.

They know the split's own labels, so they are the best of their kind, not ones to be had.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from jaxtyping import Float, Int

from tritone.metrics import Metric, brier, nll


def majority_floor(
    true: Int[np.ndarray, " clip"], metrics: Mapping[str, Metric]
) -> dict[str, float]:
    """Each metric of always naming the class that is most frequent here."""
    constant = np.full_like(true, np.bincount(true).argmax())
    return {name: metric(constant, true) for name, metric in metrics.items()}


def prior_floor(true: Int[np.ndarray, " clip"], classes: int) -> dict[str, float]:
    """What the shares of the classes score as probabilities of every clip.

    Its accuracy is that of drawing a class by these shares, sum p^2, in expectation.
    """
    shares = np.bincount(true, minlength=classes) / len(true)
    given = np.tile(shares, (len(true), 1))
    return {
        "accuracy": float((shares**2).sum()),
        "balanced_accuracy": 1 / int((shares > 0).sum()),
        "nll": nll(given, true),
        "brier": brier(given, true),
    }


def score_floor(
    true: Float[np.ndarray, " clip"], signs: Iterable[Metric], scores: Iterable[Metric]
) -> dict[str, float]:
    """The better constant sign for each sign metric, and the median for the rest."""
    ones = np.ones_like(true)
    floor = {m.__name__: float(np.fmax(m(ones, true), m(-ones, true))) for m in signs}
    return floor | {m.__name__: m(ones * np.median(true), true) for m in scores}
