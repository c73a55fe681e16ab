"""The search: on val only, written down, and gone on with."""

import json
import logging
import signal
from pathlib import Path

import pytest
from torch import Tensor
from typer.testing import CliRunner

from tritone.cli import app
from tritone.cli.tune import told
from tritone.core.batch import Batch, Prediction
from tritone.core.errors import DataError, ModelError, RecipeError
from tritone.learn.recipe import Recipe, read_recipe
from tritone.learn.settings import Fit
from tritone.models.concat import ConcatMLP
from tritone.recipes.lineage import search_of
from tritone.recipes.scoring import evaluate
from tritone.recipes.training import train
from tritone.recipes.tuning import free_settings, tune

QUICK = Fit(epochs=3, batch=12)


def recipe(store: Path, **options) -> Recipe:
    return Recipe("concat_mlp", f"store:{store}", {"depth": 1}, fit=QUICK, **options)


def test_the_best_trial_is_the_one_that_scored_best_on_val(
    small_store: Path, tmp_path: Path
) -> None:
    found = tune(recipe(small_store), trials=4, out=tmp_path / "t")
    scores = [
        json.loads((tmp_path / "t" / f"trial-{i}" / "summary.json").read_text())["metrics"]["val"]
        for i in range(4)
    ]
    assert found.score == min(score["loss"] for score in scores)
    assert found.budget["trials"] == 4
    assert found.budget["selected_on"] == {"split": "val", "by": "loss"}
    assert all(
        set(json.loads((tmp_path / "t" / f"trial-{i}" / "summary.json").read_text())["metrics"])
        == {"train", "val"}
        for i in range(4)
    )


def test_the_best_recipe_can_be_trained_and_scores_the_same(
    small_store: Path, tmp_path: Path
) -> None:
    found = tune(recipe(small_store), trials=3, out=tmp_path / "t")
    assert read_recipe(tmp_path / "t" / "best.json") == found.best
    done = train(str(tmp_path / "t" / "best.json"), out=tmp_path / "run")
    assert done.summary["val"]["loss"]["mean"] == pytest.approx(found.score)


def test_a_search_goes_on_where_it_stopped(small_store: Path, tmp_path: Path) -> None:
    tune(recipe(small_store), trials=2, out=tmp_path / "t")
    with pytest.raises(RecipeError, match="holds a search"):
        tune(recipe(small_store), trials=3, out=tmp_path / "t")
    more = tune(recipe(small_store), trials=3, out=tmp_path / "t", resume=True)
    assert more.budget["trials"] == 3
    again = tune(recipe(small_store), trials=3, out=tmp_path / "t", resume=True)
    assert again.budget["best"] == more.budget["best"]
    with pytest.raises(RecipeError, match="holds a search from another recipe"):
        tune(recipe(small_store, seed=1), trials=3, out=tmp_path / "t", resume=True)


def test_a_search_that_goes_on_after_the_test_was_opened_is_marked(
    small_store: Path, tmp_path: Path
) -> None:
    data = f"store:{small_store}"

    def tested(trials: int, name: str) -> tuple[str, ...]:
        """The marks of a training by the best recipe of so many trials."""
        tune(recipe(small_store), trials=trials, out=tmp_path / "t", resume=True)
        done = train(
            str(tmp_path / "t" / "best.json"), out=tmp_path / name, settings=(f"seed={trials}",)
        )
        return evaluate(done, data, "test", draws=9).marks

    assert "test_reused" not in tested(1, "first")
    assert "test_reused" not in evaluate(tmp_path / "first", data, "test", draws=9).marks
    assert "test_reused" in tested(2, "second")
    alone = train(recipe(small_store), out=tmp_path / "alone")
    assert "test_reused" not in evaluate(alone, data, "test", draws=9).marks


def test_a_note_of_a_search_that_cannot_be_read_keeps_the_test_shut(tmp_path: Path) -> None:
    (tmp_path / "search.json").write_text("{")
    with pytest.raises(ModelError, match="It says which search led to this training; train anew"):
        search_of(tmp_path)


def test_a_search_that_is_refused_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        tune(recipe(tmp_path / "gone"), trials=2, out=tmp_path / "runs" / "t")
    assert list((tmp_path / "runs").iterdir()) == []


def test_what_is_given_is_held_fixed(small_store: Path) -> None:
    assert free_settings(recipe(small_store)) == (
        *("fit.lr", "fit.weight_decay", "fit.batch"),
        *("model.width", "model.dropout"),
    )
    fixed = Recipe("concat_mlp", arguments={"width": 8})
    assert "model.width" not in free_settings(fixed)


def test_a_setting_of_the_loop_is_held_fixed_too(small_store: Path, tmp_path: Path) -> None:
    found = tune(recipe(small_store), trials=1, out=tmp_path / "t", settings=("fit.lr=0.5",))
    assert "fit.lr" not in found.budget["searched"]
    assert found.best.fit.lr == 0.5


def test_a_model_that_is_solved_at_once_is_not_searched(small_store: Path, tmp_path: Path) -> None:
    solved = Recipe("logistic", f"store:{small_store}")
    with pytest.raises(RecipeError) as caught:
        tune(solved, trials=1, out=tmp_path / "t")
    assert str(caught.value) == (
        "There is nothing to search: logistic is solved at once, without steps. "
        "Train it with tritone train."
    )


def test_a_metric_that_is_better_when_higher_is_searched_upwards(
    small_store: Path, tmp_path: Path
) -> None:
    found = tune(
        recipe(small_store, target="sentiment", select="accuracy"), trials=2, out=tmp_path / "t"
    )
    scores = [
        json.loads((tmp_path / "t" / f"trial-{i}" / "summary.json").read_text())["metrics"]["val"]
        for i in range(2)
    ]
    best = max(score["accuracy"] for score in scores)
    assert -found.score == pytest.approx(best)
    lines = told(found.budget)
    floors = found.budget["floors"]
    assert lines[0].endswith(
        f"is best on the 12 clips of val: accuracy {best:.4f} "
        f"(floors: majority {floors['majority']:.4f}, prior {floors['prior']:.4f})"
    )
    assert floors["majority"] >= floors["prior"] >= 0.5


class Stopping(ConcatMLP):
    """Presses Ctrl-C as soon as it is asked for a loss."""

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        signal.raise_signal(signal.SIGINT)
        return super().losses(prediction, batch)


def test_a_stopped_search_says_in_one_line_how_to_go_on(
    small_store: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("optuna").addHandler(caplog.handler)  # it hands nothing on
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    words = ["tune", f"{__name__}:Stopping", "--trials", "2", "--data", f"store:{small_store}"]
    try:
        done = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "t")])
    finally:
        signal.signal(signal.SIGINT, before)
        logging.getLogger("optuna").removeHandler(caplog.handler)
    assert done.exit_code == 130
    assert caplog.records == []
    assert done.stderr == (
        "tritone: stopped; done trials are kept. Go on with the same command and --resume.\n"
    )
