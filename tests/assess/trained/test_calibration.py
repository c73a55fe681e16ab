"""Confidence: mended without touching what is right, and sets that hold what they promise."""

import json
import math
from collections.abc import Callable

import numpy as np
import pytest

from tritone.assess.calibration import calibration, folds_of
from tritone.assess.promises import Calibration
from tritone.core.errors import DataError
from tritone.core.store import Store

TEXT = ("text",)
ROWS = 400
# Val and the asked split both have a say: 3.5 standard deviations of the coverage.
SLACK = 3.5 * math.sqrt(2 * 0.1 * 0.9 / ROWS)


@pytest.fixture
def overconfident(many_classes: Store, reader) -> Callable[[str], Calibration]:
    """A function that mends a reader that is three times too sure."""
    sure = reader(many_classes, heat=3.0)
    return lambda split: calibration([sure], many_classes, split, TEXT, draws=50)


@pytest.mark.parametrize("split", ["test", "val"])
def test_the_temperature_mends_the_confidence_and_not_the_accuracy(
    overconfident, split: str
) -> None:
    whole = overconfident(split).whole
    assert whole.before["accuracy"] == whole.after["accuracy"]
    assert whole.temperature == (pytest.approx(3, rel=0.25),)
    assert whole.before["ece"].value > 2 * whole.after["ece"].value
    assert whole.before["nll"].value > whole.after["nll"].value


def test_what_is_drawn_is_what_is_told(overconfident) -> None:
    mended = overconfident("test")
    for name, figures in (("before", mended.whole.before), ("after", mended.whole.after)):
        assert mended.diagrams[name].gap == pytest.approx(figures["ece"].value)
    told = mended.to_json()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["fitted_on"] == {"split": "val", "n": ROWS, "folds": 1}
    assert len(told["reliability"]["after"]) == 15


@pytest.mark.parametrize("split", ["test", "val"])
def test_sets_of_classes_hold_the_truth_as_often_as_asked(overconfident, split: str) -> None:
    whole = overconfident(split).whole
    assert abs(whole.coverage.value - 0.9) < SLACK
    assert whole.coverage.low <= whole.coverage.value <= whole.coverage.high
    assert 1 < whole.size < 3


@pytest.mark.parametrize("split", ["test", "val"])
def test_intervals_hold_the_truth_for_each_pattern(many_scores: Store, split: str, reader) -> None:
    found = calibration([reader(many_scores)], many_scores, split, ("text", "audio"), draws=20)
    assert list(found.promises) == [("text", "audio"), ("text",), ("audio",)]
    for promise in found.promises.values():
        assert abs(promise.coverage.value - 0.9) < SLACK
    whole, _, audio = found.promises.values()
    assert whole.unaware == whole.coverage.value
    assert audio.size > whole.size
    assert audio.unaware < audio.coverage.value
    assert found.folds == (1 if split == "test" else 5)


def test_of_all_clips_those_of_val_are_left_out(many_scores: Store, reader) -> None:
    found = calibration([reader(many_scores)], many_scores, "all", TEXT, draws=5)
    assert (found.fitted, found.measured, found.folds) == (ROWS, ROWS, 1)
    assert found.fitting == "fitted on the 400 clips of val"


def test_two_seeds_are_each_mended_by_themselves(many_classes: Store, reader) -> None:
    models = [reader(many_classes, heat=heat) for heat in (2.0, 0.5)]
    found = calibration(models, many_classes, "test", TEXT, draws=5)
    assert found.whole.temperature == pytest.approx((2.0, 0.5), rel=0.25)


def test_every_row_is_judged_once_and_never_by_its_group() -> None:
    groups = np.random.default_rng(0).integers(0, 23, 200)
    folds = folds_of(groups, 200, 1)
    assert sorted(np.concatenate([use for _, use in folds])) == list(range(200))
    for fit, use in folds:
        assert not set(groups[fit]) & set(groups[use])
        assert len(fit) + len(use) == 200


def test_few_clips_promise_everything_rather_than_too_little(make, reader, tmp_path) -> None:
    store = make(tmp_path / "s", {"val": 4, "test": 4}, "score")
    from_few = calibration([reader(store, constant=0.0)], store, "test", TEXT, draws=5).whole
    assert from_few.coverage.value == 1
    assert from_few.size == 6


def test_val_of_one_group_cannot_judge_itself(make, reader, tmp_path) -> None:
    store = make(tmp_path / "s", {"val": 4}, "score", groups=1)
    with pytest.raises(DataError) as caught:
        calibration([reader(store, constant=0.0)], store, "val", TEXT)
    assert str(caught.value) == (
        "All val clips are of one group; calibration on val needs two at least."
    )


def test_without_val_nothing_is_mended(make, reader, tmp_path) -> None:
    store = make(tmp_path / "s", {"train": 4, "test": 4}, "score")
    with pytest.raises(DataError) as caught:
        calibration([reader(store, constant=0.0)], store, "test", TEXT)
    said = f"{store.folder} has no val split. Present: train, test. Take one of these"
    assert str(caught.value).startswith(said)
