"""TextGrids in both forms and `.align`, by hand-made files."""

from pathlib import Path

import pytest

from tritone.core.clip import Word
from tritone.core.errors import TranscriptError
from tritone.media.transcripts import Transcript, read_transcript


def _write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(data)
    return path


def _plain(transcript: Transcript) -> list[tuple]:
    return [(cue.start, cue.end, cue.speaker, cue.text) for cue in transcript.cues]


TEXTGRID_LONG = '''File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 3.5
tiers? <exists>
size = 3
item []:
    item [1]:
        class = "IntervalTier"
        name = "phones"
        xmin = 0
        xmax = 3.5
        intervals: size = 1
        intervals [1]:
            xmin = 0
            xmax = 3.5
            text = "HH"
    item [2]:
        class = "TextTier"
        name = "points"
        xmin = 0
        xmax = 3.5
        points: size = 1
        points [1]:
            number = 1.5
            mark = "words = 3"
    item [3]:
        class = "IntervalTier"
        name = "words"
        xmin = 0
        xmax = 3.5
        intervals: size = 5
        intervals [1]:
            xmin = 0
            xmax = 0.5
            text = "sil"
        intervals [2]:
            xmin = 0.5
            xmax = 1
            text = "SO"
        intervals [3]:
            xmin = 1
            xmax = 1.25
            text = "sp"
        intervals [4]:
            xmin = 1.25
            xmax = 2
            text = "say ""no"""
        intervals [5]:
            xmin = 3.0
            xmax = 3.5
            text = "more"
'''
TEXTGRID_SHORT = """File type = "ooTextFile"
Object class = "TextGrid"

0
2.5
<exists>
2
"IntervalTier"
"Bob - words"
0
2.5
2
0
0.5
"<eps>"
0.5
1.0
"yes"
"IntervalTier"
"Ann - words"
0
2.5
3
0
0.25
"well"
0.25
1.5
""
1.5
2.5
"{LG}"
"""


def test_textgrid_long_form_groups_words_at_silences(tmp_path):
    transcript = read_transcript(_write(tmp_path, "a.TextGrid", TEXTGRID_LONG))
    assert _plain(transcript) == [(0.5, 2.0, None, 'SO say "no"'), (3.0, 3.5, None, "more")]
    assert transcript.cues[0].words == (Word("SO", 0.5, 1.0), Word('say "no"', 1.25, 2.0))


def test_textgrid_short_form_gives_each_speaker_in_order_of_time(tmp_path):
    transcript = read_transcript(_write(tmp_path, "a.TextGrid", TEXTGRID_SHORT))
    assert _plain(transcript) == [(0.0, 0.25, "Ann", "well"), (0.5, 1.0, "Bob", "yes")]
    assert transcript.warnings == ()


def test_textgrid_long_and_short_form_are_one(tmp_path):
    tokens = [
        line.split("=", 1)[-1].strip() if "=" in line else line.strip()
        for line in TEXTGRID_LONG.splitlines()
        if "item" not in line and "intervals [" not in line and "points [" not in line
    ]
    short = "\n".join(tokens).replace("tiers? <exists>", "<exists>")
    long = read_transcript(_write(tmp_path, "a.TextGrid", TEXTGRID_LONG))
    assert read_transcript(_write(tmp_path, "a.TextGrid", short)) == long


def test_textgrid_without_a_word_tier_names_the_tiers_it_has(tmp_path):
    lacking = TEXTGRID_SHORT.replace(" - words", " - syllables")
    with pytest.raises(TranscriptError) as error:
        read_transcript(_write(tmp_path, "a.TextGrid", lacking))
    assert str(error.value) == (
        "transcript a.TextGrid has no tier of words. Its interval tiers: 'Bob - syllables', "
        "'Ann - syllables'. Name the one to read 'words'."
    )


def test_textgrid_that_breaks_off_says_so(tmp_path):
    with pytest.raises(TranscriptError, match="breaks off or is damaged"):
        read_transcript(_write(tmp_path, "a.TextGrid", TEXTGRID_SHORT[:-60]))


def test_align_in_whole_numbers_is_25_000_to_the_second(tmp_path):
    body = "0 12500 sil\n12500 25000 set\n25000 26000 sp\n26000 50000 blue\n"
    transcript = read_transcript(_write(tmp_path, "a.align", body))
    assert transcript.cues[0].words == (Word("set", 0.5, 1.0), Word("blue", 1.04, 2.0))
    seconds = "0.0 0.5 sil\n0.5 1 set\n"
    (cue,) = read_transcript(_write(tmp_path, "b.align", seconds)).cues
    assert cue.words == (Word("set", 0.5, 1.0),)


def test_align_with_a_line_of_another_kind_names_it(tmp_path):
    with pytest.raises(TranscriptError) as error:
        read_transcript(_write(tmp_path, "a.align", "0 10 set\nhello\n"))
    assert str(error.value) == (
        "transcript a.align, line 2 is 'hello'. "
        "Right would be start, end and word, such as '12250 19250 set'."
    )
