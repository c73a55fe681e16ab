"""Words without times: none is lost, times run on, pauses stay empty."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tritone.core.clip import Word
from tritone.media.spread import spread_words, with_word_times
from tritone.media.transcripts import Cue, Transcript

TIME = st.floats(0, 1000, allow_nan=False).map(lambda seconds: round(seconds, 3))
SPAN = st.tuples(TIME, TIME).map(lambda pair: (min(pair), max(pair)))
SPANS = st.lists(SPAN, min_size=1, max_size=5)


@given(text=st.text(), spans=SPANS)
def test_spreading_keeps_the_words_and_puts_each_inside_a_span(text, spans):
    words = spread_words(text, spans)
    assert [word.text for word in words] == text.split()
    edges = [edge for word in words for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    for word in words:
        assert any(start <= word.start and word.end <= end for start, end in _merged(spans))


def _merged(spans):
    joined = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def test_longer_words_last_longer_and_none_reaches_over_a_pause():
    # 3 + 1, 5 + 1 and 1 + 1 letters with their gaps, over 12 tenths of speech.
    placed = [(w.start, w.end) for w in spread_words("yes maybe I", [(0.0, 1.2)])]
    assert placed == [
        (0.0, pytest.approx(0.4)),
        (pytest.approx(0.4), pytest.approx(1.0)),
        (pytest.approx(1.0), pytest.approx(1.2)),
    ]
    yes, maybe, last = spread_words("yes maybe I", [(5.0, 5.8), (0.0, 0.4)])
    assert (yes.start, yes.end) == (0.0, pytest.approx(0.4))
    assert (maybe.start, maybe.end) == (pytest.approx(5.0), pytest.approx(5.6))
    assert last.end == pytest.approx(5.8)
    # The middle of "maybe" lies in the first span: it ends with it.
    _, maybe, last = spread_words("yes maybe I", [(0.0, 0.8), (5.0, 5.4)])
    assert (maybe.start, maybe.end) == (pytest.approx(0.4), 0.8)
    assert last.start == pytest.approx(5.2)


def test_without_a_span_no_word_has_a_time():
    assert spread_words("so good", []) == ()


def test_sentences_without_times_are_placed_one_after_another_over_the_speech():
    transcript = Transcript((Cue("one two", None, None), Cue("six", None, None)), ("said",))
    timed = with_word_times(transcript, [(1.0, 2.2)])
    assert [(cue.start, cue.end) for cue in timed.cues] == [
        (1.0, pytest.approx(1.8)),
        (pytest.approx(1.8), pytest.approx(2.2)),
    ]
    assert [word.text for cue in timed.cues for word in cue.words] == ["one", "two", "six"]
    assert timed.warnings == ("said",)


def test_words_of_a_timed_cue_are_spread_over_the_speech_inside_it():
    transcript = Transcript((Cue("one two", 1.0, 3.0),))
    (cue,) = with_word_times(transcript, [(0.0, 1.2), (1.5, 2.5)]).cues
    assert (cue.start, cue.end) == (1.0, 3.0)
    # 0.2 s are too little for "one": its middle lies after the pause.
    assert (cue.words[0].start, cue.words[1].end) == (1.5, 2.5)
    # So little speech inside a cue is rather a fault of the speech.
    (cue,) = with_word_times(transcript, [(1.5, 1.6)]).cues
    assert (cue.words[0].start, cue.words[1].end) == (1.0, 3.0)


def test_words_that_have_times_keep_them():
    cue = Cue("one", 1.0, 3.0, "Ann", (Word("one", 1.5, 2.0),))
    assert with_word_times(Transcript((cue,)), [(0.0, 9.0)]).cues == (cue,)


def test_without_speech_sentences_stay_without_times_and_it_is_said():
    transcript = Transcript((Cue("one two", None, None),))
    untouched = with_word_times(transcript, [])
    assert untouched.cues == transcript.cues
    assert "no speech was found" in untouched.warnings[0]
