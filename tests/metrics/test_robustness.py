"""Curves over rates, summed up: known answers, and laws of the scale."""

import numpy as np
import pytest
from scipy import integrate

from tritone.core.errors import DataError
from tritone.metrics.robustness import (
    area_between,
    floor_relative_area,
    normalised_area,
    recoveries,
)

RATES = [0, 0.5, 1]


def test_the_area_by_hand():
    """.5 (.9 + .7) / 2 + .5 (.7 + .5) / 2 over 1."""
    assert normalised_area(RATES, [0.9, 0.7, 0.5]) == pytest.approx(0.7)
    # Steps of .2 and .8: .2 (.9 + .7) / 2 + .8 (.7 + .5) / 2.
    assert normalised_area([0, 0.2, 1], [0.9, 0.7, 0.5]) == pytest.approx(0.64)


def test_the_area_equals_scipy_over_the_range():
    rng = np.random.default_rng(0)
    rates, values = np.sort(rng.random(9)), rng.random(9)
    expected = integrate.trapezoid(values, rates) / np.ptp(rates)
    assert normalised_area(rates, values) == pytest.approx(expected)


def test_the_range_of_rates_does_not_scale_the_area():
    """What CH-SIMS publishes over 0 to .5 is half of this."""
    values = [0.8, 0.6, 0.7]
    half, whole = normalised_area([0, 0.25, 0.5], values), normalised_area(RATES, values)
    assert half == pytest.approx(whole)
    assert normalised_area([0.1, 0.9], [0.4, 0.4]) == pytest.approx(0.4)


def test_what_is_kept_above_the_floor_by_hand():
    """Accuracy .9 to .5 with a floor of .5: (.7 - .5) / (.9 - .5)."""
    assert floor_relative_area(RATES, [0.9, 0.7, 0.5], 0.5) == pytest.approx(0.5)
    # An error of .8 to 1.2 with a floor of 1.4: (1 - 1.4) / (.8 - 1.4).
    kept = floor_relative_area(RATES, [0.8, 1.0, 1.2], 1.4, higher_is_better=False)
    assert kept == pytest.approx(2 / 3)
    assert floor_relative_area(RATES, [0.9, 0.9, 0.9], 0.5) == pytest.approx(1)
    assert floor_relative_area(RATES, [0.9, 0.3, 0.3], 0.5) == pytest.approx(-0.125)


def test_no_unit_changes_what_is_kept():
    one = floor_relative_area(RATES, [0.9, 0.7, 0.6], 0.5)
    assert floor_relative_area([0, 5, 10], [90, 70, 60], 50) == pytest.approx(one)
    worse = floor_relative_area(RATES, [-0.9, -0.7, -0.6], -0.5, higher_is_better=False)
    assert worse == pytest.approx(one)


@pytest.mark.parametrize("clean", [0.5, 0.4])
def test_a_model_that_is_not_above_its_floor_keeps_nothing(clean):
    assert np.isnan(floor_relative_area(RATES, [clean, 0.45, 0.45], 0.5))
    assert np.isnan(floor_relative_area(RATES, [1.4, 1.5, 1.6], 1.4, higher_is_better=False))


def test_the_area_between_a_model_and_its_control_by_hand():
    model, text = [0.9, 0.8, 0.7], [0.9, 0.7, 0.5]
    assert area_between(RATES, model, text) == pytest.approx(0.1)
    assert area_between(RATES, text, model) == pytest.approx(-0.1)
    assert area_between(RATES, model, [0.5] * 3) == pytest.approx(0.3)


def test_a_model_that_gets_better_with_more_missing_is_seen():
    rates = [0, 0.1, 0.2, 0.3, 0.4]
    assert recoveries(rates, [0.9, 0.8, 0.8, 0.7, 0.6]) == []
    assert recoveries(rates, [0.9, 0.7, 0.8, 0.6, 0.6]) == [0.2]
    # A slow climb: each step is within the tolerance, the whole is not.
    assert recoveries(rates, [0.5, 0.52, 0.54, 0.56, 0.58], tolerance=0.03) == [0.2, 0.3, 0.4]
    assert recoveries(rates, [0.8, 0.9, 1.0, 0.95, 1.1], higher_is_better=False) == [0.3]


def test_a_nan_has_no_area_and_is_no_recovery():
    values = [0.9, np.nan, 0.7]
    assert np.isnan(normalised_area(RATES, values))
    assert np.isnan(floor_relative_area(RATES, values, 0.5))
    assert np.isnan(area_between(RATES, [0.9, 0.8, 0.7], values))
    assert recoveries(RATES, values) == []
    assert recoveries(RATES, [0.5, np.nan, 0.7]) == [1]


def curve_error(rates, values):
    return f"rates has shape {rates} and values {values}; a curve needs at least two rates and one "


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: normalised_area([0], [1]), curve_error("(1,)", "(1,)") + "value for each."),
        (lambda: normalised_area([0, 1], [1]), curve_error("(2,)", "(1,)") + "value for each."),
        (lambda: normalised_area([0, 1, 0.5], [1, 1, 1]), "The rates must rise, got 0, 1, 0.5."),
        (lambda: normalised_area([0, 0], [1, 1]), "The rates must rise, got 0, 0."),
        (lambda: normalised_area([0, np.inf], [1, 1]), "The rates must rise, got 0, inf."),
        (
            lambda: floor_relative_area([], [], 0.5),
            curve_error("(0,)", "(0,)") + "value for each.",
        ),
        (
            lambda: recoveries(RATES, RATES, tolerance=-1),
            "tolerance is -1; it must be at least 0.",
        ),
    ],
)
def test_what_is_no_curve_is_an_error(call, says):
    with pytest.raises(DataError) as raised:
        call()
    assert str(raised.value) == says
