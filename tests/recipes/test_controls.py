"""The plain model on one channel alone: trained beside a training, kept, and shown with it."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tritone.assess.controls import Controls
from tritone.assess.curves import Robustness
from tritone.assess.page import page
from tritone.assess.plots import robustness_png
from tritone.cli import app
from tritone.core.errors import RecipeError
from tritone.learn.recipe import Recipe, read_recipe
from tritone.learn.settings import Fit
from tritone.recipes.benchmark.cells import ONE_CHANNEL, Cell
from tritone.recipes.benchmark.suite import CONTROL, Contender, Data
from tritone.recipes.controls import wanted_of
from tritone.recipes.scoring import evaluate, trained_in
from tritone.recipes.training import train

LAST = Fit(epochs=1, lr=0.01, batch=36)


@pytest.fixture(scope="module")
def whole(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training of two seeds with its controls."""
    folder = tmp_path_factory.mktemp("controls") / "run"
    made = Recipe("lmf", f"store:{small_store}", {"width": 4, "rank": 2}, fit=LAST)
    train(made, out=folder, seeds=2)
    evaluate(folder, f"store:{small_store}", "val", controls=True, draws=2)
    return folder


@pytest.fixture
def run(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "run"))


def beside(run: Path, small_store: Path, split: str = "val", controls: bool = False) -> Controls:
    """What evaluation says of the controls."""
    report = evaluate(run, f"store:{small_store}", split, draws=2, controls=controls)
    found = report.parts["controls"]
    assert isinstance(found, Controls)
    return found


def test_a_control_is_the_one_of_the_benchmark(run: Path, small_store: Path) -> None:
    data = Data(f"store:{small_store}", "score")
    for channel in ("text", "audio"):
        place = run / "controls" / channel
        cell = Cell(data, Contender(CONTROL), (channel,), ONE_CHANNEL, small_store, place, 2, (), 2)
        assert read_recipe(place / "recipe.json") == cell.recipe


def test_controls_stand_beside_the_model_in_every_form(run: Path, small_store: Path) -> None:
    report = evaluate(run, f"store:{small_store}", "val", draws=2)
    alone = evaluate(run / "controls" / "text", f"store:{small_store}", "val", draws=2)
    rows = report.to_json()["controls"]["rows"]  # type: ignore[index]
    assert [(row["channels"], row["seeds"]) for row in rows] == [(["text"], 2), (["audio"], 2)]
    # The text is scored as by itself, on the same rows and draws; it is not the model over again.
    assert rows[0]["metrics"] == alone.to_json()["metrics"] != report.to_json()["metrics"]
    mae = f"{rows[0]['metrics']['mae']['value']:.3f}"
    line = next(one for one in report.to_text().splitlines() if "concat_mlp (text)" in one)
    assert line.split()[2] == mae and "mean of 2 trainings" in line
    # The model stands beside them with its own marks.
    beside = report.parts["controls"]
    assert isinstance(beside, Controls)
    assert "selected_on_reported_split" in report.marks
    assert next(beside.table())[-1] == ", ".join(("mean of 2 trainings", *report.marks))
    assert f"<th>concat_mlp (text)</th><td>{mae}</td>" in page(report)


def test_controls_that_are_there_are_not_trained_again(run: Path, small_store: Path) -> None:
    weights = list(run.glob("controls/*/seed-*/model/*.safetensors"))
    before = [one.stat().st_mtime_ns for one in weights]
    assert beside(run, small_store, controls=True) == beside(run, small_store)
    assert weights and [one.stat().st_mtime_ns for one in weights] == before


def test_what_is_lacking_is_told_with_how_to_get_it(run: Path, small_store: Path) -> None:
    # A control that was stopped before its last seed is not shown as if it were whole.
    shutil.rmtree(run / "controls" / "audio" / "seed-1")
    report = evaluate(run, f"store:{small_store}", "val", draws=2)
    told = "no control of audio yet: --controls trains a plain model on each of its channels"
    assert told in report.to_text() and told.capitalize() in page(report)
    assert "concat_mlp (audio)" not in report.to_text()
    gone_on = beside(run, small_store, controls=True)
    assert [one.channel for one in gone_on.of] == ["text", "audio"] and not gone_on.lacking


