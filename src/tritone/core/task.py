"""What is predicted: a score on a scale, or classes. It sets width, loss, decoding, metrics.

An unknown target is NaN (a class index: -1). It teaches nothing: its row leaves the loss, and
a batch without a known target has a loss of 0 that still reaches every weight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional

from tritone.core.errors import DataError

CONTINUOUS = ("mae", "pearson", "ccc")
SIGNED = ("acc2_ge0", "acc2_gt0", "acc2_nonzero", "f1_ge0", "f1_nonzero")
STEPS = ("acc3_round", "acc5_round", "acc7_round")
SIMS = ("sims_acc2", "sims_acc3", "sims_acc5", "sims_f1")
LABELS = (
    "accuracy",
    "balanced_accuracy",
    "precision_macro",
    "recall_macro",
    "f1_macro",
    "f1_weighted",
    "mcc",
    "kappa",
)
PROBABILITIES = ("roc_auc", "pr_auc", "ece", "brier", "nll")


@dataclass(frozen=True)
class Regression:
    """A score on a closed scale: [-3, 3] for MOSI, [-1, 1] for SIMS and for valence.

    A model's raw score counts from the middle of the scale, so that one that knows nothing yet, or
    hears nothing, says the middle: 3 on a scale of 1 to 5, not 0.

    Args:
        low: the smallest value a label can have.
        high: the largest.

    Raises:
        DataError: the scale is empty, or a bound is not finite.
    """

    low: int | float = -3
    high: int | float = 3
    width: ClassVar[int] = 1
    names: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        if not -float("inf") < self.low < self.high < float("inf"):
            raise DataError(f"A scale runs from low to high, got [{self.low}, {self.high}].")

    @property
    def middle(self) -> float:
        """Where a raw score of 0 lies."""
        return (self.low + self.high) / 2

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the metrics that mean something on this scale."""
        scale = (self.low, self.high)
        if scale == (-3, 3):
            return (*CONTINUOUS, *SIGNED, *STEPS)
        if scale == (-1, 1):
            return (*CONTINUOUS, *SIGNED, *SIMS)
        return (*CONTINUOUS, *SIGNED) if self.low < 0 < self.high else CONTINUOUS

    def loss(
        self,
        score: Float[Tensor, "batch 1"],
        target: Float[Tensor, "batch 1"],
        weight: Float[Tensor, " batch"] | None = None,
    ) -> Float[Tensor, ""]:
        """Mean absolute error over the rows whose target is known.

        Args:
            score: what the model says, from the middle of the scale on; not clamped here.
            target: labels; NaN where unknown.
            weight: how much each row counts; all alike by default.
        """
        known = ~target.isnan()
        each = (score - self.from_middle(target).masked_fill(~known, 0.0)).abs()
        return weighted_mean(each.squeeze(1), known.squeeze(1), weight)

    def decode(self, score: Float[Tensor, "batch 1"]) -> Float[Tensor, " batch"]:
        """The score in the labels' unit, held within the scale."""
        return (score.squeeze(1) + self.middle).clamp(self.low, self.high)

    def from_middle(self, target: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch"]:
        """Labels as raw scores, which count from the middle of the scale."""
        return target - self.middle

    def to_json(self) -> dict[str, str | int | float]:
        """Plain data that `task_from_json` reads back."""
        return {"task": "regression", "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Classes:
    """One of several classes, or any number of them at once.

    Args:
        names: the classes, in the order of the logits.
        multi: a clip can have several classes; targets are then (batch, class) in 0..1
            instead of class indices.

    Raises:
        DataError: fewer than two classes (one will do with `multi`), or a name twice.
    """

    names: tuple[str, ...]
    multi: bool = False

    def __post_init__(self) -> None:
        least = 1 if self.multi else 2
        if len(self.names) < least:
            raise DataError(f"A task needs at least {least} classes, got {list(self.names)}.")
        if len(set(self.names)) < len(self.names):
            raise DataError(f"Each class has a name of its own, got {list(self.names)}.")

    @property
    def width(self) -> int:
        """Logits: one for each class."""
        return len(self.names)

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the metrics that apply; F1 of each class last."""
        return (*LABELS, *PROBABILITIES, *(f"f1_{name}" for name in self.names))

    def loss(
        self,
        score: Float[Tensor, "batch class"],
        target: Int[Tensor, " batch"] | Float[Tensor, "batch class"],
        weight: Float[Tensor, " batch"] | None = None,
    ) -> Float[Tensor, ""]:
        """Mean cross-entropy over the rows whose target is known; binary for `multi`.

        Args:
            score: logits.
            target: class indices, -1 where unknown; or a distribution over the classes (for
                `multi`: a 0 or 1 for each), NaN in a row that is unknown.
            weight: how much each row counts; class weights come in as `weights[target]`.
        """
        if target.is_floating_point():
            known = ~target.isnan().any(dim=1)
            target = target.masked_fill(~known.unsqueeze(1), 0.0)
        else:
            known = target >= 0
            target = target.clamp(min=0).long()
        if self.multi:
            each = functional.binary_cross_entropy_with_logits(score, target, reduction="none")
            each = each.mean(dim=1)
        else:
            each = functional.cross_entropy(score, target, reduction="none")
        return weighted_mean(each, known, weight)

    def decode(self, score: Float[Tensor, "batch class"]) -> Float[Tensor, "batch class"]:
        """Probabilities: they sum to 1 over the classes, unless `multi`."""
        return score.sigmoid() if self.multi else score.softmax(dim=1)

    def to_json(self) -> dict[str, str | bool | list[str]]:
        """Plain data that `task_from_json` reads back."""
        return {"task": "classes", "names": list(self.names), "multi": self.multi}


Task = Regression | Classes


def target_of(task: Task, label: str | float | Sequence[str] | None) -> Tensor | None:
    """A corpus's label as the tensor that `task.loss` takes; None where it is unknown.

    Args:
        task: what is predicted.
        label: a score, the name of a class, or for `multi` the names that apply.

    Raises:
        DataError: a word where a score is needed, a score beyond the scale, or no such class.
    """
    if label is None or label != label:
        return None
    if isinstance(task, Regression):
        if not isinstance(label, int | float) or not task.low <= label <= task.high:
            raise DataError(f"{label!r} is not a score in [{task.low}, {task.high}].")
        return torch.tensor([label], dtype=torch.float32)
    named = [label] if isinstance(label, str | int | float) else list(label)
    unknown = [name for name in named if name not in task.names]
    if unknown:
        raise DataError(f"{unknown[0]!r} is none of the classes {', '.join(task.names)}.")
    if task.multi:
        return torch.tensor([float(name in named) for name in task.names])
    return torch.tensor(task.names.index(str(label)))


def task_from_json(data: Mapping) -> Task:
    """The task that `to_json` wrote down.

    Raises:
        DataError: `data` does not describe a task.
    """
    fields = {key: value for key, value in data.items() if key != "task"}
    kinds = {"regression": Regression, "classes": Classes}
    kind = data.get("task")
    if kind not in kinds:
        raise DataError(f"A task is one of {', '.join(kinds)}, got {kind!r}.")
    if kind == "classes":
        names = fields.get("names")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise DataError(f"The names of classes are a list of words, got {names!r}.")
        fields["names"] = tuple(names)
    try:
        return kinds[kind](**fields)
    except TypeError as error:
        raise DataError(f"{dict(data)} does not describe a task: {error}.") from None


def weighted_mean(
    each: Float[Tensor, " batch"],
    known: Tensor,
    weight: Float[Tensor, " batch"] | None,
) -> Float[Tensor, ""]:
    """Mean of the known rows; 0, with a gradient of 0, where none is known."""
    share = known.to(each.dtype) if weight is None else known * weight
    total = share.sum()
    return (each * (share / total.where(total > 0, 1.0))).sum()
