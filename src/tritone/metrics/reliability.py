"""Does a confidence mean what it says? The bins of a reliability diagram, and a mend.

`ece` says how far off in one number; here is where, and by how much it may be chance.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike
from scipy.optimize import root_scalar
from scipy.special import ndtri, softmax

from tritone.core.errors import DataError
from tritone.metrics.calibration import bin_starts, share_within_ties, top_confidence
from tritone.metrics.inputs import as_probabilities, check_rows

CENTRAL = float(ndtri(0.975))
# A set that is all right asks for 0, one that is no better than chance for infinity.
COLDEST, HOTTEST = 0.01, 100.0


@dataclass(frozen=True)
class Bins:
    """The bins of a reliability diagram that hold rows, in order of confidence.

    Attributes:
        confidence: mean confidence of each bin.
        accuracy: share of its rows that are right.
        count: its rows.
        low: lower end of the 95 % Wilson interval of the accuracy.
        high: upper end.
    """

    confidence: Float[np.ndarray, " bins"]
    accuracy: Float[np.ndarray, " bins"]
    count: Int[np.ndarray, " bins"]
    low: Float[np.ndarray, " bins"]
    high: Float[np.ndarray, " bins"]

    @property
    def gap(self) -> float:
        """Calibration error of these bins: sum n_b / n |accuracy_b - confidence_b|."""
        gaps = np.abs(self.accuracy - self.confidence)
        return float((self.count * gaps).sum() / self.count.sum())


def equal_mass_bins(prediction: ArrayLike, target: ArrayLike, bins: int = 15) -> Bins:
    """Bins of equally many rows, the very ones of `ece`: their `gap` is that figure.

    Rows of equal confidence share their accuracy, also across the edge of a bin.

    Args:
        prediction: probabilities (n, classes); or (n), that of class 1 of two.
        target: column of each row's true class.
        bins: number of bins; no more than rows.

    Raises:
        DataError: no probabilities, or `bins` is less than 1.
    """
    confidence, right = in_order(prediction, target)
    return bins_of(confidence, right, bin_starts(len(confidence), bins))


def equal_width_bins(prediction: ArrayLike, target: ArrayLike, bins: int = 15) -> Bins:
    """Bins (i / bins, (i + 1) / bins] of confidence; those without a row are left out.

    Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", ICML.
    https://arxiv.org/abs/1706.04599

    Args:
        prediction: probabilities (n, classes); or (n), that of class 1 of two.
        target: column of each row's true class.
        bins: number of bins over [0, 1].

    Raises:
        DataError: no probabilities, or `bins` is less than 1.
    """
    if bins < 1:
        raise DataError(f"bins is {bins}; at least 1 is needed.")
    confidence, right = in_order(prediction, target)
    bin_of_row = np.searchsorted(np.arange(1, bins) / bins, confidence)
    return bins_of(confidence, right, np.unique(bin_of_row, return_index=True)[1])


def in_order(
    prediction: ArrayLike, target: ArrayLike
) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    """Confidences from low to high, and for each how often rows like it are right."""
    given, true = as_probabilities(prediction, target)
    confidence, named = top_confidence(given)
    order = np.argsort(confidence, kind="stable")
    right = (named == true).astype(float)[order]
    return confidence[order], share_within_ties(confidence[order], right)


def bins_of(
    confidence: Float[np.ndarray, " n"],
    right: Float[np.ndarray, " n"],
    starts: Int[np.ndarray, " bins"],
) -> Bins:
    count = np.diff(np.append(starts, len(confidence)))
    accuracy = np.add.reduceat(right, starts) / count
    low, high = wilson(accuracy, count)
    return Bins(np.add.reduceat(confidence, starts) / count, accuracy, count, low, high)


def wilson(
    share: Float[np.ndarray, " bins"], count: Int[np.ndarray, " bins"]
) -> tuple[Float[np.ndarray, " bins"], Float[np.ndarray, " bins"]]:
    """The 95 % interval of a share s of n rows, sensible for few rows and near 0 or 1 too.

    (s + z^2 / 2n -+ z sqrt(s (1 - s) / n + z^2 / 4n^2)) / (1 + z^2 / n), z = 1.96.

    Source: Wilson 1927, "Probable Inference, the Law of Succession, and Statistical Inference",
    JASA 22. https://doi.org/10.1080/01621459.1927.10502953
    """
    pull = CENTRAL**2 / count
    half = CENTRAL * np.sqrt(share * (1 - share) / count + pull / (4 * count))
    low, high = share + pull / 2 - half, share + pull / 2 + half
    return (low / (1 + pull)).clip(0, 1), (high / (1 + pull)).clip(0, 1)


def fit_temperature(logits: ArrayLike, target: ArrayLike) -> float:
    """The T that makes the truth most likely: argmin of the `nll` of softmax(logits / T).

    The error is convex in 1 / T, so that the one place where its slope, the mean of
    E_softmax[logit] - logit of the truth, is 0 is the answer. It lies in [0.01, 100]; those ends
    say that every row is right, or that the logits say nothing. Fit it on validation rows only.

    Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", ICML.
    https://arxiv.org/abs/1706.04599

    Args:
        logits: (n, classes); or (n), that of class 1 against 0 for class 0.
        target: column of each row's true class.

    Raises:
        DataError: empty or unequal input, a logit that is not finite, a target that is no column.
    """
    given, true = as_logits(logits), np.asarray(target)
    check_rows(given[:, 0], true)
    if not np.isin(true, np.arange(given.shape[1])).all():
        raise DataError(f"target must hold column numbers from 0 to {given.shape[1] - 1}.")
    said = given[np.arange(len(true)), true.astype(np.int64)].mean()

    def slope(sharpness: float) -> float:
        return float((softmax(sharpness * given, axis=1) * given).sum(axis=1).mean() - said)

    if slope(1 / COLDEST) <= 0:
        return COLDEST
    if slope(1 / HOTTEST) >= 0:
        return HOTTEST
    return float(1 / root_scalar(slope, bracket=(1 / HOTTEST, 1 / COLDEST), method="brentq").root)


def tempered(logits: ArrayLike, temperature: int | float) -> Float[np.ndarray, "n classes"]:
    """softmax(logits / T): T > 1 makes it doubt more; the best class stays the best.

    Raises:
        DataError: a temperature that is not above 0, or a logit that is not finite.
    """
    if not 0 < temperature < np.inf:
        raise DataError(f"temperature is {temperature}; it must be above 0.")
    return softmax(as_logits(logits) / temperature, axis=1)


def as_logits(logits: ArrayLike) -> Float[np.ndarray, "n classes"]:
    given = np.asarray(logits, dtype=np.float64)
    if given.ndim == 1:
        given = np.stack([np.zeros_like(given), given], axis=1)
    if given.ndim != 2 or not given.shape[1]:
        raise DataError(f"logits has shape {given.shape}; (n, classes) is needed.")
    if not np.isfinite(given).all():
        raise DataError(f"logits holds {(~np.isfinite(given)).sum()} values that are not finite.")
    return given
