"""Figures of predictions for rows: means over seeds, intervals, floors and marks, for any task."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tritone import metrics as measures
from tritone.assess.floors import majority_floor, prior_floor, score_floor
from tritone.assess.marks import marks_of
from tritone.assess.report import Figure
from tritone.catalogue import metric_named
from tritone.core.errors import DataError
from tritone.core.task import Classes, Regression, Task
from tritone.metrics import Metric
from tritone.metrics.intervals import middle
from tritone.metrics.seeds import nested_values, seeds_interval

# A prediction with less spread than this share of the truth's says the same of everything.
STILL = 0.1
NEEDS_PROBABILITIES = ("roc_auc", "pr_auc", "ece", "brier", "nll")
CONTINUOUS = ("mae", "pearson", "ccc")


@dataclass(frozen=True)
class Scored:
    """What can be said of some predictions.

    Args:
        metrics: name to figure: the mean over seeds, and an interval over seeds and rows.
        floors: "majority", "prior" (classes), "mean" and "median" of the train split (scores).
        marks: stable words of warning.
    """

    metrics: dict[str, Figure]
    floors: dict[str, dict[str, float]]
    marks: tuple[str, ...]


def score_rows(
    task: Task,
    runs: Sequence[np.ndarray],
    true: np.ndarray,
    *,
    train: np.ndarray,
    groups: np.ndarray | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> Scored:
    """Every metric of the task, for the predictions of one or several seeds.

    Args:
        task: what is predicted.
        runs: decoded predictions of each seed: scores (n), or probabilities (n, classes).
        true: scores, class indices, or a flag for each class.
        train: the same of the train split, from which the mean and the median are taken.
        groups: video, dialogue or speaker of each row.
        draws: resamples.
        seed: of the resampling.
    """
    named = metrics_of(task)
    figures = {
        name: figure(metric, runs, true, groups, draws, seed) for name, metric in named.items()
    }
    floors = floors_of(task, named, true, train)
    return Scored(figures, floors, marks(task, figures, floors, runs, true))


def metrics_of(task: Task) -> dict[str, Metric]:
    """The task's metrics by name."""
    return {name: metric_of(name, task) for name in task.metrics}


def metric_of(name: str, task: Task) -> Metric:
    """The metric of a name for a task."""
    return metric_named(name, task.names)


def figure(
    metric: Metric,
    runs: Sequence[np.ndarray],
    true: np.ndarray,
    groups: np.ndarray | None,
    draws: int,
    seed: int,
) -> Figure:
    """A metric's mean over seeds and its interval; NaN where it is not defined."""
    return drawn_figure(metric, runs, true, groups, draws, seed)[0]


def drawn_figure(
    metric: Metric,
    runs: Sequence[np.ndarray],
    true: np.ndarray,
    groups: np.ndarray | None,
    draws: int,
    seed: int,
) -> tuple[Figure, np.ndarray]:
    """A metric's mean over seeds with its interval, and its value in each draw that gave that."""
    try:
        each = [metric(run, true) for run in runs]
        drawn = nested_values(metric, runs, true, groups, draws=draws, seed=seed)
    except DataError:
        return Figure(math.nan, math.nan, math.nan), np.full(draws, math.nan)
    spread = seeds_interval(each).deviation if len(each) > 1 else None
    return Figure(float(np.mean(each)), *middle(drawn), spread), drawn


def floors_of(
    task: Task, named: Mapping[str, Metric], true: np.ndarray, train: np.ndarray
) -> dict[str, dict[str, float]]:
    """What predictors that look at nothing score on these rows."""
    if isinstance(task, Regression):
        signs = [metric for name, metric in named.items() if name not in CONTINUOUS]
        scores = [metric for name, metric in named.items() if name in CONTINUOUS]
        return {
            "majority": score_floor(true, signs, scores),
            "mean": constant_floor(named, float(train.mean()), true),
            "median": constant_floor(named, float(np.median(train)), true),
        }
    if task.multi:
        return {}
    labels = {n: metric for n, metric in named.items() if n not in NEEDS_PROBABILITIES}
    return {"majority": majority_floor(true, labels), "prior": prior_floor(true, len(task.names))}


def constant_floor(named: Mapping[str, Metric], value: float, true: np.ndarray) -> dict[str, float]:
    """Every metric of saying one score of all rows."""
    constant = np.full(len(true), value)
    found = {}
    for name, metric in named.items():
        try:
            found[name] = float(metric(constant, true))
        except DataError:
            found[name] = math.nan
    return found


def marks(
    task: Task,
    figures: Mapping[str, Figure],
    floors: Mapping[str, Mapping[str, float]],
    runs: Sequence[np.ndarray],
    true: np.ndarray,
) -> tuple[str, ...]:
    """`below_floor`, `near_floor` and `degenerate`, as far as they apply."""
    if isinstance(task, Classes):
        if task.multi:
            return ()
        floor, found = floors["majority"]["accuracy"], {}
        for run in runs:  # one by one: seeds that are stuck on different classes hide each other
            counts = measures.confusion_matrix(run, true, labels=np.arange(len(task.names)))
            found |= dict.fromkeys(marks_of(figures["accuracy"], floor, counts))
        return tuple(found)
    found = []
    # A smaller error is better, so what must lie below the floor is the interval's upper end.
    floor, mae = min(floors[name]["mae"] for name in floors), figures["mae"]
    if mae.value >= floor:
        found.append("below_floor")
    elif mae.high >= floor:
        found.append("near_floor")
    if any(np.std(run) < STILL * np.std(true) for run in runs):
        found.append("degenerate")
    return tuple(found)
