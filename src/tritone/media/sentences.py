"""Written text to sentences, by rule: no model, any script.

Law: the sentences hold the words of the text, all of them, in order.
"""

import re

LONGEST = 1000
# A line this long that ends without a full stop was wrapped, not ended.
WRAPPED = 60

# Besides . ! ? the ellipsis, the Arabic and Urdu stops and the danda of Hindi.
_STOP = ".!?\u2026\u061f\u06d4\u0964"
# Chinese and Japanese stops, which no space follows.
_WIDE_STOP = "\u3002\uff01\uff1f"
_QUOTED = "\"'\u201d\u2019\u00bb"
_CLOSERS = _QUOTED + ")]"
_WIDE_CLOSERS = "\u201d\u2019\u300d\u300f\uff09"
_OPENERS = "\"'\u201c\u2018\u00ab([\u00bf\u00a1-\u2013\u2014 "
# Pictographs with their joiners, skin tones, variation selectors and flag tags.
_EMOJI = "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3\U000e0020-\U000e007f]"
# A stop, its closing quotes, and the emoji that comment on it; then a space or the end.
_BORDER = re.compile(
    rf"(?P<stop>[{_STOP}]++)[{re.escape(_CLOSERS)}]*+(?=\s|$|{_EMOJI})(?:\s?{_EMOJI}++)*+\s*"
    rf"|[{_WIDE_STOP}]++[{_WIDE_CLOSERS}]*+\s*"
)

# Before a name; no sentence ends here.
_TITLES = frozenset(
    {"mr", "mrs", "ms", "mx", "dr", "prof", "rev", "hon", "st", "gen", "col", "capt", "lt", "sgt"}
    | {"maj", "gov", "sen", "rep", "pres", "mt", "ft", "vs", "eg", "ie", "e.g", "i.e", "cf"}
)
# Before a number or a small letter; a sentence may end here if a capital follows.
_SHORTENED = frozenset(
    {"no", "nos", "fig", "figs", "eq", "vol", "vols", "pp", "p", "ch", "sec", "art", "ca", "est"}
    | {"approx", "dept", "univ", "ave", "blvd", "rd", "jan", "feb", "mar", "apr", "jun", "jul"}
    | {"aug", "sept", "sep", "oct", "nov", "dec", "etc", "inc", "ltd", "co", "corp", "jr", "sr"}
    | {"a.m", "p.m", "u.s", "u.k", "u.n", "ph.d", "al"}
)


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order, none longer than about 1000 characters.

    Lines end a sentence unless they are plainly wrapped; abbreviations, initials,
    decimals and an ellipsis in mid-sentence do not; emoji stay with what they comment on.
    White space within a sentence becomes one space.
    """
    found: list[str] = []
    # Text without a capital is typed, not edited: a full stop then ends what it ends.
    informal = text == text.lower()
    for paragraph in _paragraphs(text):
        start = 0
        for border in _BORDER.finditer(paragraph):
            if _ends(paragraph, border, informal=informal):
                found.append(paragraph[start : border.end()].strip())
                start = border.end()
        found.append(paragraph[start:].strip())
    return [part for sentence in _attach(found) for part in _shorten(sentence)]


def _paragraphs(text: str) -> list[str]:
    """Lines, with wrapped ones joined again."""
    paragraphs: list[str] = []
    held: list[str] = []
    for line in [*text.splitlines(), ""]:
        line = " ".join(line.split())
        if held and not (line and _is_wrapped(held[-1], line)):
            paragraphs.append(" ".join(held))
            held = []
        if line:
            held.append(line)
    return paragraphs


def _is_wrapped(line: str, following: str) -> bool:
    if line[-1] in _STOP + _WIDE_STOP + ":;":
        return False
    return len(line) >= WRAPPED or (line[-1] == "," and following[0].islower())


def _ends(paragraph: str, border: re.Match[str], *, informal: bool) -> bool:
    """True where this stop ends a sentence."""
    stop = border["stop"]
    following = paragraph[border.end() : border.end() + 9].lstrip(_OPENERS)[:1]
    if stop is None or not following:
        return True
    if stop.strip(".\u2026"):
        # "What?" he said: a question or a cry runs on only out of a quotation.
        return not (border.group().rstrip()[-1] in _QUOTED and following.islower())
    if stop != ".":
        return not following.islower()
    before = paragraph[max(0, border.start() - 30) : border.start()].split()
    word = before[-1].lstrip(_OPENERS) if before else ""
    if word.lower() in _TITLES or (len(word) == 1 and word.isupper() and word != "I"):
        return False
    if word.lower() in _SHORTENED:
        return following.isupper()
    return informal or not following.islower()


def _attach(parts: list[str]) -> list[str]:
    """Parts that are only punctuation belong to the sentence before."""
    joined: list[list[str]] = []
    for part in parts:
        if part and joined and not part.strip(_STOP + _CLOSERS + _OPENERS):
            joined[-1].append(part)
        elif part:
            joined.append([part])
    return [" ".join(group) for group in joined]


def _shorten(sentence: str) -> list[str]:
    """Pieces of at most LONGEST characters, cut at a clause, else at a space, else anywhere."""
    pieces: list[str] = []
    start = 0
    while len(sentence) - start > LONGEST:
        middle, stop = start + LONGEST // 2, start + LONGEST
        clause = max(sentence.rfind(mark, middle, stop) for mark in (", ", "; ", ": ", " - "))
        space = sentence.rfind(" ", middle, stop)
        cut = clause + 1 if clause > 0 else space if space > 0 else stop
        pieces.append(sentence[start:cut].strip())
        start = cut
    return [piece for piece in (*pieces, sentence[start:].strip()) if piece]
