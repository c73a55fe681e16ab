"""Marks: stable words that say what a figure must not be taken for."""

import math
from collections.abc import Mapping

import numpy as np
from jaxtyping import Int

from tritone.assess.report import Figure
from tritone.metrics.ceilings import (
    AGREEMENTS,
    above_ceiling,
    correlation_ceiling,
    panel_error,
)

# One class this often is a constant with a little noise.
DEGENERATE = 0.95


def marks_of(
    accuracy: Figure, majority: float, counts: Int[np.ndarray, "class class"]
) -> tuple[str, ...]:
    """`below_floor`, `near_floor` and `degenerate`, as far as they apply.

    below_floor: the accuracy is not above that of always naming the most frequent class.
    near_floor: it is above, but its interval reaches down to there.
    degenerate: one class is more than 95 % of the predictions, though not of the truth.
    """
    marks = []
    if accuracy.value <= majority:
        marks.append("below_floor")
    elif accuracy.low <= majority:
        marks.append("near_floor")
    total = counts.sum()
    called, true = counts.sum(axis=0) / total, counts.sum(axis=1) / total
    if called.max() > DEGENERATE and true[called.argmax()] <= DEGENERATE:
        marks.append("degenerate")
    return tuple(marks)


def ceiling_marks(corpus: str, values: Mapping[str, float]) -> tuple[str, ...]:
    """`above_ceiling` where the annotators' own agreement forbids a figure.

    Args:
        corpus: its name; of few is the agreement known.
        values: name of a metric to its value, errors in the unit of the corpus's own labels.
    """
    agreement = AGREEMENTS.get(corpus)
    if agreement is None:
        return ()
    best = correlation_ceiling(agreement.alpha, agreement.raters)
    least = agreement.error and panel_error(agreement.error, agreement.raters)
    found = above_ceiling(values.get("pearson", math.nan), best)
    if least is not None:
        mae = values.get("mae", math.nan)
        found = found or above_ceiling(mae, least, higher_is_better=False)
    return ("above_ceiling",) if found else ()
