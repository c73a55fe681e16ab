"""A training of a model with encoders loads without the folders that these came from."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip
from tritone.core.errors import ModelError
from tritone.core.parts import Rows
from tritone.core.store import Store
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Classes
from tritone.learn.recipe import Recipe
from tritone.learn.run import train_once
from tritone.learn.settings import Fit
from tritone.learn.trained import load_trained

SIDE = 8
PLAIN = ("mag_bert", "cenet", "with_bert", "hub_voice")
LOOKING = ("clip", "clip_bert", "bert_resnet")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Clips with words, sound and pictures in colour."""
    folder = tmp_path_factory.mktemp("shown") / "s"
    rows = {"audio": Rows((3,)), "vision": Rows((SIDE, SIDE, 3), "uint8")}
    rng = torch.Generator().manual_seed(0)
    with StoreWriter(folder, rows, tasks={"mood": Classes(("good", "bad"))}) as writer:
        for row in range(24):
            size = (1, SIDE, SIDE, 3)
            real, times = torch.ones(1, dtype=torch.bool), torch.zeros(1, 2)
            tracks = {
                "audio": Track(torch.randn(1, 3, generator=rng), real, times),
                "vision": Track(
                    torch.randint(0, 256, size, dtype=torch.uint8, generator=rng), real, times
                ),
            }
            mood = ("good", "bad")[row % 2]
            split = ("train", "val")[row % 4 == 3]
            clip = Clip(f"c{row}", text=f"it is {mood}", labels={"mood": mood}, split=split)
            writer.append(Sample(clip.id, tracks), clip)
    return Store(folder)


def moved(options: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The arguments with copies of their folders."""
    copies = {}
    for name, place in options.items():
        if name.endswith("folder"):
            copies[name] = str(folder / name)
            shutil.copytree(place, copies[name])
    return options | copies


@pytest.mark.parametrize("name", [*PLAIN, *LOOKING])
def test_it_says_the_same_without_its_first_folders(
    name: str, shown: Store, arguments, tmp_path: Path
) -> None:
    options = moved(arguments(name), tmp_path)
    channels = ("audio", "vision") if name in LOOKING else ("audio",)
    recipe = Recipe(name, "store:s", options, modalities=channels, fit=Fit(epochs=1, batch=8))
    train_once(recipe, shown, tmp_path / "r", 0)
    rows = shown.rows("val")
    model = tmp_path / "r" / "model"
    before, _ = load_trained(model).predict(shown, rows)
    for place in options.values():
        shutil.rmtree(place) if isinstance(place, str) else None
    trained = load_trained(model)
    np.testing.assert_array_equal(trained.predict(shown, rows)[0], before)
    if name in LOOKING:
        assert getattr(trained.model, "pictures", ()) == ("vision",)


def test_kept_encoders_that_are_damaged_are_named(shown: Store, arguments, tmp_path: Path) -> None:
    fit = Fit(epochs=1, batch=8)
    recipe = Recipe("bert", "store:s", arguments("bert"), modalities=("audio",), fit=fit)
    train_once(recipe, shown, tmp_path / "r", 0)
    model = tmp_path / "r" / "model"
    (model / "encoders" / "folder" / "config.json").write_text("[")
    with pytest.raises(ModelError) as caught:
        load_trained(model)
    assert str(model) in str(caught.value)
    shutil.rmtree(model / "encoders")
    shutil.rmtree(model)
    with pytest.raises(ModelError, match="holds no trained model"):
        load_trained(model)


def test_weights_of_another_encoder_do_not_load(shown: Store, arguments, tmp_path: Path) -> None:
    for name, folder in (("bert", "a"), ("mag_bert", "b")):
        fit = Fit(epochs=1, batch=8)
        recipe = Recipe(name, "store:s", arguments(name), modalities=("audio",), fit=fit)
        train_once(recipe, shown, tmp_path / folder, 0)
    one, other = (tmp_path / folder / "model" / "model.safetensors" for folder in "ab")
    shutil.copy(other, one)
    with pytest.raises(ModelError, match="do not fit together"):
        load_trained(tmp_path / "a" / "model")
