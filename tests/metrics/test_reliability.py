"""Reliability: bins that add up to the calibration error, and a temperature that mends it."""

import numpy as np
import pytest
from scipy import optimize, stats
from scipy.special import softmax

from tritone import metrics
from tritone.core.errors import DataError
from tritone.metrics.reliability import (
    equal_mass_bins,
    equal_width_bins,
    fit_temperature,
    tempered,
)

HAND = [[0.6, 0.4], [0.6, 0.4], [0.9, 0.1], [0.9, 0.1]]


def draw(seed=0, rows=400, classes=4, heat=2.5):
    """Logits that are `heat` times too sure, and truths by their true probabilities."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(rows, classes)) * 1.5
    honest = softmax(logits, axis=1).cumsum(axis=1)
    target = (rng.random(rows)[:, None] > honest).sum(axis=1).clip(max=classes - 1)
    return logits * heat, target


@pytest.mark.parametrize("bins", [1, 7, 15, 1000])
@pytest.mark.parametrize("parts", [None, 10])
def test_bins_of_equal_mass_add_up_to_the_calibration_error(bins, parts):
    logits, target = draw()
    given = softmax(logits, axis=1)
    if parts:
        given = np.array([np.random.default_rng(0).multinomial(parts, p) for p in given]) / parts
    got = equal_mass_bins(given, target, bins)
    assert got.gap == pytest.approx(metrics.ece(given, target, bins), abs=1e-12)
    assert got.count.sum() == 400 and np.ptp(got.count) <= 1
    assert (got.accuracy * got.count).sum() == pytest.approx((given.argmax(1) == target).sum())


@pytest.mark.parametrize("bins", [equal_mass_bins, equal_width_bins])
def test_bins_by_hand(bins):
    got = bins(HAND, [0, 1, 0, 0], 2 if bins is equal_mass_bins else 5)
    assert got.confidence == pytest.approx([0.6, 0.9])
    assert got.accuracy.tolist() == [0.5, 1]
    assert got.count.tolist() == [2, 2]
    assert got.gap == pytest.approx(0.1)


def test_bins_of_equal_width_equal_their_slow_form():
    logits, target = draw(1)
    given = softmax(logits, axis=1)
    confidence, right = given.max(axis=1), given.argmax(axis=1) == target
    slow = []
    for i in range(10):
        rows = (i / 10 < confidence) & (confidence <= (i + 1) / 10)
        if rows.any():
            slow.append((confidence[rows].mean(), right[rows].mean(), rows.sum()))
    got = equal_width_bins(given, target, 10)
    rows = np.stack([got.confidence, got.accuracy, got.count], axis=1)
    np.testing.assert_allclose(rows, slow)


def test_an_edge_belongs_to_the_bin_below():
    """Bins of a tenth: .7 ends the seventh, whatever 7 * .1 is in floating point."""
    got = equal_width_bins([[0.7, 0.3], [0.65, 0.35], [0.71, 0.29]], [0, 0, 0], 10)
    assert got.count.tolist() == [2, 1]
    assert equal_width_bins([[1.0, 0.0]], [0], 10).count.tolist() == [1]


def test_the_interval_of_a_bin_is_that_of_scipy():
    logits, target = draw(2)
    got = equal_width_bins(softmax(logits, axis=1), target)
    for accuracy, count, low, high in zip(got.accuracy, got.count, got.low, got.high, strict=True):
        test = stats.binomtest(round(accuracy * count), int(count))
        expected = test.proportion_ci(method="wilson")
        assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_constant_confidence_is_one_bin_of_width_and_equal_bins_of_mass():
    given = [[0.75, 0.25]] * 4
    assert equal_width_bins(given, [0, 0, 0, 1]).count.tolist() == [4]
    assert equal_mass_bins(given, [0, 0, 0, 1], 2).accuracy.tolist() == [0.75, 0.75]
    alone = equal_mass_bins(given[:1], [1])
    assert (alone.count.tolist(), alone.accuracy.tolist()) == ([1], [0])


def test_there_is_at_least_one_bin():
    for bins in (equal_mass_bins, equal_width_bins):
        with pytest.raises(DataError, match=r"^bins is 0; at least 1 is needed\.$"):
            bins(HAND, [0, 1, 0, 0], 0)


@pytest.mark.parametrize("heat", [0.4, 1.0, 2.5])
def test_a_temperature_undoes_too_much_and_too_little_sureness(heat):
    logits, target = draw(3, rows=4000, heat=heat)
    assert fit_temperature(logits, target) == pytest.approx(heat, rel=0.06)


@pytest.mark.parametrize("seed", range(3))
def test_no_other_temperature_makes_the_truth_more_likely(seed):
    logits, target = draw(seed)
    found = fit_temperature(logits, target)

    def loss(log_heat):
        return metrics.nll(softmax(logits / np.exp(log_heat), axis=1), target)

    best = optimize.fminbound(loss, -4, 4)
    assert found == pytest.approx(np.exp(best), rel=1e-4)
    assert metrics.nll(tempered(logits, found), target) < metrics.nll(tempered(logits, 1), target)


def test_a_temperature_changes_no_answer_and_mends_the_error():
    logits, target = draw(4, rows=2000)
    fitted, new = slice(0, 1000), slice(1000, 2000)
    given = tempered(logits[new], fit_temperature(logits[fitted], target[fitted]))
    assert (given.argmax(axis=1) == logits[new].argmax(axis=1)).all()
    assert metrics.ece(given, target[new]) < 0.5 * metrics.ece(
        tempered(logits[new], 1), target[new]
    )
    assert metrics.ece(given, target[new]) <= metrics.ece_band(given)[1]


@pytest.mark.parametrize("temperature", [0.01, 0.3, 1, 7.0, 100])
def test_every_temperature_keeps_the_order_of_the_classes(temperature):
    logits, _ = draw(5)
    given = tempered(logits, temperature)
    assert (given.argmax(axis=1) == logits.argmax(axis=1)).all()
    np.testing.assert_allclose(given.sum(axis=1), 1)


def test_what_is_added_to_all_classes_changes_nothing():
    logits, target = draw(6)
    shifted = logits + np.random.default_rng(0).normal(size=(400, 1)) * 1000
    assert fit_temperature(shifted, target) == pytest.approx(fit_temperature(logits, target))


def test_a_temperature_stays_in_its_bounds():
    assert fit_temperature([[2.0, 1.0], [0.0, 1.0]], [0, 1]) == 0.01
    assert fit_temperature([[2.0, 1.0], [0.0, 1.0]], [1, 0]) == 100
    assert fit_temperature([[1.0, 1.0]], [0]) == 0.01
    assert fit_temperature([[3.0]], [0]) == 0.01


def test_two_classes_come_as_a_vector_too():
    logits = np.random.default_rng(0).normal(size=50)
    target = (np.random.default_rng(1).random(50) < 0.6).astype(int)
    columns = np.stack([np.zeros(50), logits], axis=1)
    assert fit_temperature(logits, target) == fit_temperature(columns, target)
    np.testing.assert_allclose(tempered(logits, 2)[:, 1], 1 / (1 + np.exp(-logits / 2)))


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: tempered([[1.0]], 0), "temperature is 0; it must be above 0."),
        (lambda: tempered([[1.0]], np.nan), "temperature is nan; it must be above 0."),
        (
            lambda: fit_temperature([[np.nan, np.inf]], [0]),
            "logits holds 2 values that are not finite.",
        ),
        (
            lambda: fit_temperature(np.zeros((2, 0)), [0, 0]),
            "logits has shape (2, 0); (n, classes) is needed.",
        ),
        (
            lambda: fit_temperature([[1.0, 2.0]], [2]),
            "target must hold column numbers from 0 to 1.",
        ),
        (
            lambda: fit_temperature([], []),
            "There is nothing to score: prediction and target are empty.",
        ),
    ],
)
def test_what_cannot_be_is_an_error(call, says):
    with pytest.raises(DataError) as raised:
        call()
    assert str(raised.value) == says
