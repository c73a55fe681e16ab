"""Times for words that have none: spread over speech in proportion to their length."""

from collections.abc import Sequence
from dataclasses import replace

from tritone.core.clip import Word
from tritone.media.cues import Cue, Transcript

Span = tuple[float, float]

# A cue's words are kept to the speech inside it only if speech fills this much of it;
# with less, the speech found is more likely wrong than the cue.
TRUSTED_SHARE = 1 / 3


def spread_words(text: str, spans: Sequence[Span]) -> tuple[Word, ...]:
    """The words of a text over stretches of speech, longer words for a longer time.

    No word reaches over a pause: one that would is kept to the side its middle is on.

    Args:
        text: words parted by white space.
        spans: start and end of each stretch in seconds, in any order.

    Returns:
        The words of `text` in order; none where there is no span to put them in.
    """
    words = text.split()
    stretches = _merged(spans)
    if not words or not stretches:
        return ()
    total = sum(end - start for start, end in stretches)
    # One more than its letters, for the gap after each word.
    weights = [len(word) + 1 for word in words]
    scale = total / sum(weights)
    placed: list[Word] = []
    said, place, passed = 0, 0, 0.0
    for word, weight in zip(words, weights, strict=True):
        begin, stop = said * scale, (said + weight) * scale
        said += weight
        middle = (begin + stop) / 2
        while place + 1 < len(stretches) and middle > passed + _length(stretches[place]):
            passed += _length(stretches[place])
            place += 1
        low, high = stretches[place]
        start = min(max(low, low + begin - passed), high)
        placed.append(Word(word, start, max(start, min(high, low + stop - passed))))
    return tuple(placed)


def with_word_times(transcript: Transcript, speech: Sequence[Span]) -> Transcript:
    """The same transcript where every cue and every word has a time.

    Cues without times are placed, one after another, over all the speech; the words of
    cues with times are spread inside their cue, over the speech there if there is enough.
    Without speech, cues without times stay as they are, and a warning says so.

    Args:
        transcript: any.
        speech: start and end of each stretch of speech in seconds.
    """
    untimed = [cue for cue in transcript.cues if cue.start is None or cue.end is None]
    warnings = transcript.warnings
    if untimed and not _merged(speech):
        warnings += ("the words have no times, and no speech was found to place them over.",)
    placed = iter(_place(untimed, speech))
    cues = tuple(
        next(placed) if cue.start is None or cue.end is None else _with_words(cue, speech)
        for cue in transcript.cues
    )
    return Transcript(cues, warnings)


def _place(cues: Sequence[Cue], speech: Sequence[Span]) -> list[Cue]:
    words = spread_words(" ".join(cue.text for cue in cues), speech)
    placed: list[Cue] = []
    used = 0
    for cue in cues:
        count = len(cue.text.split())
        own = words[used : used + count]
        used += count
        timed = replace(cue, start=own[0].start, end=own[-1].end, words=own) if own else cue
        placed.append(timed)
    return placed


def _with_words(cue: Cue, speech: Sequence[Span]) -> Cue:
    if cue.words or cue.start is None or cue.end is None:
        return cue
    inside = [
        (max(start, cue.start), min(end, cue.end))
        for start, end in speech
        if start < cue.end and end > cue.start
    ]
    heard = sum(end - start for start, end in _merged(inside))
    enough = heard > TRUSTED_SHARE * (cue.end - cue.start)
    return replace(cue, words=spread_words(cue.text, inside if enough else [(cue.start, cue.end)]))


def _merged(spans: Sequence[Span]) -> list[Span]:
    """Spans by time, those that touch made one. An empty one counts only when alone."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    longer = [span for span in merged if _length(span) > 0]
    return longer or merged[:1]


def _length(span: Span) -> float:
    return span[1] - span[0]
