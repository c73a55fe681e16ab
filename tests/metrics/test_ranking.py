"""Areas of many draws at once equal those computed again on the rows of each draw."""

import numpy as np
import pytest

from tritone import metrics
from tritone.metrics import ranking
from tritone.metrics.intervals import by_rows, draw_weights
from tritone.metrics.ranking import AREAS, by_order


def draw(classes, rows=40, parts=10):
    """Probabilities in steps, so that many are equal; the last class is rare."""
    rng = np.random.default_rng(classes)
    given = rng.multinomial(parts, rng.dirichlet(np.ones(classes), rows)) / parts
    return given, np.append(classes - 1, rng.integers(0, classes - 1, rows - 1))


@pytest.mark.parametrize("metric", AREAS, ids=lambda metric: metric.__name__)
@pytest.mark.parametrize("classes", [2, 3, 5])
@pytest.mark.parametrize("grouped", [False, True])
def test_areas_of_weighted_rows_equal_those_of_repeated_rows(metric, classes, grouped, monkeypatch):
    given, target = draw(classes)
    group = np.arange(40) // 4 if grouped else np.arange(40)
    weights = draw_weights(int(group.max()) + 1, 50, seed=2)
    slow = by_rows(metric, given, target, group, weights)
    np.testing.assert_allclose(by_order(AREAS[metric], given, target, group, weights), slow)
    assert np.isnan(slow).any() == (classes == 2)  # draws without the rare class
    monkeypatch.setattr(ranking, "CELLS", 7 * 40)
    np.testing.assert_allclose(by_order(AREAS[metric], given, target, group, weights), slow)


@pytest.mark.parametrize("metric", AREAS, ids=lambda metric: metric.__name__)
def test_a_draw_that_one_class_fills_has_no_area(metric):
    given, target = np.array([0.3, 0.6, 0.5, 0.9]), np.array([0, 1, 1, 1])
    weights = np.array([[1, 1, 1, 1], [0, 2, 1, 1], [4, 0, 0, 0]])
    values = by_order(AREAS[metric], given, target, np.arange(4), weights)
    np.testing.assert_allclose(values, [1, np.nan, np.nan])


def test_one_kind_of_row_has_no_area():
    assert np.isnan(metrics.interval(metrics.roc_auc, [[0.4, 0.6], [0.5, 0.5]], [1, 1])).all()
