"""Words: normalising, splitting, and matching to spans."""

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tritone.core.clip import Word
from tritone.core.errors import DataError
from tritone.features import words

# Every kind of character that is treated differently, and their neighbours.
ODD = (
    "aZ\u0130\u00df9.,:'\u2019`-_ \n\u0301\u094d\u0939\u200c\u200d\ufe0f\u20e3\u2764"
    "\U0001f60d\U0001f3fd\u6211\u200f\u20ac"
)


@given(st.text(st.sampled_from(ODD), max_size=12))
@settings(max_examples=100, deadline=None)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = words.normalise_words(text)
    assert words.normalise_words(once) == once


@given(st.text(st.sampled_from(ODD), max_size=12))
@settings(max_examples=100, deadline=None)
def test_tokens_without_emoji_are_nonempty_and_hold_no_space(text: str) -> None:
    tokens = words.tokenise(text, keep_emoji=False)
    assert all(token and not re.search(r"\s", token) for token in tokens)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Well, I LOVE it!", ["well", "i", "love", "it"]),
        ("I don\u2019t 'really' know\u2026", ["i", "don't", "really", "know"]),
        ("a well-known 3.5/5, at 10:30.", ["a", "well", "known", "3.5", "5", "at", "10:30"]),
        ("snake_case #tag @user", ["snake", "case", "tag", "user"]),
        ("so good\U0001f60d\U0001f60d", ["so", "good", "\U0001f60d", "\U0001f60d"]),
        ("\u2764\ufe0f you", ["\u2764\ufe0f", "you"]),
        (
            "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f44d\U0001f3fd",
            ["\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f44d\U0001f3fd"],
        ),
        (
            "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7",
            ["\U0001f1e9\U0001f1ea", "\U0001f1eb\U0001f1f7"],
        ),
        ("\u0939\u093f\u0928\u094d\u0926\u0940\u0964", ["\u0939\u093f\u0928\u094d\u0926\u0940"]),
        (
            "\u0645\u0631\u062d\u0628\u0627\u060c \u0639\u0627\u0644\u0645",
            ["\u0645\u0631\u062d\u0628\u0627", "\u0639\u0627\u0644\u0645"],
        ),
        ("\u6211\u7231\u4f60\uff01ok", ["\u6211", "\u7231", "\u4f60", "ok"]),
        ("Stra\u00dfe \u00c9T\u00c9", ["stra\u00dfe", "\u00e9t\u00e9"]),
        ("q\u0323\u030cx", ["q\u0323\u030cx"]),
        ("?!\u2026 --", []),
        ("", []),
    ],
)
def test_known_tokens(text: str, tokens: list[str]) -> None:
    assert words.tokenise(text) == tokens


def test_emoji_can_be_left_out() -> None:
    text = "fine\U0001f60d \u2764\ufe0f \U0001f44d\U0001f3fd then"
    assert words.normalise_words(text, keep_emoji=False) == "fine then"


times = st.floats(0, 20, allow_nan=False, width=32)


@given(
    st.lists(st.tuples(times, times), max_size=8),
    st.lists(st.tuples(times, times), min_size=1, max_size=4),
)
@settings(max_examples=100, deadline=None)
def test_each_word_belongs_to_exactly_one_span(
    said: list[tuple[float, float]], edges: list[tuple[float, float]]
) -> None:
    given_words = [Word(str(i), min(pair), max(pair)) for i, pair in enumerate(said)]
    spans = np.sort(np.array(edges, np.float64), axis=1)
    owned = words.match_words(given_words, spans)
    assert len(owned) == len(spans)
    assert sorted(word.text for some in owned for word in some) == sorted(
        word.text for word in given_words
    )


def test_matching_equals_selecting_where_spans_tile_the_time() -> None:
    said = [Word(str(i), i * 0.5, i * 0.5 + 0.3) for i in range(9)]
    edges = [0.0, 1.15, 1.2, 3.0, 5.0]
    spans = np.array(list(pairwise(edges)))
    expected = tuple(words.words_within(said, *span) for span in spans.tolist())
    assert words.match_words(said, spans) == expected


def test_a_word_between_two_spans_goes_to_the_nearer() -> None:
    spans = np.array([[0.0, 1.0], [3.0, 4.0]])
    early, late = Word("early", 1.0, 1.5), Word("late", 2.5, 2.9)
    assert words.match_words([late, early], spans) == ((early,), (late,))


def test_a_word_on_a_boundary_belongs_to_the_later_span() -> None:
    word = Word("so", 0.9, 1.1)
    assert words.match_words([word], np.array([[0.0, 1.0], [1.0, 9.0]])) == ((), (word,))


def test_spans_of_words() -> None:
    said = [Word("a", 0.0, 0.5), Word("b", 0.5, 2.0)]
    np.testing.assert_array_equal(words.word_spans(said), [[0, 0.5], [0.5, 2]])
    assert words.word_spans([]).shape == (0, 2)


def test_backward_spans_are_refused() -> None:
    with pytest.raises(DataError) as error:
        words.match_words([], np.array([[0.0, 1.0], [3.0, 2.0]]))
    assert str(error.value) == "Span 1 runs from 3.000 to 2.000 s: backwards."


def test_words_without_spans_are_refused() -> None:
    assert words.match_words([], np.empty((0, 2))) == ()
    with pytest.raises(DataError) as error:
        words.match_words([Word("a", 0.0, 1.0)], np.empty((0, 2)))
    assert str(error.value) == "There are 1 words and no spans to match them to."
