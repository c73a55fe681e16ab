"""A training's figures, epoch by epoch, where others look at them: TensorBoard and MLflow.

    history ─ a line for each epoch: loss, its terms, step size, figures on val ─▶ tracker

What a tracker was told lies in the history, and the history in the checkpoint: a run that is
resumed tells every epoch once, however often it was killed.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from tritone.core.errors import MissingExtra, RecipeError
from tritone.core.files import whole_file

TRACKERS = ("tensorboard", "mlflow")
FOLDER, RUN = "tensorboard", "mlflow.json"
EVENTS = "events.out.tfevents.*"
LONGEST = 500  # characters of a value that MLflow takes on any server
VAL = "val."  # leads the names of the figures on val

Line = Mapping[str, int | float]


@runtime_checkable
class Tracker(Protocol):
    """What is told of a training."""

    def record(self, history: Sequence[Line]) -> None:
        """Tell of the epochs that are not told of yet; called after each, with all so far."""
        ...

    def close(self, figures: Mapping[str, float | None]) -> None:
        """Tell the figures on val of the weights that were kept, and end."""
        ...


def open_tracker(name: str, folder: Path, facts: Mapping[str, Any]) -> Tracker:
    """A tracker for the run in a folder; one that was there before goes on.

    Args:
        name: "tensorboard" or "mlflow".
        folder: of the run.
        facts: the recipe, as plain data.

    Raises:
        MissingExtra: its package is not installed.
        RecipeError: there is no such tracker.
    """
    check_tracker(name)
    settings = dict(flattened(facts))
    if name == "tensorboard":
        return TensorBoard(folder / FOLDER, settings)
    return MLflow(folder / RUN, settings)


def check_tracker(name: str) -> None:
    """See that there is such a tracker and that its package is here, before hours of work.

    Raises:
        MissingExtra: its package is not installed.
        RecipeError: there is no such tracker.
    """
    if name not in TRACKERS:
        raise RecipeError(f"track takes one of {', '.join(TRACKERS)}, got {name!r}.")
    if find_spec(name) is None:
        raise MissingExtra(name, "track", f"Tracking with {name}")


class TensorBoard:
    """Event files in a folder of the run; `tensorboard --logdir runs` shows them.

    Args:
        folder: for the event files; those of an earlier part of the run are written anew.
        settings: of the recipe, by name.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str | int | float | bool]) -> None:
        from torch.utils.tensorboard import SummaryWriter

        for old in folder.rglob(EVENTS):
            old.unlink()
        self.writer, self.settings, self.told = SummaryWriter(str(folder)), settings, 0

    def record(self, history: Sequence[Line]) -> None:
        """Write the epochs since the last call, and all of them at the first."""
        for line in history[self.told :]:
            for name, value in figures_of(line):
                self.writer.add_scalar(name, value, int(line["epoch"]))
        self.told = len(history)
        self.writer.flush()

    def close(self, figures: Mapping[str, float | None]) -> None:
        """Write the settings beside the figures that they led to."""
        known = {f"kept/{name}": value for name, value in figures.items() if value is not None}
        self.writer.add_hparams(dict(self.settings), known, run_name=".")
        self.writer.close()


class MLflow:
    """A run on the server that MLFLOW_TRACKING_URI names, or where MLflow keeps them by default.

    Args:
        file: holds the run's id, so that it is gone on with.
        settings: of the recipe, by name.
    """

    def __init__(self, file: Path, settings: Mapping[str, str | int | float | bool]) -> None:
        self.client = import_module("mlflow.tracking").MlflowClient()
        self.run = self.earlier(file) or self.begun(file, settings)
        kept = self.client.get_metric_history(self.run, figure_name("loss"))
        self.told = {int(one.step) for one in kept}

    def earlier(self, file: Path) -> str | None:
        """The id of the run that was begun before; None where the server does not know it."""
        unknown = import_module("mlflow.exceptions").MlflowException
        try:
            run = str(json.loads(file.read_text(encoding="utf-8"))["run"])
            self.client.update_run(run, status="RUNNING")
        except (OSError, ValueError, KeyError, TypeError, unknown):
            return None
        return run

    def begun(self, file: Path, settings: Mapping[str, str | int | float | bool]) -> str:
        """The id of a new run, which is named after its folders."""
        name, label = str(settings.get("model", "tritone")), "/".join(file.parent.parts[-2:])
        known = self.client.get_experiment_by_name(name)
        experiment = known.experiment_id if known else self.client.create_experiment(name)
        run = self.client.create_run(experiment, run_name=label).info.run_id
        for key, value in settings.items():
            self.client.log_param(run, key, str(value)[:LONGEST])
        with whole_file(file) as opened:
            opened.write(json.dumps({"run": run}).encode())
        return run

    def record(self, history: Sequence[Line]) -> None:
        """Send the epochs that the server does not have, each of them whole or not at all."""
        metric = import_module("mlflow.entities").Metric
        for line in history:
            epoch, now = int(line["epoch"]), int(time.time() * 1000)
            if epoch not in self.told:
                sent = [metric(name, value, now, epoch) for name, value in figures_of(line)]
                self.client.log_batch(self.run, metrics=sent)
                self.told.add(epoch)

    def close(self, figures: Mapping[str, float | None]) -> None:
        """Send the figures of the weights that were kept, and end the run."""
        for name, value in figures.items():
            if value is not None:
                self.client.log_metric(self.run, f"kept/{name}", value)
        self.client.set_terminated(self.run)


def figures_of(line: Line) -> Iterator[tuple[str, float]]:
    """A line of the history as figures by name: "train/loss", "lr", "val/f1_macro"."""
    for name, value in line.items():
        if name != "epoch":
            yield figure_name(name), float(value)


def figure_name(name: str) -> str:
    """What a figure of the history is called where it is looked at."""
    if name.startswith(VAL):
        return f"val/{name.removeprefix(VAL)}"
    return {"lr": "lr", "score": "val/score"}.get(name, f"train/{name}")


def flattened(
    facts: Mapping[str, Any], lead: str = ""
) -> Iterator[tuple[str, str | int | float | bool]]:
    """Settings by their whole names, as in "fit.lr"; lists as text, and nothing for None."""
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from flattened(value, f"{lead}{name}.")
        elif isinstance(value, str | int | float | bool):
            yield f"{lead}{name}", value
        elif value is not None:
            yield f"{lead}{name}", json.dumps(value)
