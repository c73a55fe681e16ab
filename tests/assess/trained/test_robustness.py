"""Curves of what is left: exact at the ends, at the floor for who says nothing, repeatable."""

import json
import math

import numpy as np
import pytest

from tritone.assess.curves import read_robustness
from tritone.assess.robustness import correlation, main_metrics, spaced, study
from tritone.assess.trained import evaluate_rows
from tritone.core.errors import DataError
from tritone.core.store import Store
from tritone.core.task import Classes
from tritone.metrics import mae, pearson

ALL = ("text", "audio", "vision")
RATES = (0.0, 0.6, 1.0)


def test_where_nothing_is_lost_the_figures_are_the_clean_ones(scores: Store, reader) -> None:
    models = [reader(scores)]
    clean = evaluate_rows(models, scores, "val", spec="s", version="0", draws=20)
    found = study(models, scores, "val", ALL, rates=RATES, draws=20)
    for name in found.floors:
        assert found.patterns[ALL][name].value == clean.metrics[name].value
        for curve in found.curves:
            assert curve.values[name][0].value == clean.metrics[name].value


def test_a_channel_that_lost_all_rows_is_a_channel_that_is_not_there(scores: Store, reader) -> None:
    found = study([reader(scores)], scores, "val", ALL, rates=RATES, draws=10)
    for name, others in (("text", ALL[1:]), ("vision", ALL[:2])):
        last = {metric: line[-1] for metric, line in found.curve("rows", name).values.items()}
        assert last == found.patterns[others]


def test_one_who_always_says_the_same_has_the_area_of_the_floor(scores: Store, reader) -> None:
    true = [float(scores.clip(row).labels["score"]) for row in scores.rows("val")]
    still = reader(scores, constant=float(np.median(true)))
    found = study([still], scores, "val", ALL, rates=RATES, draws=10)
    for curve in found.curves:
        assert curve.area["mae"].value == pytest.approx(found.floors["mae"], rel=1e-5)
        assert curve.area["pearson"].value == found.floors["pearson"] == 0
    assert found.floors["mae"] == pytest.approx(mae(np.full(8, np.median(true)), true), rel=1e-5)


def test_a_channel_that_nobody_reads_leaves_a_flat_curve(scores: Store, reader) -> None:
    found = study([reader(scores, reads=ALL[:1])], scores, "val", ALL, rates=RATES, draws=20)
    curve, clean = found.curve("rows", "audio"), found.patterns[ALL]
    for name, area in curve.area.items():
        # Its area is the clean figure, and moves with the same draws of rows.
        assert (area.value, area.low, area.high) == pytest.approx(
            (clean[name].value, clean[name].low, clean[name].high)
        )
    text = found.curve("rows", "text").area["mae"]
    assert text.low < text.value < text.high


def test_a_study_of_some_clips_takes_them_evenly(scores: Store, reader) -> None:
    assert spaced([3, 4, 5, 6, 7, 8], 3) == [3, 5, 8]
    assert spaced([3, 4], 3) == [3, 4]
    found = study([reader(scores)], scores, "val", ALL, rates=RATES, most=3, draws=5)
    assert found.n == 3


def test_what_was_written_of_a_study_is_read_back_as_it_was(scores: Store, reader) -> None:
    found = study([reader(scores)], scores, "val", ALL, rates=RATES, draws=5)
    said = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert repr(read_robustness(said)) == repr(found)


def test_a_study_repeats_and_another_seed_loses_other_rows(scores: Store, reader) -> None:
    one, again, other = (
        study([reader(scores)], scores, "val", ALL, rates=RATES, draws=5, seed=seed).to_json()
        for seed in (0, 0, 1)
    )
    assert json.dumps(one, allow_nan=False) == json.dumps(again, allow_nan=False)
    first, second = (
        [value["value"] for value in told["curves"][0]["values"]["mae"]] for told in (one, other)
    )
    assert first[0] == second[0]
    assert first[1] != second[1]


def test_what_is_measured_of_a_reader_of_two_channels_leaves_the_third_alone(
    scores: Store, reader
) -> None:
    found = study([reader(scores, reads=ALL[:2])], scores, "val", ALL[:2], rates=RATES, draws=5)
    assert list(found.patterns) == [ALL[:2], ("text",), ("audio",)]
    assert {curve.of for curve in found.curves} == {"all", "text", "audio"}


def test_a_single_channel_has_neither_partners_nor_patterns(scores: Store, reader) -> None:
    found = study([reader(scores, reads=("text",))], scores, "val", ("text",), rates=RATES, draws=5)
    assert [(curve.damage, curve.of) for curve in found.curves] == [
        ("rows", "text"),
        ("noise", "text"),
    ]
    assert "noise, text" in "\n".join(found.to_lines())


def test_classes_are_measured_by_accuracy_and_f1(make, reader, tmp_path) -> None:
    store = make(tmp_path / "s", {"train": 6, "val": 30}, "sentiment")
    found = study([reader(store)], store, "val", ("text",), rates=RATES, draws=5)
    assert list(found.floors) == ["accuracy", "f1_macro"]
    assert found.curve("rows", "text").kept["accuracy"] < 1


def test_noise_has_its_level_in_decibels(scores: Store, reader) -> None:
    found = study([reader(scores)], scores, "val", ALL, rates=RATES, draws=5).to_json()
    noise = next(curve for curve in found["curves"] if curve["damage"] == "noise")
    assert noise["snr_db"] == [None, 20.0, 10.0, 0.0]
    assert noise["rates"] == pytest.approx([0, 0.1, 0.316228, 1], abs=1e-6)
    assert all("snr_db" not in one for one in found["curves"] if one["damage"] != "noise")


def test_progress_is_told_up_to_the_end(scores: Store, reader) -> None:
    told: list[float] = []
    study(
        [reader(scores)],
        scores,
        "val",
        ALL,
        rates=RATES,
        draws=2,
        tell=lambda _, done: told.append(done),
    )
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1 - 1 / len(told))


def test_a_constant_but_for_rounding_follows_nothing() -> None:
    true = np.array([-2.0, 0.5, 1.0, 3.0])
    assert correlation(0.3 + 1e-7 * true, true) == 0
    assert correlation(true, true) == 1
    assert math.isnan(pearson(np.ones(4), true))


def test_clips_of_several_classes_are_refused() -> None:
    with pytest.raises(DataError) as caught:
        main_metrics(Classes(("glad", "cross"), multi=True))
    assert str(caught.value) == "Robustness is measured where a clip has one class, not several."
