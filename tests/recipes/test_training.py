"""From a recipe and a SPEC to figures: resumed, repeated, and with the test split sealed."""

import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from tritone.cli.train import told
from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip
from tritone.core.errors import DataError, ModelError, RecipeError
from tritone.core.parts import Rows
from tritone.core.store import Store
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Classes, Regression
from tritone.datasets.targets import cut_score
from tritone.learn.recipe import Recipe
from tritone.learn.settings import Fit
from tritone.recipes.data import store_of
from tritone.recipes.retarget import Retargeted
from tritone.recipes.scoring import evaluate
from tritone.recipes.training import Training, train

QUICK = Fit(epochs=6, lr=0.03, batch=12)


def recipe(store: Path, **options) -> Recipe:
    return Recipe("concat_mlp", f"store:{store}", {"width": 6}, fit=QUICK, **options)


@pytest.fixture
def trained(small_store: Path, tmp_path: Path) -> Training:
    return train(recipe(small_store), out=tmp_path / "run", seeds=2)


def test_each_seed_is_a_run_and_the_summary_is_of_all(trained: Training) -> None:
    assert [run.folder.name for run in trained.runs] == ["seed-0", "seed-1"]
    each = [run.summary["metrics"]["val"]["mae"] for run in trained.runs]
    told = trained.summary["val"]["mae"]
    assert told["mean"] == pytest.approx(sum(each) / 2)
    assert told["deviation"] == pytest.approx(abs(each[0] - each[1]) / 2**0.5)
    assert json.loads((trained.folder / "summary.json").read_text()) == trained.summary


def test_a_training_is_not_written_over(small_store: Path, trained: Training) -> None:
    with pytest.raises(RecipeError) as caught:
        train(recipe(small_store), out=trained.folder)
    assert str(caught.value) == (
        f"{trained.folder} holds a training. Go on with --resume, or give --out."
    )
    with pytest.raises(RecipeError, match="holds a training of another recipe"):
        train(recipe(small_store, class_weights=True), out=trained.folder, resume=True)


def test_more_seeds_are_added_to_those_that_are_done(
    small_store: Path, trained: Training, tmp_path: Path
) -> None:
    stamp = (trained.folder / "seed-0" / "summary.json").stat().st_mtime_ns
    more = train(recipe(small_store), out=trained.folder, seeds=3, resume=True)
    assert (trained.folder / "seed-0" / "summary.json").stat().st_mtime_ns == stamp
    assert len(more.runs) == 3
    whole = train(recipe(small_store), out=tmp_path / "whole", seeds=3)
    assert more.summary["val"] == whole.summary["val"]


def test_a_recipe_in_a_file_repeats_the_figures(trained: Training, tmp_path: Path) -> None:
    again = train(str(trained.folder / "recipe.json"), out=tmp_path / "again")
    assert again.summary["val"] == trained.summary["val"]
    shutil.copytree(trained.folder, tmp_path / "moved")
    third = train(str(tmp_path / "moved"), out=tmp_path / "third")
    assert third.summary["val"] == trained.summary["val"]


def test_a_training_that_is_refused_leaves_nothing(small_store: Path, tmp_path: Path) -> None:
    for asked in (recipe(tmp_path / "gone"), recipe(small_store, modalities=("vision",))):
        with pytest.raises((DataError, RecipeError)):
            train(asked, out=tmp_path / "runs" / "r")
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_training_that_is_refused_leaves_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / "recipe.json").write_text(json.dumps(recipe(tmp_path / "gone").to_json()))
    with pytest.raises(DataError):
        train(str(folder / "recipe.json"), out=folder)
    assert [file.name for file in folder.iterdir()] == ["recipe.json"]


def test_training_without_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeError) as caught:
        train("lmf", out=tmp_path / "r")
    assert str(caught.value) == ("There are no data to train on. Name them: --data name:path.")


