"""Marks: stable words that say what a figure must not be taken for."""

import numpy as np
from jaxtyping import Int

from tritone.assess.report import Figure

# One class this often is a constant with a little noise.
DEGENERATE = 0.95


def marks_of(
    accuracy: Figure, majority: float, counts: Int[np.ndarray, "class class"]
) -> tuple[str, ...]:
    """`below_floor`, `within_noise` and `degenerate`, as far as they apply.

    below_floor: the accuracy is not above that of always naming the most frequent class.
    within_noise: it is above, but its interval reaches down to there.
    degenerate: one class is more than 95 % of the predictions, though not of the truth.
    """
    marks = []
    if accuracy.value <= majority:
        marks.append("below_floor")
    elif accuracy.low <= majority:
        marks.append("within_noise")
    total = counts.sum()
    called, true = counts.sum(axis=0) / total, counts.sum(axis=1) / total
    if called.max() > DEGENERATE and true[called.argmax()] <= DEGENERATE:
        marks.append("degenerate")
    return tuple(marks)
