"""Figures of merit: pure functions of (prediction, target).

Labels or scores come as lists or arrays; probabilities as (n, classes), of which the metrics of
labels take the argmax. `f1_<class>`, such as `f1_joy`, is the F1 of that class; so are
`precision_<class>` and `recall_<class>`.
"""

from functools import partial

from tritone.metrics.calibration import ece_band
from tritone.metrics.classification import (
    accuracy,
    balanced_accuracy,
    confusion_matrix,
    f1_class,
    f1_macro,
    f1_weighted,
    kappa,
    mcc,
    precision_class,
    precision_macro,
    precision_weighted,
    recall_class,
    recall_macro,
    recall_weighted,
    uar,
)
from tritone.metrics.intervals import Metric, interval
from tritone.metrics.probability import brier, ece, nll, pr_auc, roc_auc
from tritone.metrics.regression import ccc, mae, pearson
from tritone.metrics.sentiment import (
    acc2_ge0,
    acc2_gt0,
    acc2_nonzero,
    acc3_cut1,
    acc3_round,
    acc5_round,
    acc7_round,
    acc7_sdk,
    f1_ge0,
    f1_nonzero,
    sims_acc2,
    sims_acc3,
    sims_acc5,
    sims_f1,
)

__all__ = [
    "acc2_ge0",
    "acc2_gt0",
    "acc2_nonzero",
    "acc3_cut1",
    "acc3_round",
    "acc5_round",
    "acc7_round",
    "acc7_sdk",
    "accuracy",
    "balanced_accuracy",
    "brier",
    "ccc",
    "confusion_matrix",
    "ece",
    "ece_band",
    "f1_class",
    "f1_ge0",
    "f1_macro",
    "f1_nonzero",
    "f1_weighted",
    "interval",
    "kappa",
    "mae",
    "mcc",
    "nll",
    "pearson",
    "pr_auc",
    "precision_class",
    "precision_macro",
    "precision_weighted",
    "recall_class",
    "recall_macro",
    "recall_weighted",
    "roc_auc",
    "sims_acc2",
    "sims_acc3",
    "sims_acc5",
    "sims_f1",
    "uar",
]


def __getattr__(name: str) -> Metric:
    """`f1_<class>`: the F1 of the class of that name; so with precision and recall."""
    kinds = {"f1": f1_class, "precision": precision_class, "recall": recall_class}
    kind, _, label = name.partition("_")
    if kind not in kinds or not label:
        raise AttributeError(f"module 'tritone.metrics' has no attribute {name!r}")
    return partial(kinds[kind], label=label)
