"""Subtitles to cues: SRT, WebVTT and ASS.

SRT and WebVTT are read here, line by line, since voices and inline times matter to us and
since a last line that is a number ("42") is text; ASS is read by pysubs2.
"""

import html
import re
import warnings
from collections.abc import Iterable

import pysubs2
from pysubs2.exceptions import Pysubs2Error

from tritone.core.clip import Word
from tritone.core.errors import TranscriptError
from tritone.media.cues import Cue
from tritone.media.spread import spread_words

_CLOCK = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMING = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}(?!\S)")
_MISTIMED = re.compile(r"\s*-?\d[^>]*-->")
# No tag reaches over the next "<": so no line, however hostile, takes quadratic time.
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|</>")
_OVERRIDE = re.compile(r"\{[^{}]*\}")
_INLINE_TIME = re.compile(rf"<{_CLOCK}>")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s([^<>]+)>")
_DRAWING = re.compile(r"\\p[1-9]")


def has_times(text: str) -> bool:
    """True where a line is a cue's times, `00:00:01,000 --> 00:00:02,000`."""
    return "-->" in text and any(_TIMING.match(line) for line in text.splitlines())


def read_srt(text: str, name: str) -> tuple[list[Cue], list[str]]:
    """Cues of a SubRip file, tags stripped; lines that hold no readable time are said.

    Raises:
        TranscriptError: no line holds the times of a cue.
    """
    blocks, said = _blocks(text, name, ends_at_blank=False)
    if not blocks:
        raise TranscriptError(
            f"transcript {name} holds no cue. A cue is a line such as "
            "'00:00:01,000 --> 00:00:02,500' with its text below. Plain text goes into a .txt."
        )
    cues = [Cue(_plain(_OVERRIDE.sub("", body)), start, end) for start, end, body in blocks]
    return [cue for cue in cues if cue.text], said


def read_vtt(text: str, name: str) -> tuple[list[Cue], list[str]]:
    """Cues of a WebVTT file; `<v Speaker>` gives the speaker, inline times the words."""
    blocks, said = _blocks(text, name, ends_at_blank=True)
    if any(_INLINE_TIME.search(body) for _, _, body in blocks):
        blocks, repeated = _unroll(blocks)
        if repeated:
            said.append(
                f"transcript {name} is a rolling caption: {repeated} repeated lines were left out."
            )
    cues = [cue for block in blocks for cue in _voices(*block)]
    return [cue for cue in cues if cue.text], said


def read_ass(text: str, name: str) -> tuple[list[Cue], list[str]]:
    """Cues of an ASS or SSA file, override tags stripped; Name gives the speaker.

    Raises:
        TranscriptError: pysubs2 cannot read it.
    """
    form = "ass" if "[v4+ styles]" in text.lower() else "ssa"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            events = pysubs2.SSAFile.from_string(text, format_=form).events
    except (Pysubs2Error, ValueError, ArithmeticError, LookupError, TypeError) as fault:
        raise TranscriptError(
            f"transcript {name} cannot be read as {form.upper()}: {fault}. "
            "Open it in a subtitle editor and save it again, or give an SRT file."
        ) from None
    cues = []
    for event in events:
        if event.is_comment or _DRAWING.search(event.text):
            continue
        said = _OVERRIDE.sub("", event.text)
        said = said.replace(r"\N", " ").replace(r"\n", " ").replace(r"\h", " ")
        start, end = max(event.start, 0) / 1000, max(event.end, 0) / 1000
        cues.append(Cue(_join(said), start, end, _join(event.name) or None))
    return [cue for cue in cues if cue.text], []


Block = tuple[float, float, str]


def _blocks(text: str, name: str, *, ends_at_blank: bool) -> tuple[list[Block], list[str]]:
    """Times and raw text of each cue; what stands before, between and after is left out."""
    found: list[tuple[float, float, list[str]]] = []
    body: list[str] | None = None
    bad: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        timing = _TIMING.match(line)
        if timing or _MISTIMED.match(line):
            # The line before the times is the cue's number, not the end of the last one.
            if body and body[-1].strip().isdecimal():
                body.pop()
            body = []
            if timing:
                groups = timing.groups()
                found.append((_seconds(groups[:4]), _seconds(groups[4:]), body))
            else:
                bad.append(number)
        elif body is not None:
            # A line of one space is text: live captions hold their place with it.
            if ends_at_blank and not line:
                body = None
            else:
                body.append(line)
    said = []
    if bad:
        left_out = "1 cue has" if len(bad) == 1 else f"{len(bad)} cues have"
        was = "was" if len(bad) == 1 else "were"
        said.append(
            f"transcript {name}: {left_out} times that cannot be read and {was} left out "
            f"(first in line {bad[0]}). A time is written 00:01:02,500."
        )
    return [(start, end, "\n".join(lines).strip()) for start, end, lines in found], said


def _seconds(groups: Iterable[str | None]) -> float:
    hours, minutes, seconds, fraction = groups
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole + int((fraction or "0").ljust(3, "0")) / 1000


def _unroll(blocks: list[Block]) -> tuple[list[Block], int]:
    """Live captions show the last line again above the new one: keep the new one."""
    fresh: list[Block] = []
    shown: list[str] = []
    repeated = 0
    for start, end, body in blocks:
        lines = [line for line in body.split("\n") if line.strip()]
        plain = [_plain(line) for line in lines]
        again = next(
            (size for size in range(len(plain), 0, -1) if plain[:size] == shown[-size:]), 0
        )
        repeated += again
        shown = plain or shown
        if lines[again:]:
            fresh.append((start, end, "\n".join(lines[again:])))
    return fresh, repeated


def _voices(start: float, end: float, body: str) -> list[Cue]:
    """One cue for each voice; without inline times they all have the times of the block."""
    pieces = _VOICE.split(body)
    spoken = [(None, pieces[0]), *zip(pieces[1::2], pieces[2::2], strict=True)]
    cues = []
    for speaker, said in spoken:
        words = _timed_words(start, end, said)
        who = _plain(speaker) if speaker else None
        cues.append(Cue(_plain(said), start, end, who or None, words))
    return cues


def _timed_words(start: float, end: float, said: str) -> tuple[Word, ...]:
    """Words between inline times `a <00:01.0>b`, each piece spread over its own stretch."""
    parts = _INLINE_TIME.split(said)
    if len(parts) == 1:
        return ()
    marks = [_seconds(parts[place : place + 4]) for place in range(1, len(parts), 5)]
    edges = [start, *marks, max(end, marks[-1])]
    words: list[Word] = []
    for place, piece in enumerate(parts[::5]):
        low, high = edges[place], edges[place + 1]
        words.extend(spread_words(_plain(piece), [(low, max(low, high))]))
    return tuple(words)


def _plain(said: str) -> str:
    return _join(html.unescape(_TAG.sub("", _INLINE_TIME.sub(" ", said))))


def _join(said: str) -> str:
    return " ".join(said.split())
