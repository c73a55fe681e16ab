"""Curves equal scikit-learn's points, and their areas our metrics."""

import numpy as np
import pytest
from sklearn import metrics as sklearn

from tritone import metrics
from tritone.core.errors import DataError
from tritone.metrics.curves import (
    confusion_shares,
    pr_curves,
    pr_points,
    roc_curves,
    roc_points,
)


def draw(seed, rows=60, steps=20):
    """Scores in steps, so that some are equal, and rows of both kinds."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, steps, rows) / steps, np.append(
        [True, False], rng.random(rows - 2) < 0.3
    )


@pytest.mark.parametrize("seed", range(4))
def test_points_equal_scikit_learn(seed):
    score, facts = draw(seed)
    roc = roc_points(score, facts)
    for ours, theirs in zip(
        (roc.false_alarms, roc.recall, roc.threshold),
        sklearn.roc_curve(facts, score, drop_intermediate=False),
        strict=True,
    ):
        np.testing.assert_allclose(ours, theirs)
    curve = pr_points(score, facts)
    precision, recall, threshold = sklearn.precision_recall_curve(facts, score)
    # scikit-learn starts with the loosest threshold and gives none to its last point.
    np.testing.assert_allclose(curve.precision, precision[::-1])
    np.testing.assert_allclose(curve.recall, recall[::-1])
    np.testing.assert_allclose(curve.threshold[1:], threshold[::-1])


@pytest.mark.parametrize("classes", [2, 4])
def test_the_mean_area_of_the_curves_is_the_metric(classes):
    rng = np.random.default_rng(classes)
    given = rng.dirichlet(np.ones(classes), 80).round(1)
    given[:, -1] = 1 - given[:, :-1].sum(axis=1)
    given = given.clip(0)
    given /= given.sum(axis=1, keepdims=True)
    target = rng.integers(0, classes, 80)
    roc, precision = roc_curves(given, target), pr_curves(given, target)
    assert list(roc) == list(precision) == ([1] if classes == 2 else [0, 1, 2, 3])
    assert np.mean([c.area for c in roc.values()]) == pytest.approx(metrics.roc_auc(given, target))
    assert np.mean([c.area for c in precision.values()]) == pytest.approx(
        metrics.pr_auc(given, target)
    )


def test_a_class_that_never_occurs_has_no_curve():
    given = [[0.8, 0.2, 0.0], [0.1, 0.9, 0.0]]
    assert list(roc_curves(given, [0, 1])) == list(pr_curves(given, [0, 1])) == [0, 1]
    assert roc_curves([[0.5, 0.5]], [1]) == {}


def test_a_constant_score_has_a_diagonal_and_the_prior():
    roc, curve = roc_points([5, 5, 5, 5], [1, 0, 0, 0]), pr_points([5, 5, 5, 5], [1, 0, 0, 0])
    assert (roc.false_alarms.tolist(), roc.recall.tolist(), roc.area) == ([0, 1], [0, 1], 0.5)
    assert (curve.precision.tolist(), curve.area) == ([1, 0.25], 0.25)


@pytest.mark.parametrize("over, name", [("true", "true"), ("predicted", "pred"), ("all", "all")])
def test_confusion_shares_equal_scikit_learn(over, name):
    rng = np.random.default_rng(0)
    prediction, target = rng.integers(0, 4, (2, 50))
    prediction[prediction == 3] = 0
    expected = sklearn.confusion_matrix(target, prediction, labels=range(5), normalize=name)
    np.testing.assert_allclose(confusion_shares(prediction, target, range(5), over), expected)


def test_the_diagonals_are_recall_precision_and_accuracy():
    prediction, target = list("aabbbc"), list("abbbac")
    diagonal = {
        over: np.diag(confusion_shares(prediction, target, over=over))
        for over in ("true", "predicted", "all")
    }
    assert diagonal["true"].mean() == pytest.approx(metrics.recall_macro(prediction, target))
    assert diagonal["predicted"].mean() == pytest.approx(
        metrics.precision_macro(prediction, target)
    )
    assert diagonal["all"].sum() == pytest.approx(metrics.accuracy(prediction, target))


@pytest.mark.parametrize(
    "call, says",
    [
        (
            lambda: roc_points([0.1, 0.2], [1, 1]),
            "2 of 2 rows are of the class: a curve needs both kinds.",
        ),
        (
            lambda: pr_points([0.1], [False]),
            "0 of 1 rows are of the class: a curve needs both kinds.",
        ),
        (
            lambda: roc_points([np.nan, 0.2], [1, 0]),
            "score holds 1 NaN: it has no place on a curve.",
        ),
        (lambda: roc_points([0.1, 0.2], [1, 2]), "is_class must be true or false for each row."),
        (
            lambda: roc_points([0.1], [1, 0]),
            "prediction has 1 rows, target has 2; they must be the same rows.",
        ),
        (
            lambda: confusion_shares([0], [0], over="rows"),
            "over is 'rows'; it must be 'true', 'predicted' or 'all'.",
        ),
    ],
)
def test_what_cannot_be_is_an_error(call, says):
    with pytest.raises(DataError) as raised:
        call()
    assert str(raised.value) == says
