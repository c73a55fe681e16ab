"""What the shipped model makes of plain sentences that it was not trained on."""

from functools import lru_cache

import pytest

import tritone
from tritone.recipes.default.phrases import phrases

POSITIVE = (
    "I love this",
    "Not bad at all, I would go again",
    "You have made my day, thank you!",
    "Our neighbours brought us cake and we had a lovely evening",
    "It was far better than I had feared",
    "I never get tired of this song",
    "No problems whatsoever, great quality",
)
NEGATIVE = (
    "I hate waiting in line",
    "This isn't good",
    "The worst customer support I have ever dealt with",
    "I would never buy from them again",
    "It broke after two days and nobody answers my mails",
    "I don't like it one bit",
    "She was crying because they had cancelled her flight",
    "What a waste of time and money",
)
MISREAD = ("I couldn't be more pleased with how it turned out",)  # positive; see the model card
NEUTRAL = (
    "The train leaves at nine.",
    "What time is it?",
    "Do you have this in a larger size?",
    "The library is next to the post office",
    "There are twelve months in a year",
)
STRONGER = (
    ("The soup was good", "The soup was extremely good"),
    ("It was a bit annoying", "It was incredibly annoying"),
    ("I am happy", "I am so very happy"),
)


@lru_cache(maxsize=1)
def readings() -> dict[str, tuple[str, float]]:
    """Sentiment and valence of every sentence here, read in one go."""
    pairs = [sentence for pair in STRONGER for sentence in pair]
    sentences = [*POSITIVE, *MISREAD, *NEGATIVE, *NEUTRAL, *pairs]
    result = tritone.load("default").analyze(text=sentences)
    ours = [clip.segments[0] for clip in result.clips]
    return {s: (one.sentiment, one.valence) for s, one in zip(sentences, ours, strict=True)}


@pytest.mark.parametrize("sentence", POSITIVE)
def test_praise_is_positive(sentence):
    assert readings()[sentence][0] == "positive"


@pytest.mark.xfail(strict=True, reason="the model takes the negation at its word")
@pytest.mark.parametrize("sentence", MISREAD)
def test_praise_by_a_negated_comparison_is_positive(sentence):
    assert readings()[sentence][0] == "positive"


@pytest.mark.parametrize("sentence", NEGATIVE)
def test_complaint_is_negative(sentence):
    assert readings()[sentence][0] == "negative"


@pytest.mark.parametrize("sentence", NEUTRAL)
def test_facts_and_questions_are_neutral(sentence):
    assert readings()[sentence][0] == "neutral"


@pytest.mark.parametrize(("weak", "strong"), STRONGER)
def test_an_intensifier_never_weakens(weak, strong):
    """Probability saturates near 1, so a stronger word may leave the valence where it is."""
    mild, firm = readings()[weak][1], readings()[strong][1]
    assert (firm > 0) == (mild > 0)
    assert abs(firm) >= abs(mild) - 0.05


def test_no_sentence_here_comes_from_the_training_grammar():
    taught = {str(row["text"]).strip(".!?").lower() for row in phrases()}
    asked = {s.strip(".!?").lower() for s in readings()}
    assert not asked & taught
