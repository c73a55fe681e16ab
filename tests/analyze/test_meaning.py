"""What the answers of a trained model are taken to say, and what they are not."""

import pytest
import torch

from tritone.analyze.meaning import Meaning, named_side
from tritone.core.task import Classes, Regression, Task


def said(task: Task, target: str, *rows: list[float]) -> list:
    return Meaning(task, target).verdicts(torch.tensor(rows, dtype=torch.float64))


def test_three_sentiments_are_themselves() -> None:
    (one,) = said(Classes(("positive", "negative", "neutral")), "sentiment", [0.5, 0.2, 0.3])
    assert one.sentiment == "positive"
    assert one.probabilities == pytest.approx({"negative": 0.2, "neutral": 0.3, "positive": 0.5})
    assert one.valence == pytest.approx(0.3)
    assert one.confidence == pytest.approx(0.5)
    assert one.target["label"] == "positive"


def test_two_sentiments_leave_nothing_for_neutral() -> None:
    meaning = Meaning(Classes(("negative", "positive")), "sentiment2")
    (one,) = meaning.verdicts(torch.tensor([[0.9, 0.1]]))
    assert one.probabilities == pytest.approx({"negative": 0.9, "neutral": 0.0, "positive": 0.1})
    assert one.valence == pytest.approx(-0.8)
    assert meaning.sentences == ("It knows no neutral.",)


def test_emotions_give_a_sentiment_by_what_they_are() -> None:
    task = Classes(("anger", "joy", "neutral", "surprise"))
    (one,) = said(task, "emotion", [0.1, 0.2, 0.1, 0.6])
    assert one.emotions == pytest.approx(
        {"anger": 0.1, "joy": 0.2, "neutral": 0.1, "surprise": 0.6}
    )
    assert one.probabilities == pytest.approx({"negative": 0.1, "neutral": 0.7, "positive": 0.2})
    assert one.valence == pytest.approx(0.1)
    assert (one.sentiment, one.target["label"]) == ("neutral", "surprise")


def test_words_of_other_sets_are_read_as_the_shared_ones() -> None:
    (one,) = said(Classes(("happy", "frustration", "other")), "emotion6", [0.5, 0.3, 0.2])
    assert set(one.emotions) == {"joy", "frustration", "other"}
    assert one.valence == pytest.approx(0.2)


def test_several_emotions_at_once_are_shared_out() -> None:
    """0.8 of joy and 0.8 of anger are no more than half of each."""
    task = Classes(("anger", "joy"), multi=True)
    both, none = said(task, "emotions", [0.8, 0.8], [0.0, 0.0])
    assert both.emotions == pytest.approx({"anger": 0.8, "joy": 0.8})
    assert both.valence == pytest.approx(0.0)
    assert none.probabilities == pytest.approx({"negative": 0.5, "neutral": 0, "positive": 0.5})


@pytest.mark.parametrize(
    ("low", "high", "score", "valence"),
    [(-3, 3, 1.5, 0.5), (-1, 1, -0.25, -0.25), (1, 5, 3.0, 0.0), (1, 5, 5.0, 1.0)],
)
def test_a_score_is_a_valence_by_its_scale(
    low: int, high: int, score: float, valence: float
) -> None:
    (one,) = said(Regression(low, high), "score", [score])
    assert one.valence == pytest.approx(valence)
    assert one.sentiment == named_side(valence)
    assert set(one.probabilities.values()) == {None}
    assert one.confidence is None
    assert one.target == {"name": "score", "score": score, "low": low, "high": high}


def test_a_score_near_nothing_is_neutral() -> None:
    """Half a step of the scale from -3 to 3 is 1 / 6."""
    sides = [named_side(value) for value in (-0.2, -0.16, 0.0, 0.16, 0.2, None)]
    assert sides == ["negative", "neutral", "neutral", "neutral", "positive", None]


@pytest.mark.parametrize("name", ["yes", "no"])
def test_sarcasm_is_neither_good_nor_bad(name: str) -> None:
    meaning = Meaning(Classes(("no", "yes")), "sarcasm")
    row = [0.7, 0.3] if name == "no" else [0.3, 0.7]
    (one,) = meaning.verdicts(torch.tensor([row]))
    assert (one.sentiment, one.valence, one.emotions) == (None, None, {})
    assert one.target["label"] == name
    assert one.confidence == pytest.approx(0.7)
    assert not meaning.has_valence
    assert meaning.sentences == ("It says nothing of sentiment, only of sarcasm.",)


def test_arousal_is_no_valence() -> None:
    (one,) = said(Regression(-1, 1), "arousal", [0.9])
    assert (one.sentiment, one.valence) == (None, None)
    assert one.target["score"] == pytest.approx(0.9)