def test_a_corpus_is_extracted_once_and_found_again(tmp_path: Path) -> None:
    tweets = tmp_path / "tweets"
    tweets.mkdir()
    for split in ("train", "val"):
        lines = [
            f"so {'glad' if i % 2 else 'low'} today {i};{'joy' if i % 2 else 'sadness'}"
            for i in range(12)
        ]
        (tweets / f"{split}.txt").write_text("\n".join(lines))
    asked = Recipe("concat_mlp", f"emotions:{tweets}", fit=QUICK)
    for name in ("a", "b"):
        done = train(asked, out=tmp_path / "runs" / name)
        assert done.summary["val"]["accuracy"]["mean"] == 1.0
    assert len(list((tmp_path / "runs" / "stores").iterdir())) == 1


def test_the_figures_on_val_are_those_of_the_summary(small_store: Path, trained: Training) -> None:
    report = evaluate(trained, f"store:{small_store}", "val", draws=50)
    assert report.seeds == 2
    assert report.metrics["mae"].value == pytest.approx(trained.summary["val"]["mae"]["mean"])
    assert report.metrics["mae"].low <= report.metrics["mae"].value <= report.metrics["mae"].high
    assert set(report.floors) == {"majority", "mean", "median"}
    assert "test_opened" not in report.data


def test_every_opening_of_the_test_split_is_counted(small_store: Path, trained: Training) -> None:
    reports = [evaluate(trained, f"store:{small_store}", "test", draws=50) for _ in range(2)]
    assert [report.data["test_opened"] for report in reports] == [1, 2]
    assert reports[0].metrics == reports[1].metrics
    assert "test_reused" not in reports[1].marks
    assert any("opened 2 times" in note for note in reports[1].notes)


def test_a_test_split_that_was_seen_before_more_training_is_marked(
    small_store: Path, trained: Training
) -> None:
    evaluate(trained, f"store:{small_store}", "test", draws=50)
    train(recipe(small_store), out=trained.folder, seeds=3, resume=True)
    report = evaluate(trained.folder, f"store:{small_store}", "test", draws=50)
    assert "test_reused" in report.marks


def test_a_damaged_ledger_keeps_the_test_shut(small_store: Path, trained: Training) -> None:
    (trained.folder / "test_opened.json").write_text("{}x")
    with pytest.raises(ModelError, match="says how often the test was opened"):
        evaluate(trained, f"store:{small_store}", "test", draws=50)


def test_the_terminal_shows_the_floors_beside_the_figures_on_val(trained: Training) -> None:
    lines = told(trained.summary, trained.folder).splitlines()
    assert lines[2].split() == ["val", "mean", "spread", *trained.summary["floors"]]
    floors = [f"{floor['mae']:.3f}" for floor in trained.summary["floors"].values()]
    mae = next(line for line in lines if line.startswith("mae ")).split()
    assert len(floors) == 3
    assert mae[3:] == floors


def test_a_constant_guess_is_marked(small_store: Path, tmp_path: Path) -> None:
    still = Recipe("concat_mlp", f"store:{small_store}", fit=Fit(epochs=1, lr=1e-9, batch=12))
    done = train(still, out=tmp_path / "r")
    report = evaluate(done, f"store:{small_store}", "val", draws=50)
    assert "degenerate" in report.marks


def test_a_training_for_another_target_is_refused(small_store: Path, trained: Training) -> None:
    with pytest.raises(ModelError, match="predicts score"):
        evaluate(trained, f"store:{small_store}", "val", "sentiment", draws=50)


def test_weights_that_do_not_fit_their_config_are_refused(
    small_store: Path, trained: Training
) -> None:
    config = trained.folder / "seed-0" / "model" / "config.json"
    config.write_text(config.read_text().replace('"width": 6', '"width": 7'))
    with pytest.raises(ModelError, match="do not fit together"):
        evaluate(trained, f"store:{small_store}", "val", draws=50)


def test_a_split_that_is_not_there_is_named(small_store: Path, trained: Training) -> None:
    with pytest.raises(DataError, match="No split is named 'tset'"):
        evaluate(trained, f"store:{small_store}", "tset", draws=50)


