"""Tests of differences: SciPy's figures, slow forms, and what chance alone does."""

import numpy as np
import pytest
from scipy import stats

from tritone import metrics
from tritone.core.errors import DataError
from tritone.metrics.intervals import draw_weights
from tritone.metrics.significance import (
    holm,
    intraclass,
    mcnemar,
    paired_bootstrap,
    smallest_difference,
)


def answers(rng, target, skill):
    return np.where(rng.random(len(target)) < skill, target, rng.integers(0, 3, len(target)))


def test_a_difference_equals_its_slow_form_by_groups():
    rng = np.random.default_rng(0)
    target = rng.integers(0, 3, 48)
    one, other = answers(rng, target, 0.7), answers(rng, target, 0.5)
    groups = np.repeat(list("abcdefgh"), [2, 4, 6, 8, 10, 8, 6, 4])
    got = paired_bootstrap(metrics.f1_macro, one, other, target, groups, draws=99, seed=5)
    slow = []
    for weight in draw_weights(8, 99, 5):
        rows = np.concatenate(
            [
                np.flatnonzero(groups == g)
                for g, w in zip("abcdefgh", weight, strict=True)
                for _ in range(w)
            ]
        )
        slow.append(
            metrics.f1_macro(one[rows], target[rows]) - metrics.f1_macro(other[rows], target[rows])
        )
    assert got.difference == metrics.f1_macro(one, target) - metrics.f1_macro(other, target)
    assert (got.low, got.high) == pytest.approx(tuple(np.percentile(slow, [2.5, 97.5])))
    assert got.pvalue == pytest.approx(2 * (sum(d <= 0 for d in slow) + 1) / 100)


def test_the_other_way_round_is_the_negative():
    rng = np.random.default_rng(1)
    one, other, target = rng.normal(size=(3, 40))
    ab = paired_bootstrap(metrics.mae, one, other, target, draws=200)
    ba = paired_bootstrap(metrics.mae, other, one, target, draws=200)
    assert (ba.difference, ba.pvalue) == (-ab.difference, ab.pvalue)
    assert (ba.low, ba.high) == pytest.approx((-ab.high, -ab.low))


def test_a_model_does_not_differ_from_itself():
    got = paired_bootstrap(metrics.accuracy, [0, 1, 1], [0, 1, 1], [0, 1, 0], draws=50)
    assert (got.difference, got.low, got.high, got.pvalue) == (0, 0, 0, 1)


def test_the_p_value_agrees_with_the_interval():
    rng = np.random.default_rng(2)
    for _ in range(40):
        target = rng.integers(0, 3, 60)
        one, other = answers(rng, target, 0.7), answers(rng, target, 0.55)
        got = paired_bootstrap(metrics.accuracy, one, other, target, draws=199)
        outside = got.low > 0 or got.high < 0
        assert outside == (got.pvalue < 0.05) or got.pvalue == pytest.approx(0.05, abs=0.011)


def test_chance_alone_is_rarely_called_a_difference():
    """Two models of one skill: at most 5 % of 200 trials, with a bound of three sigma."""
    rng = np.random.default_rng(3)
    alarms = 0
    for seed in range(200):
        target = rng.integers(0, 3, 150)
        one, other = answers(rng, target, 0.6), answers(rng, target, 0.6)
        got = paired_bootstrap(metrics.accuracy, one, other, target, draws=200, seed=seed)
        alarms += got.pvalue < 0.05
    assert 1 <= alarms <= 200 * 0.05 + 3 * np.sqrt(200 * 0.05 * 0.95)


def test_pairs_show_what_two_intervals_hide():
    """One model errs wherever the other does, and on 12 rows more of 300."""
    target = np.ones(300, dtype=int)
    one, other = (np.arange(300) >= 60).astype(int), (np.arange(300) >= 72).astype(int)
    got = paired_bootstrap(metrics.accuracy, one, other, target)
    apart = [metrics.interval(metrics.accuracy, side, target) for side in (one, other)]
    assert apart[0][0] < apart[1][1]
    assert got.difference == pytest.approx(0.04)
    assert got.pvalue == pytest.approx(2 / 1001)


