"""Targets that papers make of a corpus's own labels: each a function from Corpus to Corpus.

    sentiment3        negative, neutral, positive of MOSI, IEMOCAP and MELD alike (S001)
    sentiment3_cut1   the score cut at -1 and 1: [-3, -1), [-1, 1], (1, 3] (S000); on a scale
                      whose middle is not 0, at 1 below and above it: [1, 2), [2, 4], (4, 5];
                      sentiment3_cut1_open: -1 is negative and 1 positive
    sentiment2        negative, positive; neutral and calm left out (S002)

The clips keep their labels and get one more, under the name of the target, which becomes the
default one. A clip that gets none is left out, and a note says how many of which kind were.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from tritone.core.clip import Clip
from tritone.core.errors import DataError, UnknownName
from tritone.core.labels import EMOTIONS, SENTIMENT_OF, SENTIMENTS, sentiment_of_score
from tritone.datasets.corpus import Corpus

NEGATIVE, NEUTRAL, POSITIVE = SENTIMENTS

Labelled = tuple[str | None, str]
"""The new label, or None, and the old one that it was made of."""


def cut_score(score: int | float, cut: int | float = 1, open_bounds: bool = False) -> str:
    """negative, neutral or positive: below -cut, between, above cut.

    On MOSEI 12 % of the labels are exactly -1 or 1, so that the bounds matter.

    Source: S000: "[-3, -1) negative, [-1, 1] neutral, (1, 3] positive" on CMU-MOSEI.

    Args:
        score: on the corpus's own scale.
        cut: where neutral ends.
        open_bounds: a score of exactly -cut is negative and of cut positive; by default both
            are neutral.
    """
    within = abs(score) < cut if open_bounds else abs(score) <= cut
    return NEUTRAL if within else sentiment_of_score(float(score))


def three_sentiments(corpus: Corpus) -> Corpus:
    """The corpus with "sentiment3": negative, neutral or positive, on one meaning for all.

    A score is cut at 0 (MOSI: exactly 0 is neutral); else the corpus's own sentiment is taken
    (MELD), or else it follows from the emotion by the shared table (IEMOCAP: joy and excitement
    are positive, neutral is neutral, frustration, anger, sadness, fear and disgust negative,
    surprise positive).

    Source: S001, which names the three classes for MOSI, IEMOCAP and MELD and gives no map; the
    cut and the map are ours.

    Raises:
        DataError: the corpus has neither score, sentiment nor emotion.
    """
    if has_scores(corpus):
        how = "scores below 0 are negative, 0 is neutral, above 0 positive"
        return with_target(corpus, "sentiment3", SENTIMENTS, partial(by_score, cut=0), how)
    if set(corpus.classes.get("sentiment", ("",))) <= set(SENTIMENTS):
        how = "the corpus's own sentiment"
        return with_target(corpus, "sentiment3", SENTIMENTS, own_sentiment, how)
    check_emotions(corpus, "sentiment3")
    return with_target(corpus, "sentiment3", SENTIMENTS, by_emotion, f"by emotion: {table()}")


def three_by_cut(corpus: Corpus, *, open_bounds: bool = False) -> Corpus:
    """The corpus with "sentiment3_cut1": its score cut at 1 below and above the scale's middle.

    Source: S000, on CMU-MOSEI, whose middle is 0.
    Differs: any other scale that is wide enough; the paper has none.

    Args:
        corpus: with scores on a scale that goes past 1 from its middle, such as [-3, 3].
        open_bounds: -1 is negative and 1 positive, where by default both are neutral.

    Raises:
        DataError: the corpus has no scores, or none can be past the cut.
    """
    low, high = corpus.scales.get("score", (0, 0))
    middle = (low + high) / 2
    if not high - middle > 1:
        scale = f"has scores in [{low:g}, {high:g}]" if has_scores(corpus) else "has no scores"
        raise DataError(
            f"sentiment3_cut1 cuts scores at -1 and 1; {corpus.name} {scale}. "
            "Ask for sentiment3 there."
        )
    scores = [score for clip in corpus.clips if (score := score_of(clip)) is not None]
    bounds = sum(abs(score - middle) == 1 for score in scores)
    side = "negative and positive" if open_bounds else "neutral"
    cuts = f"{middle - 1:g} and {middle + 1:g}"
    how = f"scores cut at {cuts}; {bounds} are exactly there and are {side}"
    label = partial(by_score, cut=1, open_bounds=open_bounds, middle=middle)
    name = "sentiment3_cut1_open" if open_bounds else "sentiment3_cut1"
    return with_target(corpus, name, SENTIMENTS, label, how)


def two_sentiments(corpus: Corpus) -> Corpus:
    """The corpus with "sentiment2": joy, love, surprise against anger, fear, sadness.

    Disgust, which the paper does not name, is negative. Neutral and calm are left out; so they
    are where the corpus has sentiments and no emotions.

    Source: S002: "joy", "love" and "surprise" were labeled as positive, "anger", "fear" and
    "sadness" as negative.

    Raises:
        DataError: the corpus has neither emotion nor sentiment.
    """
    if "emotion" not in corpus.classes and "sentiment" not in corpus.classes:
        raise DataError(f"sentiment2 needs emotions or sentiments; {corpus.name} has neither.")
    how = f"by emotion: {table(NEUTRAL)}" if "emotion" in corpus.classes else "by sentiment"
    return with_target(corpus, "sentiment2", (NEGATIVE, POSITIVE), binary, how)


TARGETS: dict[str, Callable[[Corpus], Corpus]] = {
    "sentiment2": two_sentiments,
    "sentiment3": three_sentiments,
    "sentiment3_cut1": three_by_cut,
    "sentiment3_cut1_open": partial(three_by_cut, open_bounds=True),
}


def add_target(corpus: Corpus, name: str) -> Corpus:
    """The corpus with one of these targets.

    Raises:
        UnknownName: no target is called so.
        DataError: the corpus lacks the labels that it is made of.
    """
    if name not in TARGETS:
        raise UnknownName(f"No target is named {name!r}. Known: {', '.join(TARGETS)}.")
    return TARGETS[name](corpus)


def binary(clip: Clip) -> Labelled:
    """S002's label of a clip, by its emotion, else by its sentiment."""
    emotion = clip.labels.get("emotion")
    word = clip.labels.get("sentiment") if emotion is None else SENTIMENT_OF.get(str(emotion))
    kept = str(word) if word in (NEGATIVE, POSITIVE) else None
    return kept, str(word if emotion is None else emotion)


