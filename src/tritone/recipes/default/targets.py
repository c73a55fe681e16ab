"""What each row of the cached corpora teaches: an emotion, a sentiment, or only one of them."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from tritone.core.labels import (
    CLASSES,
    EMOTIONS,
    SENTIMENT_OF,
    SENTIMENTS,
    UNDECIDED,
)


def emotion_targets(emotions: Sequence[str | None], corpora: Sequence[str]) -> dict[str, Tensor]:
    """One-hot emotions over the shared set, and the classes that each row's corpus names."""
    target = np.full((len(emotions), len(EMOTIONS)), np.nan, np.float32)
    classes = np.zeros((len(emotions), len(EMOTIONS)), bool)
    for row, (emotion, corpus) in enumerate(zip(emotions, corpora, strict=True)):
        for name in CLASSES.get(corpus, EMOTIONS if emotion else ()):
            classes[row, EMOTIONS.index(name)] = True
        if emotion is not None:
            target[row] = 0.0
            target[row, EMOTIONS.index(emotion)] = 1.0
    return {"emotion": torch.from_numpy(target), "emotion_classes": torch.from_numpy(classes)}


def sentiment_targets(
    emotions: Sequence[str | None],
    sentiments: Sequence[str | None],
    scores: Sequence[float | None],
    corpora: Sequence[str],
) -> dict[str, Tensor]:
    """Distributions over negative, neutral, positive.

    A corpus's own sentiment comes first, then its score, then its emotion. A corpus that
    names neither neutral nor calm teaches the choice between the other two only.
    """
    target = np.full((len(emotions), len(SENTIMENTS)), np.nan, np.float32)
    classes = np.ones((len(emotions), len(SENTIMENTS)), bool)
    for row, (emotion, sentiment, score, corpus) in enumerate(
        zip(emotions, sentiments, scores, corpora, strict=True)
    ):
        if sentiment is not None:
            target[row] = [sentiment == name for name in SENTIMENTS]
        elif score is not None:
            target[row] = shares_of_score(score)
        elif emotion is not None and emotion not in UNDECIDED:
            target[row] = [SENTIMENT_OF[emotion] == name for name in SENTIMENTS]
            named = {SENTIMENT_OF[name] for name in CLASSES[corpus]}
            classes[row] = [name in named for name in SENTIMENTS]
    return {"sentiment": torch.from_numpy(target), "sentiment_classes": torch.from_numpy(classes)}


def shares_of_score(score: float) -> tuple[float, float, float]:
    """negative, neutral, positive for a score on [-3, 3]: the nearer to 0, the more doubt."""
    doubt = max(0.0, 1.0 - abs(score))
    own, other = 1.0 - 0.8 * doubt, 0.2 * doubt
    return (other, 0.6 * doubt, own) if score > 0 else (own, 0.6 * doubt, other)
