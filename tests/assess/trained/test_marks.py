"""Marks that bite: a figure that the annotators forbid, and what so few rows can show."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from tritone.assess.groups import told_if_few
from tritone.assess.marks import ceiling_marks
from tritone.assess.page import page
from tritone.assess.smallest import smallest_shown
from tritone.assess.trained import evaluate_rows
from tritone.core.store import Store
from tritone.core.task import Classes, Regression, Task
from tritone.metrics import nll
from tritone.metrics.ceilings import panel_error
from tritone.metrics.significance import smallest_difference


@dataclass
class Leak:
    """Says the very label, as one does that was given it."""

    task: Task
    target: str
    name: str = "leak"

    def predict(self, store: Store, rows: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        batch = store.batch(list(rows))
        assert batch.target is not None
        true = batch.target[:, 0].double().numpy()
        return true, true


def test_one_who_was_given_the_labels_is_above_what_five_annotators_allow(scores: Store) -> None:
    leak = Leak(scores.task, "score")
    plain = evaluate_rows([leak], scores, "val", spec="s", version="0", draws=5)
    assert "above_ceiling" not in plain.marks
    scores.provenance["dataset"] = "mosi"
    try:
        known = evaluate_rows([leak], scores, "val", spec="mosi:s", version="0", draws=5)
    finally:
        del scores.provenance["dataset"]
    assert "above_ceiling" in known.marks


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ({"pearson": 0.98}, ("above_ceiling",)),
        ({"mae": 0.2}, ("above_ceiling",)),
        ({"pearson": 0.86, "mae": 0.55}, ()),
        ({}, ()),
    ],
)
def test_the_ceiling_of_mosi_is_above_every_honest_model(values: dict, marks: tuple) -> None:
    assert ceiling_marks("mosi", values) == marks
    assert ceiling_marks("meld", values) == ()


def test_a_panel_errs_less_than_one_of_it() -> None:
    chance = np.random.default_rng(0)
    raters = chance.normal(size=(40_000, 6))
    own = float(np.abs(raters[:, 0] - raters[:, 1:].mean(axis=1)).mean())
    assert panel_error(own, 5) == pytest.approx(np.abs(raters[:, 1:].mean(axis=1)).mean(), rel=0.02)


def test_every_report_says_what_its_rows_can_show(many_classes: Store, reader) -> None:
    report = evaluate_rows(
        [reader(many_classes)], many_classes, "test", spec="s", version="0", draws=5
    )
    assert report.smallest is not None
    right = report.metrics["accuracy"].value
    assert report.smallest.value == pytest.approx(smallest_difference(400, right), rel=1e-6)
    sentence = f"that these rows can show: {report.smallest.value:.3f}."
    assert sentence in report.to_text()
    assert sentence in page(report)
    said = report.to_json()["smallest_difference"]
    assert said == {"metric": "accuracy", "value": report.smallest.value}


def test_every_report_says_of_how_many_trainings_and_how_far_they_lie_apart(
    many_classes: Store, reader
) -> None:
    runs = [reader(many_classes), reader(many_classes, heat=0.1)]
    report = evaluate_rows(runs, many_classes, "test", spec="s", version="0", draws=5)
    rows = many_classes.known_rows("test")
    each = [nll(*one.predict(many_classes, rows)) for one in runs]
    spread = abs(each[0] - each[1]) / 2**0.5
    said = json.loads(json.dumps(report.to_json()))
    assert said["metrics"]["nll"]["spread"] == pytest.approx(spread)
    text = report.to_text()
    assert "of 400 clips in 400 groups, mean of 2 trainings" in text.splitlines()[0]
    heads = text.splitlines()[2].split()
    assert heads == ["metric", "value", "spread", "95", "%", "interval", "majority", "prior"]
    line = next(one for one in text.splitlines() if one.startswith("nll "))
    assert line.split()[2] == f"{spread:.3f}"
    assert line.split()[-1] == f"{report.floors['prior']['nll']:.3f}"
    assert f"<td>{spread:.3f}</td>" in page(report)


def test_rows_of_few_groups_show_less_than_rows_apart() -> None:
    true = np.repeat([0, 1] * 10, 10)
    given = np.eye(2)[np.where(np.arange(200) < 150, true, 1 - true)]
    task = Classes(("a", "b"))
    apart = smallest_shown(task, [given], true, None)
    together = smallest_shown(task, [given], true, np.arange(200) // 10)
    assert apart is not None
    assert together is not None
    assert together.value > 2 * apart.value
    assert smallest_shown(Regression(), [np.zeros(3)], np.zeros(3), None) is None


@pytest.mark.parametrize(("clips", "right"), [(1, 0), (1, 1), (20, 20), (20, 0)])
def test_to_be_right_in_all_rows_or_none_is_not_to_show_every_difference(
    clips: int, right: int
) -> None:
    said = np.eye(2)[(np.arange(clips) >= right).astype(int)]
    shown = smallest_shown(Classes(("a", "b")), [said], np.zeros(clips, int), None)
    assert shown is not None
    # As if one more row of each kind had been asked.
    share = 1 / (clips + 2)
    assert shown.value == pytest.approx(1.959964 * np.sqrt(share * (1 - share) / clips))


def test_intervals_over_few_clips_or_groups_say_so() -> None:
    assert told_if_few(None, 10) == told_if_few(np.arange(10), 10) == ()
    few = "The intervals are over {}; so few make them too narrow."
    assert told_if_few(None, 9) == (few.format("9 clips"),)
    assert told_if_few(np.array([0, 1, 1] * 9), 27) == (few.format("2 groups"),)
    single = "The intervals are over a single {}, and say nothing of any other."
    assert told_if_few(None, 1) == (single.format("clip"),)
    assert told_if_few(np.array([0, 0]), 2) == (single.format("group"),)
