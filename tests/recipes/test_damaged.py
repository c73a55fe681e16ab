"""A training's folder that lost a file, or had one edited: said in words, with what to do."""

import re
import shutil
from pathlib import Path

import pytest

from tritone.core.errors import ModelError
from tritone.learn.recipe import Recipe, read_recipe
from tritone.learn.settings import Fit
from tritone.recipes.scoring import evaluate
from tritone.recipes.training import train


@pytest.fixture(scope="module")
def whole(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Recipe("concat_mlp", f"store:{small_store}", {"width": 4}, fit=Fit(epochs=1, batch=12))
    return train(made, out=tmp_path_factory.mktemp("run") / "run").folder


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "run"))


def refused(folder: Path, small_store: Path) -> str:
    """What evaluation says of a folder."""
    with pytest.raises(ModelError) as caught:
        evaluate(folder, f"store:{small_store}", "val", draws=10)
    return str(caught.value)


def test_a_training_without_its_recipe_is_told_of_as_one(copied: Path, small_store: Path) -> None:
    (copied / "recipe.json").unlink()
    assert refused(copied, small_store).endswith(
        "It looks like a training whose recipe.json is lost: copy the folder again, whole."
    )


@pytest.mark.parametrize("part", ["seed-0", "seed-0/model"])
def test_a_part_of_a_training_names_the_whole(copied: Path, part: str, small_store: Path) -> None:
    assert refused(copied / part, small_store).endswith(
        f"It is a part of the training in {copied}: give that folder."
    )


def test_an_empty_folder_is_told_what_would_be_right(tmp_path: Path, small_store: Path) -> None:
    assert refused(tmp_path, small_store).endswith(
        "Give the folder that `tritone train` wrote, or 'default'."
    )


@pytest.mark.parametrize("text", ["[]", "{}", '{"selected_on": 3}', "{", '{"history": [1]}'])
def test_an_edited_summary_is_named(copied: Path, small_store: Path, text: str) -> None:
    path = copied / "seed-0" / "summary.json"
    path.write_text(text)
    assert re.match(re.escape(str(path)), refused(copied, small_store))
    again = read_recipe(copied / "recipe.json")
    with pytest.raises(ModelError, match="summary"):
        train(again, out=copied, resume=True)
    path.unlink()
    assert train(again, out=copied, resume=True).runs[0].summary["selected_on"]["by"] == "loss"
