"""From what a recipe says to the store that it is trained on."""

from pathlib import Path

import pytest

from tritone.catalogue import MODELS, find
from tritone.learn.recipe import Recipe
from tritone.learn.settings import Fit
from tritone.recipes.data import plan_of
from tritone.recipes.training import train


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two dozen short texts, told apart by a word."""
    lines = {
        split: "".join(
            f"{'good' if n % 2 else 'bad'} thing {n};{'joy' if n % 2 else 'sadness'}\n"
            for n in range(start, start + 12)
        )
        for split, start in (("train", 0), ("val", 12))
    }
    for split, said in lines.items():
        (tmp_path / f"{split}.txt").write_text(said)
    return tmp_path


def test_a_recipe_that_names_no_extractor_leaves_them_to_the_defaults() -> None:
    assert plan_of(Recipe("concat_mlp")) is None


def test_a_recipe_says_how_a_corpus_is_extracted() -> None:
    plan = plan_of(Recipe("concat_mlp", extractors={"text": "tfidf"}, align="2.5"))
    assert plan is not None
    assert (plan.extractors, plan.align) == ({"text": "tfidf"}, 2.5)


def test_a_training_reads_its_corpus_by_the_extractors_of_its_recipe(
    corpus: Path, tmp_path: Path
) -> None:
    recipe = Recipe(
        "concat_mlp",
        extractors={"text": "hashed_words"},
        extracting={"text": {"dim": 7}},
        fit=Fit(epochs=1),
    )
    done = train(recipe, f"emotions:{corpus}", out=tmp_path / "runs" / "r")
    made = (done.folder / "seed-0" / "model" / "provenance.json").read_text()
    assert '"name": "hashed_words"' in made
    assert '"dim": 7' in made


def test_a_model_of_pictures_or_samples_gets_them() -> None:
    plan = plan_of(Recipe("vgg_face", extracting={"vision": {"side": 48}}))
    assert plan is not None
    assert (plan.extractors, plan.settings) == ({"vision": "face_crop"}, {"vision": {"side": 48}})
    chosen = plan_of(Recipe("ote", extractors={"vision": "face_crop", "text": "hub_text"}))
    assert chosen is not None
    assert chosen.extractors == {"vision": "face_crop", "text": "hub_text"}
    assert plan_of(Recipe("ote", modalities=("text",))) is None
    heard = plan_of(Recipe("adieu_net"))
    assert heard is not None
    assert heard.extractors == {"audio": "waveform"}


@pytest.mark.parametrize("name", MODELS)
def test_what_a_model_wants_is_in_the_catalogue(name: str) -> None:
    for modality, extractor in getattr(find("model", name), "wants", {}).items():
        assert find("extractor", extractor).modality == modality