def test_a_control_opens_the_test_on_its_own_count(run: Path, small_store: Path) -> None:
    report = evaluate(run, f"store:{small_store}", "test", draws=2)
    assert beside(run, small_store, "test").of[0].test_opened == 2
    # Had it been counted as the model's, other weights would have looked at the model's test.
    again = evaluate(run, f"store:{small_store}", "test", draws=2)
    assert (report.data["test_opened"], again.data["test_opened"]) == (1, 3)
    assert "test_reused" not in again.marks
    assert [one["weights"] for one in ledger(run)] == [ledger(run)[0]["weights"]] * 3
    control = run / "controls" / "text"
    assert ledger(control)[0]["weights"] != ledger(run)[0]["weights"]


def ledger(folder: Path) -> list[dict[str, str]]:
    """The openings that a folder has written down."""
    return json.loads((folder / "test_opened.json").read_text())


def test_a_control_of_another_training_is_refused(run: Path, small_store: Path) -> None:
    other = run / "controls" / "text" / "recipe.json"
    other.write_text(other.read_text().replace('"fold": ""', '"fold": "group:1/5"'))
    assert beside(run, small_store).lacking == ("text",)
    with pytest.raises(RecipeError, match="text holds the control of another training"):
        evaluate(run, f"store:{small_store}", "val", controls=True, draws=2)


def test_the_plain_model_on_one_channel_has_no_control(run: Path, small_store: Path) -> None:
    # The control of a control would be the same training over again.
    report = evaluate(run / "controls" / "text", f"store:{small_store}", "val", draws=2)
    assert "controls" not in report.parts and "control" not in report.to_text()
    models = trained_in(run / "controls" / "text", "cpu")
    recipe = read_recipe(run / "controls" / "text" / "recipe.json")
    assert list(wanted_of(replace(recipe, arguments={"width": 3}), models)) == ["text"]


@pytest.mark.slow
def test_the_default_model_has_no_controls(tmp_path: Path) -> None:
    (tmp_path / "val.txt").write_text("i am so happy;joy\ni am so sad;sadness")
    report = evaluate("default", f"emotions:{tmp_path}", "val", controls=True, draws=2)
    assert "controls" not in report.parts and "control" not in report.to_text()


@pytest.mark.slow
def test_a_control_has_its_curve_in_the_same_figure(run: Path, small_store: Path) -> None:
    report = evaluate(run, f"store:{small_store}", "val", draws=2, robustness=True)
    found, drawn = report.parts["robustness"], report.parts["controls"]
    assert isinstance(found, Robustness) and isinstance(drawn, Controls)
    assert list(drawn.studied) == ["text", "audio"]
    for control in drawn.of:
        curve = drawn.studied[control.channel].curve("rows", control.channel)
        assert curve.values["mae"][0].value == control.metrics["mae"].value
        assert curve.values["mae"][0].value != found.curves[0].values["mae"][0].value
    assert robustness_png(found, "mae") != robustness_png(found, "mae", drawn.studied)
    assert "concat_mlp (text) as its rows are lost or noisy" in report.to_text()
    assert "Dashed: a plain model" in page(report)


@pytest.mark.slow
def test_controls_are_trained_by_one_flag_at_the_door(run: Path, small_store: Path) -> None:
    shutil.rmtree(run / "controls" / "audio")
    arguments = ["evaluate", str(run), "--data", f"store:{small_store}", "--split", "val"]
    after = CliRunner().invoke(app, [*arguments, "--controls"])
    assert after.exit_code == 0 and "concat_mlp (audio)" in after.output


def test_a_control_is_trained_on_the_trainings_own_rows_and_fold(
    small_store: Path, tmp_path: Path
) -> None:
    made = Recipe("lmf", f"store:{small_store}", {"width": 4}, fold="group:1/5", fit=LAST)
    done = train(replace(made, target="sentiment", seed=3), out=tmp_path / "run")
    models = trained_in(done.folder, "cpu")
    (text, audio) = wanted_of(read_recipe(done.folder / "recipe.json"), models).values()
    assert (text.fold, text.target, text.seed, text.seeds) == ("group:1/5", "sentiment", 3, 1)
    assert (text.modalities, audio.modalities) == (("text",), ("audio",))
