"""Several runs: Student's interval, and draws of seeds and rows at once."""

import numpy as np
import pytest
from scipy import stats

from tritone import metrics
from tritone.core.errors import DataError
from tritone.metrics.seeds import compare_runs, nested_interval, seeds_interval
from tritone.metrics.significance import paired_bootstrap


def runs_of(rng, target, skills):
    return [np.where(rng.random(len(target)) < s, target, 1 - target) for s in skills]


def width(pair):
    return pair[1] - pair[0]


def test_the_interval_over_seeds_equals_scipy():
    values = [0.81, 0.79, 0.84, 0.80, 0.82]
    got = seeds_interval(values)
    assert (got.mean, got.runs) == (pytest.approx(0.812), 5)
    assert got.deviation == pytest.approx(stats.tstd(values))
    expected = stats.t.interval(0.95, 4, loc=np.mean(values), scale=stats.sem(values))
    assert (got.low, got.high) == pytest.approx(expected)


def test_one_seed_shows_no_spread_and_equal_seeds_none():
    one = seeds_interval([0.8])
    assert (one.mean, one.runs) == (0.8, 1)
    assert np.isnan([one.deviation, one.low, one.high]).all()
    same = seeds_interval([0.5, 0.5])
    assert (same.deviation, same.low, same.high) == (0, 0.5, 0.5)


def test_a_run_without_a_figure_is_not_passed_over():
    got = seeds_interval([0.8, np.nan, 0.9])
    assert got.runs == 3
    assert np.isnan([got.mean, got.deviation, got.low, got.high]).all()


def test_one_run_is_its_bootstrap():
    rng = np.random.default_rng(0)
    target = rng.integers(0, 2, 400)
    runs = runs_of(rng, target, [0.8])
    low, high = nested_interval(metrics.accuracy, runs, target, draws=2000)
    alone = metrics.interval(metrics.accuracy, runs[0], target, draws=2000)
    assert (low, high) == pytest.approx(alone, abs=0.006)


def test_the_spread_of_seeds_adds_to_that_of_rows():
    """Variances add: rows a (1 - a) / n, seeds (S - 1) / S of theirs over S."""
    rng = np.random.default_rng(1)
    target = rng.integers(0, 2, 1000)
    runs = runs_of(rng, target, [0.70, 0.74, 0.78, 0.82, 0.86, 0.90])
    figures = [metrics.accuracy(run, target) for run in runs]
    rows = [width(nested_interval(metrics.accuracy, [run], target)) for run in runs]
    of_seeds = 2 * 1.96 * np.std(figures) / np.sqrt(6)
    got = nested_interval(metrics.accuracy, runs, target, draws=3000)
    # Runs err apart here, so that averaging six of them leaves a share of the rows' spread.
    assert width(got) == pytest.approx(np.hypot(of_seeds, np.mean(rows) / np.sqrt(6)), rel=0.1)
    assert got[0] < np.mean(figures) < got[1]


def test_rows_in_groups_widen_the_nested_interval_too():
    target = np.ones(80, dtype=int)
    runs = [np.repeat([1, 1, 0, 1, 1, 0, 1, 1], 10)] * 2
    rows = nested_interval(metrics.accuracy, runs, target)
    groups = nested_interval(metrics.accuracy, runs, target, np.repeat(range(8), 10))
    assert width(groups) > 2 * width(rows)


def test_a_figure_that_is_undefined_in_a_run_leaves_out_only_its_draws():
    runs = [[1.0, 2.0, 3.0, 5.0], [1.0, 1.0, 1.0, 1.0]]
    low, high = nested_interval(metrics.pearson, runs, [1, 2, 4, 4], draws=200)
    assert 0 < low <= high <= 1
    assert np.isnan(nested_interval(metrics.pearson, runs[1:], [1, 2, 4, 4], draws=20)).all()


def test_one_run_each_compares_as_the_paired_bootstrap():
    rng = np.random.default_rng(2)
    target = rng.integers(0, 2, 300)
    one, other = runs_of(rng, target, [0.8, 0.72])
    got = compare_runs(metrics.accuracy, [one], [other], target, draws=2000)
    paired = paired_bootstrap(metrics.accuracy, one, other, target, draws=2000)
    assert got.difference == paired.difference
    assert (got.low, got.high) == pytest.approx((paired.low, paired.high), abs=0.01)


def test_a_lucky_seed_is_no_difference_between_models():
    """Two models of one kind, whose runs differ: a best run wins by itself, not with the rest."""
    rng = np.random.default_rng(3)
    target = rng.integers(0, 2, 3000)
    ones = runs_of(rng, target, [0.70, 0.78, 0.74])
    others = runs_of(rng, target, [0.73, 0.77, 0.69])
    alone = paired_bootstrap(metrics.accuracy, ones[1], others[2], target)
    assert alone.pvalue < 0.05
    assert compare_runs(metrics.accuracy, ones, others, target).pvalue > 0.05


def test_the_seed_decides():
    rng = np.random.default_rng(4)
    target = rng.normal(size=30)
    runs = rng.normal(size=(3, 30))
    drawn = [nested_interval(metrics.mae, list(runs), target, draws=50, seed=s) for s in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_runs_are_needed_and_must_fit():
    with pytest.raises(DataError, match=r"^There are no runs: at least one value is needed\.$"):
        seeds_interval([])
    none = r"^There are no runs: the predictions of at least one are needed\.$"
    with pytest.raises(DataError, match=none):
        nested_interval(metrics.mae, [], [1, 2])
    with pytest.raises(DataError, match=none):
        compare_runs(metrics.mae, [[1, 2]], [], [1, 2])
    with pytest.raises(DataError, match=r"^prediction has 3 rows, target has 2;"):
        nested_interval(metrics.mae, [[1, 2], [1, 2, 3]], [1, 2])
