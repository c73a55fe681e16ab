"""What is judged at a time: cues, speech between pauses, or windows of fixed length.

Laws: segments are sorted, lie in the media, none is longer than `longest`; each word is in
exactly one, in its order.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from tritone.core.clip import Word
from tritone.core.errors import TranscriptError, UnknownName
from tritone.media.cues import Cue, Transcript, settle
from tritone.media.sentences import sentences
from tritone.media.spread import spread_words, with_word_times

__all__ = ["HOW", "Segment", "segment", "sentences"]

HOW = ("cues", "pauses", "windows")
# Less than this holds no syllable and hardly a frame.
SHORTEST = 0.3
Span = tuple[float, float]


@dataclass(frozen=True)
class Segment:
    """A stretch of media that is judged as one.

    Args:
        start: seconds from the start of the media; None for a picture or a written text.
        end: seconds from the start of the media; None exactly where `start` is.
        text: what is said or written; None where no words are known.
        words: the same with times, where there are any.
        speaker: who speaks, where the transcript tells and it is one person.
    """

    start: float | None
    end: float | None
    text: str | None
    words: tuple[Word, ...] = ()
    speaker: str | None = None


def segment(
    *,
    how: str | None,
    duration: float | None,
    transcript: Transcript | None,
    speech: Sequence[Span] | None,
    window: float = 5.0,
    longest: float = 15.0,
) -> list[Segment]:
    """The segments of one media file, sorted by start.

    Words without times are spread over the speech, or over the whole where none was found.
    A written text (no duration, no times) is a segment for each cue, with null times; a
    picture is one segment without anything. "pauses" without speech falls back to windows.

    Args:
        how: "cues", "pauses" or "windows"; None takes cues where there are some, else
            pauses where there is speech, else windows.
        duration: length of the media in seconds; None for a text or a picture.
        transcript: what is said, where it is known.
        speech: start and end of each stretch of speech in seconds, where it was measured.
        window: length of a fixed window in seconds.
        longest: no segment is longer, in seconds.

    Raises:
        UnknownName: `how` is none of the three.
        TranscriptError: cues are asked for and there are none; `window` or `longest` is
            too short; pauses or windows are asked for without a duration.
    """
    _check(how, window, longest)
    cues = transcript.cues if transcript else ()
    if how == "cues" and not cues:
        raise TranscriptError(
            "segments by cues need a transcript with words, and there is none. "
            "Give one, or segment by pauses or windows."
        )
    if duration is None:
        return _without_clock(how, cues, longest)
    spans = [(max(0.0, a), min(b, duration)) for a, b in speech or () if a < duration and b > a]
    timed = _timed(cues, spans, duration)
    if how == "cues" or (how is None and timed):
        pieces = [piece for cue in timed for piece in _from_cue(cue, longest)]
        # Where two people talk at once, the parts of a long cue fall among those of another.
        return sorted(pieces, key=lambda piece: piece.start or 0.0)
    if spans and how != "windows":
        return _fill(_even(spans, timed, longest, duration), timed)
    return _fill(_windows(duration, min(window, longest)), timed)


def _check(how: str | None, window: float, longest: float) -> None:
    if how is not None and how not in HOW:
        raise UnknownName(f"No segmentation is named {how!r}. Known: {', '.join(HOW)}.")
    for name, value in (("window", window), ("longest", longest)):
        if not value >= 2 * SHORTEST:
            raise TranscriptError(f"{name} takes at least {2 * SHORTEST} seconds, got {value}.")


def _without_clock(how: str | None, cues: Sequence[Cue], longest: float) -> list[Segment]:
    """Segments of a text, of a picture, or of a transcript that comes alone."""
    if how in ("pauses", "windows"):
        raise TranscriptError(
            f"segments by {how} need sound or video with a length, and there is none. "
            "Leave the segmentation open."
        )
    if not cues:
        return [Segment(None, None, None)]
    timed = with_word_times(Transcript(tuple(cues)), []).cues
    return [
        piece
        for cue in timed
        for piece in (
            [Segment(None, None, cue.text, (), cue.speaker)]
            if cue.start is None
            else _from_cue(cue, longest)
        )
    ]


def _timed(cues: Sequence[Cue], spans: Sequence[Span], duration: float) -> tuple[Cue, ...]:
    """Cues inside the media, each with the times of its words."""
    if not cues or duration <= 0:
        return ()
    inside = settle(cues, name="", duration=duration)
    return with_word_times(inside, spans or [(0.0, duration)]).cues


def _from_cue(cue: Cue, longest: float) -> list[Segment]:
    """The cue; parts of it, cut at its longest pauses, where it is too long."""
    if cue.start is None or cue.end is None:
        return []
    if cue.end - cue.start <= longest:
        return [Segment(cue.start, cue.end, cue.text or None, cue.words, cue.speaker)]
    words = cue.words or spread_words(cue.text, [(cue.start, cue.end)])
    spans = _cut((cue.start, cue.end), words, longest)
    return [
        Segment(start, end, _text(own), own, cue.speaker)
        for (start, end), own in zip(spans, _share(words, spans), strict=True)
    ]


def _cut(span: Span, words: Sequence[Word], longest: float) -> list[Span]:
    """Parts no longer than `longest`, cut at the longest pause between words, else evenly."""
    done: list[Span] = []
    waiting = [span]
    while waiting:
        start, end = waiting.pop()
        if end - start <= longest:
            done.append((start, end))
            continue
        inside = [word for word in words if start <= _middle(word) < end]
        border = _best_pause(inside, start, end, longest)
        if border is None:
            count = math.ceil((end - start) / longest)
            border = start + (end - start) * (count // 2) / count
        waiting += [(border, end), (start, border)]
    return done


def _best_pause(words: Sequence[Word], start: float, end: float, longest: float) -> float | None:
    """The middle of the longest pause that leaves room on both sides; the most central if equal."""
    room = min(longest, end - start) / 5
    best: tuple[float, float] | None = None
    border = None
    for before, after in itertools.pairwise(words):
        middle = (before.end + after.start) / 2
        if not start + room <= middle <= end - room:
            continue
        # Pauses are told apart to 10 ms: spread words have none, and are cut in the middle.
        merit = (round(after.start - before.end, 2), -abs(middle - (start + end) / 2))
        if best is None or merit > best:
            best, border = merit, middle
    return border


def _even(
    spans: Sequence[Span], cues: Sequence[Cue], longest: float, duration: float
) -> list[Span]:
    """Speech as segments: overlaps merged, long ones cut, none too short to judge."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    grown: list[Span] = []
    for place, (start, end) in enumerate(merged):
        ceiling = merged[place + 1][0] if place + 1 < len(merged) else duration
        end = max(end, min(start + SHORTEST, ceiling))
        floor = grown[-1][1] if grown else 0.0
        grown.append((max(floor, min(start, end - SHORTEST)), end))
    words = sorted((word for cue in cues for word in cue.words), key=_middle)
    return [part for span in grown for part in _cut(span, words, longest)]


