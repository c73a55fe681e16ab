"""Naive Bayes: how likely each column is in each class, as if columns knew nothing of each other.

rows ─ mean over time ─ log-likelihood of each class ─┐
...                                                   ├─ sum, with the prior ─ score
"""

from collections.abc import Mapping
from typing import ClassVar

import torch
from einops import einsum
from jaxtyping import Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.errors import ModelError
from tritone.core.task import Classes, Regression, Task
from tritone.models.gathered import Gathered
from tritone.models.solved import SolvedModel, shares_of

FLAT = 1e-9  # of the largest variance, added to each: scikit-learn's `var_smoothing`
RAREST = 1e-9  # the prior of a class that train lacks


class NaiveBayes(SolvedModel):
    """The joint log-likelihood of each class; multinomial on counts, Gaussian on all else.

    `prepare` solves it. A channel whose mean rows are nowhere below 0 on train (bags of words,
    TF-IDF) is taken as counts, any other one as Gaussian.
    A channel that a clip lacks says nothing.

    Source: Maron 1961, "Automatic Indexing: An Experimental Inquiry", Journal of the ACM 8;
        McCallum and Nigam 1998, "A Comparison of Event Models for Naive Bayes Text
        Classification", AAAI workshop on learning for text categorization (multinomial).
    Differs: a score is cut into `bins`, and what is said is the mean score of the bins weighed
        by their probabilities; several classes at once are judged one by one.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        smoothing: count that each column has in each class before any clip; above 0.
        bins: equal parts of a scale, at least 2; classes need none.

    Raises:
        ModelError: a smoothing of 0 or less, or fewer than 2 bins.
    """

    normalises: ClassVar[bool] = False

    prior: Tensor
    value: Tensor

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        smoothing: int | float = 1.0,
        bins: int = 7,
    ) -> None:
        super().__init__(dims, task)
        if smoothing <= 0 or bins < 2:
            raise ModelError(
                f"Naive Bayes needs a smoothing above 0 and at least 2 bins, got {smoothing} and "
                f"{bins}."
            )
        self.smoothing = smoothing
        states = bins if isinstance(task, Regression) else task.width * (1 + is_many(task))
        self.register_buffer("prior", torch.zeros(states))
        self.register_buffer("value", torch.zeros(states, 1))
        self.say = nn.ModuleDict({m: Likelihood(dim, states) for m, dim in dims.items()})

    def fit(self, heard: Gathered, target: Tensor) -> None:
        states = self.states_of(target) * heard.weight.unsqueeze(1)
        self.prior.copy_((states.sum(dim=0) / heard.weight.sum()).clamp(min=RAREST).log())
        if isinstance(self.task, Regression):
            sums = states.T @ self.task.from_middle(target).double()
            bins = torch.arange(len(self.prior)).unsqueeze(1)
            middle = (bins + 0.5 - len(self.prior) / 2) * self.step
            self.value.copy_((sums / states.sum(dim=0)[:, None]).nan_to_num(nan=torch.inf))
            self.value.copy_(self.value.where(self.value.isfinite(), middle.to(self.value)))
        for channel, say in self.say.items():
            there = heard.present[channel]
            if isinstance(say, Likelihood) and there.any():
                say.set(heard.rows(channel), states[there], self.smoothing)

    def forward(self, batch: Batch) -> Prediction:
        rows, present = self.means(batch)
        said = {m: say(rows[m]) * present[m] for m, say in self.say.items()}
        joint = self.prior + torch.stack(list(said.values())).sum(dim=0)
        parts = {f"likelihood_{m}": each for m, each in said.items()}
        if isinstance(self.task, Regression):
            return Prediction(joint.softmax(dim=1) @ self.value, parts)
        if is_many(self.task):
            has, lacks = joint.chunk(2, dim=1)
            return Prediction(has - lacks, parts)
        return Prediction(joint, parts)

    @property
    def step(self) -> float:
        """Length of a bin of the scale."""
        task = self.task
        return (task.high - task.low) / len(self.prior) if isinstance(task, Regression) else 1.0

    def states_of(self, target: Tensor) -> Tensor:
        """How far each clip is of each state: a bin, a class, or a class that it has or lacks."""
        if isinstance(self.task, Regression):
            bins = ((target.squeeze(1).double() - self.task.low) / self.step).floor().long()
            bins = bins.clamp(0, len(self.prior) - 1)
            return nn.functional.one_hot(bins, len(self.prior)).double()
        shares = shares_of(self.task, target)
        return torch.cat([shares, 1 - shares], dim=1) if is_many(self.task) else shares


class Likelihood(nn.Module):
    """The log-likelihood of a row in each state; nothing until it is fitted.

    Args:
        dim: size of a row.
        states: how many.
    """

    weight: Tensor
    centre: Tensor
    precision: Tensor
    offset: Tensor

    def __init__(self, dim: int, states: int) -> None:
        super().__init__()
        self.register_buffer("weight", torch.zeros(states, dim))
        self.register_buffer("centre", torch.zeros(states, dim))
        self.register_buffer("precision", torch.zeros(states, dim))
        self.register_buffer("offset", torch.zeros(states))

    def forward(self, rows: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch state"]:
        away = (rows.unsqueeze(1) - self.centre).square()
        far = einsum(away, self.precision, "batch state dim, state dim -> batch state")
        return rows @ self.weight.T - far / 2 + self.offset

    def set(
        self,
        rows: Float[Tensor, "clip dim"],
        states: Float[Tensor, "clip state"],
        smoothing: int | float,
    ) -> None:
        """Fit: as counts where no number is below 0, as Gaussian otherwise."""
        if (rows >= 0).all():
            counts = states.T @ rows + smoothing
            self.weight.copy_((counts / counts.sum(dim=1, keepdim=True)).log())
            return
        total, most = states.sum(dim=0)[:, None], rows.var(dim=0, correction=0).max()
        share = (states / total.T.clamp(min=RAREST)).T
        # A state without a clip is taken to be like all clips.
        share = share.where(total > 0, 1 / len(rows))
        centre = share @ rows
        away = (rows.unsqueeze(0) - centre.unsqueeze(1)).square()
        spread = einsum(share, away, "state clip, state clip dim -> state dim") + FLAT * most
        spread = spread.clamp(min=FLAT * FLAT)  # where no column ever changes
        self.centre.copy_(centre)
        self.precision.copy_(1 / spread)
        self.offset.copy_(-(2 * torch.pi * spread).log().sum(dim=1) / 2)


def is_many(task: Task) -> bool:
    """Whether a clip can have several classes."""
    return isinstance(task, Classes) and task.multi
