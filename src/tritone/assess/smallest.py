"""The smallest difference between two models that some rows can show: it stands under tables."""

import math
from collections.abc import Sequence

import numpy as np

from tritone.assess.report import Smallest
from tritone.core.task import Classes, Task
from tritone.metrics import acc2_nonzero, accuracy
from tritone.metrics.inputs import as_labels
from tritone.metrics.significance import intraclass, smallest_difference


def smallest_shown(
    task: Task, runs: Sequence[np.ndarray], true: np.ndarray, groups: np.ndarray | None
) -> Smallest | None:
    """The smallest difference in a share of right rows; None where rows are not right or wrong.

    Args:
        task: what is predicted.
        runs: decoded predictions of each seed.
        true: what is true of the same rows.
        groups: video, dialogue or speaker of each row.
    """
    if isinstance(task, Classes):
        if task.multi:
            return None
        name, kept = accuracy.__name__, np.ones(len(true), dtype=bool)
        right = np.mean([as_labels(run, true)[0] == true for run in runs], axis=0)
    elif acc2_nonzero.__name__ in task.metrics:
        name, kept = acc2_nonzero.__name__, true != 0
        right = np.mean([(run > 0) == (true > 0) for run in runs], axis=0)
    else:
        return None
    if not kept.any():
        return None
    alone = None if groups is None else groups[kept]
    return Smallest(name, of_right(right[kept], alone))


def of_right(right: np.ndarray, groups: np.ndarray | None) -> float:
    """The smallest difference, from how often each row was right and what group it is of."""
    # Where all rows are right, the share of right ones is not sure to be 1: it is held as far from
    # it as one more row of each kind would bring it.
    edge = 1 / (len(right) + 2)
    share = float(right.mean().clip(edge, 1 - edge))
    if groups is None:
        return smallest_difference(len(right), share)
    alike = intraclass(right, groups)
    return smallest_difference(
        len(right),
        share,
        groups=len(np.unique(groups)),
        within=1.0 if math.isnan(alike) else alike,
    )
