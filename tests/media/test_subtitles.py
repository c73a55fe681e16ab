"""SRT, WebVTT and ASS, by hand-made files."""

from pathlib import Path

from tritone.core.clip import Word
from tritone.media.transcripts import Transcript, read_transcript


def _write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(data)
    return path


def _plain(transcript: Transcript) -> list[tuple]:
    return [(cue.start, cue.end, cue.speaker, cue.text) for cue in transcript.cues]


SRT = """1
00:00:01,000 --> 00:00:02,500
<i>Hello</i> {\\an8}there,
stranger &amp; friend

2
00:01:00,250 --> 00:01:01,000
It costs
42
"""
VTT = """WEBVTT - a title
Kind: captions

STYLE
::cue { color: red }

NOTE a comment
on two lines

first
00:01.000 --> 00:02.500 align:start position:0%
<v.loud Ann Lee>Hello <b>there</b></v>
<v Bob>Hi

01:00:00.000 --> 01:00:01.000
2 &lt; 3
42

trailing text that is no cue
"""
ASS = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,not said
Dialogue: 0,0:00:01.00,0:00:02.50,Default,Ann,0,0,0,,{\\pos(1,2)}Hello,\\Nthere
Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\\p1}m 0 0 l 5 5{\\p0}
"""


def test_srt_gives_text_without_tags_and_keeps_a_number_that_is_text(tmp_path):
    transcript = read_transcript(_write(tmp_path, "a.srt", SRT))
    assert _plain(transcript) == [
        (1.0, 2.5, None, "Hello there, stranger & friend"),
        (60.25, 61.0, None, "It costs 42"),
    ]
    assert transcript.warnings == ()


def test_srt_with_windows_line_ends_and_a_byte_order_mark_is_the_same(tmp_path):
    told = read_transcript(_write(tmp_path, "a.srt", SRT))
    windows = "\ufeff" + SRT.replace("\n", "\r\n")
    assert read_transcript(_write(tmp_path, "b.srt", windows)).cues == told.cues
    utf16 = SRT.encode("utf-16")
    assert read_transcript(_write(tmp_path, "c.srt", utf16)).cues == told.cues


def test_srt_tells_of_times_that_cannot_be_read(tmp_path):
    broken = SRT + "\n3\n00:02:xx,000 --> 00:03:00,000\nlost\n"
    transcript = read_transcript(_write(tmp_path, "a.srt", broken))
    assert [cue.text for cue in transcript.cues][-1] == "It costs 42"
    assert transcript.warnings == (
        "transcript a.srt: 1 cue has times that cannot be read and was left out "
        "(first in line 12). A time is written 00:01:02,500.",
    )


def test_vtt_gives_voices_and_leaves_notes_and_styles_out(tmp_path):
    transcript = read_transcript(_write(tmp_path, "a.vtt", VTT))
    assert _plain(transcript) == [
        (1.0, 2.5, "Ann Lee", "Hello there"),
        (1.0, 2.5, "Bob", "Hi"),
        (3600.0, 3601.0, None, "2 < 3 42"),
    ]


def test_vtt_inline_times_are_word_times(tmp_path):
    body = "WEBVTT\n\n00:01.000 --> 00:03.000\nso <00:01.500><c> good</c><00:02.000> it\n"
    (cue,) = read_transcript(_write(tmp_path, "a.vtt", body)).cues
    assert cue.text == "so good it"
    assert cue.words == (
        Word("so", 1.0, 1.5),
        Word("good", 1.5, 2.0),
        Word("it", 2.0, 3.0),
    )


def test_rolling_captions_say_each_line_once(tmp_path):
    body = (
        "WEBVTT\n\n00:00.000 --> 00:02.000\n \nwe<00:00.500><c> go</c>\n\n"
        "00:02.000 --> 00:02.010\nwe go\n \n\n"
        "00:02.010 --> 00:04.000\nwe go\nfar<00:03.000><c> away</c>\n"
    )
    transcript = read_transcript(_write(tmp_path, "a.vtt", body))
    assert [cue.text for cue in transcript.cues] == ["we go", "far away"]
    words = [word.text for cue in transcript.cues for word in cue.words]
    assert words == ["we", "go", "far", "away"]
    assert "2 repeated lines were left out" in transcript.warnings[0]


def test_ass_gives_names_as_speakers_and_no_drawings_or_comments(tmp_path):
    assert _plain(read_transcript(_write(tmp_path, "a.ass", ASS))) == [
        (1.0, 2.5, "Ann", "Hello, there")
    ]
