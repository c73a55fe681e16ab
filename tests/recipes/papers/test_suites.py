"""The suites of the papers: what they compare, and that a fusion starts from what it says."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tritone.core.errors import DataError, RecipeError
from tritone.recipes.benchmark.papers_here import JOINED, papers_mmmo, papers_mosi
from tritone.recipes.benchmark.suite import Contender, Data, Suite
from tritone.recipes.names import recipe_named


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """Folders that look like the corpora; nobody reads them here."""
    files = {
        "mosi_features": ("mosi_features.npz",),
        "mmmo_features": ("audio_train.h5", "video_train.h5", "y_train.h5"),
    }
    for folder, names in files.items():
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / name).touch()
    return tmp_path


@pytest.mark.parametrize("suite", [papers_mosi, papers_mmmo])
def test_every_contender_of_a_suite_is_a_recipe_or_a_model(suite, corpora: Path) -> None:
    made = suite(corpora)
    assert made.seeds == 3
    assert suite(corpora, fast=True).seeds == 1
    for data in made.data:
        assert data.models[0].model.endswith("concat_mlp")
        for one in data.models:
            recipe_named(one.model).changed((*data.settings, *one.settings))


@pytest.mark.parametrize("suite", [papers_mosi, papers_mmmo])
def test_a_suite_without_its_corpus_says_what_it_reads(suite, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds no m\w+_features, which this suite reads"):
        suite(tmp_path)


def test_the_ablation_of_figure_9_is_whole(corpora: Path) -> None:
    names = {one.model for one in papers_mosi(corpora).data[2].models}
    variants = ("language", "visual", "acoustic", "bimodal", "trimodal", "notrimodal", "early")
    assert {"tfn", *(f"tfn_{name}" for name in variants)} <= names


@pytest.mark.parametrize("name", JOINED[:3])
def test_a_fusion_starts_from_the_transformers_that_were_trained_before_it(
    name: str, s000_runs: Path
) -> None:
    """The paper's own way: what the run wrote down is the folders of the single channels."""
    cells = s000_runs / "mosi/cells/MOSI-S000/model"
    recipe = (cells / name / "recipe.json").read_text()
    for channel in ("text", "audio", "vision"):
        folder = cells / f"s000_{channel}"
        assert f'"{channel}": "{folder}"' in recipe
        weights = load_file(folder / "seed-0/model/model.safetensors")
        assert any(key.startswith(f"read.{channel}.") for key in weights)


def test_one_epoch_does_not_take_a_fusion_far_from_its_start(s000_runs: Path) -> None:
    cells = s000_runs / "mosi/cells/MOSI-S000/model"
    alone = load_file(cells / "s000_text/seed-0/model/model.safetensors")
    fused = load_file(cells / "s000_a1/seed-0/model/model.safetensors")
    key = "read.text.project.weight"
    assert torch.allclose(alone[key], fused[key], atol=0.02)
    assert not torch.equal(alone[key], fused[key])


def test_a_start_that_nobody_trains_is_refused() -> None:
    models = (Contender("concat_mlp"), Contender("early_concat", start={"text": "nobody"}))
    with pytest.raises(RecipeError) as caught:
        Suite("s", (Data("store:x"),), models)
    assert str(caught.value) == (
        "early_concat starts from 'nobody', which is none of the contenders that start from "
        "nothing: concat_mlp."
    )
