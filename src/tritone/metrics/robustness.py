"""How a figure falls as more is missing: numbers that sum up a curve over rates.

    figure │▔▔▔╲▁          area: mean height of the curve, whatever its range of rates
           │      ▔▔╲▁▁    floor ......: what a constant guess would score
           └──────────────  rate of what is missing, or level of noise

Every area is divided by the range of its rates: published areas (AUILC) are not, so that those
over 0 to .5 are half as high as they look beside those over 0 to 1.
"""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from tritone.core.errors import DataError


def normalised_area(rates: ArrayLike, values: ArrayLike) -> float:
    """Mean height of a curve: its trapezoids, divided by the range of the rates.

    sum (r_(i+1) - r_i) (v_i + v_(i+1)) / 2 / (r_last - r_first), in the unit of the metric. A
    constant curve has its own height; a nan anywhere makes it nan.

    Source: Yuan et al. 2021, "Transformer-based Feature Reconstruction Network for Robust
    Multimodal Sentiment Analysis", ACM MM (AUILC). https://doi.org/10.1145/3474085.3475585
    Differs: divided by the range, so that curves over other ranges can be compared.

    Args:
        rates: of what is missing, or levels of noise; rising.
        values: the metric at each rate.

    Raises:
        DataError: fewer than two rates, rates that do not rise, or not one value for each.
    """
    at, height = as_curve(rates, values)
    return float(np.trapezoid(height, at) / (at[-1] - at[0]))


def floor_relative_area(
    rates: ArrayLike,
    values: ArrayLike,
    floor: int | float,
    *,
    higher_is_better: bool = True,
) -> float:
    """Share of what a model gains over its floor that it keeps on average over the rates.

    (area - floor) / (clean - floor), with clean the value at the first rate. 1: nothing is lost;
    0: on average as good as the floor; below 0: worse. nan where the clean value is not better
    than the floor: there is nothing to keep.

    Args:
        rates: of what is missing, or levels of noise; rising, the cleanest first.
        values: the metric at each rate.
        floor: what a constant guess scores.
        higher_is_better: False for an error, such as `mae`.

    Raises:
        DataError: as `normalised_area`.
    """
    area, clean = normalised_area(rates, values), float(np.asarray(values, dtype=np.float64)[0])
    gain = clean - floor
    if not (gain > 0 if higher_is_better else gain < 0):
        return float("nan")
    return float((area - floor) / gain)


def area_between(rates: ArrayLike, values: ArrayLike, control: ArrayLike) -> float:
    """Mean height of a model's curve above that of a control at the same rates.

    The control is a unimodal model, or one that was shown shuffled channels: a fusion model that
    is not above its text-only control has shown no use of the others. Of an error, such as
    `mae`, below 0 is better.

    Args:
        rates: of what is missing, or levels of noise; rising.
        values: the metric of the model at each rate.
        control: the metric of the control at each rate.

    Raises:
        DataError: as `normalised_area`.
    """
    return normalised_area(rates, values) - normalised_area(rates, control)


def recoveries(
    rates: ArrayLike,
    values: ArrayLike,
    *,
    higher_is_better: bool = True,
    tolerance: int | float = 0.0,
) -> list[float]:
    """The rates at which a model does better than it did with less missing; none is expected.

    Each value is held against the worst before it, so that a slow climb is seen as well. What is
    found is noise (give the half-width of the interval as tolerance), or masks that are not
    nested, or a channel that does harm. A nan is passed over.

    Args:
        rates: of what is missing, or levels of noise; rising.
        values: the metric at each rate.
        higher_is_better: False for an error, such as `mae`.
        tolerance: how much better is still called equal, in the unit of the metric.

    Raises:
        DataError: as `normalised_area`, or a tolerance below 0.
    """
    if not tolerance >= 0:
        raise DataError(f"tolerance is {tolerance}; it must be at least 0.")
    at, height = as_curve(rates, values)
    worth = height if higher_is_better else -height
    worst = np.fmin.accumulate(worth)[:-1]
    return at[1:][worth[1:] > worst + tolerance].tolist()


def as_curve(
    rates: ArrayLike, values: ArrayLike
) -> tuple[Float[np.ndarray, " points"], Float[np.ndarray, " points"]]:
    at, height = np.asarray(rates, dtype=np.float64), np.asarray(values, dtype=np.float64)
    if at.ndim != 1 or at.shape != height.shape or len(at) < 2:
        raise DataError(
            f"rates has shape {at.shape} and values {height.shape}; a curve needs at least two "
            "rates and one value for each."
        )
    if not (np.isfinite(at).all() and (np.diff(at) > 0).all()):
        raise DataError(f"The rates must rise, got {', '.join(f'{rate:g}' for rate in at)}.")
    return at, height
