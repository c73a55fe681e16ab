"""Labels of published files: scores on their own scale, and what follows from them."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from tritone.core.errors import DataError
from tritone.core.labels import SENTIMENTS, sentiment_of_score
from tritone.core.task import Classes, Regression, Task

MOST_IN_LISTS, DEEPEST = 1 << 26, 8
SCALES = ((-1, 1), (-3, 3))  # SIMS, then MOSI and MOSEI
STRAYS = 0.05  # of the scores; where more are off a corpus's scale, they are on another one

Note = Callable[[str, str, int], None]
"""Counts what was changed: the reason, where it was first, how many."""


def scale_of(
    scores: Sequence[float] | np.ndarray, usual: tuple[int, int] | None, note: Note
) -> tuple[int, int]:
    """The scale that scores are on: the narrowest usual one that holds them all.

    Scores that fit none have a scale of their own, in whole numbers. A few that are off the
    scale of a corpus do not change it: they are no labels.

    Args:
        scores: all of a file; NaN where unknown.
        usual: the scale of the corpus, where it is known which it is.
        note: told of scores that are off it.
    """
    known = [float(score) for score in scores if math.isfinite(score)]
    off = [score for score in known if usual and not usual[0] <= score <= usual[1]]
    if usual and off and len(off) <= STRAYS * len(known):
        note(f"Scores off the scale {usual[0]} to {usual[1]}, left out", f"{off[0]:g}", len(off))
        return usual
    low, high = min(known, default=0.0), max(known, default=0.0)
    for scale in [usual] if usual else SCALES:
        if scale[0] <= low and high <= scale[1]:
            return scale
    if usual:
        reason = f"Scores off the scale {usual[0]} to {usual[1]}; theirs is taken as it is found"
        note(reason, f"{off[0]:g}", len(off))
    return math.floor(low), max(math.ceil(high), math.floor(low) + 1)


def score_tasks(scale: tuple[int, int], extra: Sequence[str] = ()) -> dict[str, Task]:
    """What a score lets predict: itself, the sentiment, the valence, the channels' scores.

    Args:
        scale: lowest and highest score.
        extra: further targets on the same scale, such as "score_text".
    """
    tasks: dict[str, Task] = {"score": Regression(*scale)}
    if scale[0] == -scale[1]:
        tasks |= {"sentiment": Classes(SENTIMENTS), "valence": Regression(-1, 1)}
    return tasks | {name: Regression(*scale) for name in extra}


def score_labels(score: float, scale: tuple[int, int]) -> dict[str, str | float]:
    """The labels that follow from a score; none where it is not a number on the scale."""
    if not scale[0] <= score <= scale[1]:
        return {}
    labels: dict[str, str | float] = {"score": score}
    if scale[0] == -scale[1]:
        labels |= {"sentiment": sentiment_of_score(score), "valence": score / scale[1]}
    return labels


def numbers(value: Any, count: int, place: str) -> np.ndarray:
    """One number for each clip, whatever axes of length 1 there are.

    Raises:
        DataError: they are no numbers, or not one for each clip.
    """
    try:
        found = plain_array(value, np.float64)
    except DataError:
        raise DataError(f"{place} are not numbers.") from None
    if found.size != count or length(found) != count:
        raise DataError(f"{place} have the shape {found.shape}; there are {count} clips.")
    return found.reshape(count)


def texts(value: Any, count: int, place: str) -> list[str]:
    """One text for each clip; bytes are read as UTF-8.

    Raises:
        DataError: they are no texts, or not one for each clip.
    """
    try:
        words = value.tolist() if isinstance(value, np.ndarray) else list(value)
    except (TypeError, ValueError):
        raise DataError(f"{place} are not texts.") from None
    if len(words) != count:
        raise DataError(f"{place} are {len(words)}; there are {count} clips.")
    try:
        return [text_of(word) for word in words]
    except DataError:
        raise DataError(f"{place} are not texts.") from None


def held(value: Any, count: int, place: str) -> Sequence[Any] | np.ndarray:
    """A field that has something for each clip.

    Raises:
        DataError: it is no list or array, or has another number of entries.
    """
    if not isinstance(value, list | tuple | np.ndarray):
        raise DataError(f"{place} is a {type(value).__name__}; it should be an array or a list.")
    if (isinstance(value, np.ndarray) and value.ndim == 0) or len(value) != count:
        size = len(value) if getattr(value, "ndim", 1) else 0
        raise DataError(f"{place} has {size} entries; there are {count} clips.")
    return value


def length(value: Any) -> int:
    """How many entries a value has; 0 for what has none."""
    try:
        return len(value)
    except TypeError:
        return 0


def plain_array(value: Any, dtype: Any = None) -> np.ndarray:
    """An array of numbers in lists, or of an array.

    Raises:
        DataError: they are no numbers in rows of one length.
    """
    # Lists that hold each other may unfold for ever; numpy follows them all.
    size, depth, inner = 1, 0, value
    while isinstance(inner, list | tuple) and depth <= DEEPEST:
        size, depth = size * max(1, len(inner)), depth + 1
        inner = inner[0] if inner else None
    size *= inner.size if isinstance(inner, np.ndarray) and depth else 1
    if size > MOST_IN_LISTS or depth > DEEPEST:
        raise DataError(f"lists in lists, {size} numbers at least. Store them as an array.")
    try:
        found = np.asarray(value, dtype)
        found = found.astype(np.float64) if found.dtype.kind == "O" else found
    except (TypeError, ValueError, OverflowError, MemoryError):
        raise DataError("no numbers in rows of one length.") from None
    if found.dtype.kind not in "fiub":
        raise DataError(f"no numbers, but {found.dtype}.")
    return found


def text_of(value: Any) -> str:
    """A text, however it is wrapped: bytes, a number, or alone in a list.

    Raises:
        DataError: it is none.
    """
    if isinstance(value, np.ndarray):
        value = value.tolist() if value.size == 1 else value
    for _ in range(DEEPEST):
        value = value[0] if isinstance(value, list | tuple) and len(value) == 1 else value
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if value is None or isinstance(value, str | int | float | np.generic):
        return "" if value is None else str(value)
    raise DataError(f"A {shape_of(value)} stands where a text should be.")


def keys_of(data: Any) -> str:
    """What an object is made of, for a message: its keys and the shapes below them."""
    if isinstance(data, Mapping):
        shown = [f"{key} ({shape_of(value)})" for key, value in list(data.items())[:12]]
        return ", ".join(shown) or "nothing"
    return shape_of(data)


def shape_of(value: Any) -> str:
    """What a value is, in the fewest words."""
    if isinstance(value, np.ndarray):
        return f"array {value.shape}"
    if isinstance(value, Mapping):
        names = ", ".join(str(key)[:30] for key in list(value)[:12])
        return f"dict of {names}"
    if isinstance(value, list | tuple | set | frozenset):
        return f"{type(value).__name__} of {len(value)}"
    return type(value).__name__
