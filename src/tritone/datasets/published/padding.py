"""Which rows of a padded clip are real: all up to the padding behind them, or before them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tritone.datasets.published.rows import Cut


def first_and_last(rows: np.ndarray) -> tuple[int, int]:
    """Where the rows begin that are not all zeros, and where they end; 0, 0 if none is."""
    full = np.flatnonzero(rows.any(axis=1))
    return (int(full[0]), int(full[-1]) + 1) if len(full) else (0, 0)


def padded_behind(lengths: Mapping[str, np.ndarray], *, together: bool) -> Cut:
    """Cut the padding behind: by the lengths given, else the zeros at the end.

    Args:
        lengths: modality to how many rows of each clip are real, where that is known.
        together: row i of all modalities is the same word, so all are cut at the same place.
    """

    def cut(place: int, rows: Mapping[str, np.ndarray]) -> dict[str, slice]:
        ends = {
            name: int(lengths[name][place]) if name in lengths else first_and_last(values)[1]
            for name, values in rows.items()
        }
        if together:
            # A modality that is all zeros is missing, not silent.
            longest = max(ends.values())
            ends = {name: longest if end else 0 for name, end in ends.items()}
        return {name: slice(0, min(end, len(rows[name]))) for name, end in ends.items()}

    return cut


def padded_before(*, together: bool) -> Cut:
    """Cut the zeros at the front, as MulT and MultiBench pad.

    Args:
        together: row i of all modalities is the same word, so all are cut at the same place.
    """

    def cut(place: int, rows: Mapping[str, np.ndarray]) -> dict[str, slice]:
        starts = {}
        for name, values in rows.items():
            start, end = first_and_last(values)
            starts[name] = start if end else len(values)
        if together:
            earliest = min(starts.values())
            starts = {n: earliest if start < len(rows[n]) else start for n, start in starts.items()}
        return {name: slice(start, len(rows[name])) for name, start in starts.items()}

    return cut


def padded_around(place: int, rows: Mapping[str, np.ndarray]) -> dict[str, slice]:
    """Cut zeros at both ends, at the same place for all modalities."""
    ends = {name: first_and_last(values) for name, values in rows.items()}
    real = [end for end in ends.values() if end[1]]
    whole = slice(min((a for a, _ in real), default=0), max((b for _, b in real), default=0))
    return {name: whole if end[1] else slice(0, 0) for name, end in ends.items()}


def unpadded(place: int, rows: Mapping[str, np.ndarray]) -> dict[str, slice]:
    """All rows are real."""
    return {name: slice(0, len(values)) for name, values in rows.items()}


def same_time(blocks: Mapping[str, Any]) -> bool:
    """True where all modalities have one number of steps, so that a row of each is one word."""
    times = {block.shape[1] for block in blocks.values() if getattr(block, "ndim", 0) == 3}
    return len(blocks) > 1 and len(times) == 1 and all(hasattr(b, "ndim") for b in blocks.values())