def _windows(duration: float, window: float) -> list[Span]:
    """Windows from 0 on; a last one too short to judge shares with the one before."""
    if duration <= 0:
        return []
    count = math.ceil(duration / window)
    edges = [place * window for place in range(count)] + [duration]
    if count > 1 and edges[-1] - edges[-2] < SHORTEST:
        edges[-2] = (edges[-3] + edges[-1]) / 2
    return list(itertools.pairwise(edges))


def _fill(spans: Sequence[Span], cues: Sequence[Cue]) -> list[Segment]:
    """Spans with the words whose middle they hold; a word outside goes to the nearest."""
    spoken = sorted(
        ((word, cue.speaker) for cue in cues for word in cue.words),
        key=lambda pair: _middle(pair[0]),
    )
    shares = _share([word for word, _ in spoken], spans)
    speakers = iter([speaker for _, speaker in spoken])
    filled = []
    for (start, end), words in zip(spans, shares, strict=True):
        heard = set(itertools.islice(speakers, len(words)))
        speaker = heard.pop() if len(heard) == 1 else None
        filled.append(Segment(start, end, _text(words), words, speaker))
    return filled


def _share(words: Sequence[Word], spans: Sequence[Span]) -> list[tuple[Word, ...]]:
    """Words by their middle, each to the span it is in or nearest to."""
    shares: list[list[Word]] = [[] for _ in spans]
    place = 0
    for word in words:
        middle = _middle(word)
        while place + 1 < len(spans) and middle >= (spans[place][1] + spans[place + 1][0]) / 2:
            place += 1
        shares[place].append(word)
    return [tuple(share) for share in shares]


def _middle(word: Word) -> float:
    return (word.start + word.end) / 2


def _text(words: Sequence[Word]) -> str | None:
    return " ".join(word.text for word in words) or None
