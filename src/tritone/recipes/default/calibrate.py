"""Putting the branches' confidence right, on rows that they were not trained on."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from tritone.core.batch import Prediction
from tritone.learn.loop import evaluating
from tritone.models.branches import Branch
from tritone.models.calibration import Temperature
from tritone.recipes.default.train import Rows

STEPS = 200


@dataclass(frozen=True)
class Judged:
    """What a branch said of some rows, and what was true.

    Args:
        logits: (row, class), before calibration.
        target: (row, class) distributions; NaN where unknown.
        classes: True for the classes that the row's corpus names.
    """

    logits: Tensor
    target: Tensor
    classes: Tensor

    def __getitem__(self, rows: np.ndarray) -> "Judged":
        chosen = torch.from_numpy(np.asarray(rows))
        return Judged(self.logits[chosen], self.target[chosen], self.classes[chosen])


def judged(branch: Branch, rows: Rows, chosen: np.ndarray, *, size: int = 64) -> dict[str, Judged]:
    """Run a branch over the chosen rows: what each of its two heads says, with the truth."""
    said: dict[int, tuple[Tensor, Tensor]] = {}
    order = chosen if rows.lengths is None else chosen[np.argsort(rows.lengths[chosen])]
    with evaluating(branch):
        for start in range(0, len(order), size):
            part = order[start : start + size]
            prediction: Prediction = branch(rows.batch(part, None))
            feeling = prediction.parts["sentiment"]
            for place, row in enumerate(part):
                said[int(row)] = prediction.score[place], feeling[place]
    emotion, sentiment = (
        torch.stack([said[int(row)][k] for row in chosen]).float().clone() for k in range(2)
    )
    truth = rows.batch(chosen, None).targets
    return {
        "emotion": Judged(emotion, truth["emotion"], truth["emotion_classes"]),
        "sentiment": Judged(sentiment, truth["sentiment"], truth["sentiment_classes"]),
    }


def fit_temperature(said: Judged, *, shifted: bool = False, pull: float = 50.0) -> Temperature:
    """The temperature that makes the truth most likely.

    Args:
        said: rows that the branch was not trained on; those without a label are left out.
        shifted: also move the classes' levels, where the training rows were balanced by hand.
        pull: how strongly a shift is held to 0, in nats for a shift of 1.
    """
    real = ~said.target.isnan().any(dim=1)
    logits, target, outside = said.logits[real], said.target[real], ~said.classes[real]
    heat = Temperature(logits.shape[1])
    learned = [heat.level, heat.slope] + [heat.shift] * shifted
    for weight in learned:
        weight.requires_grad_(True)
    optimiser = torch.optim.LBFGS(learned, max_iter=STEPS, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        shares = heat(logits).masked_fill(outside, -1e4).log_softmax(dim=1)
        loss = -(target * shares).sum() + pull * heat.shift.square().sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    for weight in learned:
        weight.requires_grad_(False)
    return heat


def cross_fitted(
    said: Judged, groups: np.ndarray, *, folds: int = 5, shifted: bool = False
) -> Tensor:
    """Probabilities of rows whose temperature was fitted on the other groups' rows.

    Returns:
        (row, class); classes that the row's corpus does not name have 0.
    """
    names = np.unique(groups)
    fold_of = {
        name: k % folds for k, name in enumerate(np.random.default_rng(0).permutation(names))
    }
    fold = np.array([fold_of[name] for name in groups])
    shares = torch.zeros_like(said.logits)
    for k in range(folds):
        heat = fit_temperature(said[np.flatnonzero(fold != k)], shifted=shifted)
        held = np.flatnonzero(fold == k)
        own = said[held]
        restricted = heat(own.logits).masked_fill(~own.classes, -torch.inf)
        shares[torch.from_numpy(held)] = restricted.softmax(dim=1)
    return shares