def test_a_target_that_a_paper_makes_of_the_labels_can_be_trained(
    small_store: Path, tmp_path: Path
) -> None:
    asked = recipe(small_store, target="sentiment3_cut1")
    done = train(asked, out=tmp_path / "r")
    assert done.summary["data"]["task"]["names"] == ["negative", "neutral", "positive"]
    report = evaluate(done, f"store:{small_store}", "val", draws=50)
    assert report.data["target"] == "sentiment3_cut1"
    assert any(note.startswith("sentiment3_cut1: scores cut at -1 and 1") for note in report.notes)
    store = Retargeted(small_store, "sentiment3_cut1")
    for row in range(len(store)):
        score = float(store.clip(row).labels["score"])
        assert store.task.names[int(store[row].target)] == cut_score(score)
    assert torch.equal(store.batch([3, 9]).target, torch.stack([store[3].target, store[9].target]))
    again = pickle.loads(pickle.dumps(store))
    assert torch.equal(again[5].target, store[5].target)


def test_a_target_that_does_not_follow_from_the_labels_is_refused(
    small_store: Path, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=r"has no target 'mood'\. It has: score, sentiment"):
        train(recipe(small_store, target="mood"), out=tmp_path / "r")


def test_a_fold_parts_the_clips_by_group(small_store: Path, tmp_path: Path) -> None:
    """Every clip is tested once over the folds, and no group is on two sides."""
    tested: list[str] = []
    for number in (1, 2, 3):
        store = store_of(f"store:{small_store}", None, tmp_path, fold=f"group:{number}/3")
        sides = {
            split: {store.clip(row).group for row in store.rows(split)}
            for split in ("train", "val", "test")
        }
        assert not any(sides[a] & sides[b] for a, b in (("train", "val"), ("train", "test")))
        tested += [store.ids[row] for row in store.rows("test")]
    assert sorted(tested) == sorted(Store(small_store).ids)


def test_a_training_is_scored_on_the_fold_it_was_trained_with(
    small_store: Path, tmp_path: Path
) -> None:
    done = train(recipe(small_store, fold="group:2/4"), out=tmp_path / "r")
    report = evaluate(done, f"store:{small_store}", "test", draws=20)
    store = store_of(f"store:{small_store}", None, tmp_path, fold="group:2/4")
    assert report.data["n"] == len(store.rows("test")) > 0
    assert done.summary["data"]["clips"]["train"] == len(store.rows("train"))


@pytest.mark.parametrize(
    ("fold", "says"),
    [
        (
            "film:2",
            "'film:2' is no fold. Write it as session:5, speaker:3 or group:2/5 (keys: speaker, "
            "group, session), or as report_val:1/8.",
        ),
        ("group:9/3", "group:9/3 is fold 9; there are 3, counted from 1."),
    ],
)
def test_a_wrong_fold_says_what_would_be_right(
    small_store: Path, tmp_path: Path, fold: str, says: str
) -> None:
    with pytest.raises(RecipeError) as caught:
        train(recipe(small_store, fold=fold), out=tmp_path / "r")
    assert str(caught.value) == says


@pytest.mark.parametrize("target", ["score", "sentiment"])
def test_one_clip_in_each_split_is_trained_on_and_scored(tmp_path: Path, target: str) -> None:
    tasks = {"score": Regression(), "sentiment": Classes(("negative", "positive"))}
    with StoreWriter(tmp_path / "s", {"text": Rows((4,))}, tasks=tasks) as writer:
        for split in ("train", "val", "test"):
            track = Track(torch.ones(2, 4), torch.tensor([True, True]), torch.zeros(2, 2))
            labels = {"score": 1.0, "sentiment": "positive"}
            clip = Clip(split, group=split, labels=labels, split=split)
            writer.append(Sample(split, {"text": track}), clip)
    done = train(recipe(tmp_path / "s", target=target), out=tmp_path / "run", seeds=2)
    report = evaluate(done, f"store:{tmp_path / 's'}", "test", draws=5)
    main = {"score": "mae", "sentiment": "accuracy"}[target]
    assert np.isfinite(report.metrics[main].value)
    assert not np.isfinite(report.metrics[{"score": "pearson", "sentiment": "kappa"}[target]].value)
    assert report.smallest is not None
    assert report.smallest.value > 0.9
    assert any("over a single group" in note for note in report.notes)
    assert "of 1 clips in 1 groups, mean of 2 trainings" in report.to_text()
