"""Clips that a model cannot read whole are counted where its figures are read."""

from pathlib import Path

import pytest

from tritone.cli.train import told
from tritone.learn.recipe import Recipe
from tritone.learn.settings import Fit
from tritone.recipes.scoring import evaluate
from tritone.recipes.training import Training, train


@pytest.fixture(scope="module")
def cut(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Training:
    """AAT that reads one of the two rows of each sound."""
    arguments = {"net": "small", "width": 4, "text_width": 3, "time_dim": 1}
    recipe = Recipe("aat", f"store:{small_store}", arguments, target="score", fit=Fit(epochs=1))
    return train(recipe, out=tmp_path_factory.mktemp("cut") / "aat")


def test_the_summary_counts_the_clips_that_were_cut(cut: Training) -> None:
    assert cut.summary["clips_cut"] == {"train": 36, "val": 12}
    assert "Clips of train cut to fit: 36 of 36." in told(cut.summary, cut.folder)


def test_a_report_counts_the_clips_that_were_cut(cut: Training, small_store: Path) -> None:
    report = evaluate(cut, f"store:{small_store}", "val", draws=5)
    assert "Clips cut to fit: 12 of 12." in report.notes


def test_a_model_that_reads_all_rows_cuts_none(small_store: Path, tmp_path: Path) -> None:
    recipe = Recipe("concat_mlp", f"store:{small_store}", target="score", fit=Fit(epochs=1))
    done = train(recipe, out=tmp_path / "r")
    assert done.summary["clips_cut"] == {"train": 0, "val": 0}
    assert not any("cut" in note for note in evaluate(done, recipe.data, "val", draws=5).notes)
