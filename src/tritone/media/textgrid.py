"""Forced alignments to cues: Praat TextGrids (P2FA, MFA) and GRID's `.align`."""

import math
import re
from dataclasses import dataclass

from tritone.core.clip import Word
from tritone.core.errors import TranscriptError
from tritone.media.cues import MAX_WORDS, Cue, group_words

# As Praat reads: only quoted strings, <flags> and free-standing numbers count. So the
# long form, where names explain the numbers, and the short form are one to the reader.
_TOKEN = re.compile(
    r'"(?P<string>(?:[^"]|"")*)"'
    r"|(?<!\S)(?P<flag><[a-z]+>)"
    r"|(?<!\S)(?P<number>[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)(?!\S)"
)
_WORD_TIER = re.compile(r"(?:(?P<speaker>.*\S)\s*[-_]\s*)?(?:words?|ort|ort-mau)", re.IGNORECASE)
_PHONE_TIER = re.compile(r"(?:.*[-_\s])?(?:phones?|phonemes?|segments?|mau)", re.IGNORECASE)
_LONGEST_NAME = 200
_SILENCES = {"", "sp", "sil", "<eps>", "<sil>", "<silence>", "silence", "<p:>", "#", "spn"}
# P2FA's noises: {LG} laughter, {BR} breath, {CG} cough, {LS} lip smack, {NS} noise, {SL} silence.
_NOISE = re.compile(r"\{[A-Z]{2}\}")
GRID_UNITS = 25_000.0


@dataclass(frozen=True)
class _Tier:
    name: str
    intervals: tuple[tuple[float, float, str], ...]


def read_textgrid(text: str, name: str) -> tuple[list[Cue], list[str]]:
    """Cues of a TextGrid's word tiers, silences and noises left out, long or short form.

    A word tier is called word, words or `speaker - words`. Where there is none, a single
    other tier that is not phones is read, each interval a cue.

    Raises:
        TranscriptError: it is no TextGrid, it breaks off, or no tier holds words.
    """
    tiers = _read_tiers(text, name)
    cues: list[Cue] = []
    for tier in tiers:
        if match := _WORD_TIER.fullmatch(tier.name):
            spoken = [
                (Word(label, start, end), match["speaker"]) for start, end, label in _said(tier)
            ]
            cues.extend(group_words(spoken))
    if cues or any(_WORD_TIER.fullmatch(tier.name) for tier in tiers):
        # Each speaker's tier is in order; between tiers the order is not an oddity.
        return sorted(cues, key=lambda cue: cue.start or 0.0), []
    others = [tier for tier in tiers if not _PHONE_TIER.fullmatch(tier.name)]
    if len(others) != 1:
        names = ", ".join(repr(tier.name) for tier in tiers) or "none"
        raise TranscriptError(
            f"transcript {name} has no tier of words. Its interval tiers: {names}. "
            "Name the one to read 'words'."
        )
    return [Cue(" ".join(label.split()), start, end) for start, end, label in _said(others[0])], []


def read_align(text: str, name: str) -> tuple[list[Cue], list[str]]:
    """Cues of lines `start end word`.

    Whole numbers are GRID's units, 25 000 to the second (1 000 are a frame of 40 ms); as
    soon as one time is written with a point, all are seconds.

    Raises:
        TranscriptError: a line is not two times and a word.
    """
    rows = [(number, line.split()) for number, line in enumerate(text.splitlines(), 1)]
    rows = [(number, fields) for number, fields in rows if fields]
    in_seconds = any("." in field for _, fields in rows for field in fields[:2])
    unit = 1.0 if in_seconds else GRID_UNITS
    spoken: list[tuple[Word, str | None]] = []
    for number, fields in rows:
        try:
            start, end = float(fields[0]) / unit, float(fields[1]) / unit
            label = " ".join(fields[2:])
        except (ValueError, IndexError):
            raise TranscriptError(
                f"transcript {name}, line {number} is {' '.join(fields)[:60]!r}. "
                "Right would be start, end and word, such as '12250 19250 set'."
            ) from None
        _check_times(start, end, name)
        if not _is_silence(label):
            spoken.append((Word(label, start, end), None))
    return list(group_words(spoken)), []


def _said(tier: _Tier) -> list[tuple[float, float, str]]:
    return [interval for interval in tier.intervals if not _is_silence(interval[2])]


def _is_silence(label: str) -> bool:
    label = label.strip()
    return label.lower() in _SILENCES or _NOISE.fullmatch(label) is not None


def _read_tiers(text: str, name: str) -> list[_Tier]:
    """The interval tiers; point tiers are passed over."""
    tokens = [match.group(match.lastgroup or 0) for match in _TOKEN.finditer(text)]
    if tokens[:2] != ["ooTextFile", "TextGrid"]:
        raise TranscriptError(
            f"transcript {name} is not a TextGrid: it does not start with File type = "
            '"ooTextFile" and Object class = "TextGrid". Save it as a text file in Praat.'
        )
    try:
        place, tiers = 6, []
        for _ in range(_number(tokens[5])):
            kind, tier_name, size = tokens[place], tokens[place + 1], _number(tokens[place + 4])
            width = 3 if kind == "IntervalTier" else 2
            place += 5
            if size * width > len(tokens) - place:
                raise IndexError
            rows = tokens[place : place + size * width]
            place += size * width
            if kind == "IntervalTier":
                tiers.append(_Tier(tier_name.strip()[:_LONGEST_NAME], _intervals(rows, name)))
        return tiers
    except (IndexError, ValueError) as fault:
        if isinstance(fault, TranscriptError):
            raise
        raise TranscriptError(
            f"transcript {name} breaks off or is damaged: the TextGrid holds fewer numbers and "
            "labels than it announces. Save it again in Praat."
        ) from None


def _number(token: str) -> int:
    size = int(token)
    if not 0 <= size <= MAX_WORDS:
        raise ValueError(token)
    return size


def _intervals(rows: list[str], name: str) -> tuple[tuple[float, float, str], ...]:
    found = []
    for start, end, label in zip(rows[::3], rows[1::3], rows[2::3], strict=True):
        times = float(start), float(end)
        _check_times(*times, name)
        found.append((*times, label.replace('""', '"')))
    return tuple(found)


def _check_times(start: float, end: float, name: str) -> None:
    if not (math.isfinite(start) and math.isfinite(end) and start >= 0 and end >= 0):
        raise TranscriptError(
            f"transcript {name} has the times {start} and {end}. "
            "Times are seconds from the start of the media, from 0 on."
        )
