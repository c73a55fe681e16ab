"""Words: made plain, split, and given to the span in which they are said (S001).

"Well, I LOVE it 😍!" ──normalise──▶ "well i love it 😍" ──tokenise──▶ well i love it 😍
"""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Float64

from tritone.core.clip import Word
from tritone.core.errors import DataError

PICTURE = (
    "[\u203c\u2049\u231a-\u23ff\u25aa-\u25fe\u2600-\u27bf\u2934\u2935\u2b05-\u2b55"
    "\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
)
DRESS = "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]"  # how a picture is drawn: colour, skin tone
JOINER = "\u200d"
EMOJI = f"[\U0001f1e6-\U0001f1ff]{{2}}|{PICTURE}{DRESS}*(?:{JOINER}{PICTURE}{DRESS}*)*"
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\uff07`\u00b4", "'"))

NOT_A_LETTER = re.compile(f"({EMOJI})|[\\W_]")
TOKEN = re.compile(f"[{HAN}]|[^\\s{HAN}]+")


def normalise_words(text: str, *, keep_emoji: bool = True) -> str:
    """The text in lower case without punctuation, one space between words (S001).

    Apostrophes within a word stay ("don't"), as do points and commas within a number
    ("3.5"); everything else that is neither letter, mark nor digit becomes a space.
    Normalising twice changes nothing more.

    Args:
        text: in any script.
        keep_emoji: True: each stands as a word of its own; False: they go.
    """

    def decide(found: re.Match) -> str:
        if found[1]:
            return f" {found[1]} " if keep_emoji else " "
        return found[0] if _belongs(found[0], found.string, found.start()) else " "

    plain = unicodedata.normalize("NFC", text.translate(APOSTROPHES).lower())
    return " ".join(NOT_A_LETTER.sub(decide, plain).split())


def tokenise(text: str, *, keep_emoji: bool = True) -> list[str]:
    """The normalised words one by one; Chinese characters and emoji stand alone.

    Scripts written without spaces, other than Chinese characters, are not cut into words:
    a subword tokeniser does that better.
    """
    return TOKEN.findall(normalise_words(text, keep_emoji=keep_emoji))


def word_spans(words: Sequence[Word]) -> Float64[np.ndarray, "word 2"]:
    """Start and end of each word, in seconds from the start of the media."""
    return np.array([(word.start, word.end) for word in words], np.float64).reshape(-1, 2)


def timed_tokens(
    words: Sequence[Word], text: str | None = None
) -> tuple[list[str], Float64[np.ndarray, "token 2"]]:
    """The normalised words one by one, and the start and end of each, in seconds.

    A word that falls into several ("well-known") shares its time among them evenly; one that
    is all punctuation has none. Without timed words those of `text` are taken, at NaN.

    Args:
        words: as written, with their times or NaN.
        text: read only where there are no words.
    """
    if not words:
        tokens = tokenise(text or "")
        return tokens, np.full((len(tokens), 2), np.nan)
    tokens, spans = [], [np.zeros((0, 2))]
    for word in words:
        pieces = tokenise(word.text)
        edges = np.linspace(word.start, word.end, len(pieces) + 1)
        tokens += pieces
        spans.append(np.stack([edges[:-1], edges[1:]], axis=1))
    return tokens, np.concatenate(spans)


def words_within(words: Sequence[Word], start: float, end: float) -> tuple[Word, ...]:
    """The words whose midpoint m has start <= m < end, in the order given.

    Args:
        words: in any order.
        start: seconds from the start of the media.
        end: seconds from the start of the media.
    """
    return tuple(word for word in words if start <= (word.start + word.end) / 2 < end)


def match_words(
    words: Sequence[Word], spans: Float[np.ndarray, "span 2"]
) -> tuple[tuple[Word, ...], ...]:
    """The words of each span: every word belongs to exactly one.

    That is the span that holds its midpoint (start <= m < end); where several do, the one
    whose own middle is nearest; where none does, the one that is nearest.

    Args:
        words: in any order; kept within each span.
        spans: start and end of each utterance, in seconds from the start of the media.

    Raises:
        DataError: a span ends before it starts, or there are words and no spans.
    """
    backwards = np.flatnonzero(~(spans[:, 0] <= spans[:, 1]))
    if len(backwards):
        start, end = spans[backwards[0]]
        raise DataError(f"Span {backwards[0]} runs from {start:.3f} to {end:.3f} s: backwards.")
    if not len(spans):
        if words:
            raise DataError(f"There are {len(words)} words and no spans to match them to.")
        return ()
    owned: list[list[Word]] = [[] for _ in spans]
    middles = spans.mean(axis=1)
    for word in words:
        middle = (word.start + word.end) / 2
        inside = (spans[:, 0] <= middle) & (middle < spans[:, 1])
        away = np.maximum(np.maximum(spans[:, 0] - middle, middle - spans[:, 1]), 0)
        # Sorted by the last key first: inside, then nearest, then nearest middle.
        owned[np.lexsort((np.abs(middles - middle), away, ~inside))[0]].append(word)
    return tuple(tuple(some) for some in owned)


def _belongs(char: str, text: str, place: int) -> bool:
    """Whether a character that is no letter is nevertheless part of the word around it."""
    before, after = _base_before(text, place), text[place + 1 : place + 2]
    if _kind(char) == "M":  # accents and vowel signs
        return _kind(before) in "LN"
    if char in "'\u200c\u200d":  # Persian and Indic scripts join with the latter two
        return _kind(before) in "LN" and _kind(after) in "LN"
    return char in ".,:" and before.isdigit() and after.isdigit()


def _base_before(text: str, place: int) -> str:
    """The letter, or whatever it is, that the marks before a place stand on."""
    while place > 0 and _kind(text[place - 1]) == "M":
        place -= 1
    return text[max(0, place - 1) : place]


def _kind(char: str) -> str:
    """L letter, M mark, N number, or another of Unicode's categories; "?" of nothing."""
    return unicodedata.category(char)[0] if char else "?"
