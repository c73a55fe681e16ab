"""How good a figure can be before the labels' own noise forbids it: an alarm for leaks.

A label is what a few people said on that day; another panel would have said otherwise. A model
cannot agree with the labels better than a perfect one that knows everything but that chance.
The ceilings here are lenient: what lies above one is more likely a leak than a good model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from tritone.core.errors import DataError
from tritone.metrics.intervals import Metric

# Mean distance from its mean of a normal value with spread 1: sqrt(2 / pi).
HALF_NORMAL = float(np.sqrt(2 / np.pi))


@dataclass(frozen=True)
class Agreement:
    """How well the annotators of a corpus agreed.

    Attributes:
        alpha: Krippendorff's alpha: reliability of one annotator's scores.
        raters: people whose mean is the label of a clip.
        source: where that is published.
        error: mean absolute error of one annotator against the mean of the others, in the
            unit of the labels; None where nobody published it.
    """

    alpha: float
    raters: int
    source: str
    error: float | None = None


AGREEMENTS: Mapping[str, Agreement] = MappingProxyType(
    {
        "mosi": Agreement(
            0.77,
            5,
            'Zadeh et al. 2016, "MOSI: Multimodal Corpus of Sentiment Intensity and '
            'Subjectivity Analysis in Online Opinion Videos". https://arxiv.org/abs/1606.06259; '
            'error: the row "Human" of Zadeh et al. 2017, "Tensor Fusion Network", EMNLP.',
            error=0.710,
        )
    }
)


def above_ceiling(
    value: int | float, ceiling: int | float, *, higher_is_better: bool = True
) -> bool:
    """Whether a figure is too good to be believed; a nan is not.

    Args:
        value: what was measured. The worse end of its interval asks for proof, the figure
            itself for suspicion.
        ceiling: the best that the labels allow.
        higher_is_better: False for an error, such as `mae`.
    """
    return value > ceiling if higher_is_better else value < ceiling


def correlation_ceiling(alpha: int | float, raters: int = 1) -> float:
    """The best correlation with the mean of some annotators: sqrt(k a / (1 + (k - 1) a)).

    The root is of the reliability of the mean of k, by Spearman and Brown: five annotators of
    alpha .77 (CMU-MOSI) allow .971.

    Source: Spearman 1904, "The Proof and Measurement of Association between Two Things",
    American Journal of Psychology 15; Spearman and Brown 1910, British Journal of Psychology 3.

    Args:
        alpha: reliability of one annotator, such as Krippendorff's alpha, in [0, 1].
        raters: annotators whose mean is the label.

    Raises:
        DataError: alpha outside [0, 1], or no raters.
    """
    if not 0 <= alpha <= 1 or raters < 1:
        raise DataError(
            f"alpha is {alpha} and raters {raters}; 0 to 1, and at least 1, are needed."
        )
    return float(np.sqrt(raters * alpha / (1 + (raters - 1) * alpha)))


def panel_error(error: int | float, raters: int) -> float:
    """The least mean absolute error against the mean of k annotators, e / sqrt(k + 1).

    One annotator is off from the mean of k others by s sqrt(1 + 1 / k), that mean from the truth
    by s / sqrt(k), in the same proportion of absolute to squared error.

    Args:
        error: mean absolute error of one annotator against the mean of the others.
        raters: annotators whose mean is the label, k.

    Raises:
        DataError: an error below 0, or no raters.
    """
    if not error >= 0 or raters < 1:
        raise DataError(
            f"error is {error} and raters {raters}; at least 0, and at least 1, are needed."
        )
    return error / float(np.sqrt(raters + 1))


def error_ceiling(deviation: int | float, raters: int) -> float:
    """The least mean absolute error against the mean of some annotators: sqrt(2 / pi) s / sqrt(k).

    It takes their scores of a clip to be normal around its true one.

    Args:
        deviation: standard deviation of annotators' scores of one clip, in the score's unit.
        raters: annotators whose mean is the label, k.

    Raises:
        DataError: a deviation below 0, or no raters.
    """
    if not deviation >= 0 or raters < 1:
        raise DataError(
            f"deviation is {deviation} and raters {raters}; at least 0, and at least 1, are needed."
        )
    return HALF_NORMAL * deviation / float(np.sqrt(raters))


def panel_ceiling(metric: Metric, ratings: ArrayLike, *, draws: int = 200, seed: int = 0) -> float:
    """What the mean label of all annotators scores against that of panels drawn from them.

    Each draw takes for every clip as many annotators as it has, with replacement, and scores the
    mean of all against the mean of those. Any metric of a score has its ceiling so: `mae`,
    `pearson`, `acc2_nonzero`, `acc7_round`, in the direction of the metric. Few annotators hide
    how much they differ (three that agree look certain), which makes it lenient.

    Args:
        metric: any function of (prediction, target).
        ratings: (clips, raters) scores; nan where one did not rate a clip.
        draws: panels drawn.
        seed: of the draws.

    Raises:
        DataError: no clips, or a clip that nobody rated.
    """
    given = as_ratings(ratings)
    generator = np.random.default_rng(seed)
    # Scores first: drawing among a clip's first `held` columns draws among those who rated it.
    ordered = np.sort(given, axis=1)
    held = np.isfinite(ordered).sum(axis=1)[:, None]
    whole = np.nanmean(given, axis=1)
    figures = []
    for _ in range(draws):
        drawn = (generator.random(given.shape) * held).astype(int)
        panel = np.where(np.isfinite(ordered), np.take_along_axis(ordered, drawn, axis=1), np.nan)
        figures.append(metric(whole, np.nanmean(panel, axis=1)))
    return float(np.mean(figures))


def vote_ceiling(votes: ArrayLike, *, draws: int = 200, seed: int = 0) -> float:
    """The best accuracy against the majority of other panels, from counts of votes.

    Each draw takes for every clip as many votes as it has, by its own shares: how often is the
    majority the same? A tie counts by its share. Unanimous clips count 1, which is lenient.

    Args:
        votes: (clips, classes) counts of annotators.
        draws: panels drawn.
        seed: of the draws.

    Raises:
        DataError: no clips, a clip without votes, or what are no counts.
    """
    given = np.asarray(votes, dtype=np.float64)
    if given.ndim != 2 or not given.size:
        raise DataError(f"votes has shape {given.shape}; (clips, classes) is needed.")
    if not (np.isfinite(given).all() and (given >= 0).all() and (given == np.floor(given)).all()):
        raise DataError("votes must hold counts: whole numbers that are at least 0.")
    cast = given.sum(axis=1)
    if not cast.all():
        raise DataError(f"{(cast == 0).sum()} of {len(given)} clips have no votes; leave them out.")
    generator = np.random.default_rng(seed)
    best, shares = given.argmax(axis=1), given / cast[:, None]
    same = 0.0
    for _ in range(draws):
        drawn = generator.multinomial(cast.astype(np.int64), shares)
        leads = drawn == drawn.max(axis=1, keepdims=True)
        same += float((leads[np.arange(len(best)), best] / leads.sum(axis=1)).mean())
    return same / draws


def as_ratings(ratings: ArrayLike) -> Float[np.ndarray, "clips raters"]:
    given = np.asarray(ratings, dtype=np.float64)
    if given.ndim != 2 or not given.size:
        raise DataError(f"ratings has shape {given.shape}; (clips, raters) is needed.")
    if np.isinf(given).any():
        raise DataError("ratings holds values that are infinite; nan means not rated.")
    silent = int(np.isnan(given).all(axis=1).sum())
    if silent:
        raise DataError(f"Nobody rated {silent} of {len(given)} clips; leave them out.")
    return given
