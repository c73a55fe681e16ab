"""Bootstrap intervals: fast form equals slow form, seeds repeat, groups widen."""

import numpy as np
import pytest

from tritone import metrics
from tritone.core.errors import DataError
from tritone.metrics.classification import RULES
from tritone.metrics.intervals import by_counts, by_rows, draw_weights


def draw(rows=60, classes=4):
    rng = np.random.default_rng(0)
    target = rng.integers(0, classes, rows)
    right = rng.random(rows) < 0.6
    return np.where(right, target, rng.integers(0, classes, rows)), target


@pytest.mark.parametrize("metric", RULES, ids=lambda metric: metric.__name__)
@pytest.mark.parametrize("grouped", [False, True])
def test_resampled_counts_equal_resampled_rows(metric, grouped):
    prediction, target = draw()
    group = np.arange(60) // 5 if grouped else np.arange(60)
    weights = draw_weights(int(group.max()) + 1, 30, seed=1)
    fast = by_counts(RULES[metric], prediction, target, group, weights)
    slow = by_rows(metric, prediction, target, group, weights)
    np.testing.assert_allclose(fast, slow)


def test_the_interval_of_accuracy_is_near_the_binomial_one():
    target = np.ones(400, dtype=int)
    prediction = (np.arange(400) < 320).astype(int)
    low, high = metrics.interval(metrics.accuracy, prediction, target, draws=2000)
    half = 1.96 * np.sqrt(0.8 * 0.2 / 400)
    assert low == pytest.approx(0.8 - half, abs=0.006)
    assert high == pytest.approx(0.8 + half, abs=0.006)


def test_rows_that_go_together_widen_the_interval():
    """Forty rows of which each ten are copies carry the information of four."""
    prediction, target = np.repeat([1, 1, 0, 1], 10), np.ones(40, dtype=int)
    low, high = metrics.interval(metrics.accuracy, prediction, target)
    low_of_four, high_of_four = metrics.interval(
        metrics.accuracy, prediction, target, np.repeat(list("abcd"), 10)
    )
    assert low_of_four < low <= high <= high_of_four


def test_the_seed_decides():
    p, t = np.random.default_rng(0).normal(size=(2, 40))
    again = [metrics.interval(metrics.mae, p, t, draws=50, seed=s) for s in (1, 1, 2)]
    assert again[0] == again[1] != again[2]


def test_the_figure_lies_in_its_interval_for_probabilities_too():
    given = np.random.default_rng(0).dirichlet(np.ones(3), 50)
    target = given.argmax(axis=1)
    low, high = metrics.interval(metrics.nll, given, target, draws=200)
    assert low < metrics.nll(given, target) < high


def test_an_undefined_metric_has_an_undefined_interval():
    assert np.isnan(metrics.interval(metrics.pearson, [1, 1, 1], [1, 2, 3], draws=5)).all()


def test_groups_must_be_those_of_the_rows():
    with pytest.raises(DataError, match=r"There are 2 rows and 1 groups\."):
        metrics.interval(metrics.accuracy, [1, 2], [1, 2], ["a"])
    with pytest.raises(DataError, match="There is nothing to score"):
        metrics.interval(metrics.accuracy, [], [])
