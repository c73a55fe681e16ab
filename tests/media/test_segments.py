"""Segments: sorted, inside the media, none too long; each word in exactly one."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tritone.core.clip import Word
from tritone.core.errors import TranscriptError, UnknownName
from tritone.media.cues import Cue, Transcript, group_words, settle
from tritone.media.segments import Segment, segment

TIME = st.floats(0, 60).map(lambda seconds: round(seconds, 2))
SPAN = st.tuples(TIME, TIME).map(lambda pair: (min(pair), max(pair)))
TEXT = st.lists(st.sampled_from(["so", "good", "wonderful", "I"]), min_size=1, max_size=40)
BARE = st.just((None, None))
CUES = st.one_of(
    st.lists(st.tuples(TEXT, SPAN), max_size=6), st.lists(st.tuples(TEXT, BARE), max_size=4)
)


def _numbered(cues):
    """Each word with a number of its own, so that a lost or doubled one shows."""
    count = itertools.count()
    return [Cue(" ".join(f"{word}{next(count)}" for word in words), *span) for words, span in cues]


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    how=st.sampled_from([None, "cues", "pauses", "windows"]),
    duration=st.floats(0.05, 70),
    cues=CUES,
    speech=st.lists(SPAN, max_size=5),
    window=st.floats(0.6, 20),
    longest=st.floats(1.0, 20),
)
def test_segments_are_sorted_inside_short_enough_and_hold_each_word_once(
    how, duration, cues, speech, window, longest
):
    transcript = settle(_numbered(cues), name="a.srt", duration=duration)
    if how == "cues" and not transcript.cues:
        return
    found = segment(
        how=how,
        duration=duration,
        transcript=transcript,
        speech=speech,
        window=window,
        longest=longest,
    )
    assert found
    assert [part.start for part in found] == sorted(part.start for part in found)
    for part in found:
        assert 0 <= part.start <= part.end <= duration
        assert part.end - part.start <= longest + 1e-9
        assert part.text == (" ".join(word.text for word in part.words) or None)
    said = sorted(word for cue in transcript.cues for word in cue.text.split())
    assert sorted(word.text for part in found for word in part.words) == said


def _words(*times: tuple[str, float, float]) -> Transcript:
    words = [(Word(*each), None) for each in times]
    return Transcript(group_words(words))


def test_cues_come_first_then_pauses_then_windows():
    transcript = Transcript((Cue("so good", 1.0, 2.0, "Ann"),))
    speech = [(0.5, 2.5), (4.0, 5.0)]
    options = {"how": None, "duration": 12.0}
    (cue,) = segment(**options, transcript=transcript, speech=speech)
    assert (cue.start, cue.end, cue.text, cue.speaker) == (1.0, 2.0, "so good", "Ann")
    assert [word.text for word in cue.words] == ["so", "good"]
    pauses = segment(**options, transcript=None, speech=speech)
    assert pauses == [Segment(0.5, 2.5, None), Segment(4.0, 5.0, None)]
    for nothing in (None, []):
        windows = segment(**options, transcript=None, speech=nothing)
        assert windows == [
            Segment(0.0, 5.0, None),
            Segment(5.0, 10.0, None),
            Segment(10.0, 12.0, None),
        ]


def test_forced_pauses_and_windows_take_the_words_by_their_times():
    transcript = _words(("so", 0.1, 0.4), ("good", 3.0, 3.4), ("yes", 5.6, 5.9))
    options = {"duration": 6.0, "transcript": transcript, "speech": [(0.0, 1.0), (2.0, 4.0)]}
    pauses = segment(how="pauses", **options)
    assert [part.text for part in pauses] == ["so", "good yes"]
    windows = segment(how="windows", **options, window=3.0)
    assert [(part.start, part.text) for part in windows] == [(0.0, "so"), (3.0, "good yes")]


def test_a_segment_has_a_speaker_only_if_one_person_speaks_in_it():
    transcript = Transcript((Cue("so", 0.0, 1.0, "Ann"), Cue("good", 1.0, 2.0, "Bob")))
    options = {"how": "windows", "duration": 2.0, "transcript": transcript, "speech": None}
    assert [part.speaker for part in segment(**options)] == [None]
    assert [part.speaker for part in segment(**options, window=1.0)] == ["Ann", "Bob"]


def test_a_long_cue_is_cut_at_its_longest_pause():
    words = (
        Word("one", 0.0, 4.0),
        Word("two", 5.0, 6.0),
        Word("three", 6.2, 10.0),
        Word("four", 10.1, 12.0),
    )
    transcript = Transcript((Cue("one two three four", 0.0, 12.0, "Ann", words),))
    found = segment(how=None, duration=12.0, transcript=transcript, speech=None, longest=8.0)
    assert [(part.start, part.end, part.text, part.speaker) for part in found] == [
        (0.0, 4.5, "one", "Ann"),
        (4.5, 12.0, "two three four", "Ann"),
    ]


def test_a_tail_too_short_to_judge_shares_with_the_window_before():
    found = segment(how=None, duration=10.1, transcript=None, speech=None)
    edges = [(part.start, part.end) for part in found]
    assert edges == [(0.0, 5.0), (5.0, pytest.approx(7.55)), (pytest.approx(7.55), 10.1)]
    (whole,) = segment(how=None, duration=0.1, transcript=None, speech=None)
    assert (whole.start, whole.end) == (0.0, 0.1)


def test_parts_of_a_long_cue_fall_in_order_among_those_of_another():
    transcript = Transcript((Cue("so", 0.0, 2.0), Cue("good", 0.5, 0.8)))
    found = segment(how=None, duration=2.0, transcript=transcript, speech=None, longest=1.0)
    assert [(part.start, part.text) for part in found] == [(0.0, None), (0.5, "good"), (1.0, "so")]


def test_a_short_sound_at_the_end_grows_backwards_not_past_the_media():
    (part,) = segment(how=None, duration=2.0, transcript=None, speech=[(1.9, 2.0)])
    assert (part.start, part.end) == (pytest.approx(1.7), 2.0)


def test_a_written_text_is_a_segment_for_each_sentence_without_times():
    transcript = Transcript((Cue("It works.", None, None), Cue("I like it.", None, None)))
    found = segment(how=None, duration=None, transcript=transcript, speech=None)
    assert found == [Segment(None, None, "It works."), Segment(None, None, "I like it.")]


def test_a_written_text_beside_sound_is_placed_over_the_speech():
    transcript = Transcript((Cue("It works.", None, None), Cue("I like it.", None, None)))
    found = segment(how=None, duration=9.0, transcript=transcript, speech=[(1.0, 3.0)])
    assert (found[0].start, found[-1].end) == (1.0, pytest.approx(3.0))
    assert [part.text for part in found] == ["It works.", "I like it."]


def test_a_picture_is_one_segment_without_times():
    assert segment(how=None, duration=None, transcript=None, speech=None) == [
        Segment(None, None, None)
    ]


def test_a_transcript_alone_keeps_its_times():
    transcript = Transcript((Cue("so good", 1.0, 2.0),))
    (part,) = segment(how=None, duration=None, transcript=transcript, speech=None)
    assert (part.start, part.end, len(part.words)) == (1.0, 2.0, 2)


def test_wrong_calls_say_what_is_right():
    options = {"duration": 5.0, "transcript": None, "speech": None}
    with pytest.raises(TranscriptError, match="segments by cues need a transcript with words"):
        segment(how="cues", **options)
    with pytest.raises(UnknownName, match="No segmentation is named 'cue'"):
        segment(how="cue", **options)
    with pytest.raises(TranscriptError, match=r"window takes at least 0\.6 seconds, got 0\.0"):
        segment(how=None, **options, window=0.0)
    with pytest.raises(TranscriptError, match="longest takes at least"):
        segment(how=None, **options, longest=float("nan"))
    with pytest.raises(TranscriptError, match="segments by pauses need sound or video"):
        segment(how="pauses", duration=None, transcript=None, speech=None)
