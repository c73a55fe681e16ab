"""Damage to a clip before any extractor reads it: noise in the sound, words lost or misheard."""

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float32

from tritone.core.clip import Word
from tritone.core.errors import RecipeError
from tritone.features.damage.chance import generator, uniform
from tritone.features.damage.rows import share
from tritone.features.extractor import RATE_HZ, Material

KINDS = (0.6, 0.85)  # of ten errors of a recogniser about six swap a word, two or three lose one
NEAR = 4  # words that sound alike are taken from so many that are spelt alike
FIRST_SOUND = 1  # letters that a misheard word shares with the one that was said


@dataclass(frozen=True)
class Hiss:
    """White noise over the sound.

    Args:
        snr_db: power of the sound over that of the noise, in dB; inf adds none. Silence stays
            silence: there is nothing that the noise could be compared to.
    """

    snr_db: float

    def __post_init__(self) -> None:
        if not self.snr_db > -100:
            raise RecipeError(f"snr_db is above -100 dB, got {self.snr_db}.")

    def __call__(self, material: Material, seed: int) -> Material:
        if material.sound is None or not len(material.sound):
            return material
        noise = generator(material.id, seed, "hiss").standard_normal(len(material.sound))
        return replace(material, sound=mixed(material.sound, noise, self.snr_db))


@dataclass(frozen=True)
class Late:
    """The sound comes late against words and pictures, or early; what is cut off is silence.

    Args:
        seconds: how much later; negative is early.
    """

    seconds: float

    def __call__(self, material: Material, seed: int) -> Material:
        if material.sound is None:
            return material
        shift = round(self.seconds * RATE_HZ)
        moved = np.zeros_like(material.sound)
        count = max(0, len(moved) - abs(shift))
        if count:
            to, since = max(0, shift), max(0, -shift)
            moved[to : to + count] = material.sound[since : since + count]
        return replace(material, sound=moved)


@dataclass(frozen=True)
class DeleteWords:
    """Lose words here and there.

    Args:
        rate: share of words that are lost, in [0, 1].
    """

    rate: float

    def __post_init__(self) -> None:
        share("rate", self.rate)

    def __call__(self, material: Material, seed: int) -> Material:
        words = material.words
        chance = uniform(material.id, seed, "delete_words", len(words))
        return said(
            material, [word for word, at in zip(words, chance, strict=True) if at >= self.rate]
        )


@dataclass(frozen=True)
class Mishear:
    """The words as a recogniser gets them: some swapped for others spelt alike, lost, or doubled.

    Args:
        rate: share of the words that are wrong, in [0, 1]: about the word error rate.
        vocabulary: what the recogniser knows, such as the words of the corpus; at least one.
    """

    rate: float
    vocabulary: tuple[str, ...]

    def __post_init__(self) -> None:
        share("rate", self.rate)
        if not self.vocabulary:
            raise RecipeError("A recogniser that knows no word cannot mishear one: vocabulary.")

    def __call__(self, material: Material, seed: int) -> Material:
        chance = uniform(material.id, seed, "mishear", 3 * len(material.words)).reshape(-1, 3)
        heard: list[Word] = []
        for word, (wrong, kind, pick) in zip(material.words, chance, strict=True):
            if wrong >= self.rate:
                heard.append(word)
            elif kind < KINDS[0]:
                heard.append(replace(word, text=alike(word.text, self.vocabulary, float(pick))))
            elif kind >= KINDS[1]:
                heard += [word, word]
        return said(material, heard)


def said(material: Material, words: Sequence[Word]) -> Material:
    """The clip with other words; its text is these, with single spaces."""
    if tuple(words) == material.words:
        return material
    text = " ".join(word.text for word in words)
    return replace(material, words=tuple(words), text=text)


def alike(word: str, vocabulary: Sequence[str], pick: float) -> str:
    """Another word that is spelt much like one, by chance one of the nearest."""
    first = word[:FIRST_SOUND].lower()
    others = [other for other in vocabulary if other.lower() != word.lower()]
    near = [other for other in others if other[:FIRST_SOUND].lower() == first] or others
    best = difflib.get_close_matches(word, near, n=NEAR, cutoff=0.0)
    return best[int(pick * len(best))] if best else word


def mixed(
    sound: Float32[np.ndarray, " sample"], noise: np.ndarray, snr_db: float
) -> Float32[np.ndarray, " sample"]:
    """Sound and noise, at a ratio of their powers."""
    power = float(np.mean(np.square(sound, dtype=np.float64)))
    loud = math.sqrt(power) * 10 ** (-snr_db / 20) / max(float(np.std(noise)), 1e-12)
    return (sound + noise * loud).astype(np.float32)
