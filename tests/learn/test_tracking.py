"""TensorBoard and MLflow are told of each epoch once, however often a run was cut off."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from tritone.core.errors import MissingExtra, RecipeError
from tritone.core.store import Store
from tritone.learn.recipe import Recipe
from tritone.learn.run import train_once
from tritone.learn.settings import Fit


def recipe(stop: int | None = None) -> Recipe:
    return Recipe("misa", fit=Fit(epochs=3, batch=16, stop=stop), select="mae")


def scalars(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """What TensorBoard reads of a folder: name to (step, value)."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    read = EventAccumulator(str(folder))
    read.Reload()
    return {
        name: [(one.step, one.value) for one in read.Scalars(name)]
        for name in read.Tags()["scalars"]
    }


@pytest.mark.slow
def test_tensorboard_shows_each_epoch_once_after_a_resume(store: Store, tmp_path: Path) -> None:
    train_once(recipe(stop=2), store, tmp_path / "r", 0, track="tensorboard")
    (tmp_path / "r" / "summary.json").unlink()
    run = train_once(recipe(), store, tmp_path / "r", 0, track="tensorboard")
    told = scalars(tmp_path / "r" / "tensorboard")
    history = run.summary["history"]
    terms = {name for name in history[0] if name.startswith("loss.")}
    assert len(terms) > 1
    assert {"train/loss", "lr", "val/score", "val/mae", "val/pearson"} <= set(told)
    assert {f"train/{term}" for term in terms} <= set(told)
    for name, key in (("train/loss", "loss"), ("lr", "lr"), ("val/mae", "val.mae")):
        assert [step for step, _ in told[name]] == [1, 2, 3]
        assert [value for _, value in told[name]] == pytest.approx([line[key] for line in history])
    assert told["kept/mae"][-1][1] == pytest.approx(run.summary["metrics"]["val"]["mae"])


def test_what_is_told_changes_no_figure(store: Store, tmp_path: Path) -> None:
    quiet = train_once(recipe(stop=1), store, tmp_path / "a", 0).summary
    told = train_once(recipe(stop=1), store, tmp_path / "b", 0, track="tensorboard").summary
    assert told["metrics"] == quiet["metrics"]
    assert quiet["history"][0].items() <= told["history"][0].items()


class Server:
    """What MLflow's client is asked, kept in memory; its answers are those of version 3."""

    def __init__(self) -> None:
        self.metrics: dict[str, list[SimpleNamespace]] = {}
        self.params: dict[str, str] = {}
        self.runs: list[str] = []
        self.ended = 0

    def get_experiment_by_name(self, name: str) -> None:
        return None

    def create_experiment(self, name: str) -> str:
        return name

    def create_run(self, experiment: str, run_name: str) -> SimpleNamespace:
        self.runs.append(run_name)
        return SimpleNamespace(info=SimpleNamespace(run_id=f"id{len(self.runs)}"))

    def update_run(self, run: str, status: str) -> None:
        if run != f"id{len(self.runs)}":
            raise LookupError(run)

    def log_param(self, run: str, key: str, value: str) -> None:
        self.params[key] = value

    def log_metric(self, run: str, key: str, value: float) -> None:
        self.metrics.setdefault(key, []).append(SimpleNamespace(value=value, step=0))

    def log_batch(self, run: str, metrics: list[tuple[str, float, int, int]]) -> None:
        for key, value, _, step in metrics:
            self.metrics.setdefault(key, []).append(SimpleNamespace(value=value, step=step))

    def get_metric_history(self, run: str, key: str) -> list[SimpleNamespace]:
        return self.metrics.get(key, [])

    def set_terminated(self, run: str) -> None:
        self.ended += 1


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server in place of MLflow, which is not installed here."""
    made = Server()
    parts = {
        "mlflow": {"__spec__": SimpleNamespace()},
        "mlflow.tracking": {"MlflowClient": lambda: made},
        "mlflow.exceptions": {"MlflowException": LookupError},
        "mlflow.entities": {"Metric": lambda *given: given},
    }
    for name, held in parts.items():
        module = ModuleType(name)
        vars(module).update(held)
        monkeypatch.setitem(sys.modules, name, module)
    return made


@pytest.mark.slow
def test_mlflow_gets_each_epoch_once_after_a_resume(
    store: Store, tmp_path: Path, server: Server
) -> None:
    train_once(recipe(stop=2), store, tmp_path / "r", 0, track="mlflow")
    run = train_once(recipe(), store, tmp_path / "r", 0, track="mlflow")
    assert server.runs == [f"{tmp_path.name}/r"]
    assert [one.step for one in server.metrics["train/loss"]] == [1, 2, 3]
    assert [one.value for one in server.metrics["val/mae"]] == [
        line["val.mae"] for line in run.summary["history"]
    ]
    assert server.params["fit.epochs"] == "3"
    assert server.params["model"] == "misa"
    assert server.ended == 2


def test_a_tracker_that_is_not_here_is_named_before_any_work(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tritone.learn.tracking.find_spec", lambda name: None)
    with pytest.raises(MissingExtra) as caught:
        train_once(recipe(), store, tmp_path / "r", 0, track="mlflow")
    assert str(caught.value) == (
        "Tracking with mlflow needs the package 'mlflow', which is not installed. Install it "
        "with: pip install 'tritone[track]'"
    )
    with pytest.raises(RecipeError) as wrong:
        train_once(recipe(), store, tmp_path / "r", 0, track="wandb")
    assert str(wrong.value) == "track takes one of tensorboard, mlflow, got 'wandb'."
    assert not (tmp_path / "r").exists()
