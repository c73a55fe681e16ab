"""What a cell's models say of the reported rows, what that is worth, and what it costs."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from tritone.assess.report import Report, known
from tritone.assess.rows import metric_of
from tritone.core.errors import DataError, ModelError
from tritone.core.store import Store
from tritone.core.task import Task
from tritone.learn.recipe import Recipe
from tritone.learn.run import Run
from tritone.learn.trained import Trained

TIMED = 32  # clips whose time is taken one by one


class Asked:
    """A trained model that was asked once about the reported rows, and keeps what it said."""

    def __init__(self, model: Trained, store: Store, split: str) -> None:
        self.model, self.name, self.task, self.target = model, model.name, model.task, model.target
        self.rows = store.known_rows(split)
        self.said, self.true = model.predict(store, self.rows)

    def predict(self, store: Store, rows: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """What it said, and what is true.

        Raises:
            ModelError: it was asked about other rows.
        """
        if list(rows) != self.rows:
            raise ModelError(f"{self.name} was asked about other rows of {store.folder}.")
        return self.said, self.true


def facts_of(
    called: str,
    recipe: Recipe,
    store: Store,
    runs: Sequence[Run],
    asked: Sequence[Asked],
    report: Report,
) -> dict[str, Any]:
    """What cell.json says: the report's figures with the spread over seeds, and the cost."""
    each = {
        name: [metric_or_none(name, store.task, one) for one in asked] for name in report.metrics
    }
    figures: dict[str, Any] = dict(report.to_json())
    metrics = {name: {**told, "each": each[name]} for name, told in figures["metrics"].items()}
    first = runs[0].summary
    return {
        "schema": 1,
        "recipe": recipe.to_json(),
        "model": called,
        "channels": list(asked[0].model.model.dims),
        "data": {**figures["data"], "train": first["data"]["clips"]["train"]},
        "task": store.task.to_json(),
        "seeds": len(runs),
        "metrics": metrics,
        "val": val_of(runs),
        "floors": figures["floors"],
        "marks": list(report.marks),
        "notes": figures["notes"],
        "confusion": figures["confusion"],
        "cost": {
            "parameters": first["parameters"],
            "train_samples_per_s": pace(runs),
            "latency_ms": latency(asked[0], store),
            "train_seconds": round(sum(run.summary["wall_seconds"] for run in runs), 3),
        },
        "epochs": [run.summary["selected_on"]["epoch"] for run in runs],
        "histories": [run.summary["history"] for run in runs],
    }


def val_of(runs: Sequence[Run]) -> dict[str, float]:
    """The mean over seeds of each figure on the val split, by which choices may be made."""
    found = [run.summary["metrics"]["val"] for run in runs]
    names = [name for name in found[0] if all(one.get(name) is not None for one in found)]
    return {name: float(np.mean([one[name] for one in found])) for name in names}


def metric_or_none(name: str, task: Task, asked: Asked) -> float | None:
    """One seed's figure; None where it is not defined."""
    try:
        return known(float(metric_of(name, task)(asked.said, asked.true)))
    except DataError:
        return None


def pace(runs: Sequence[Run]) -> float:
    """Training samples a second, over all that the training does, its judging included."""
    samples = sum(run.summary["data"]["clips"]["train"] * run.summary["epochs"] for run in runs)
    seconds = sum(run.summary["wall_seconds"] for run in runs)
    return round(samples / max(seconds, 1e-9), 1)


def latency(asked: Asked, store: Store) -> float:
    """Milliseconds from the rows of one clip to its answer, batch 1, one CPU thread: the median."""
    times = []
    for row in asked.rows[: TIMED + 1]:
        began = time.perf_counter()
        asked.model.predict(store, [row])
        times.append(time.perf_counter() - began)
    # The first one pays for what is set up once.
    return round(float(np.median(times[1:] or times)) * 1000, 3)
