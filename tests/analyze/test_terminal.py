"""The timeline on a terminal: fits any width and encoding, and no text can act on it."""

import io
import math

import pytest
from rich.cells import cell_len
from rich.console import Console

from tritone.analyze.result import (
    Channel,
    ClipResult,
    Failure,
    Overall,
    Result,
    SegmentResult,
)
from tritone.analyze.terminal import clock, render, show

HOSTILE = (
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b2J",
    "[bold]markup[/bold] [/] [link=x]",
    "\u202eturned round\u202c \u2066isolated\u2069",
    "\u0647\u0630\u0627 \u0623\u0641\u0636\u0644 \u064a\u0648\u0645",
    "\u8fd9\u662f\u4e00\u90e8\u975e\u5e38\u597d\u7684\u7535\u5f71" * 9,
    "\U0001f600 emoji \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "line\nbreak\r\nand\ttab\u2028and separator",
    "",
    "a" * 500,
)


def make_segment(place, text, valence=None, *, vision=True, mixed=False):
    valence = math.sin(place) if valence is None else valence
    return SegmentResult(
        start=3.0 * place,
        end=3.0 * place + 2,
        text=text,
        sentiment="positive" if valence > 0 else "negative",
        valence=valence,
        probabilities={"negative": 0.2, "neutral": 0.2, "positive": 0.6},
        emotions={"joy": 0.6, "surprise": 0.3},
        confidence=0.6,
        modalities={
            "text": Channel(True, valence, valence / 2),
            "vision": Channel(True, 0.25, 0.1)
            if vision
            else Channel(False, reason="no face found"),
        },
        mixed=mixed,
        speaker=text[:4] or None,
        highlights=tuple(0.2 for _ in text.split()),
    )


def make_result(texts=HOSTILE, **more):
    segments = tuple(make_segment(place, text, **more) for place, text in enumerate(texts))
    clip = ClipResult(
        f"{HOSTILE[0]}{HOSTILE[1]}.mp4", 30.0, segments, Overall("positive", 0.4), HOSTILE[:3]
    )
    return Result({"name": "default", "version": "0"}, (clip,), (Failure("x.mp4", HOSTILE[0]),))


def text_of(result, width=80, colour=False, encoding="utf-8"):
    console = Console(
        file=io.StringIO(), width=width, highlight=False, force_terminal=colour, no_color=not colour
    )
    console.print(render(result, width=width, colour=colour, encoding=encoding))
    return console.file.getvalue()


@pytest.mark.parametrize("width", [20, 33, 50, 60, 72, 80, 100, 120, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_no_line_is_wider_than_the_terminal(width, encoding):
    assert max(map(cell_len, text_of(make_result(), width, encoding=encoding).split("\n"))) <= width


def test_no_control_character_reaches_the_terminal():
    said = text_of(make_result(), 200)
    odd = {sign for sign in said if ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0} - {"\n"}
    assert odd == set()
    assert not set(said) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028")


def test_markup_in_a_text_is_shown_as_it_was_written():
    assert "[bold]markup[/bold] [/] [link=x]" in text_of(make_result([HOSTILE[1]]), 200)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "no-such-encoding"])
def test_a_terminal_that_is_not_utf8_can_print_all_of_it(encoding):
    said = text_of(make_result(), encoding=encoding)
    said.encode("ascii" if encoding.startswith("no") else encoding)


def test_ten_segments_take_ten_lines():
    few, more = (text_of(make_result(["one"] * n)).count("\n") for n in (2, 12))
    assert more - few == 10


def test_good_lies_to_the_right_of_the_centre_and_bad_to_the_left():
    for valence, look in ((1.0, ".....|#####"), (-1.0, "#####|....."), (0.0, ".....|.....")):
        said = text_of(make_result(["so"], valence=valence), encoding="ascii")
        assert f"0:00 {look} " in said


def test_the_same_is_said_without_colour():
    coloured = Console(file=io.StringIO(), width=80, force_terminal=True, highlight=False)
    coloured.print(render(make_result(), width=80, colour=True))
    assert "\x1b[" in coloured.file.getvalue()
    assert "\x1b[" not in text_of(make_result(), colour=False)


def test_an_absent_channel_is_told_once_with_its_reason():
    said = text_of(make_result(["one", "two"], vision=False))
    assert said.count("no vision: no face found") == 1


def test_a_channel_that_is_absent_in_some_segments_shows_a_dash_there():
    segments = (make_segment(0, "one"), make_segment(1, "two", vision=False))
    clip = ClipResult("a.mp4", 9.0, segments, Overall("positive", 0.4))
    said = text_of(Result({"name": "default", "version": "0"}, (clip,)), encoding="ascii")
    assert "V+.25" in said
    assert "V  - " in said
    assert "no vision in 1 of 2: no face found" in said


def test_a_segment_of_which_the_channels_disagree_is_marked():
    assert "\u2260" in text_of(make_result(["one"], mixed=True)).split("\n", 2)[2]
    assert "\u2260" not in text_of(make_result(["one"], mixed=False)).split("\n", 2)[2]


def test_warnings_and_errors_stand_below_the_segments():
    segment = make_segment(0, "first")
    clip = ClipResult("a.mp4", 9.0, (segment,), Overall("positive", 0.4), ("too dark",))
    model = {"name": "default", "version": "0"}
    said = text_of(Result(model, (clip,), (Failure("b.mp4", "is empty"),)))
    assert said.index("first") < said.index("! too dark") < said.index("b.mp4: is empty")


def test_an_empty_result_says_so():
    assert text_of(Result({"name": "default", "version": "0"}, ())) == "Nothing was analysed.\n"


def test_show_fits_the_console_it_is_given():
    console = Console(file=io.StringIO(), width=44, highlight=False)
    show(make_result(), console)
    assert max(map(cell_len, console.file.getvalue().split("\n"))) <= 44


def test_times_read_as_a_clock():
    assert [clock(s) for s in (4.9, 754.0, 3723.0)] == ["0:04", "12:34", "1:02:03"]
