"""How good a trained model is on the rows of a store, for one seed or several."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol, runtime_checkable

import numpy as np

from tritone.assess.groups import numbered, told_if_few
from tritone.assess.marks import ceiling_marks
from tritone.assess.report import Report
from tritone.assess.rows import score_rows
from tritone.assess.smallest import smallest_shown
from tritone.core.errors import DataError
from tritone.core.store import Store
from tritone.core.task import Classes, Task
from tritone.metrics import confusion_matrix


@runtime_checkable
class Reader(Protocol):
    """A model that reads the rows of a store, as `tritone.learn` loads it."""

    @property
    def name(self) -> str: ...
    @property
    def task(self) -> Task: ...
    @property
    def target(self) -> str: ...
    def predict(self, store: Store, rows: Sequence[int]) -> tuple[np.ndarray, np.ndarray]: ...


def evaluate_rows(
    models: Sequence[Reader],
    store: Store,
    split: str,
    *,
    spec: str,
    version: str,
    draws: int = 1000,
    seed: int = 0,
) -> Report:
    """Score the seeds of one training on a split of a store, with floors, intervals and marks.

    Args:
        models: one for each seed.
        store: opened with the models' target.
        split: train, val, test or all.
        spec: how the data are named in the report.
        version: of the models.
        draws: resamples of the bootstrap, over groups where the store has them.
        seed: of the bootstrap.

    Raises:
        DataError: the store lacks the split, or not one of its clips has a target.
        ModelError: the store's rows are not those the models read.
    """
    rows = [row for row in store.rows(split) if store.target_of(row) is not None]
    if not rows:
        raise DataError(f"{store.folder} has no {split} clip whose {store.target} is known.")
    said = [model.predict(store, rows) for model in models]
    runs, true = [prediction for prediction, _ in said], said[0][1]
    groups = groups_of(store, rows)
    scored = score_rows(
        store.task,
        runs,
        true,
        train=train_targets(store, rows),
        groups=groups,
        draws=draws,
        seed=seed,
    )
    values = {name: figure.value for name, figure in scored.metrics.items()}
    report = Report(
        model={"name": models[0].name, "version": version},
        data={"spec": spec, "split": split, "target": store.target, "n": len(rows)}
        | ({} if groups is None else {"groups": len(np.unique(groups))}),
        metrics=scored.metrics,
        floors=scored.floors,
        marks=(
            *map(str, store.provenance.get("marks", ())),
            *scored.marks,
            *ceiling_marks(corpus_of(store), values),
        ),
        notes=notes_of(store, split, rows, groups),
        seeds=len(models),
        smallest=smallest_shown(store.task, runs, true, groups),
    )
    return with_counts(report, store.task, runs, true)


def corpus_of(store: Store) -> str:
    """The name of the corpus that a store was made of; nothing where nobody wrote it down."""
    return str(store.provenance.get("corpus") or store.provenance.get("dataset") or "")


def groups_of(store: Store, rows: Sequence[int]) -> np.ndarray | None:
    """The number of each row's group; None where the store has none."""
    return numbered([store.clip(row).group for row in rows])


def train_targets(store: Store, rows: Sequence[int]) -> np.ndarray:
    """The targets of the train split, or of the rows themselves where there is none."""
    places = store.rows("train") if "train" in store.splits else rows
    return targets_at(store, places)


def targets_at(store: Store, rows: Sequence[int]) -> np.ndarray:
    """The targets of some rows, those that are known: scores, class indices, or flags."""
    known = [target for row in rows if (target := store.target_of(row)) is not None]
    stacked = np.stack([target.numpy() for target in known])
    return stacked[:, 0] if stacked.shape[1:] == (1,) else stacked


def notes_of(
    store: Store, split: str, rows: Sequence[int], groups: np.ndarray | None
) -> tuple[str, ...]:
    """What was left out, and when the intervals say too little."""
    left = len(store.rows(split)) - len(rows)
    return (
        *map(str, store.provenance.get("target_notes", ())),
        *((f"{left} clips have no known {store.target} and are left out.",) if left else ()),
        *told_if_few(groups, len(rows)),
    )


def with_counts(report: Report, task: Task, runs: Sequence[Any], true: np.ndarray) -> Report:
    """The report with its confusion counts over all seeds, where classes are predicted."""
    if not isinstance(task, Classes) or task.multi:
        return report
    counts = sum(confusion_matrix(run, true, labels=np.arange(len(task.names))) for run in runs)
    confusion = {"classes": list(task.names), "counts": np.asarray(counts).tolist()}
    return replace(report, confusion=confusion)
