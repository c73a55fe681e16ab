"""Linear maps that are fitted in closed form, kept as buffers: saved, and moved by no loss."""

import torch
from jaxtyping import Float
from torch import Tensor, nn


class Projection(nn.Module):
    """(row - shift) times a matrix. Until it is fitted it keeps the first numbers of a row.

    Args:
        dim: size of a row.
        keep: numbers that are left of it, at most `dim`.
    """

    shift: Tensor
    matrix: Tensor

    def __init__(self, dim: int, keep: int) -> None:
        super().__init__()
        self.keep = keep
        self.register_buffer("shift", torch.zeros(dim))
        self.register_buffer("matrix", torch.eye(dim, keep))

    def forward(self, rows: Float[Tensor, "*row dim"]) -> Float[Tensor, "*row keep"]:
        return (rows - self.shift) @ self.matrix

    def set(self, shift: Float[Tensor, " dim"], matrix: Float[Tensor, "dim found"]) -> None:
        """Take a fitted map; columns that it lacks are zeros, those beyond `keep` are left out."""
        found = min(matrix.shape[1], self.keep)
        self.shift.copy_(shift)
        self.matrix.zero_()
        self.matrix[:, :found] = matrix[:, :found].to(self.matrix)


class Standardise(nn.Module):
    """(row - mean) / spread, each number by itself. Until it is fitted it changes nothing.

    Args:
        dim: size of a row.
    """

    mean: Tensor
    spread: Tensor

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(dim))
        self.register_buffer("spread", torch.ones(dim))

    def forward(self, rows: Float[Tensor, "*row dim"]) -> Float[Tensor, "*row dim"]:
        return (rows - self.mean) / self.spread

    def set(self, rows: Float[Tensor, "row dim"]) -> None:
        """Fit to the rows; without a row it stays as it was."""
        if len(rows):
            mean, spread = moments(rows)
            self.mean.copy_(mean)
            self.spread.copy_(spread)


def moments(
    rows: Float[Tensor, "row dim"],
) -> tuple[Float[Tensor, " dim"], Float[Tensor, " dim"]]:
    """Mean and spread of each column; a column that never changes has a spread of 1."""
    mean = rows.mean(dim=0)
    spread = rows.std(dim=0, correction=0)
    return mean, spread.where(spread > 1e-7 * (1 + mean.abs()), 1.0)


def upright(axes: Float[Tensor, "dim axis"]) -> Float[Tensor, "dim axis"]:
    """Each axis turned so that its largest entry is positive: a fit that repeats."""
    largest = axes.abs().argmax(dim=0, keepdim=True)
    return axes * axes.take_along_dim(largest, dim=0).sign()