def own_sentiment(clip: Clip) -> Labelled:
    word = clip.labels.get("sentiment")
    return (str(word) if word in SENTIMENTS else None), str(word)


def by_emotion(clip: Clip) -> Labelled:
    emotion = clip.labels.get("emotion")
    return SENTIMENT_OF.get(str(emotion)), str(emotion)


def by_score(
    clip: Clip, *, cut: int | float, open_bounds: bool = False, middle: int | float = 0
) -> Labelled:
    score = score_of(clip)
    return (None if score is None else cut_score(score - middle, cut, open_bounds)), "None"


def score_of(clip: Clip) -> float | None:
    """The clip's score, where it has one."""
    score = clip.labels.get("score")
    return None if score is None else float(score)


def has_scores(corpus: Corpus) -> bool:
    return "score" in corpus.scales


def check_emotions(corpus: Corpus, target: str) -> None:
    if not set(corpus.classes.get("emotion", ("",))) <= set(EMOTIONS):
        held = ", ".join([*corpus.classes, *corpus.scales]) or "no labels"
        raise DataError(
            f"{target} is made of scores, sentiments or the shared emotions; {corpus.name} has "
            f"{held}."
        )


def table(left_out: str = "") -> str:
    """The shared emotions by sentiment, in words."""
    named = {name: [e for e in EMOTIONS if SENTIMENT_OF[e] == name] for name in SENTIMENTS}
    return "; ".join(
        f"{', '.join(those)} {'left out' if name == left_out else name}"
        for name, those in named.items()
    )


def with_target(
    corpus: Corpus,
    target: str,
    classes: tuple[str, ...],
    label: Callable[[Clip], Labelled],
    how: str,
) -> Corpus:
    """The corpus with one more target, and a note of how it was made and what it left out."""
    clips, lost = [], Counter()
    for clip in corpus.clips:
        new, old = label(clip)
        if new is None:
            lost["without a label" if old == "None" else old] += 1
        else:
            clips.append(replace(clip, labels={**clip.labels, target: new}))
    if not clips:
        raise DataError(f"No clip of {corpus.name} gets a {target} label ({how}).")
    left = ", ".join(f"{count} {old}" for old, count in sorted(lost.items()))
    dropped = f"Left out: {lost.total()} ({left})." if lost else "None is left out."
    return replace(
        corpus,
        clips=tuple(clips),
        classes={**corpus.classes, target: classes},
        default_target=target,
        notes=(*corpus.notes, f"{target}: {how}. {dropped}"),
    )
