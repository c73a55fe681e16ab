"""Words and their vectors: looked up, saved as plain arrays, and read back with care."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, TypeVar

import numpy as np
from jaxtyping import Float32

from tritone.core.batch import Track
from tritone.core.clip import Clip
from tritone.core.errors import DataError, ModelError, RecipeError
from tritone.core.parts import Rows
from tritone.features.extractor import Material
from tritone.features.tracks import no_track, whole_track
from tritone.features.words import timed_tokens, tokenise

LONGEST_WORD = 64  # characters; what is longer is no word, and swells the vocabulary
WIDEST = 4096  # numbers of a row of text that any of these extractors gives
Made = TypeVar("Made")


@dataclass(frozen=True)
class WordTable:
    """Words and a vector for each.

    Args:
        words: each once.
        vectors: a row for each word.
    """

    words: tuple[str, ...]
    vectors: Float32[np.ndarray, "word dim"]
    places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = {word: place for place, word in enumerate(self.words)}
        object.__setattr__(self, "places", places)

    def look(self, words: Iterable[str]) -> Float32[np.ndarray, "word dim"]:
        """The vector of each word; zeros for a word that is not in the table."""
        places = np.array([self.places.get(word, -1) for word in words], np.int64)
        rows = np.zeros((len(places), self.vectors.shape[1]), np.float32)
        rows[places >= 0] = self.vectors[places[places >= 0]]
        return rows


@dataclass(frozen=True)
class WordVectors(ABC):
    """What looks up a learned vector for each word: a row a word, at the time of the word.

    Args:
        dim: numbers in a vector.
    """

    dim: int = 100
    table: WordTable | None = field(default=None, init=False, repr=False, compare=False)

    modality: ClassVar[str] = "text"
    version: ClassVar[int] = 1
    reads: ClassVar[tuple[str, ...]] = ("words", "text")

    @property
    def rows(self) -> Rows:
        """One vector."""
        return Rows((self.dim,))

    @property
    def known(self) -> WordTable:
        """The words that were learned.

        Raises:
            RecipeError: none have been.
        """
        return learned_by(self, self.table)

    @abstractmethod
    def fit(self, clips: Iterable[Clip]) -> "WordVectors":
        """With vectors of the words of the clips."""

    def track(self, material: Material) -> Track:
        """A vector for each word, zeros for an unknown one; no row without words."""
        tokens, spans = timed_tokens(material.words, material.text)
        return whole_track(self.known.look(tokens), spans) if tokens else no_track(self.rows)

    def state(self) -> dict[str, np.ndarray]:
        """The words and their vectors."""
        return {"words": packed(self.known.words), "vectors": self.known.vectors}

    def restored(self, state: Mapping[str, np.ndarray]) -> "WordVectors":
        """The same extractor with the words of another.

        Raises:
            ModelError: the state is not what `state` gives.
        """
        words, vectors = unpacked(array_of(state, "words", 1)), array_of(state, "vectors", 2)
        if len(words) != len(vectors):
            raise ModelError(f"{len(words)} words have {len(vectors)} vectors; each has one.")
        if vectors.shape[1] != self.dim:
            raise ModelError(
                f"The saved vectors have {vectors.shape[1]} numbers, this extractor's {self.dim}. "
                f"Set dim to {vectors.shape[1]}."
            )
        return taught(self, table=WordTable(words, vectors.astype(np.float32)))


def learned_by(extractor: object, learned: Made | None) -> Made:
    """What an extractor has learned.

    Raises:
        RecipeError: nothing yet.
    """
    if learned is None:
        raise RecipeError(
            f"{type(extractor).__name__} has not learned any words yet. Call fit with the "
            "training clips, or restored with a saved state."
        )
    return learned


def taught(extractor: Any, **learned: Any) -> Any:
    """A copy of a frozen extractor that has learned something."""
    copy = replace(extractor)
    for name, value in learned.items():
        object.__setattr__(copy, name, value)
    return copy


def sentences(clips: Iterable[Clip]) -> list[list[str]]:
    """The words of each clip that has any, in order.

    Raises:
        DataError: no clip has any.
    """
    texts = (
        clip.text if clip.text is not None else " ".join(word.text for word in clip.words)
        for clip in clips
    )
    found = [[word for word in tokenise(text) if len(word) <= LONGEST_WORD] for text in texts]
    found = [words for words in found if words]
    if not found:
        raise DataError("No training clip has words to learn from. Give clips with text.")
    return found


def packed(words: Iterable[str]) -> np.ndarray:
    """Words as numbers: their UTF-8, a line each, so that any format of arrays holds them."""
    return np.frombuffer("\n".join(words).encode("utf-8", "replace"), np.uint8).copy()


def unpacked(array: np.ndarray) -> tuple[str, ...]:
    """The words of `packed`.

    Raises:
        ModelError: it is something else.
    """
    try:
        text = array.astype(np.uint8, casting="safe").tobytes().decode("utf-8")
    except (TypeError, UnicodeDecodeError):
        raise ModelError("The words of a saved extractor are no UTF-8.") from None
    return tuple(text.split("\n")) if text else ()


def array_of(state: Mapping[str, np.ndarray], name: str, axes: int) -> np.ndarray:
    """One array of a saved state.

    Raises:
        ModelError: it is absent, has other axes, or holds inf or NaN.
    """
    if name not in state:
        raise ModelError(f"The state of the extractor lacks {name!r}. It has: {', '.join(state)}.")
    array = np.asarray(state[name])
    if array.ndim != axes or array.dtype.kind not in "fu" or not np.isfinite(array).all():
        raise ModelError(
            f"{name!r} of the saved extractor is {array.dtype} of the shape {array.shape}; it is "
            f"finite numbers with {axes} axes."
        )
    return array


def check_range(name: str, value: int, least: int, most: int) -> None:
    """Hold a whole-number setting to its range.

    Raises:
        RecipeError: it is outside.
    """
    if not least <= value <= most:
        raise RecipeError(f"{name} is {value}; take {least} to {most}")
