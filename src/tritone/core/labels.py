"""Every label of every corpus, and what it means, in one place.

The shared emotion set is the union of the corpora's classes. A corpus's own words are read
through `ALIASES`; sentiment follows from emotion by `SENTIMENT_OF`, where a corpus has no
sentiment labels of its own.
"""

from tritone.core.errors import DataError

EMOTIONS = ("anger", "calm", "disgust", "fear", "joy", "love", "neutral", "sadness", "surprise")
SENTIMENTS = ("negative", "neutral", "positive")

ALIASES = {
    "angry": "anger",
    "anxious": "fear",
    "content": "calm",
    "disgusted": "disgust",
    "fearful": "fear",
    "fear": "fear",
    "happiness": "joy",
    "happy": "joy",
    "joyful": "joy",
    "neutrality": "neutral",
    "sad": "sadness",
    "scared": "fear",
    "surprised": "surprise",
    "pleasant_surprise": "surprise",
    "pleasant_surprised": "surprise",
    "ps": "surprise",
    "ang": "anger",
    "dis": "disgust",
    "fea": "fear",
    "hap": "joy",
    "neu": "neutral",
    "sur": "surprise",
}

SENTIMENT_OF = {
    # S002 binarises joy, love, surprise -> positive and anger, fear, sadness -> negative.
    # Neutral and calm are the third class, which S002 leaves out.
    "anger": "negative",
    "calm": "neutral",
    "disgust": "negative",
    "fear": "negative",
    "joy": "positive",
    "love": "positive",
    "neutral": "neutral",
    "sadness": "negative",
    "surprise": "positive",
}

UNDECIDED = ("surprise",)
"""Emotions that may be glad or sorry: the default model learns no sentiment from them."""

KIN = {
    # A channel that never learned a class lends it this share of its nearest kin.
    "calm": ("neutral", 0.2),
    "love": ("joy", 0.2),
}

CLASSES = {
    # Which classes each corpus names: its score is taken after restricting to them.
    "emotions": ("anger", "fear", "joy", "love", "sadness", "surprise"),
    "meld": ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise"),
    "ravdess": (
        "anger",
        "calm",
        "disgust",
        "fear",
        "joy",
        "neutral",
        "sadness",
        "surprise",
    ),
    "fer2013": ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise"),
}

TEACHERS = {
    # The corpora from which each channel of the default model learned its emotions.
    "text": ("emotions", "meld"),
    "audio": ("ravdess",),
    "vision": ("fer2013",),
}

RAVDESS_CODES = {
    "01": "neutral",
    "02": "calm",
    "03": "joy",
    "04": "sadness",
    "05": "anger",
    "06": "fear",
    "07": "disgust",
    "08": "surprise",
}


SPLITS = ("train", "val", "test")
SPLIT_ALIASES = {"training": "train", "dev": "val", "valid": "val", "validation": "val"}


def read_split(word: str) -> str:
    """The shared name of a split, whatever a corpus calls it: train, val or test.

    Raises:
        DataError: `word` is none of them.
    """
    name = word.strip().lower()
    name = SPLIT_ALIASES.get(name, name)
    if name not in SPLITS:
        raise DataError(f"No split is named {word!r}. Known: {', '.join(SPLITS)} (dev is val).")
    return name


def read_emotion(word: str) -> str:
    """The shared name of an emotion, whatever a corpus calls it.

    Raises:
        DataError: `word` is neither a shared emotion nor an alias of one.
    """
    name = word.strip().lower().replace(" ", "_")
    name = ALIASES.get(name, name)
    if name not in EMOTIONS:
        raise DataError(f"{word!r} is not an emotion known here. Known: {', '.join(EMOTIONS)}.")
    return name


def sentiment_of_score(score: float) -> str:
    """negative, neutral or positive by the sign of a score; exactly 0 is neutral."""
    return SENTIMENTS[1 + (score > 0) - (score < 0)]
