"""What the codes and ratings of IEMOCAP mean, and the label sets in use.

emotion     shared words: happiness and excitement are joy; frustration and other have none
emotion4    anger, joy (happiness and excitement), neutral, sadness: S003's and speechbrain's set
emotion6    anger, excitement, frustration, joy, neutral, sadness: the set of dialogue models
emotion10   all words that the raters could choose
sentiment   S001's three classes: by emotion, with frustration negative and excitement positive
"""

from tritone.core.labels import SENTIMENT_OF
from tritone.datasets.findings import Findings

CODES = {
    "ang": "anger",
    "dis": "disgust",
    "exc": "excitement",
    "fea": "fear",
    "fru": "frustration",
    "hap": "joy",
    "neu": "neutral",
    "oth": "other",
    "sad": "sadness",
    "sur": "surprise",
}
UNDECIDED = "xxx"  # no word was chosen by most raters
SHARED = {code: word for code, word in CODES.items() if code not in ("exc", "fru", "oth")}
SETS = {
    "emotion": {**SHARED, "exc": "joy"},
    "emotion4": {"ang": "anger", "exc": "joy", "hap": "joy", "neu": "neutral", "sad": "sadness"},
    "emotion6": {code: CODES[code] for code in ("ang", "exc", "fru", "hap", "neu", "sad")},
    "emotion10": CODES,
    "sentiment": {
        **{code: SENTIMENT_OF[word] for code, word in SHARED.items()},
        "exc": "positive",
        "fru": "negative",
    },
}
CLASSES = {name: tuple(sorted(set(words.values()))) for name, words in SETS.items()}
DIMENSIONS = ("valence", "arousal", "dominance")
LOWEST, MIDDLE, HIGHEST = 1.0, 3.0, 5.0  # of the raters' scale


def labels_of(
    code: str, ratings: list[str], place: str, findings: Findings
) -> dict[str, str | float]:
    """The labels of one utterance; what has no label is counted.

    Args:
        code: the raters' word in three letters, such as "neu".
        ratings: mean valence, arousal and dominance from 1 to 5, as written; they are given in
            [-1, 1].
        place: the utterance.
        findings: where to count.
    """
    if code == UNDECIDED:
        findings.note("Utterances of which no word had most votes (xxx), without emotion", place)
    elif code not in CODES:
        findings.note("Utterances with an unknown word, without emotion", f"{place}: {code!r}")
    elif code not in SETS["emotion"]:
        fact = "Utterances of frustration or other, for which there is no shared emotion"
        findings.note(fact, place)
    labels: dict[str, str | float] = {
        name: words[code] for name, words in SETS.items() if code in words
    }
    for name, rating in zip(DIMENSIONS, [*ratings, "", "", ""], strict=False):
        value = number(rating)
        if value is not None and LOWEST <= value <= HIGHEST:
            labels[name] = (value - MIDDLE) / (HIGHEST - MIDDLE)
        else:
            findings.note(f"Ratings of {name} that are not from 1 to 5, left out", place)
    return labels


def number(cell: str) -> float | None:
    """The number that a cell holds."""
    try:
        return float(cell)
    except ValueError:
        return None
