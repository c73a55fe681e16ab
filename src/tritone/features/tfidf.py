"""A clip's text as one row: how often it says each word, against how often all do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float32, Float64
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.extmath import randomized_svd

from tritone.core.batch import Track
from tritone.core.clip import Clip
from tritone.core.errors import DataError, ModelError
from tritone.core.parts import Rows
from tritone.features.extractor import Material
from tritone.features.tracks import no_track, whole_track
from tritone.features.vocabulary import (
    WIDEST,
    array_of,
    check_range,
    learned_by,
    packed,
    sentences,
    taught,
    unpacked,
)
from tritone.features.words import timed_tokens


@dataclass(frozen=True)
class Terms:
    """What TF-IDF has learned.

    Args:
        names: the terms, in the order of the columns.
        idf: weight of each.
        directions: what the columns are turned into; None leaves them.
        vectorizer: counts and weighs, ready made of the others.
    """

    names: tuple[str, ...]
    idf: Float64[np.ndarray, " term"]
    directions: Float32[np.ndarray, "dim term"] | None
    vectorizer: TfidfVectorizer = field(repr=False, compare=False)


@dataclass(frozen=True)
class TfIdf:
    """Term frequency times inverse document frequency, turned into its strongest directions.

    Source: Sparck Jones 1972, "A statistical interpretation of term specificity", Journal of
        Documentation 28; Deerwester et al. 1990, "Indexing by latent semantic analysis",
        JASIS 41 (the directions). https://doi.org/10.1108/eb026526

    Args:
        dim: columns after the truncated SVD, zeros beyond what the text gives; 0 gives a
            column to each term.
        most: terms kept, the most frequent; with `dim` 0 at most 4096.
        least: clips that a term must stand in.
        longest: words in a term; 2 takes pairs too.
        seed: of the randomised SVD.
    """

    dim: int = 128
    most: int = 20_000
    least: int = 2
    longest: int = 1
    seed: int = 0
    terms: Terms | None = field(default=None, init=False, repr=False, compare=False)

    modality: ClassVar[str] = "text"
    version: ClassVar[int] = 1
    reads: ClassVar[tuple[str, ...]] = ("words", "text")

    def __post_init__(self) -> None:
        check_range("dim", self.dim, 0, WIDEST)
        check_range("most", self.most, 1, 200_000)
        check_range("least", self.least, 1, 1_000_000)
        check_range("longest", self.longest, 1, 5)

    @property
    def rows(self) -> Rows:
        """One row a clip."""
        return Rows((self.dim or min(self.most, WIDEST),))

    def track(self, material: Material) -> Track:
        """One row for the whole clip; none without words."""
        terms = learned_by(self, self.terms)
        tokens, _ = timed_tokens(material.words, material.text)
        if not tokens:
            return no_track(self.rows)
        row = csr_matrix(terms.vectorizer.transform([tokens]))
        values = row.toarray()
        if terms.directions is not None:
            # A text says few of the terms: only their columns are read.
            values = (terms.directions[:, row.indices] @ row.data)[None]
        values = np.pad(values, ((0, 0), (0, self.rows.size - values.shape[1])))
        times = [(material.start, material.end) if material.end is not None else (np.nan, np.nan)]
        return whole_track(np.asarray(values, np.float32), np.array(times, np.float64))

    def fit(self, clips: Iterable[Clip]) -> "TfIdf":
        """With the terms of the clips' texts.

        Raises:
            DataError: no clip has words, or no term is frequent enough.
        """
        texts = sentences(clips)
        most = min(self.most, WIDEST) if self.dim == 0 else self.most
        counter = self.counter(max_features=most, min_df=min(self.least, len(texts)))
        try:
            matrix = counter.fit_transform(texts)
        except ValueError:
            raise DataError(
                f"No term stands in {self.least} of the {len(texts)} training texts. Lower least."
            ) from None
        names = tuple(counter.get_feature_names_out())
        directions = None
        if self.dim:
            svd: Any = randomized_svd
            found = min(self.dim, len(texts), len(names))
            directions = np.zeros((self.dim, len(names)), np.float32)
            directions[:found] = svd(matrix, found, random_state=self.seed)[2]
        return self.knowing(names, counter.idf_, directions)

    def state(self) -> dict[str, np.ndarray]:
        """Terms, weights and directions."""
        terms = learned_by(self, self.terms)
        state = {"terms": packed(terms.names), "idf": terms.idf}
        return state if terms.directions is None else {**state, "directions": terms.directions}

    def restored(self, state: Mapping[str, np.ndarray]) -> "TfIdf":
        """With the terms of another.

        Raises:
            ModelError: the state is not what `state` gives.
        """
        names = unpacked(array_of(state, "terms", 1))
        idf = array_of(state, "idf", 1).astype(np.float64)
        if not len(idf) == len(names) == len(set(names)) > 0:
            raise ModelError(f"{len(set(names))} terms have {len(idf)} weights; each has one.")
        if not self.dim and len(names) <= self.rows.size:
            return self.knowing(names, idf, None)
        directions = array_of(state, "directions", 2)
        if directions.shape != (self.dim, len(names)):
            raise ModelError(
                f"The saved directions have the shape {directions.shape}; with dim {self.dim} "
                f"and {len(names)} terms it is {(self.dim, len(names))}."
            )
        return self.knowing(names, idf, directions.astype(np.float32))

    def knowing(
        self,
        names: tuple[str, ...],
        idf: Float64[np.ndarray, " term"],
        directions: Float32[np.ndarray, "dim term"] | None,
    ) -> "TfIdf":
        """This extractor with what it needs to weigh a text."""
        vectorizer = self.counter(vocabulary=list(names))
        vectorizer.idf_ = idf
        return taught(self, terms=Terms(names, idf, directions, vectorizer))

    def counter(self, **limits: Any) -> TfidfVectorizer:
        """What counts the terms of texts that are lists of words already."""
        settings: dict[str, Any] = {"analyzer": partial(terms_of, longest=self.longest), **limits}
        return TfidfVectorizer(**settings)


def terms_of(words: Sequence[str], longest: int) -> list[str]:
    """Every word, pair and so on up to a length, in order."""
    return [
        " ".join(words[first : first + length])
        for length in range(1, longest + 1)
        for first in range(len(words) - length + 1)
    ]
