"""Recipes by name: a paper's, a model's, and either of them for a corpus."""

from dataclasses import replace
from pathlib import Path

import pytest

from tritone.catalogue import EXTRACTORS, MODELS, RECIPES, find
from tritone.core.errors import RecipeError, UnknownName
from tritone.learn.recipe import Recipe
from tritone.recipes.names import recipe_named
from tritone.recipes.training import named, train

PAPERS = [name for name, line in RECIPES.items() if ".papers." in line.path]


@pytest.mark.parametrize("name", PAPERS)
def test_every_recipe_resolves_to_a_model_of_the_house(name: str) -> None:
    made = recipe_named(name)
    assert made.model in MODELS
    named = [part for one in made.extractors.values() for part in one.split("+")]
    assert set(named) <= set(EXTRACTORS)
    assert Recipe(made.model).changed([]) == Recipe(made.model)


@pytest.mark.parametrize("name", PAPERS)
def test_every_recipe_says_how_it_is_run_and_what_it_scores(name: str) -> None:
    told = find("recipe", name).__doc__
    assert "Run: " in told
    assert "Scores: " in told


@pytest.mark.parametrize(
    ("name", "epochs", "lr", "arguments"),
    [
        ("s003_aat", 12, 0.01, {"net": "small"}),
        ("s003_aat_alexnet", 12, 0.01, {"net": "alexnet"}),
        ("s003_aat_linear", 12, 0.01, {"net": "small", "summary": "linear"}),
        ("s003_ote", 20, 0.001, {}),
        ("s003_ote_resnet50", 20, 0.001, {"net": "resnet50"}),
    ],
)
def test_s003_trains_as_tables_3_and_4_say(name: str, epochs: int, lr: float, arguments) -> None:
    """Their other rows are the models' own defaults; see the tests of AAT and OTE."""
    made = recipe_named(name)
    fit = made.fit
    assert (fit.epochs, fit.lr, fit.batch) == (epochs, lr, 64)
    assert (fit.schedule, fit.warmup, fit.weight_decay) == ("constant", 0.0, 0.0)
    assert made.arguments == arguments


def test_a_model_for_a_corpus_has_two_spellings() -> None:
    assert recipe_named("s000_text@mosei") == recipe_named("mosei:s000_text")
    assert recipe_named("tfn@mosei") == recipe_named("mosei:tfn") != recipe_named("tfn@mosi")
    assert recipe_named("concat_mlp@meld") == recipe_named("meld:concat_mlp")


def test_a_model_without_settings_for_a_corpus_keeps_its_own() -> None:
    assert recipe_named("concat_mlp@senticap") == Recipe("concat_mlp")
    assert recipe_named("tfn@meld") == Recipe("tfn") != recipe_named("tfn@mosi")
    assert recipe_named("s001_text@meld") == recipe_named("s001_text")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("s000_a11", "No recipe is named 's000_a11'. Did you mean 's000_a1'?"),
        ("lmff", "No model is named 'lmff'. Did you mean 'lmf' or 'mlmf'? "),
        ("tfn@mossi", "No dataset is named 'mossi'. Did you mean 'mosi' or 'mosei'? "),
        ("tfnn@mosi", "No model is named 'tfnn'. Did you mean 'tfn' or 'mtfn' or 'tetfn'? "),
    ],
)
def test_a_near_miss_is_named(name: str, says: str) -> None:
    with pytest.raises(UnknownName) as caught:
        named(name)
    assert str(caught.value).startswith(says)


def test_a_job_of_its_own_is_no_recipe_of_a_training() -> None:
    with pytest.raises(RecipeError) as caught:
        named("default")
    assert str(caught.value) == (
        "default is no recipe of one training, but a job of its own: the default model, trained "
        "and packed: python -m tritone.recipes.default DATA."
    )


def test_a_training_is_kept_under_the_name_that_it_was_asked_by(
    small_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    spec = f"store:{small_store}"
    done = train("s000_text", spec, settings=("fit.epochs=1", "model.width=8"))
    assert done.folder == Path("runs/s000_text")
    assert done.runs[0].summary["data"]["target"] == "sentiment3_cut1"
    again = train(str(done.folder), spec, out="again")
    assert again.summary["recipe"] == done.summary["recipe"]


def test_encoders_that_are_not_there_are_asked_for(small_store: Path, tmp_path: Path) -> None:
    asked = replace(named("s000_a1"), modalities=("text", "audio"))
    with pytest.raises(RecipeError) as caught:
        train(asked, f"store:{small_store}", out=tmp_path / "a1")
    assert str(caught.value) == (
        "start.text: runs/s000_text holds no trained model (model.safetensors). Train it there "
        "first, or say where it is: --set start.text=DIR."
    )
