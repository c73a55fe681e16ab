"""Every recipe of the papers builds its model on a made corpus, and trains."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tritone.catalogue import RECIPES
from tritone.core.store import Store
from tritone.learn.build import build_model, dims_of, sized
from tritone.recipes.data import with_target
from tritone.recipes.names import recipe_named
from tritone.recipes.training import train

OURS = [
    name
    for name, line in RECIPES.items()
    if line.path.startswith(("tritone.recipes.papers.s000", "tritone.recipes.papers.s001"))
]
FIELD = [name for name, line in RECIPES.items() if "@" in name and ":vgg" not in line.path]
QUICK = ("fit.epochs=1", "fit.batch=32", "fit.accumulate=1")
READ = {"text": {"text"}, "audio": {"audio"}, "vision": {"vision"}, "text_audio": {"text", "audio"}}
WIDTHS = ("text", "audio", "vision")


@pytest.mark.parametrize("name", OURS)
def test_a_recipe_of_s000_or_s001_trains_on_the_channels_that_it_names(
    name: str, three_channels: Path, tmp_path: Path
) -> None:
    asked = replace(recipe_named(name), start={})
    done = train(asked, f"store:{three_channels}", out=tmp_path / "run", settings=QUICK)
    said = done.runs[0].summary
    assert said["data"]["target"] == asked.target
    assert said["data"]["task"]["names"] == ["negative", "neutral", "positive"]
    config = json.loads((tmp_path / "run/seed-0/model/config.json").read_text())
    assert set(config["dims"]) == READ.get(name.partition("_")[2], set(WIDTHS))


@pytest.mark.parametrize("name", FIELD)
def test_a_model_takes_the_settings_of_its_corpus(name: str, three_channels: Path) -> None:
    recipe = recipe_named(name)
    store = Store(three_channels, target="score")
    made = build_model(sized(recipe, 32), dims_of(store, recipe.modalities), store.task)
    assert sum(weight.numel() for weight in made.parameters()) > 0
    assert recipe.fit.patience == 8
    assert recipe.fit.weight_decay < 0.01


def test_one_corpus_is_not_another() -> None:
    for model in ("tfn", "lmf", "mfn", "mult", "misa"):
        assert recipe_named(f"{model}@mosi") != recipe_named(f"{model}@mosei")


def test_the_floor_of_the_cut_is_computed_of_the_store(three_channels: Path) -> None:
    """S000's constant class is of its own corpus; ours is counted anew for each."""
    store = with_target(three_channels, "sentiment3_cut1")
    named = [store.task.names[int(store.target_of(row))] for row in store.rows("test")]
    scores = [float(store.clip(row).labels["score"]) for row in store.rows("test")]
    assert named.count("neutral") == sum(abs(score) <= 1 for score in scores)
