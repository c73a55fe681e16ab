"""What holds for every transcript: oddities are mended and said, and none breaks a reader."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tritone.core.clip import Word
from tritone.core.errors import TranscriptError
from tritone.media.cues import Cue, settle
from tritone.media.transcripts import Transcript, read_transcript


def _write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(data)
    return path


def _plain(transcript: Transcript) -> list[tuple]:
    return [(cue.start, cue.end, cue.speaker, cue.text) for cue in transcript.cues]


SRT = "1\n00:00:01,000 --> 00:00:02,500\n<i>Hello</i>\n\n2\n00:01:00,250 --> 00:01:01,000\nbye\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>so<00:01.500><c> good</c>\n"
ASS = """[Script Info]
[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.50,Default,Ann,0,0,0,,{\\pos(1,2)}Hello,\\Nthere
"""
TEXTGRID = """File type = "ooTextFile"
Object class = "TextGrid"
0 2 <exists> 1 "IntervalTier" "words" 0 2 2 0 1 "sp" 1 2 "yes"
"""
JSON = '{"segments": [{"start": 1, "end": 2, "text": "so", "words": [{"word": "so"}]}]}'


def test_plain_text_is_sentences_without_times(tmp_path):
    transcript = read_transcript(_write(tmp_path, "a.txt", "It works. I like it!\nשמח"))
    assert _plain(transcript) == [
        (None, None, None, "It works."),
        (None, None, None, "I like it!"),
        (None, None, None, "שמח"),
    ]
    assert not transcript.is_timed


def test_what_a_file_holds_counts_before_its_name(tmp_path):
    assert read_transcript(_write(tmp_path, "a.txt", SRT)).is_timed
    assert read_transcript(_write(tmp_path, "a.srt", VTT)).cues[0].speaker == "Ann"
    assert read_transcript(_write(tmp_path, "b.txt", ASS)).cues[0].speaker == "Ann"
    with pytest.raises(TranscriptError, match=r"a\.srt holds no cue"):
        read_transcript(_write(tmp_path, "a.srt", "only text"))
    with pytest.raises(TranscriptError, match=r"'\.docx' is not a form read here"):
        read_transcript(_write(tmp_path, "a.docx", "only text"))


@pytest.mark.parametrize("content", [b"", b"  \n\n"])
def test_an_empty_transcript_leaves_the_text_channel_absent(tmp_path, content):
    transcript = read_transcript(_write(tmp_path, "clip.srt", content))
    assert transcript == Transcript(
        (), ("transcript clip.srt is empty: the text channel is absent",)
    )
    assert "has no words" in read_transcript(_write(tmp_path, "a.vtt", "WEBVTT\n")).warnings[0]
    assert "has no words" in read_transcript(_write(tmp_path, "a.json", "[]")).warnings[0]


def test_a_missing_or_binary_or_huge_transcript_is_an_error(tmp_path, monkeypatch):
    with pytest.raises(TranscriptError, match="No such file"):
        read_transcript(tmp_path / "absent.srt")
    with pytest.raises(TranscriptError, match="cannot be read"):
        read_transcript(tmp_path)
    with pytest.raises(TranscriptError, match="no text"):
        read_transcript(_write(tmp_path, "a.srt", bytes(range(256)) * 8))
    monkeypatch.setattr("tritone.media.transcripts.MAX_BYTES", 10)
    with pytest.raises(TranscriptError, match="At most 0 MB are read"):
        read_transcript(_write(tmp_path, "a.srt", SRT))
    monkeypatch.undo()
    monkeypatch.setattr("tritone.media.cues.MAX_CUES", 1)
    with pytest.raises(TranscriptError, match="has 2 cues"):
        read_transcript(_write(tmp_path, "a.srt", SRT))


def test_text_that_is_not_utf_8_is_read_and_said(tmp_path):
    body = "1\n00:00:01,000 --> 00:00:02,000\nTrès bien\n"
    path = _write(tmp_path, "a.srt", body.encode("cp1252"))
    transcript = read_transcript(path)
    assert transcript.cues[0].text == "Très bien"
    assert "not UTF-8" in transcript.warnings[0]


def test_swapped_overlapping_and_late_cues_are_mended_and_said():
    cues = [
        Cue("late", 9.0, 12.0, None, (Word("late", 11.0, 12.0),)),
        Cue("gone", 30.0, 31.0),
        Cue("turned", 2.0, 1.0),
        Cue("over", 1.5, 3.0),
    ]
    transcript = settle(cues, ["first"], name="a.srt", duration=10.0)
    assert _plain(transcript) == [
        (1.0, 2.0, None, "turned"),
        (1.5, 3.0, None, "over"),
        (9.0, 10.0, None, "late"),
    ]
    assert transcript.cues[2].words == (Word("late", 10.0, 10.0),)
    assert transcript.warnings == (
        "first",
        "transcript a.srt: 1 cue ended before the start; the two times were swapped.",
        "transcript a.srt: the cues were not in order of time; they are sorted.",
        "transcript a.srt goes on to 31.0 s, the media ends at 10.0 s: 1 cue cut short and "
        "1 cue dropped. Is it the transcript of this media?",
        "transcript a.srt: 1 cue overlaps another (at 1.5 s); it is kept.",
    )


def test_cues_that_touch_or_overlap_by_a_frame_are_no_news():
    cues = [Cue("a", 0.0, 1.0), Cue("b", 1.0, 2.0), Cue("c", 1.96, 3.0), Cue("d", 3.0, 10.04)]
    assert settle(cues, name="a.srt", duration=10.0).warnings == ()


def test_settling_twice_changes_nothing():
    cues = [Cue("b", 4.0, 3.0), Cue("a", 0.0, 3.5), Cue("c", 9.99, 10.02)]
    once = settle(cues, name="a.srt", duration=10.0)
    twice = settle(once.cues, name="a.srt", duration=10.0)
    assert twice.cues == once.cues
    assert all("cut short" not in warning for warning in once.warnings)


ENDINGS = ("srt", "vtt", "ass", "TextGrid", "align", "json", "txt")
SEEDS = (SRT, VTT, ASS, TEXTGRID, JSON, "0 25000 set\n")
PATCH = st.tuples(st.integers(0, 400), st.integers(0, 30), st.text(max_size=20))


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    text=st.one_of(st.text(), st.binary()),
    patched=st.tuples(st.sampled_from(SEEDS), st.lists(PATCH, max_size=3)),
)
@pytest.mark.slow
@pytest.mark.parametrize("ending", ENDINGS)
def test_no_text_breaks_a_reader_but_with_a_transcript_error(tmp_path, ending, text, patched):
    seed, patches = patched
    for at, length, piece in patches:
        seed = seed[:at] + piece + seed[at + length :]
    for content in (text, seed.encode("utf-8", "replace")):
        data = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
        try:
            transcript = read_transcript(_write(tmp_path, f"a.{ending}", data), duration=5.0)
        except TranscriptError:
            continue
        for cue in transcript.cues:
            assert cue.text
            assert (cue.start is None) == (cue.end is None)
            for start, end in [(cue.start, cue.end), *((w.start, w.end) for w in cue.words)]:
                assert start is None or end is None or 0 <= start <= end <= 5.0


REPEATED = (
    "<v a",
    " ",
    "<",
    "{",
    "\n",
    '"',
    "9",
    "1 ",
    "00:00:01,000 --> ",
    "a. ",
    "[",
    " <00:",
    "! ",
)
TIMED = """
import contextlib, sys, time
from pathlib import Path
from tritone.core.errors import TranscriptError
from tritone.media.transcripts import read_transcript
for path in map(Path, sys.argv[1:]):
    begin = time.process_time()
    with contextlib.suppress(TranscriptError):
        read_transcript(path)
    print(path.suffix, time.process_time() - begin)
"""


@pytest.mark.slow
def test_reading_takes_linear_time_whatever_is_repeated(tmp_path):
    heads = {"srt": SRT, "vtt": VTT, "ass": ASS.rstrip(), "TextGrid": TEXTGRID}
    paths = [
        _write(tmp_path, f"{place}.{ending}", heads.get(ending, "") + f"<v{unit * 100_000}x")
        for place, unit in enumerate(REPEATED)
        for ending in ENDINGS
    ]
    # A child, since checking every call's types takes longer than the calls.
    child = [sys.executable, "-c", TIMED, *map(str, paths)]
    told = subprocess.run(child, capture_output=True, text=True, check=True, timeout=200)
    seconds = [float(line.split()[1]) for line in told.stdout.splitlines()]
    assert len(seconds) == len(paths)
    # Each is some tenths; quadratic time would be minutes.
    assert max(seconds) < 5
