"""Conformal sets: the quantile by hand, and the coverage that was asked for."""

import numpy as np
import pytest
from scipy import stats

from tritone.core.errors import DataError
from tritone.metrics.conformal import (
    Thresholds,
    aps,
    coverage,
    fit_intervals,
    fit_sets,
    interval_coverage,
    lac,
    prediction_intervals,
    prediction_sets,
    set_size,
)

THREE = [[0.5, 0.3, 0.2], [0.1, 0.8, 0.1]]


def draw(rng, rows, classes=6, sharp=1.0):
    """Probabilities and truths drawn from them; `sharp` off 1 makes a model that errs in them."""
    honest = rng.dirichlet(np.full(classes, 0.7), rows)
    target = (rng.random(rows)[:, None] > honest.cumsum(axis=1)).sum(axis=1).clip(max=classes - 1)
    claimed = honest**sharp
    return claimed / claimed.sum(axis=1, keepdims=True), target


def test_the_threshold_is_the_rank_of_n_plus_1_by_hand():
    """Errors 1 to 9: alpha .1 asks for the 9th of 9, .2 for the 8th, .25 for ceil(7.5), the 8th."""
    errors = np.arange(1.0, 10.0)
    zeros = np.zeros(9)
    assert [fit_intervals(errors, zeros, a).overall for a in (0.1, 0.2, 0.25, 0.3)] == [9, 8, 8, 7]
    assert fit_intervals(errors, zeros, 0.09).overall == np.inf
    # 10 * (1 - .7) is 3.0000000000000004 in floating point: still the third.
    assert fit_intervals(errors, zeros, 0.7).overall == 3


@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.1, 0.29, 0.5])
def test_the_rank_is_exact_for_every_number_of_rows(alpha):
    for rows in range(1, 300):
        hundredths = round(alpha * 100)
        rank = rows + 1 - (rows + 1) * hundredths // 100
        errors = np.arange(1.0, rows + 1)
        expected = rank if rank <= rows else np.inf
        assert fit_intervals(errors, np.zeros(rows), alpha).overall == expected


def test_how_odd_a_class_is_by_hand():
    given = np.array(THREE)
    np.testing.assert_allclose(lac(given), [[0.5, 0.7, 0.8], [0.9, 0.2, 0.9]])
    np.testing.assert_allclose(aps(given), [[0, 0.5, 0.8], [0.8, 0, 0.8]])


def test_sets_by_hand():
    """Truths at 1 - p of .5 .2 .7: of three rows alpha .25 takes the largest."""
    given = [*THREE, [0.3, 0.3, 0.4]]
    thresholds = fit_sets(given, [0, 1, 0], 0.25)
    assert thresholds == Thresholds("lac", 0.25, 0.7)
    sets = prediction_sets([[0.5, 0.3, 0.2], [0.25, 0.25, 0.5]], thresholds)
    assert sets.tolist() == [[True, True, False], [False, False, True]]
    assert set_size(sets) == 1.5
    assert coverage(sets, [1, 0]) == 0.5


@pytest.mark.parametrize("rule", ["lac", "aps"])
@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.3])
@pytest.mark.parametrize("sharp", [0.4, 1.0, 3.0])
def test_sets_hold_the_truth_as_often_as_was_asked_whatever_the_model(rule, alpha, sharp):
    """Given 499 held-out rows the coverage of m new rows is beta-binomial: the 1e-4 bounds."""
    rng = np.random.default_rng(0)
    given, target = draw(rng, 4499, sharp=sharp)
    sets = prediction_sets(given[499:], fit_sets(given[:499], target[:499], alpha, rule=rule))
    missed = round(500 * alpha)
    low, high = stats.betabinom(4000, 500 - missed, missed).ppf([1e-4, 1 - 1e-4]) / 4000
    assert low <= coverage(sets, target[499:]) <= high


def test_intervals_hold_the_truth_as_often_as_was_asked():
    rng = np.random.default_rng(1)
    target = rng.standard_t(3, 4499)
    prediction = 0.5 * target + rng.normal(size=4499)
    thresholds = fit_intervals(prediction[:499], target[:499], 0.1)
    intervals = prediction_intervals(prediction[499:], thresholds)
    low, high = stats.betabinom(4000, 450, 50).ppf([1e-4, 1 - 1e-4]) / 4000
    assert low <= interval_coverage(intervals, target[499:]) <= high


def test_few_rows_are_enough_on_average():
    """Nine held-out rows: 90 % over many draws, where the plain quantile would give 82 %."""
    rng = np.random.default_rng(2)
    held = []
    for _ in range(600):
        errors = rng.random(10)
        fitted = fit_intervals(errors[:9], np.zeros(9), 0.1)
        held.append(errors[9] <= fitted.overall)
    assert np.mean(held) == pytest.approx(0.9, abs=4 * np.sqrt(0.09 / 600))


@pytest.mark.parametrize("rule", ["lac", "aps"])
def test_each_group_is_covered_by_its_own_threshold(rule):
    """Rows without text are guessed: one threshold for all fails them, one for each does not."""
    rng = np.random.default_rng(3)
    given, target = draw(rng, 6000)
    group = rng.choice(["text+audio", "audio"], 6000, p=[0.8, 0.2])
    blind = group == "audio"
    target[blind] = rng.integers(0, 6, blind.sum())
    fitted, new = slice(0, 3000), slice(3000, 6000)

    def covered(**groups):
        thresholds = fit_sets(given[fitted], target[fitted], 0.1, rule=rule, **groups)
        given_groups = group[new] if groups else None
        sets = prediction_sets(given[new], thresholds, given_groups)
        return coverage(sets[blind[new]], target[new][blind[new]])

    assert covered() < 0.85
    assert covered(groups=group[fitted]) == pytest.approx(0.9, abs=0.045)


