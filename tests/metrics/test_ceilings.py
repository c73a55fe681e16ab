"""Ceilings of the labels' own noise: by hand, by formula and by simulation."""

from math import comb

import numpy as np
import pytest

from tritone import metrics
from tritone.core.errors import DataError
from tritone.metrics.ceilings import (
    AGREEMENTS,
    above_ceiling,
    correlation_ceiling,
    error_ceiling,
    panel_ceiling,
    vote_ceiling,
)


def panels(rng, clips=2000, raters=5, spread=1.0):
    """True scores, and what each of some annotators says of them."""
    true = rng.normal(size=clips) * 1.5
    return true, true[:, None] + rng.normal(size=(clips, raters)) * spread


def test_what_is_better_than_the_labels_allow_is_not_believed():
    assert above_ceiling(0.9787, 0.9) and not above_ceiling(0.9, 0.9)
    assert above_ceiling(0.106, 0.3, higher_is_better=False)
    assert not above_ceiling(0.4, 0.3, higher_is_better=False)
    assert not above_ceiling(float("nan"), 0.9)
    assert not above_ceiling(float("nan"), 0.9, higher_is_better=False)


def test_the_correlation_that_mosi_allows():
    mosi = AGREEMENTS["mosi"]
    assert correlation_ceiling(mosi.alpha, mosi.raters) == pytest.approx(0.971, abs=5e-4)
    assert correlation_ceiling(0.64) == pytest.approx(0.8)
    assert (correlation_ceiling(0), correlation_ceiling(1, 3)) == (0, 1)


def test_a_perfect_model_reaches_the_ceilings_by_formula_and_no_further():
    rng = np.random.default_rng(0)
    true, ratings = panels(rng, clips=20000)
    label = ratings.mean(axis=1)
    reliability = 1.5**2 / (1.5**2 + 1)
    assert metrics.pearson(true, label) == pytest.approx(
        correlation_ceiling(reliability, 5), abs=0.005
    )
    assert metrics.mae(true, label) == pytest.approx(error_ceiling(1, 5), rel=0.02)


@pytest.mark.parametrize("metric", [metrics.mae, metrics.acc2_nonzero, metrics.acc7_round])
def test_drawn_panels_allow_about_what_a_perfect_model_scores_and_rather_more(metric):
    true, ratings = panels(np.random.default_rng(1))
    perfect = metric(true, ratings.mean(axis=1))
    allowed = panel_ceiling(metric, ratings, draws=50)
    sign = -1 if metric is metrics.mae else 1
    assert 0 <= sign * (allowed - perfect) <= 0.15 * perfect


def test_annotators_who_agree_allow_everything():
    ratings = np.repeat([[1.0], [2.0], [-1.0]], 4, axis=1)
    assert panel_ceiling(metrics.mae, ratings, draws=5) == 0
    assert panel_ceiling(metrics.accuracy, [[1.0], [0.0]], draws=5) == 1
    assert vote_ceiling([[3, 0], [0, 1]], draws=5) == 1


def test_annotators_who_did_not_rate_a_clip_are_not_drawn():
    full = [[0.0, 1.0, 2.0], [3.0, 3.0, 6.0]] * 200
    holes = [[np.nan, 0.0, 1.0, 2.0, np.nan], [3.0, np.nan, np.nan, 3.0, 6.0]] * 200
    allowed = [panel_ceiling(metrics.mae, ratings, draws=40) for ratings in (full, holes)]
    assert allowed[0] == pytest.approx(allowed[1], rel=0.05)
    alone = panel_ceiling(metrics.mae, [[np.nan, 2.0], [0.0, np.nan]], draws=9)
    assert alone == 0


def test_the_ceiling_of_votes_by_hand():
    """Two of three for a class: drawn again it leads with chance 20 / 27; one of two: 1 / 2."""
    assert vote_ceiling([[2, 1]] * 50) == pytest.approx(20 / 27, abs=0.02)
    assert vote_ceiling([[0, 1, 1]] * 50) == pytest.approx(0.5, abs=0.02)
    leads = sum(comb(5, k) * 0.6**k * 0.4 ** (5 - k) for k in (3, 4, 5))
    assert vote_ceiling([[3, 2], [0, 4]] * 50) == pytest.approx((leads + 1) / 2, abs=0.02)


def test_the_seed_decides():
    _, ratings = panels(np.random.default_rng(2), clips=20)
    for ceiling in (
        lambda seed: panel_ceiling(metrics.mae, ratings, draws=5, seed=seed),
        lambda seed: vote_ceiling([[2, 1], [3, 2], [4, 3]] * 5, draws=5, seed=seed),
    ):
        assert ceiling(1) == ceiling(1) != ceiling(2)


@pytest.mark.parametrize(
    "call, says",
    [
        (
            lambda: correlation_ceiling(1.2, 3),
            "alpha is 1.2 and raters 3; 0 to 1, and at least 1, are needed.",
        ),
        (
            lambda: error_ceiling(1.0, 0),
            "deviation is 1.0 and raters 0; at least 0, and at least 1, are needed.",
        ),
        (
            lambda: panel_ceiling(metrics.mae, [1.0, 2.0]),
            "ratings has shape (2,); (clips, raters) is needed.",
        ),
        (
            lambda: panel_ceiling(metrics.mae, [[np.inf]]),
            "ratings holds values that are infinite; nan means not rated.",
        ),
        (
            lambda: panel_ceiling(metrics.mae, [[np.nan], [1.0]]),
            "Nobody rated 1 of 2 clips; leave them out.",
        ),
        (lambda: vote_ceiling([]), "votes has shape (0,); (clips, classes) is needed."),
        (
            lambda: vote_ceiling([[0.5, 0.5]]),
            "votes must hold counts: whole numbers that are at least 0.",
        ),
        (lambda: vote_ceiling([[0, 0], [1, 0]]), "1 of 2 clips have no votes; leave them out."),
    ],
)
def test_what_cannot_be_is_an_error(call, says):
    with pytest.raises(DataError) as raised:
        call()
    assert str(raised.value) == says
