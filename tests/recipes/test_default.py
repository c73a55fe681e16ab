"""The default recipe's parts: what rows teach, the grammar, and calibration."""

import math

import numpy as np
import pytest
import torch

from tritone.core.labels import EMOTIONS, SENTIMENTS
from tritone.metrics import ece
from tritone.recipes.default.calibrate import Judged, cross_fitted, fit_temperature
from tritone.recipes.default.encoder import is_latin
from tritone.recipes.default.phrases import phrases
from tritone.recipes.default.targets import emotion_targets, sentiment_targets, shares_of_score


def test_a_tweet_teaches_only_the_classes_of_its_corpus():
    taught = emotion_targets(["joy"], ["emotions"])
    named = {e for e, there in zip(EMOTIONS, taught["emotion_classes"][0], strict=True) if there}
    assert named == {"anger", "fear", "joy", "love", "sadness", "surprise"}
    assert taught["emotion"][0, EMOTIONS.index("joy")] == 1


def test_a_tweet_never_says_neutral_and_surprise_says_nothing():
    taught = sentiment_targets(["joy", "surprise"], [None] * 2, [None] * 2, ["emotions"] * 2)
    assert taught["sentiment"][0].tolist() == [0, 0, 1]
    assert taught["sentiment_classes"][0].tolist() == [True, False, True]
    assert taught["sentiment"][1].isnan().all()


def test_own_sentiment_comes_before_emotion():
    taught = sentiment_targets(["surprise"], ["negative"], [None], ["meld"])
    assert taught["sentiment"][0].tolist() == [1, 0, 0]


@pytest.mark.parametrize("score", [-3.0, -1.0, -0.2, 0.0, 0.4, 1.0, 2.6])
def test_shares_of_a_score_sum_to_one_and_lean_its_way(score):
    negative, neutral, positive = shares_of_score(score)
    assert negative + neutral + positive == pytest.approx(1)
    assert math.copysign(1, positive - negative) == math.copysign(1, score or -1) or score == 0
    assert neutral == pytest.approx(0.6 * max(0.0, 1 - abs(score)))


def test_the_grammar_repeats_and_says_nothing_twice():
    once, again = phrases(count=300, seed=4), phrases(count=300, seed=4)
    assert once == again
    assert len({row["text"] for row in once}) == 300
    assert all(row["emotion"] in (None, *EMOTIONS) for row in once)
    assert all(row["score"] is None or -3 <= row["score"] <= 3 for row in once)
    assert {row["sentiment"] for row in once} == {None, "neutral"}
    assert SENTIMENTS[1] == "neutral"


def test_only_latin_pieces_stay():
    assert is_latin("##ing")
    assert is_latin("café")
    assert is_latin("[UNK]")
    assert not is_latin("[unused12]")
    assert not is_latin("д")
    assert not is_latin("##の")


def overconfident(count: int) -> Judged:
    """Rows whose truth follows from logits that are then made three times too large."""
    rng = torch.Generator().manual_seed(0)
    logits = torch.randn(count, 3, generator=rng) * 1.5
    drawn = torch.multinomial(logits.softmax(dim=1), 1, generator=rng)[:, 0]
    target = torch.nn.functional.one_hot(drawn, 3).float()
    return Judged(3 * logits, target, torch.ones(count, 3, dtype=torch.bool))


def test_the_temperature_undoes_what_was_multiplied():
    said = overconfident(4000)
    heat = fit_temperature(said)
    cooled = (said.logits / heat(said.logits)).median().item()
    assert cooled == pytest.approx(3, rel=0.1)
    assert not heat.shift.any()


def test_cross_fitting_measures_rows_it_was_not_fitted_on():
    said = overconfident(2000)
    groups = np.arange(2000) // 10
    truth = said.target.argmax(dim=1).numpy()
    before = ece(said.logits.softmax(dim=1).double().numpy(), truth)
    after = ece(cross_fitted(said, groups).double().numpy(), truth)
    assert before > 0.15
    assert after < 0.04
