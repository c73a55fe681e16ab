"""A training leaves a model that can be asked, and a summary that can be repeated."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tritone.core.errors import DataError, ModelError, RecipeError, UnknownName
from tritone.core.store import Store
from tritone.learn.recipe import Recipe, from_json, read_recipe
from tritone.learn.run import train_once
from tritone.learn.settings import Fit

QUICK = Fit(epochs=12, lr=0.02, batch=16, patience=4)


def small(**options) -> Recipe:
    return Recipe("concat_mlp", "store:s", {"width": 8}, fit=QUICK, **options)


def test_a_model_learns_what_the_store_says(store: Store, tmp_path: Path) -> None:
    run = train_once(small(), store, tmp_path / "r", 0)
    assert run.summary["metrics"]["val"]["pearson"] > 0.8
    assert run.summary["metrics"]["val"]["mae"] < 0.9
    assert (tmp_path / "r" / "model" / "model.safetensors").is_file()


def test_the_test_split_is_not_read(make_store, tmp_path: Path) -> None:
    whole = make_store(tmp_path / "a")
    without = make_store(tmp_path / "b", sizes=(48, 16, 0))
    one = train_once(small(), whole, tmp_path / "ra", 0).summary
    other = train_once(small(), without, tmp_path / "rb", 0).summary
    assert one["metrics"] == other["metrics"]
    assert set(one["metrics"]) == {"train", "val"}


def test_the_summary_repeats_the_run(store: Store, tmp_path: Path) -> None:
    first = train_once(small(drop_modality=0.2), store, tmp_path / "a", 3).summary
    said = json.loads((tmp_path / "a" / "summary.json").read_text())
    again = train_once(from_json(said["recipe"]), store, tmp_path / "b", said["seed"]).summary
    for key in ("metrics", "history", "selected_on", "parameters", "recipe", "data"):
        assert again[key] == first[key] == said[key]


def test_another_seed_is_another_training(store: Store, tmp_path: Path) -> None:
    one, other = (train_once(small(), store, tmp_path / f"{s}", s).summary for s in (0, 1))
    assert one["metrics"] != other["metrics"]


def test_the_epoch_is_chosen_by_the_metric_that_is_asked_for(
    named_store: Store, tmp_path: Path
) -> None:
    run = train_once(small(select="f1_macro", class_weights=True), named_store, tmp_path / "r", 0)
    scores = [-line["score"] for line in run.summary["history"]]
    assert run.summary["selected_on"]["epoch"] == 1 + scores.index(max(scores))
    assert run.summary["metrics"]["val"]["f1_macro"] == pytest.approx(max(scores))
    assert run.summary["selected_on"]["split"] == "val"


def test_augmentation_is_for_training_only(store: Store, tmp_path: Path) -> None:
    still = Fit(epochs=1, lr=1e-9, batch=16)
    plain, noisy = (
        train_once(
            Recipe("concat_mlp", arguments={"dropout": 0.0}, fit=still, augment=augment),
            store,
            tmp_path / str(len(augment)),
            0,
        ).summary
        for augment in ((), ("noise:0.5", "spec_augment"))
    )
    # A step of 1e-9 leaves the weights where they were, up to rounding.
    for split in ("train", "val"):
        assert noisy["metrics"][split]["mae"] == pytest.approx(plain["metrics"][split]["mae"])
    assert abs(noisy["history"][0]["loss"] - plain["history"][0]["loss"]) > 1e-4
    with pytest.raises(RecipeError, match="No change is named 'glitter'"):
        train_once(Recipe("lmf", augment=("glitter",)), store, tmp_path / "g", 0)


def test_a_model_reads_the_channels_that_are_asked_for(store: Store, tmp_path: Path) -> None:
    run = train_once(small(modalities=("audio",)), store, tmp_path / "r", 0)
    config = json.loads((tmp_path / "r" / "model" / "config.json").read_text())
    assert config["dims"] == {"audio": 3}
    assert run.summary["parameters"] < 300


@pytest.mark.parametrize(
    ("recipe", "error", "says"),
    [
        (Recipe("lmff"), UnknownName, "No model is named 'lmff'. Did you mean 'lmf' or "),
        (
            Recipe("lmf", modalities=("smell",)),
            RecipeError,
            "{folder} has no 'smell'. It has: text, audio, vision.",
        ),
        (Recipe("lmf", arguments={"widht": 3}), RecipeError, "lmf cannot be built so: "),
        (Recipe("lmf", select="luck"), UnknownName, "No metric is named 'luck'."),
    ],
)
def test_a_recipe_that_cannot_be_run_says_why(
    store: Store, tmp_path: Path, recipe: Recipe, error: type[Exception], says: str
) -> None:
    with pytest.raises(error) as caught:
        train_once(recipe, store, tmp_path / "r", 0)
    assert str(caught.value).startswith(says.format(folder=store.folder))


def test_a_fusion_starts_from_encoders_that_were_trained_alone(
    store: Store, tmp_path: Path
) -> None:
    still = Fit(epochs=1, lr=1e-9, batch=16)
    options = {"width": 8, "heads": 2}
    for name in ("text", "audio"):
        alone = Recipe("modality_transformer", arguments=options, modalities=(name,), fit=still)
        train_once(alone, store, tmp_path / name, 7)
    start = {name: str(tmp_path / name) for name in ("text", "audio")}
    both = Recipe("early_concat", arguments=options, fit=still, start=start, freeze=True)
    train_once(both, store, tmp_path / "both", 0)
    fused = load_file(tmp_path / "both" / "model" / "model.safetensors")
    for name in ("text", "audio"):
        theirs = load_file(tmp_path / name / "model" / "model.safetensors")
        shared = [key for key in theirs if key.startswith(f"read.{name}.")]
        assert shared and all(torch.equal(fused[key], theirs[key]) for key in shared)
    with pytest.raises(RecipeError) as caught:
        train_once(Recipe("lmf", start=start), store, tmp_path / "lmf", 0)
    assert str(caught.value) == "lmf cannot start from encoders of single channels."


def test_the_weights_of_a_vote_are_chosen_on_val(store: Store, tmp_path: Path) -> None:
    vote = Recipe("weighted_average", fit=Fit(epochs=2, batch=16))
    train_once(vote, store, tmp_path / "r", 0)
    weight = load_file(tmp_path / "r" / "model" / "model.safetensors")["weight"]
    assert float(weight.std()) > 1e-3


def test_a_split_without_clips_is_named(make_store, tmp_path: Path) -> None:
    store = make_store(tmp_path / "s", sizes=(8, 0, 0))
    with pytest.raises(DataError) as caught:
        train_once(small(), store, tmp_path / "r", 0)
    assert str(caught.value).startswith(f"{store.folder} has no val split. Present: train. Take")


def test_a_class_that_train_lacks_cannot_be_weighed(make_store, tmp_path: Path) -> None:
    store = make_store(tmp_path / "s", target="sentiment", sizes=(2, 8, 0))
    with pytest.raises(DataError, match="has no clip of "):
        train_once(small(class_weights=True), store, tmp_path / "r", 0)


def test_a_class_that_train_lacks_is_told(make_store, tmp_path: Path) -> None:
    store = make_store(tmp_path / "s", target="sentiment", sizes=(2, 8, 0))
    there = {int(store[row].target) for row in store.rows("train")}
    run = train_once(small(), store, tmp_path / "r", 0)
    lacking = [name for place, name in enumerate(store.task.names) if place not in there]
    assert run.summary["data"]["absent_from_train"] == lacking != []


def test_a_state_of_another_recipe_is_refused(store: Store, tmp_path: Path) -> None:
    train_once(small(), store, tmp_path / "r", 0)
    with pytest.raises(ModelError, match="is of another run"):
        train_once(
            Recipe("concat_mlp", arguments={"width": 9}, fit=QUICK), store, tmp_path / "r", 0
        )


def test_settings_change_a_recipe() -> None:
    given = ["fit.lr=5e-4", "model.width=64", "target=emotion", "fit.half=true", "fit.epochs=3"]
    made = Recipe("lmf").changed([*given, "modalities=text,audio", "augment="])
    assert (made.fit.lr, made.fit.epochs, made.fit.half) == (5e-4, 3, True)
    assert (made.arguments, made.target) == ({"width": 64}, "emotion")
    assert (made.modalities, made.augment) == (("text", "audio"), ())


def test_settings_name_extractors() -> None:
    made = Recipe("ote").changed(
        ["extractors.text=hub_text", "extracting.text.folder=bert", "extracting.text.pool=mean"]
    )
    assert made.extractors == {"text": "hub_text"}
    assert made.extracting == {"text": {"folder": "bert", "pool": "mean"}}


def test_a_recipe_comes_back_from_its_json(tmp_path: Path) -> None:
    recipe = Recipe("lmf", "store:s", {"rank": 3}, modalities=("text",), fit=Fit(lr=1e-4))
    (tmp_path / "r.json").write_text(json.dumps(recipe.to_json()))
    assert read_recipe(tmp_path / "r.json") == recipe


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("fit.lr", "'fit.lr' is no setting. Write it as KEY=VALUE, as in fit.lr=5e-4."),
        ("fit.epochs=many", "fit.epochs takes int, got 'many'. It is 20 now."),
        ("fit.epochs=2.5", "fit.epochs takes int, got '2.5'. It is 20 now."),
        ("normalise=1", "normalise takes bool, got '1'. It is True now."),
        (
            "fit=3",
            "fit cannot be set as a whole. Set fit.NAME, model.NAME, start.CHANNEL, "
            "extractors.CHANNEL or extracting.CHANNEL.NAME.",
        ),
        (
            "extracting.text=3",
            "extracting.text names no setting. Write extracting.text.NAME.",
        ),
        ("fit.lr=-1", "fit.lr is above 0, got -1.0."),
    ],
)
def test_a_wrong_setting_says_what_would_be_right(setting: str, says: str) -> None:
    with pytest.raises(RecipeError) as caught:
        Recipe("lmf").changed([setting])
    assert str(caught.value) == says


def test_an_unknown_setting_lists_the_known_ones() -> None:
    with pytest.raises(RecipeError, match=r"There is no fit\.speed\. Known: fit\.epochs, "):
        Recipe("lmf").changed(["fit.speed=1"])
