"""Word vectors that others have learned, from a text file in GloVe's or word2vec's form.

the 0.418 0.24968 -0.41242 ...         a word and its numbers, one word a line
2000000 300                            a first line of counts may stand before them
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import numpy as np
from jaxtyping import Float32

from tritone.core.clip import Clip
from tritone.core.errors import DataError, RecipeError
from tritone.features.vocabulary import (
    WIDEST,
    WordTable,
    WordVectors,
    check_range,
    sentences,
    taught,
)
from tritone.features.words import tokenise

LONGEST_LINE = 1 << 16  # bytes; 300 numbers take 3,000
LARGEST = 1e6  # of a number in a vector; the real ones stay below 10


@dataclass(frozen=True)
class Glove(WordVectors):
    """The vectors of a file, of its most frequent words and of every word of the clips.

    Nothing is learned from the clips but which words to keep; a word that is not kept is
    zeros. The file is needed only to fit: what is kept travels with the state.

    Source: Pennington, Socher & Manning 2014, "GloVe: Global Vectors for Word
        Representation", EMNLP. https://aclanthology.org/D14-1162

    Args:
        dim: numbers in a vector, as the file has them.
        path: the text file, such as glove.6B.300d.txt.
        keep: words kept from the start of the file, where the frequent ones stand, besides
            those of the training clips; 50,000 words of 300 numbers are 60 MB.
    """

    dim: int = 300
    path: str = ""
    keep: int = 50_000

    def __post_init__(self) -> None:
        check_range("dim", self.dim, 1, WIDEST)
        check_range("keep", self.keep, 0, 5_000_000)

    def fit(self, clips: Iterable[Clip]) -> "Glove":
        """With the vectors of the words of the clips and of the first of the file.

        Raises:
            RecipeError: no file is named.
            DataError: it is no file of word vectors, or no clip has words.
        """
        said = frozenset(word for words in sentences(clips) for word in words)
        kept: dict[str, np.ndarray] = {}
        with opened(self.path) as file:
            for word, numbers in vectors(file, self.path, self.dim, self.keep, said):
                # Of two lines of one word the first is the more frequent one.
                if tokenise(word) == [word]:
                    kept.setdefault(word, numbers)
        if not kept:
            raise DataError(f"{self.path} has none of the {len(said)} words of the training clips.")
        return taught(self, table=WordTable(tuple(kept), np.stack(list(kept.values()))))


def opened(path: str) -> BinaryIO:
    """The file of vectors.

    Raises:
        RecipeError: none is named.
        DataError: it cannot be read.
    """
    if not path:
        raise RecipeError("glove has no file. Set its path, such as path=glove.6B.300d.txt.")
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from None


def vectors(
    file: BinaryIO, path: str, dim: int, first: int, wanted: frozenset[str]
) -> Iterator[tuple[str, Float32[np.ndarray, " dim"]]]:
    """Words and their numbers: the first words of a file, then only those that are wanted.

    Raises:
        DataError: a line is too long, or is no word with as many numbers as the others.
    """
    lines = counted(file, path)
    head = next(lines, (1, b""))[1]
    fields = head.split()
    has_counts = len(fields) == 2 and fields[0].isdigit() and fields[1].isdigit()
    found = fields[1].decode()[:20] if has_counts else str(len(fields) - 1)
    if found != str(dim):
        raise DataError(f"{path} has {found} numbers a word, and dim is {dim}. Set dim to {found}.")
    for number, line in lines if has_counts else chain([(1, head)], lines):
        known = line.split(b" ", 1)[0].decode("utf-8", "replace")
        if number > first + has_counts and known not in wanted:
            continue
        # From the right: a few words of the large files hold spaces themselves.
        word, *numbers = line.rsplit(b" ", dim)
        try:
            row = np.array(numbers, np.float64)
        except ValueError:
            row = np.zeros(0, np.float32)
        if len(row) != dim or not (np.abs(row) < LARGEST).all():
            raise DataError(f"{path}, line {number}: this is no word with {dim} numbers.")
        yield word.decode("utf-8", "replace"), row.astype(np.float32)


def counted(file: BinaryIO, path: str) -> Iterator[tuple[int, bytes]]:
    """Each line that is not empty, and its number."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise DataError(
                f"{path}, line {number}: it is longer than {LONGEST_LINE} bytes, so this is no "
                "file of word vectors."
            )
        if line.strip():
            yield number, line.strip()
