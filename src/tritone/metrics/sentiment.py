"""Classes cut from a sentiment score: the name of a metric carries its rule.

CMU-MOSI and CMU-MOSEI score in [-3, 3], CH-SIMS in [-1, 1]. The field compares in float32, so
that a 0.1 read from a float32 file lies on the edge and not above it; so do these.

A NaN prediction is wrong in each accuracy (it counts as negative in the two-class ones).
"""

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import ArrayLike

from tritone.metrics.classification import f1_weighted
from tritone.metrics.inputs import as_scores

SIMS_2 = (0.0,)
SIMS_3 = (-0.1, 0.1)
SIMS_5 = (-0.7, -0.1, 0.1, 0.7)


def acc2_ge0(prediction: ArrayLike, target: ArrayLike) -> float:
    """Two classes, 0 is positive: mean((p >= 0) == (t >= 0)).

    Published as: the first of two Acc-2 (Has0) in MMSA, MISA, Self-MM; majority 55.25 % on the
    MOSI test part, 71.02 % on MOSEI's.
    """
    predicted, true = as_float32(prediction, target)
    return share((predicted >= 0) == (true >= 0))


def acc2_gt0(prediction: ArrayLike, target: ArrayLike) -> float:
    """Two classes, 0 is negative: mean((p > 0) == (t > 0)).

    Published as: Acc-2 of MulT on MOSEI by default, and of MultiBench's labels.
    """
    predicted, true = as_float32(prediction, target)
    return share((predicted > 0) == (true > 0))


def acc2_nonzero(prediction: ArrayLike, target: ArrayLike) -> float:
    """Two classes without the neutral rows: mean((p > 0) == (t > 0)) over t != 0.

    A prediction of exactly 0 counts as negative. nan where every target is 0.

    Published as: the second Acc-2 (Non0) in MMSA; Acc-2 in MulT, MAG-BERT, MERBench.
    """
    predicted, true = without_zeros(prediction, target)
    return share((predicted > 0) == (true > 0))


def f1_ge0(prediction: ArrayLike, target: ArrayLike) -> float:
    """Weighted F1 of `acc2_ge0`'s two classes, weighted by the target.

    Published as: Has0_F1 of MMSA. MulT and MISA print it with the arguments swapped.
    """
    predicted, true = as_float32(prediction, target)
    return f1_weighted(predicted >= 0, true >= 0)


def f1_nonzero(prediction: ArrayLike, target: ArrayLike) -> float:
    """Weighted F1 of `acc2_nonzero`'s two classes; nan where every target is 0.

    Published as: Non0_F1 of MMSA; F1 in MERBench.
    """
    predicted, true = without_zeros(prediction, target)
    return f1_weighted(predicted > 0, true > 0) if len(true) else float("nan")


def acc3_round(prediction: ArrayLike, target: ArrayLike) -> float:
    """Three classes, rounded: mean(round(clip(p, -1, 1)) == round(clip(t, -1, 1))).

    Halves round to even, as NumPy does. Computed but not printed by MMSA.
    """
    return same_when_rounded(prediction, target, 1)


def acc3_cut1(prediction: ArrayLike, target: ArrayLike) -> float:
    """Three classes cut at -1 and 1: [-3, -1), [-1, 1], (1, 3].

    Published as: accuracy of the MOSEI transformers (S000), where "neutral" always is 69.54 %.
    """
    predicted, true = as_float32(prediction, target)
    return share(cut_at_one(predicted) == cut_at_one(true))


def acc5_round(prediction: ArrayLike, target: ArrayLike) -> float:
    """Five classes, rounded: mean(round(clip(p, -2, 2)) == round(clip(t, -2, 2))).

    Published as: Mult_acc_5 of MMSA, Acc-5 of MulT and of LNLN.
    """
    return same_when_rounded(prediction, target, 2)


def acc7_round(prediction: ArrayLike, target: ArrayLike) -> float:
    """Seven classes, rounded: mean(round(clip(p, -3, 3)) == round(clip(t, -3, 3))).

    Published as: Acc-7 of MulT, MISA, MMSA and nearly all since; majority 41.36 % on MOSEI.
    """
    return same_when_rounded(prediction, target, 3)


def acc7_sdk(prediction: ArrayLike, target: ArrayLike) -> float:
    """Seven classes by the CMU SDK's cut: away from 0 to the next whole number, at most 3.

    ..., [-2, -1) is -2, [-1, 0) is -1, 0 is 0, (0, 1] is 1, (1, 2] is 2, above 2 is 3.

    Published as: the CMU-MOSEI challenge; majority 32.41 %. It disagrees with `acc7_round` on a
    third of MOSEI's labels.
    """
    predicted, true = as_float32(prediction, target)
    return share(seven_of_sdk(predicted) == seven_of_sdk(true))


def sims_acc2(prediction: ArrayLike, target: ArrayLike) -> float:
    """CH-SIMS, two classes: [-1, 0], (0, 1]; 0 is negative. Published as Mult_acc_2 of MMSA."""
    return same_bin(prediction, target, SIMS_2)


def sims_acc3(prediction: ArrayLike, target: ArrayLike) -> float:
    """CH-SIMS, three classes: [-1, -.1], (-.1, .1], (.1, 1]. Published as Mult_acc_3 of MMSA."""
    return same_bin(prediction, target, SIMS_3)


def sims_acc5(prediction: ArrayLike, target: ArrayLike) -> float:
    """CH-SIMS, five classes, right-closed cuts at -.7, -.1, .1, .7. Mult_acc_5 of MMSA."""
    return same_bin(prediction, target, SIMS_5)


def sims_f1(prediction: ArrayLike, target: ArrayLike) -> float:
    """Weighted F1 of `sims_acc2`'s two classes. Published as F1_score of MMSA on CH-SIMS."""
    predicted, true = as_float32(prediction, target)
    return f1_weighted(predicted > 0, true > 0)


def as_float32(
    prediction: ArrayLike, target: ArrayLike
) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    predicted, true = as_scores(prediction, target)
    return predicted.astype(np.float32), true.astype(np.float32)


def without_zeros(
    prediction: ArrayLike, target: ArrayLike
) -> tuple[Float[np.ndarray, " kept"], Float[np.ndarray, " kept"]]:
    predicted, true = as_float32(prediction, target)
    return predicted[true != 0], true[true != 0]


def same_when_rounded(prediction: ArrayLike, target: ArrayLike, limit: int) -> float:
    predicted, true = as_float32(prediction, target)
    return share(np.round(predicted.clip(-limit, limit)) == np.round(true.clip(-limit, limit)))


def cut_at_one(scores: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    classes = (scores > 1).astype(np.float32) - (scores < -1)
    return np.where(np.isnan(scores), np.nan, classes)


def seven_of_sdk(scores: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    return np.sign(scores) * np.ceil(np.abs(scores)).clip(max=3)


def same_bin(prediction: ArrayLike, target: ArrayLike, cuts: tuple[float, ...]) -> float:
    """Share of rows in the same of the bins (..., cut], (cut, ...]."""
    predicted, true = as_float32(prediction, target)
    edges = np.array(cuts, dtype=np.float32)
    same = np.searchsorted(edges, predicted) == np.searchsorted(edges, true)
    return share(same & ~np.isnan(predicted))


def share(right: Bool[np.ndarray, " n"]) -> float:
    return float(right.mean()) if len(right) else float("nan")
