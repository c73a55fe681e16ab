"""Linear models fitted to a whole matrix at once: ridge and logistic regression."""

import torch
from jaxtyping import Float
from torch import Tensor

from tritone.core.task import Regression, Task
from tritone.layers.projection import moments
from tritone.models.subnets import is_known


def fit_linear(
    task: Task,
    rows: Float[Tensor, "row dim"],
    target: Tensor,
    *,
    weight: Float[Tensor, " row"] | None = None,
    penalty: int | float = 1.0,
) -> tuple[Float[Tensor, "dim width"], Float[Tensor, " width"]]:
    """Weight and bias of the linear model that fits the rows best, in the rows' own units.

    A regression is fitted by ridge regression in closed form, classes by logistic regression
    with L-BFGS. Columns are standardised within, so that the penalty treats them alike.
    Without a row whose target is known, both are zeros.

    Args:
        task: decides the loss and the width.
        rows: what is known of each clip.
        target: as `task.loss` takes it; unknown ones are left out.
        weight: how much each row counts, where there are classes; all alike by default.
        penalty: of the squared weights against the sum of the rows' losses, 0 or more.
    """
    known = is_known(target)
    weight = torch.ones(len(rows)).double() if weight is None else weight.double()
    rows, target, weight = rows[known].double(), target[known], weight[known]
    if not len(rows):
        return rows.new_zeros(rows.shape[1], task.width), rows.new_zeros(task.width)
    mean, spread = moments(rows)
    scaled = (rows - mean) / spread
    if isinstance(task, Regression):
        slope, bias = ridge(scaled, task.from_middle(target).double(), penalty)
    else:
        slope, bias = logistic(task, scaled, target, weight, penalty)
    slope = slope / spread.unsqueeze(1)
    return slope, bias - mean @ slope


def ridge(
    rows: Float[Tensor, "row dim"], target: Float[Tensor, "row width"], penalty: int | float
) -> tuple[Float[Tensor, "dim width"], Float[Tensor, " width"]]:
    """Least squares of centred rows with a penalty on the weights, not on the bias."""
    bias = target.mean(dim=0)
    # A trace of penalty at least: columns may be copies of each other.
    extra = max(penalty, 1e-8) * torch.eye(rows.shape[1], dtype=rows.dtype)
    return torch.linalg.solve(rows.T @ rows + extra, rows.T @ (target - bias)), bias


def logistic(
    task: Task,
    rows: Float[Tensor, "row dim"],
    target: Tensor,
    weight: Float[Tensor, " row"],
    penalty: int | float,
) -> tuple[Float[Tensor, "dim width"], Float[Tensor, " width"]]:
    """Minimise the task's loss, each row counted by its weight, and half the squared slopes."""
    slope = rows.new_zeros(rows.shape[1], task.width).requires_grad_()
    bias = rows.new_zeros(task.width).requires_grad_()
    optimiser = torch.optim.LBFGS(
        [slope, bias], max_iter=200, tolerance_grad=1e-6, line_search_fn="strong_wolfe"
    )
    if target.is_floating_point():
        target = target.double()

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = task.loss(rows @ slope + bias, target, weight)
        loss = loss + penalty / (2 * weight.sum()) * slope.square().sum()
        loss.backward()
        return loss

    with torch.enable_grad():
        optimiser.step(closure)
    return slope.detach(), bias.detach()
