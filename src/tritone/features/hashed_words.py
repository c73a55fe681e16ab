"""A vector for every word there is, without learning any: its hash."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from jaxtyping import Float32

from tritone.core.batch import Track
from tritone.core.parts import Rows
from tritone.features.extractor import Material
from tritone.features.tracks import no_track, whole_track
from tritone.features.vocabulary import WIDEST, check_range
from tritone.features.words import timed_tokens

MOST_PROBES = 8  # 8 bytes each of a digest of at most 64


@dataclass(frozen=True)
class HashedWords:
    """A row of length 1 for each word: a few columns that its hash names are + or -.

    The same word has the same row in every process and on every machine. Two words share a
    row only if all their columns and signs agree.

    Source:  Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning",
        ICML. https://arxiv.org/abs/0902.2206
    Differs: several columns a word, as in a Bloom filter, so that few words coincide.

    Args:
        dim: columns.
        probes: columns that a word fills.
    """

    dim: int = 256
    probes: int = 4

    modality: ClassVar[str] = "text"
    version: ClassVar[int] = 1
    reads: ClassVar[tuple[str, ...]] = ("words", "text")

    def __post_init__(self) -> None:
        check_range("dim", self.dim, 1, WIDEST)
        check_range("probes", self.probes, 1, min(MOST_PROBES, self.dim))

    @property
    def rows(self) -> Rows:
        """One vector."""
        return Rows((self.dim,))

    def track(self, material: Material) -> Track:
        """A row for each word, at the time of the word; no row without words."""
        tokens, spans = timed_tokens(material.words, material.text)
        return whole_track(self.look(tokens), spans) if tokens else no_track(self.rows)

    def look(self, words: list[str]) -> Float32[np.ndarray, "word dim"]:
        """The row of each word."""
        codes = np.stack([hashes(word) for word in words])[:, : self.probes]
        columns, signs = codes % np.uint64(self.dim), np.where(codes >> np.uint64(63), 1.0, -1.0)
        rows = np.zeros((len(words), self.dim), np.float32)
        np.add.at(rows, (np.arange(len(words))[:, None], columns), signs)
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.maximum(length, 1.0)  # two probes of one column may cancel


@lru_cache(maxsize=1 << 16)
def hashes(word: str) -> np.ndarray:
    """Eight numbers of 64 bits for a word, the same everywhere."""
    digest = hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8 * MOST_PROBES)
    return np.frombuffer(digest.digest(), "<u8")