def test_copies_of_rows_do_not_make_a_difference_surer():
    one, other, target = np.repeat([[1, 1, 1, 0], [0, 1, 0, 1], [1, 1, 1, 1]], 25, axis=1)
    rows = paired_bootstrap(metrics.accuracy, one, other, target)
    groups = paired_bootstrap(metrics.accuracy, one, other, target, np.repeat(range(4), 25))
    assert rows.pvalue < 0.05 < groups.pvalue
    assert groups.low < rows.low and rows.high < groups.high


@pytest.mark.parametrize("groups", [None, ["a"]])
def test_one_row_or_one_group_has_no_spread(groups):
    got = paired_bootstrap(metrics.mae, [1.0], [2.0], [0.0], groups)
    assert got.difference == -1
    assert np.isnan([got.low, got.high, got.pvalue]).all()


def test_an_undefined_figure_has_no_difference():
    got = paired_bootstrap(metrics.pearson, [1, 1, 1], [1, 2, 3], [1, 2, 3], draws=20)
    assert np.isnan([got.difference, got.low, got.high, got.pvalue]).all()


def test_each_model_answers_the_same_rows():
    with pytest.raises(DataError, match=r"^prediction has 3 rows, target has 2; they must be"):
        paired_bootstrap(metrics.mae, [1, 2], [1, 2, 3], [1, 2])
    with pytest.raises(DataError, match=r"^There are 2 rows and 1 groups\.$"):
        paired_bootstrap(metrics.mae, [1, 2], [1, 2], [1, 2], ["a"])


def facts(both, one, other, none=0):
    """Rows of which both, the one, the other or none is right."""
    return (
        np.repeat([True, True, False, False], [both, one, other, none]),
        np.repeat([True, False, True, False], [both, one, other, none]),
    )


@pytest.mark.parametrize("b, c", [(0, 1), (1, 7), (12, 12), (20, 4), (5, 0)])
def test_few_discordant_rows_are_tested_exactly(b, c):
    got = mcnemar(*facts(30, b, c, 4))
    assert (got.one_only, got.other_only) == (b, c)
    assert got.pvalue == pytest.approx(stats.binomtest(b, b + c, 0.5).pvalue)


@pytest.mark.parametrize("b, c", [(20, 5), (13, 13), (60, 35)])
def test_many_discordant_rows_are_tested_by_corrected_chi_square(b, c):
    # The correction never takes more than there is: equal halves give 1.
    by_hand = stats.chi2.sf(max(abs(b - c) - 1, 0) ** 2 / (b + c), 1)
    assert mcnemar(*facts(0, b, c)).pvalue == pytest.approx(by_hand)


def test_models_that_err_together_do_not_differ():
    assert mcnemar(*facts(3, 0, 0, 2)).pvalue == 1


def test_mcnemar_takes_facts_of_the_same_rows():
    with pytest.raises(DataError) as raised:
        mcnemar([0.2, 1.0], [1, 0])
    assert str(raised.value) == (
        "McNemar's test takes true or false for each row, got float64 of shape (2,). "
        "Compare prediction and target first."
    )
    for one, other in (([], []), ([True], [True, False])):
        with pytest.raises(DataError) as raised:
            mcnemar(one, other)
        assert str(raised.value) == (
            f"One model has {len(one)} rows, the other {len(other)}; they must be the same rows, "
            "at least one."
        )


def test_holm_by_hand():
    """.01 .03 .04 of three become .03, .06, and .06 again: never below the one before."""
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.6, 0.5]) == pytest.approx([1, 1])
    assert holm([]).tolist() == []


def test_holm_leaves_out_tests_that_could_not_be_made():
    np.testing.assert_allclose(holm([np.nan, 0.02, 0.01]), [np.nan, 0.02, 0.02])


def test_holm_is_never_below_the_p_value_nor_above_bonferroni():
    given = np.random.default_rng(0).random(30) / 10
    adjusted = holm(given)
    assert (given <= adjusted).all() and (adjusted <= np.minimum(30 * given, 1)).all()
    assert (np.diff(adjusted[np.argsort(given)]) >= 0).all()


