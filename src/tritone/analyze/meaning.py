"""What a trained model's answer means: a sentiment and a valence, emotions, or only itself.

sentiment   its classes      ─▶ sentiment, valence
emotion     its classes      ─▶ emotions; sentiment and valence by what each emotion is
score       -3 to 3, 1 to 5  ─▶ valence by the scale, sentiment by its sign; no probabilities
the rest    sarcasm, arousal ─▶ its own label or score; nothing is said of sentiment
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from tritone.core.labels import ALIASES, EMOTIONS, SENTIMENT_OF, SENTIMENTS, UNDECIDED
from tritone.core.task import Classes, Regression, Task

# Of a valence nearer to 0 than this no side is named: half a step of the scale from -3 to 3.
OPEN = 1 / 6
VALENCES = ("score", "sentiment", "valence")
# Words of IEMOCAP beyond the shared set, with the sides that S001 gives them; "other" has none.
MORE = {"excitement": "positive", "frustration": "negative", "other": "neutral"}


@dataclass(frozen=True)
class Verdict:
    """What one answer says, as plain numbers; None and empty where it says nothing of it."""

    sentiment: str | None
    valence: float | None
    probabilities: dict[str, float | None]
    emotions: dict[str, float]
    confidence: float | None
    target: dict[str, Any]


class Meaning:
    """Reads the answers of one task.

    Args:
        task: what the model predicts.
        target: the name of it, such as "sentiment", "emotion", "score" or "sarcasm".
    """

    def __init__(self, task: Task, target: str) -> None:
        self.task, self.target = task, target
        self.names = names = task.names if isinstance(task, Classes) else ()
        self.feels = bool(names) and all(emotion_of(name) is not None for name in names)
        sides = [side_of(name, feels=self.feels) for name in names]
        self.sides: Tensor | None = None
        if names and None not in sides:
            self.sides = torch.tensor(
                [[float(side == one) for one in SENTIMENTS] for side in sides], dtype=torch.float64
            )

    @property
    def has_valence(self) -> bool:
        """Whether the answers say good or bad."""
        return self.sides is not None or self.is_valence

    @property
    def is_valence(self) -> bool:
        """Whether the target is a score from bad to good."""
        named = self.target in VALENCES or self.target.startswith("score_")
        return isinstance(self.task, Regression) and named

    def valence(self, said: Float[Tensor, "batch answer"]) -> Float[Tensor, " batch"] | None:
        """-1 to 1 of each answer; None where the target is neither good nor bad.

        Args:
            said: decoded answers: probabilities, or scores.
        """
        if isinstance(self.task, Regression):
            if not self.is_valence:
                return None
            low, high = float(self.task.low), float(self.task.high)
            return (2 * said[:, 0] - low - high) / (high - low)
        shares = self.shares(said)
        return None if shares is None else shares[:, 2] - shares[:, 0]

    def shares(self, said: Float[Tensor, "batch answer"]) -> Float[Tensor, "batch 3"] | None:
        """Probabilities of negative, neutral and positive; None where none follow."""
        if self.sides is None:
            return None
        total = said.sum(dim=1, keepdim=True)
        even = torch.full_like(said, 1 / said.shape[1])
        return torch.where(total > 0, said / total.clamp(min=1e-9), even) @ self.sides.to(said)

    def verdicts(self, said: Float[Tensor, "batch answer"]) -> list[Verdict]:
        """What each answer says."""
        rows, valences, shares = said.tolist(), self.valence(said), self.shares(said)
        unknown: list[None] = [None] * len(rows)
        return [
            self.verdict(row, valence, parts)
            for row, valence, parts in zip(
                rows,
                unknown if valences is None else valences.tolist(),
                unknown if shares is None else shares.tolist(),
                strict=True,
            )
        ]

    def verdict(
        self, row: Sequence[float], valence: float | None, shares: Sequence[float] | None
    ) -> Verdict:
        """What one answer says."""
        if isinstance(self.task, Regression):
            low, high = self.task.low, self.task.high
            target = {"name": self.target, "score": row[0], "low": low, "high": high}
            return Verdict(named_side(valence), valence, unknown_shares(), {}, None, target)
        named = dict(zip(self.task.names, row, strict=True))
        label = max(named, key=named.__getitem__)
        target = {"name": self.target, "label": label, "probabilities": named}
        if shares is None:
            return Verdict(None, None, unknown_shares(), {}, named[label], target)
        sides: dict[str, float | None] = dict(zip(SENTIMENTS, shares, strict=True))
        sentiment = SENTIMENTS[max(range(len(shares)), key=shares.__getitem__)]
        felt = {emotion_of(name) or name: p for name, p in named.items()} if self.feels else {}
        return Verdict(sentiment, valence, sides, felt, sides[sentiment], target)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a reader of the answers must know of them."""
        if self.feels:
            open_ones = [name for name in self.names if side_of(name, feels=True) == "neutral"]
            told = f", of which {' and '.join(open_ones)} count as neutral" if open_ones else ""
            return (f"Its sentiment and valence follow from the emotions{told}.",)
        if self.is_valence:
            return (
                "It gives a score and no probabilities; a valence nearer to 0 than "
                f"{OPEN:.2f} is called neutral.",
            )
        if not self.has_valence:
            return (f"It says nothing of sentiment, only of {self.target}.",)
        lacks = [name for name in SENTIMENTS if name not in self.names]
        return (f"It knows no {lacks[0]}.",) if lacks else ()


def emotion_of(name: str) -> str | None:
    """The shared name of an emotion, or one of IEMOCAP's further words; None for another word."""
    word = name.strip().lower().replace(" ", "_")
    word = ALIASES.get(word, word)
    return word if word in EMOTIONS or word in MORE else None


def side_of(name: str, *, feels: bool) -> str | None:
    """The sentiment that a class stands for; None where it stands for none."""
    if name in SENTIMENTS and not feels:
        return name
    emotion = emotion_of(name) if feels else None
    if emotion in UNDECIDED:
        return "neutral"
    return None if emotion is None else SENTIMENT_OF.get(emotion) or MORE[emotion]


def named_side(valence: float | None) -> str | None:
    """The sentiment of a valence; neutral near 0."""
    if valence is None:
        return None
    return SENTIMENTS[1 + (valence > OPEN) - (valence < -OPEN)]


def unknown_shares() -> dict[str, float | None]:
    """The three sentiments without a probability."""
    return dict.fromkeys(SENTIMENTS)
