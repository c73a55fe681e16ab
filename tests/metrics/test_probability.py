"""Metrics of probabilities: scikit-learn's figures, laws of calibration, known answers."""

import numpy as np
import pytest
from sklearn import metrics as sklearn

from tritone import metrics
from tritone.core.errors import DataError


def draw(seed=0, rows=60, classes=4, parts=100):
    """Probabilities in steps of 1 / parts, so that some are equal, and a target of each class."""
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.ones(classes), rows)
    given = np.array([rng.multinomial(parts, share) for share in shares]) / parts
    return given, np.append(np.arange(classes), rng.integers(0, classes, rows - classes))


def one_against_rest(curve, given, target):
    return np.mean([curve(target == c, given[:, c]) for c in range(given.shape[1])])


@pytest.mark.parametrize("seed", range(5))
def test_areas_equal_scikit_learn(seed):
    given, target = draw(seed)
    roc = one_against_rest(sklearn.roc_auc_score, given, target)
    pr = one_against_rest(sklearn.average_precision_score, given, target)
    assert metrics.roc_auc(given, target) == pytest.approx(roc)
    assert metrics.pr_auc(given, target) == pytest.approx(pr)


def test_areas_of_two_classes_are_those_of_the_second():
    given, target = draw(1, classes=2)
    roc = sklearn.roc_auc_score(target, given[:, 1])
    assert metrics.roc_auc(given, target) == pytest.approx(roc)
    assert metrics.roc_auc(given[:, 1], target) == pytest.approx(roc)
    pr = sklearn.average_precision_score(target, given[:, 1])
    assert metrics.pr_auc(given, target) == pytest.approx(pr)


def test_losses_equal_scikit_learn():
    given, target = draw(2)
    given = given * 0.96 + 0.01
    assert metrics.nll(given, target) == pytest.approx(sklearn.log_loss(target, given))
    squares = ((given - np.eye(4)[target]) ** 2).sum(axis=1).mean()
    assert metrics.brier(given, target) == pytest.approx(squares)


def test_a_class_that_never_occurs_has_no_curve():
    assert np.isnan(metrics.roc_auc([[0.5, 0.5]], [1]))
    assert metrics.roc_auc([[0.8, 0.2, 0.0], [0.1, 0.9, 0.0]], [0, 1]) == 1


def test_a_sure_and_wrong_answer_costs_a_finite_amount():
    assert metrics.nll([[1.0, 0.0]], [1]) == pytest.approx(-np.log(np.finfo(float).eps))


def test_calibration_error_equals_its_slow_form():
    rng = np.random.default_rng(0)
    given = rng.dirichlet(np.ones(5), 203)
    target = rng.integers(0, 5, 203)
    confidence, right = given.max(axis=1), given.argmax(axis=1) == target
    slow = sum(
        len(rows) / 203 * abs(right[rows].mean() - confidence[rows].mean())
        for rows in np.array_split(np.argsort(confidence), 15)
    )
    assert metrics.ece(given, target) == pytest.approx(slow)


def test_the_order_of_equal_confidences_changes_nothing():
    given, target = draw(3, parts=10)
    order = np.random.default_rng(0).permutation(len(target))
    assert metrics.ece(given[order], target[order]) == pytest.approx(metrics.ece(given, target))


def test_calibration_error_by_hand():
    """Confidences .6 .6 .9 .9 in two bins: half right, then all right."""
    given = [[0.6, 0.4], [0.6, 0.4], [0.9, 0.1], [0.9, 0.1]]
    assert metrics.ece(given, [0, 1, 0, 0], bins=2) == pytest.approx(0.5 * 0.1 + 0.5 * 0.1)
    assert metrics.ece(given, [0, 1, 0, 0], bins=99) == pytest.approx(0.1)


def test_a_calibrated_model_lies_in_its_band_and_an_overconfident_one_above():
    rng = np.random.default_rng(0)
    inside = 0
    for seed in range(40):
        given = rng.dirichlet(np.ones(4), 300)
        target = np.array([rng.choice(4, p=row) for row in given])
        low, high = metrics.ece_band(given, draws=200, seed=seed)
        inside += low <= metrics.ece(given, target) <= high
    assert inside >= 34  # 38 expected
    sharp = given**4 / (given**4).sum(axis=1, keepdims=True)
    assert metrics.ece(sharp, target) > metrics.ece_band(sharp, draws=200)[1]


def test_the_band_repeats_with_its_seed_and_does_not_depend_on_chunks(monkeypatch):
    from tritone.metrics import calibration

    given, _ = draw(4)
    whole = metrics.ece_band(given, draws=50, seed=3)
    monkeypatch.setattr(calibration, "CELLS", 7 * len(given))
    assert metrics.ece_band(given, draws=50, seed=3) == whole
    assert metrics.ece_band(given, draws=50, seed=4) != whole


@pytest.mark.parametrize("name", ["roc_auc", "pr_auc", "ece", "brier", "nll"])
def test_logits_are_no_probabilities(name):
    with pytest.raises(DataError) as raised:
        getattr(metrics, name)([[2.0, -1.0]], [0])
    assert str(raised.value) == (
        "prediction holds rows that are no probabilities: each value must be finite and at least "
        "0, each row sum to 1; the worst sum is off by 0. Apply a softmax to logits first."
    )


@pytest.mark.parametrize("name", ["roc_auc", "pr_auc", "ece", "brier", "nll"])
def test_a_target_that_is_no_column_is_an_error(name):
    with pytest.raises(DataError) as raised:
        getattr(metrics, name)([[0.5, 0.5]], [2])
    assert str(raised.value) == "target names columns 2 to 2; prediction has columns 0 to 1."


def test_bins_must_be_positive():
    with pytest.raises(DataError, match=r"bins is 0; at least 1 is needed\."):
        metrics.ece([[0.5, 0.5]], [1], bins=0)