def test_a_group_never_seen_or_too_small_gets_everything():
    thresholds = fit_intervals([1.0] * 20, [0.0] * 20, 0.1, groups=["a"] * 19 + ["b"])
    assert thresholds.by_group == {"a": 1.0, "b": np.inf}
    intervals = prediction_intervals([5.0, 5.0, 5.0], thresholds, ["a", "b", "c"])
    assert intervals.tolist() == [[4, 6], [-np.inf, np.inf], [-np.inf, np.inf]]


def test_hard_rows_get_larger_sets():
    rng = np.random.default_rng(4)
    given, target = draw(rng, 3000)
    thresholds = fit_sets(given, target, 0.1, rule="aps")
    sets = prediction_sets(given, thresholds)
    sure = given.max(axis=1) > 0.7
    assert set_size(sets[sure]) < set_size(sets[~sure])
    assert sets.any(axis=1).all()


def test_lac_sets_are_the_smallest_and_may_be_empty():
    rng = np.random.default_rng(5)
    given, target = draw(rng, 3000)
    sizes = [
        set_size(prediction_sets(given, fit_sets(given, target, 0.1, rule=rule)))
        for rule in ("lac", "aps")
    ]
    assert sizes[0] < sizes[1]
    assert not prediction_sets([[0.5, 0.5]], Thresholds("lac", 0.1, 0.2)).any()


def test_asking_for_less_gives_smaller_sets_inside_the_larger():
    given, target = draw(np.random.default_rng(6), 300)
    for rule in ("lac", "aps"):
        tight, loose = (
            prediction_sets(given, fit_sets(given, target, a, rule=rule)) for a in (0.3, 0.05)
        )
        assert (tight <= loose).all() and set_size(tight) < set_size(loose)


def test_equally_likely_classes_are_in_or_out_together():
    thresholds = Thresholds("aps", 0.1, 0.45)
    sets = prediction_sets([[0.4, 0.4, 0.1, 0.1], [0.5, 0.2, 0.2, 0.1]], thresholds)
    assert sets.tolist() == [[True, True, False, False], [True, False, False, False]]


def test_two_classes_come_as_a_vector_too():
    thresholds = fit_sets([0.9, 0.2, 0.7], [1, 0, 1], 0.25)
    assert thresholds.overall == pytest.approx(0.3)
    assert prediction_sets([0.9, 0.5], thresholds).tolist() == [[False, True], [False, False]]


def test_one_row_of_one_class_has_an_answer():
    assert fit_sets([[1.0]], [0], 0.5).overall == 0
    assert fit_sets([[1.0]], [0], 0.1).overall == np.inf
    assert prediction_sets([[1.0]], Thresholds("lac", 0.5, 0.0)).tolist() == [[True]]


def test_a_missing_prediction_is_the_oddest_and_never_covered():
    thresholds = fit_intervals([1.0, np.nan, 2.0], [0.0, 0.0, 0.0], 0.25)
    assert thresholds.overall == np.inf
    assert fit_intervals([1.0, np.nan, 2.0], [0.0, 0.0, 0.0], 0.5).overall == 2
    assert interval_coverage([[np.nan, np.nan], [0.0, 1.0]], [0.5, 1.0]) == 0.5


def test_no_sets_have_no_size():
    assert np.isnan(set_size(np.zeros((0, 3), dtype=bool)))


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: fit_sets(THREE, [0, 1], 0), "alpha is 0; it must be above 0 and below 1."),
        (lambda: fit_intervals([1], [1], 90), "alpha is 90; it must be above 0 and below 1."),
        (
            lambda: fit_sets(THREE, [0, 1], rule="raps"),
            "No rule for sets of classes is named 'raps'. Known: lac, aps.",
        ),
        (lambda: fit_sets(THREE, [0, 1], groups=["a"]), "There are 2 rows and 1 groups."),
        (
            lambda: prediction_sets(THREE, fit_sets(THREE, [0, 1]), ["a", "b"]),
            "The thresholds were fitted without groups; apply them without groups.",
        ),
        (
            lambda: prediction_sets(THREE, fit_sets(THREE, [0, 1], groups=["a", "a"])),
            "The thresholds were fitted with groups; apply them with groups.",
        ),
        (
            lambda: prediction_sets(THREE, fit_intervals([1], [1])),
            "No rule for sets of classes is named 'residual'. Known: lac, aps.",
        ),
        (
            lambda: prediction_intervals([1.0], fit_sets(THREE, [0, 1])),
            "Thresholds of the rule 'lac' are for classes, not scores.",
        ),
        (
            lambda: coverage([[0.1, 0.9]], [1]),
            "sets is float64 of shape (1, 2); bool (n, classes) is needed.",
        ),
        (
            lambda: coverage([[True, False]], [2]),
            "target names columns 2 to 2; sets have columns 0 to 1.",
        ),
        (
            lambda: interval_coverage([1.0, 2.0], [1, 2]),
            "intervals has shape (2,); (n, 2) is needed.",
        ),
        (
            lambda: fit_intervals([], []),
            "There is nothing to score: prediction and target are empty.",
        ),
    ],
)
def test_what_cannot_be_is_an_error(call, says):
    with pytest.raises(DataError) as raised:
        call()
    assert str(raised.value) == says
