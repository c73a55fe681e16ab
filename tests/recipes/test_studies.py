"""A training's further studies: by the door, by the folder, and in the summary."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tritone.cli import app
from tritone.learn.recipe import Recipe
from tritone.learn.settings import Fit
from tritone.recipes.scoring import evaluate
from tritone.recipes.training import Training, advice_on, train

MOODS = {"so happy and glad": "joy", "so sad and alone": "sadness"}
QUICK = Fit(epochs=6, lr=0.03, batch=12)


@pytest.fixture(scope="module")
def trained(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Training:
    folder = tmp_path_factory.mktemp("runs") / "run"
    made = Recipe("concat_mlp", f"store:{small_store}", {"width": 6}, fit=QUICK)
    return train(made, out=folder, seeds=2)


def test_a_training_is_damaged_and_mended(small_store: Path, trained: Training) -> None:
    spec = f"store:{small_store}"
    found = evaluate(trained, spec, "val", robustness=True, calibrate=True, draws=2).to_json()
    assert found["calibration"]["fitted_on"] == {"split": "val", "n": 12, "folds": 5}
    assert [run["name"] for run in found["training"]["runs"]] == ["seed-0", "seed-1"]
    clean = found["metrics"]["mae"]["value"]
    curves = found["robustness"]["curves"]
    assert all(curve["values"]["mae"][0]["value"] == clean for curve in curves)
    assert {curve["of"] for curve in curves} == {"all", "text", "audio"}


@pytest.mark.slow
def test_flags_and_page_at_the_door(small_store: Path, tmp_path: Path) -> None:
    made = Recipe("concat_mlp", f"store:{small_store}", {"width": 6}, modalities=("text",))
    run, page = tmp_path / "run", tmp_path / "report.html"
    train(made, out=run, settings=("fit.epochs=2",))
    arguments = ["evaluate", str(run), "--data", f"store:{small_store}", "--split", "val"]
    options = ["--robustness", "--calibrate", "--html", str(page)]
    done = CliRunner().invoke(app, [*arguments, *options])
    assert done.exit_code == 0, done.output
    assert page.read_text().count("data:image/png") == 4
    for words in ("robustness: mae", "calibration: cross-fitted", "rows, text"):
        assert words in done.output


def test_figures_on_the_split_that_chose_the_epoch_are_marked(
    small_store: Path, trained: Training
) -> None:
    marks = {
        split: evaluate(trained, f"store:{small_store}", split, draws=5).marks
        for split in ("val", "all", "test")
    }
    assert "selected_on_reported_split" in marks["val"]
    assert "selected_on_reported_split" in marks["all"]
    assert "selected_on_reported_split" not in marks["test"]


def test_every_run_has_its_curves_beside_its_summary(trained: Training) -> None:
    for run in trained.runs:
        assert (run.folder / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_the_summary_advises_where_most_runs_are_much_better_on_train(trained: Training) -> None:
    made = Recipe("concat_mlp", arguments={"width": 6})
    wide = {"metrics": {"train": {"mae": 0.2}, "val": {"mae": 1.0}}}
    one, other = (replace(run, summary=run.summary | wide) for run in trained.runs)
    advice = advice_on(made, [one, other])
    assert advice is not None
    assert advice.startswith("mae is 0.200 on train and 1.000 on val")
    assert "(model.width is 6)" in advice
    alike = {"metrics": {"train": {"mae": 1.0}, "val": {"mae": 1.0}}}
    even = replace(other, summary=other.summary | alike)
    assert advice_on(made, [one, even]) is None


def test_a_model_that_reads_media_is_studied_by_the_same_door(tmp_path: Path) -> None:
    lines = [f"i feel {word} {i};{mood}" for i in range(6) for word, mood in MOODS.items()]
    (tmp_path / "val.txt").write_text("\n".join(lines))
    found = evaluate(
        "default", f"emotions:{tmp_path}", "val", robustness=True, calibrate=True, draws=5
    ).to_json()
    (curve,) = found["robustness"]["curves"]
    assert (curve["damage"], curve["of"]) == ("rows", "text")
    clean, *_, lost = (one["value"] for one in curve["values"]["accuracy"])
    assert clean == found["metrics"]["accuracy"]["value"] == 1.0
    assert lost <= 0.5  # without words the prior answers
    assert found["calibration"]["patterns"][0]["channels"] == ["text"]
