"""How large a calibration error a model without any would show on as many rows."""

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from tritone.core.errors import DataError
from tritone.metrics.inputs import as_probabilities

# Simulated outcomes held at once: 8 MB for each array of them.
CELLS = 1_000_000


def ece_band(
    probabilities: ArrayLike, bins: int = 15, draws: int = 1000, seed: int = 0
) -> tuple[float, float]:
    """The 95 % band of the `ece` of a perfectly calibrated model with these confidences.

    Each draw lets every row be right with the probability that it claims, and takes the error of
    that; the band is from the 2.5th to the 97.5th percentile. A measured error inside it cannot
    be told from perfect calibration.

    Source: Broecker and Smith 2007, "Increasing the Reliability of Reliability Diagrams",
    Weather and Forecasting 22 (consistency resampling). https://doi.org/10.1175/WAF993.1

    Args:
        probabilities: (n, classes), rows that sum to 1; or (n), the probability of class 1 of 2.
        bins: number of bins of equal mass.
        draws: simulated data sets.
        seed: of the simulation.

    Raises:
        DataError: no probabilities, or `bins` is less than 1.
    """
    rows = len(np.asarray(probabilities))
    given, _ = as_probabilities(probabilities, np.zeros(rows, dtype=np.int64))
    confidence, _ = top_confidence(given)
    generator = np.random.default_rng(seed)
    at_once = max(1, CELLS // rows)
    gaps = []
    for start in range(0, draws, at_once):
        shape = (min(at_once, draws - start), rows)
        right = (generator.random(shape) < confidence).astype(float)
        gaps.append(gap_of_bins(confidence, right, bins))
    low, high = np.percentile(np.concatenate(gaps), [2.5, 97.5])
    return float(low), float(high)


def top_confidence(
    probabilities: Float[np.ndarray, "n classes"],
) -> tuple[Float[np.ndarray, " n"], Int[np.ndarray, " n"]]:
    """The largest probability of each row, and its column."""
    return probabilities.max(axis=1).clip(max=1), probabilities.argmax(axis=1)


def gap_of_bins(
    confidence: Float[np.ndarray, " n"], right: Float[np.ndarray, "*draws n"], bins: int
) -> Float[np.ndarray, "*draws"]:
    """Weighted mean of |accuracy - confidence| over bins of equal mass, for each draw."""
    starts = bin_starts(len(confidence), bins)
    order = np.argsort(confidence, kind="stable")
    ordered = confidence[order]
    excess = share_within_ties(ordered, right[..., order]) - ordered
    gaps = np.abs(np.add.reduceat(excess, starts, axis=-1))
    return np.asarray(gaps.sum(axis=-1) / len(confidence))


def bin_starts(rows: int, bins: int) -> Int[np.ndarray, " bins"]:
    """First row of each bin, of rows in order of confidence: equal sizes, none empty."""
    if bins < 1:
        raise DataError(f"bins is {bins}; at least 1 is needed.")
    bins = min(bins, rows)
    # The first (rows % bins) bins hold one row more, as in np.array_split.
    sizes = np.full(bins, rows // bins) + (np.arange(bins) < rows % bins)
    return np.cumsum(sizes) - sizes


def share_within_ties(
    ordered: Float[np.ndarray, " n"], right: Float[np.ndarray, "*draws n"]
) -> Float[np.ndarray, "*draws n"]:
    """Give rows of equal confidence their mean outcome: which of them comes first says nothing."""
    starts = np.flatnonzero(np.diff(ordered, prepend=-1.0))
    sizes = np.diff(np.append(starts, len(ordered)))
    if len(starts) == len(ordered):
        return right
    means = np.add.reduceat(right, starts, axis=-1) / sizes
    return np.repeat(means, sizes, axis=-1)