def test_a_p_value_lies_between_0_and_1():
    with pytest.raises(DataError, match=r"^A p-value is 1\.2; it must be from 0 to 1\.$"):
        holm([0.1, 1.2])


def test_the_test_part_of_mosi_shows_no_less_than_2_7_points():
    assert smallest_difference(686, 0.85) == pytest.approx(0.0267, abs=5e-5)


def test_what_a_test_set_can_show_by_hand():
    # Each row a copy in groups of 4: as many rows as groups.
    assert smallest_difference(400, 0.8, groups=100) == pytest.approx(smallest_difference(100, 0.8))
    assert smallest_difference(400, 0.8, groups=100, within=0.0) == smallest_difference(400, 0.8)
    # 1 + 3 / 3 = 2: half of the rows count.
    third = smallest_difference(400, 0.8, groups=100, within=1 / 3)
    assert third == pytest.approx(smallest_difference(200, 0.8))
    apart = smallest_difference(400, 0.8, correlation=0.0)
    assert apart == pytest.approx(1.959964 * np.sqrt(2 * 0.16 / 400))
    assert smallest_difference(400, 0.8, power=0.8) == pytest.approx(
        (1.959964 + 0.841621) / 1.959964 * smallest_difference(400, 0.8)
    )
    assert smallest_difference(400, 1.0) == 0


def test_a_difference_of_that_size_is_found_in_half_of_all_test_sets():
    rng = np.random.default_rng(0)
    size = smallest_difference(500, 0.75, correlation=0.0)
    found = 0
    for _ in range(300):
        one = rng.random(500) < 0.75 + size / 2
        other = rng.random(500) < 0.75 - size / 2
        difference = one.astype(float) - other
        found += difference.mean() > 1.96 * difference.std() / np.sqrt(500)
    assert 120 <= found <= 180


@pytest.mark.parametrize(
    "wrong, says",
    [
        ({"n": 0}, "n is 0 and groups 0; 1 <= groups <= n is needed."),
        ({"groups": 20}, "n is 10 and groups 20; 1 <= groups <= n is needed."),
        ({"accuracy": 85.0}, "accuracy is 85.0; it must be from 0 to 1."),
        ({"within": -0.1}, "within is -0.1; it must be from 0 to 1."),
        ({"correlation": 2.0}, "correlation is 2.0; it must be from -1 to 1."),
        ({"power": 0.2}, "power is 0.2; it must be from 0.5 to 1."),
    ],
)
def test_a_test_set_that_cannot_be_is_an_error(wrong, says):
    with pytest.raises(DataError) as raised:
        smallest_difference(**{"n": 10, "accuracy": 0.5} | wrong)
    assert str(raised.value) == says


def test_likeness_within_groups_by_hand():
    assert intraclass([1, 1, 0, 0], list("aabb")) == 1
    assert intraclass([1, 0, 1, 0], list("aabb")) == 0
    # Means 1, 3 of two rows each: between 2 * 2 = 4, within (4 * 1) / 2 = 2: (4 - 2) / (4 + 2).
    assert intraclass([0, 2, 2, 4], list("aabb")) == pytest.approx(1 / 3)
    assert intraclass([1, 1, 1], list("aab")) == 0
    assert np.isnan(intraclass([1, 0], list("aa")))
    assert np.isnan(intraclass([1, 0], list("ab")))


def test_measured_likeness_foretells_how_much_groups_widen_an_interval():
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(100), 8)
    right = (rng.random(800) < np.repeat(rng.beta(2, 1, 100), 8)).astype(int)
    target = np.ones(800, dtype=int)
    widths = [
        np.diff(metrics.interval(metrics.accuracy, right, target, groups, draws=2000))[0]
        for groups in (None, group)
    ]
    effect = 1 + 7 * intraclass(right, group)
    assert (widths[1] / widths[0]) ** 2 == pytest.approx(effect, rel=0.15)
