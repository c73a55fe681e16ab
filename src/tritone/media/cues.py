"""What a transcript is once it is read: cues in seconds, in order, inside the media."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tritone.core.clip import Word
from tritone.core.errors import TranscriptError

MAX_CUES = 200_000
MAX_WORDS = 1_000_000
# Players round times to 1/25 s or so: less than this past the end is no news.
ROUNDING = 0.05


@dataclass(frozen=True)
class Cue:
    """A stretch of text, and when it is said.

    Args:
        text: what is said, as written, without markup.
        start: seconds from the start of the media; None where no time is known.
        end: seconds from the start of the media; None exactly where `start` is.
        speaker: who says it, where the transcript tells.
        words: the same words with times of their own, where the transcript has them.
    """

    text: str
    start: float | None
    end: float | None
    speaker: str | None = None
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Transcript:
    """All cues of one media file, by time, and what was odd about them.

    Args:
        cues: sorted by start; those without times stand as they were written.
        warnings: whole sentences that name the transcript and what was done about it.
    """

    cues: tuple[Cue, ...]
    warnings: tuple[str, ...] = ()

    @property
    def is_timed(self) -> bool:
        """True where there are cues and each has times."""
        return bool(self.cues) and all(cue.start is not None for cue in self.cues)


def group_words(
    spoken: Sequence[tuple[Word, str | None]], *, silence: float = 0.5
) -> tuple[Cue, ...]:
    """Words as cues: a new one at each long silence and where another person speaks.

    Args:
        spoken: words in the order they are said, each with its speaker.
        silence: seconds without a word that end a cue.
    """
    cues: list[Cue] = []
    heard: list[Word] = []
    for place, (word, speaker) in enumerate(spoken):
        heard.append(word)
        following = spoken[place + 1] if place + 1 < len(spoken) else None
        if following is None or following[1] != speaker or following[0].start - word.end >= silence:
            text = " ".join(each.text for each in heard)
            end = max(each.end for each in heard)
            cues.append(Cue(text, heard[0].start, end, speaker, tuple(heard)))
            heard = []
    return tuple(cues)


def settle(
    cues: Sequence[Cue],
    warnings: Sequence[str] = (),
    *,
    name: str,
    duration: float | None = None,
) -> Transcript:
    """Cues in order, inside the media and the right way round; what was not is said.

    Overlapping cues are kept: people do talk at once.

    Args:
        cues: as they were read; those without times are left alone.
        warnings: what the reader had to say.
        name: the transcript's file name, for the warnings.
        duration: length of the media in seconds, where it is known.

    Raises:
        TranscriptError: there are more cues or words than any real media has.
    """
    if len(cues) > MAX_CUES or sum(len(cue.words) for cue in cues) > MAX_WORDS:
        raise TranscriptError(
            f"transcript {name} has {len(cues)} cues. At most {MAX_CUES} cues and {MAX_WORDS} "
            "words are read. Cut it into parts."
        )
    said = list(warnings)
    turned = [_turn(cue) for cue in cues]
    reversed_count = sum(before != after for before, after in zip(cues, turned, strict=True))
    if reversed_count:
        said.append(
            f"transcript {name}: {_count(reversed_count, 'cue')} ended before the start; "
            "the two times were swapped."
        )
    kept = _order([_cover_words(cue) for cue in turned], said, name)
    if duration is not None:
        kept = _clip(kept, duration, said, name)
    _tell_overlaps(kept, said, name)
    return Transcript(tuple(kept), tuple(said))


def _turn(cue: Cue) -> Cue:
    if any(word.end < word.start for word in cue.words):
        words = tuple(Word(w.text, *sorted((w.start, w.end))) for w in cue.words)
        cue = replace(cue, words=words)
    if cue.start is None or cue.end is None or cue.start <= cue.end:
        return cue
    return replace(cue, start=cue.end, end=cue.start)


def _cover_words(cue: Cue) -> Cue:
    """Words sorted, and the cue as long as its words need."""
    if not cue.words or cue.start is None or cue.end is None:
        return cue
    words = tuple(sorted(cue.words, key=lambda word: word.start))
    end = max(cue.end, max(word.end for word in words))
    return replace(cue, start=min(cue.start, words[0].start), end=end, words=words)


def _order(cues: list[Cue], said: list[str], name: str) -> list[Cue]:
    ordered = sorted(cues, key=lambda cue: -1.0 if cue.start is None else cue.start)
    if any(before is not after for before, after in zip(cues, ordered, strict=True)):
        said.append(f"transcript {name}: the cues were not in order of time; they are sorted.")
    return ordered


def _clip(cues: list[Cue], duration: float, said: list[str], name: str) -> list[Cue]:
    kept: list[Cue] = []
    dropped = clipped = 0
    last = 0.0
    for cue in cues:
        if cue.start is None or cue.end is None:
            kept.append(cue)
            continue
        last = max(last, cue.end)
        if cue.start >= duration:
            dropped += 1
            continue
        clipped += cue.end > duration + ROUNDING
        kept.append(_until(cue, duration))
    done = [f"{_count(clipped, 'cue')} cut short"] * (clipped > 0)
    done += [f"{_count(dropped, 'cue')} dropped"] * (dropped > 0)
    if done:
        said.append(
            f"transcript {name} goes on to {last:.1f} s, the media ends at {duration:.1f} s: "
            f"{' and '.join(done)}. Is it the transcript of this media?"
        )
    return kept


def _until(cue: Cue, duration: float) -> Cue:
    if cue.end is None or cue.end <= duration:
        return cue
    words = tuple(
        Word(word.text, min(word.start, duration), min(word.end, duration)) for word in cue.words
    )
    return replace(cue, end=duration, words=words)


def _tell_overlaps(cues: list[Cue], said: list[str], name: str) -> None:
    busy_until = -1.0
    overlaps: list[float] = []
    for cue in cues:
        if cue.start is None or cue.end is None:
            continue
        # A frame's worth of overlap is rounding, not two people at once.
        if cue.start < busy_until - ROUNDING:
            overlaps.append(cue.start)
        busy_until = max(busy_until, cue.end)
    if overlaps:
        one = len(overlaps) == 1
        said.append(
            f"transcript {name}: {_count(len(overlaps), 'cue')} {'overlaps' if one else 'overlap'} "
            f"another ({'at' if one else 'first at'} {overlaps[0]:.1f} s); "
            f"{'it is' if one else 'all are'} kept."
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
