"""Targets made of other labels: the cuts and maps of the papers, and what they leave out."""

import re

import pytest

from tritone.core.clip import Clip
from tritone.core.errors import DataError, UnknownName
from tritone.core.labels import EMOTIONS, SENTIMENTS
from tritone.core.task import Classes
from tritone.datasets.corpus import Corpus, Sheet
from tritone.datasets.targets import TARGETS, add_target, cut_score, three_by_cut

SHEET = Sheet("", "", "", "", "", "", "")


def make_corpus(labels, classes=None, scales=None):
    clips = tuple(Clip(f"c{i}", labels=some, split="train") for i, some in enumerate(labels))
    return Corpus(
        "made", clips, classes or {}, ("train", "all"), "", ("text",), SHEET, scales or {}
    )


def emotions(*words):
    return make_corpus([{"emotion": word} for word in words], {"emotion": EMOTIONS})


def scores(*values, high=3.0):
    labels = [{"score": float(value)} for value in values]
    return make_corpus(labels, {}, {"score": (-high, high)})


def made(corpus, target):
    return [clip.labels[target] for clip in add_target(corpus, target).clips]


@pytest.mark.parametrize(
    ("score", "closed", "opened"),
    [
        (-3, "negative", "negative"),
        (-1.01, "negative", "negative"),
        (-1, "neutral", "negative"),
        (0, "neutral", "neutral"),
        (0.99, "neutral", "neutral"),
        (1, "neutral", "positive"),
        (1.01, "positive", "positive"),
    ],
)
def test_the_cut_at_one_and_its_bounds(score, closed, opened):
    assert cut_score(score) == closed
    assert cut_score(score, open_bounds=True) == opened


def test_a_scale_whose_middle_is_not_zero_is_cut_around_its_middle():
    values = [1, 1.5, 2, 3, 4, 4.5, 5]
    reviews = make_corpus([{"score": float(one)} for one in values], {}, {"score": (1.0, 5.0)})
    expected = [*["negative"] * 2, *["neutral"] * 3, *["positive"] * 2]
    assert made(reviews, "sentiment3_cut1") == expected
    assert add_target(reviews, "sentiment3_cut1").notes == (
        "sentiment3_cut1: scores cut at 2 and 4; 2 are exactly there and are neutral. None is left "
        "out.",
    )


@pytest.mark.parametrize("opened", [False, True])
def test_a_cut_is_the_same_from_both_sides(opened):
    mirror = dict(zip([*SENTIMENTS], reversed(SENTIMENTS), strict=True))
    for step in range(13):
        there, back = (cut_score(sign * step / 4, open_bounds=opened) for sign in (1, -1))
        assert back == mirror[there]


def test_the_bounds_of_the_cut_are_counted_in_the_note():
    corpus = scores(-1, -0.5, 1, 1, 2)
    assert made(corpus, "sentiment3_cut1") == [*["neutral"] * 4, "positive"]
    assert add_target(corpus, "sentiment3_cut1").notes == (
        "sentiment3_cut1: scores cut at -1 and 1; 3 are exactly there and are neutral. None is "
        "left out.",
    )
    opened = three_by_cut(corpus, open_bounds=True)
    assert [clip.labels["sentiment3_cut1_open"] for clip in opened.clips] == [
        "negative",
        "neutral",
        "positive",
        "positive",
        "positive",
    ]


def test_s002_puts_surprise_with_joy_and_leaves_neutral_and_calm_out():
    corpus = add_target(emotions(*EMOTIONS, "calm"), "sentiment2")
    assert {clip.labels["emotion"]: clip.labels["sentiment2"] for clip in corpus.clips} == {
        "anger": "negative",
        "disgust": "negative",
        "fear": "negative",
        "joy": "positive",
        "love": "positive",
        "sadness": "negative",
        "surprise": "positive",
    }
    assert corpus.notes == (
        "sentiment2: by emotion: anger, disgust, fear, sadness negative; calm, neutral left out; "
        "joy, love, surprise positive. Left out: 3 (2 calm, 1 neutral).",
    )


def test_a_corpus_of_sentiments_alone_is_made_two_as_well():
    labels = [{"sentiment": word} for word in SENTIMENTS]
    corpus = make_corpus(labels, {"sentiment": SENTIMENTS})
    assert made(corpus, "sentiment2") == ["negative", "positive"]
    assert add_target(corpus, "sentiment2").notes == (
        "sentiment2: by sentiment. Left out: 1 (1 neutral).",
    )


def test_three_sentiments_come_from_score_then_sentiment_then_emotion():
    assert made(scores(-0.2, 0, 3), "sentiment3") == list(SENTIMENTS)
    meld = make_corpus(
        [{"emotion": "surprise", "sentiment": "negative"}, {"emotion": "joy"}],
        {"emotion": EMOTIONS, "sentiment": SENTIMENTS},
    )
    assert made(meld, "sentiment3") == ["negative"]
    assert add_target(meld, "sentiment3").notes == (
        "sentiment3: the corpus's own sentiment. Left out: 1 (1 without a label).",
    )
    assert made(emotions("calm", "love", "fear"), "sentiment3") == [
        "neutral",
        "positive",
        "negative",
    ]


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_adds_a_task_and_keeps_the_labels(name):
    corpus = make_corpus(
        [{"score": 2.0, "emotion": "joy"}, {"score": -2.0, "emotion": "fear"}],
        {"emotion": EMOTIONS},
        {"score": (-3.0, 3.0)},
    )
    added = add_target(corpus, name)
    assert added.default_target == next(iter(added.tasks)) == name
    assert set(added.tasks) == {*corpus.tasks, name}
    assert isinstance(added.tasks[name], Classes)
    for before, after in zip(corpus.clips, added.clips, strict=True):
        assert {**after.labels, **before.labels} == after.labels


@pytest.mark.parametrize(
    ("corpus", "name", "says"),
    [
        (
            scores(1, high=1.0),
            "sentiment3_cut1",
            "sentiment3_cut1 cuts scores at -1 and 1; made has scores in [-1, 1]. Ask for "
            "sentiment3 there.",
        ),
        (
            emotions("joy"),
            "sentiment3_cut1",
            "sentiment3_cut1 cuts scores at -1 and 1; made has no scores. Ask for sentiment3 "
            "there.",
        ),
        (
            make_corpus([{"humor": "yes"}], {"humor": ("no", "yes")}),
            "sentiment3",
            "sentiment3 is made of scores, sentiments or the shared emotions; made has humor.",
        ),
        (
            make_corpus([{"humor": "yes"}], {"humor": ("no", "yes")}),
            "sentiment2",
            "sentiment2 needs emotions or sentiments; made has neither.",
        ),
        (
            make_corpus([{}], {"sentiment": SENTIMENTS}),
            "sentiment2",
            "No clip of made gets a sentiment2 label (by sentiment).",
        ),
    ],
)
def test_a_corpus_without_the_labels_says_so(corpus, name, says):
    with pytest.raises(DataError, match=f"^{re.escape(says)}$"):
        add_target(corpus, name)


def test_an_unknown_target_lists_those_known():
    with pytest.raises(UnknownName) as raised:
        add_target(emotions("joy"), "sentiment4")
    assert str(raised.value) == (
        "No target is named 'sentiment4'. Known: sentiment2, sentiment3, sentiment3_cut1, "
        "sentiment3_cut1_open."
    )
