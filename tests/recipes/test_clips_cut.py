"""Clips that a model cannot read whole are counted where its figures are read."""

from dataclasses import replace
from pathlib import Path

import pytest

from tritone.cli.train import told
from tritone.core.store import Store
from tritone.core.store_writer import StoreWriter
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


@pytest.fixture(scope="module")
def long_store(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same clips, of which the extractor cut the sound of every sixth, and one text."""
    store, folder = Store(small_store), tmp_path_factory.mktemp("long") / "store"
    layout = store.layout
    with StoreWriter(folder, layout.modalities, tasks=layout.tasks) as writer:
        for row in range(len(store)):
            cut = {"audio"} if row % 6 == 0 else {"text"} if row == 1 else ()
            writer.append(store[row], store.clip(row), cut=cut)
    return folder


def test_what_an_extractor_cut_is_counted_where_a_model_reads_it(
    long_store: Path, tmp_path: Path
) -> None:
    both = Recipe("concat_mlp", f"store:{long_store}", target="score", fit=Fit(epochs=1))
    assert train(both, out=tmp_path / "b").summary["clips_cut"] == {"train": 7, "val": 2}
    words = replace(both, modalities=("text",))
    done = train(words, out=tmp_path / "w")
    assert done.summary["clips_cut"] == {"train": 1, "val": 0}
    report = evaluate(done, both.data, "train", draws=5)
    assert "Clips cut to fit: 1 of 36." in report.notes


def test_a_clip_that_is_cut_twice_counts_once(long_store: Path, tmp_path: Path) -> None:
    """AAT reads one of the two rows of each sound, of which some were cut before."""
    arguments = {"net": "small", "width": 4, "text_width": 3, "time_dim": 1}
    recipe = Recipe("aat", f"store:{long_store}", arguments, target="score", fit=Fit(epochs=1))
    done = train(recipe, out=tmp_path / "aat")
    assert done.summary["clips_cut"] == {"train": 36, "val": 12}


def test_a_model_that_reads_all_rows_cuts_none(small_store: Path, tmp_path: Path) -> None:
    recipe = Recipe("concat_mlp", f"store:{small_store}", target="score", fit=Fit(epochs=1))
    done = train(recipe, out=tmp_path / "r")
    assert done.summary["clips_cut"] == {"train": 0, "val": 0}
    assert not any("cut" in note for note in evaluate(done, recipe.data, "val", draws=5).notes)
