"""Canonical correlations of two and more views, in closed form."""

from collections.abc import Sequence

import torch
from einops import einsum
from jaxtyping import Bool, Float
from torch import Tensor

from tritone.layers.projection import moments, upright

NOTHING = 1e-9  # a variance below this is rounding; so much is always added to a covariance


def shared_axes(
    views: Sequence[Float[Tensor, "row _dim"]],
    present: Sequence[Bool[Tensor, " row"]],
    keep: int,
    *,
    shrink: int | float,
) -> list[tuple[Tensor, Tensor]]:
    """Shift and matrix of each view, into the space where the views correlate most.

    The directions w maximise the sum of w_i' C_ij w_j over all pairs of views, with each view's
    own covariance, shrunk towards the identity, as the unit of length: a generalised eigenvalue
    problem. With two views it is CCA. A pair is judged on the rows that both views have. What
    comes out of a view has spread 1 where the view is present.

    Source: Hotelling 1936, "Relations Between Two Sets of Variates", Biometrika 28; Kettenring
        1971, "Canonical Analysis of Several Sets of Variables", Biometrika 58 (MAXVAR's kin);
        Vinod 1976, "Canonical Ridge and Econometrics of Joint Production", J. Econometrics 4.

    Args:
        views: the rows of each view; those that are absent may hold anything finite.
        present: True where a view has a row.
        keep: directions that are wanted at most.
        shrink: share of the identity in each view's own covariance, 0 to 1; more than 0 where a
            view is wider than there are rows.
    """
    fits = [
        moments(view[real]) if real.any() else nothing_known(view)
        for view, real in zip(views, present, strict=True)
    ]
    scaled = [
        (view - mean) / spread * real.unsqueeze(1)
        for view, real, (mean, spread) in zip(views, present, fits, strict=True)
    ]
    own = [
        rows.T @ rows / real.sum().clamp(min=1) for rows, real in zip(scaled, present, strict=True)
    ]
    roots = [torch.linalg.cholesky(shrunk(covariance, shrink)) for covariance in own]
    _, axes = torch.linalg.eigh(whitened(scaled, present, roots))
    parts = upright(axes.flip(1)[:, :keep]).split([len(root) for root in roots])
    found = []
    for part, root, covariance, (mean, spread) in zip(parts, roots, own, fits, strict=True):
        directions = torch.linalg.solve_triangular(root.T, part, upper=True)
        variance = einsum(directions, covariance, directions, "i found, i j, j found -> found")
        length = variance.sqrt().where(variance > NOTHING, torch.inf)
        found.append((mean, directions / length / spread.unsqueeze(1)))
    return found


def whitened(
    scaled: Sequence[Tensor], present: Sequence[Tensor], roots: Sequence[Tensor]
) -> Float[Tensor, "all all"]:
    """Covariances between different views, in each view's own unit; 0 within a view."""
    blocks = []
    for i, root in enumerate(roots):
        row = []
        for j, other in enumerate(roots):
            both = (present[i] & present[j]).sum().clamp(min=1)
            # An absent row is zeros in `scaled`: only rows that both have count.
            cross = scaled[i].T @ scaled[j] / both * (i != j)
            left = torch.linalg.solve_triangular(root, cross, upper=False)
            row.append(torch.linalg.solve_triangular(other, left.T, upper=False).T)
        blocks.append(torch.cat(row, dim=1))
    joint = torch.cat(blocks)
    return (joint + joint.T) / 2


def shrunk(covariance: Float[Tensor, "dim dim"], shrink: int | float) -> Float[Tensor, "dim dim"]:
    """The covariance moved towards the identity by a share of the way."""
    identity = torch.eye(len(covariance), dtype=covariance.dtype)
    return (1 - shrink) * covariance + (shrink + NOTHING) * identity


def nothing_known(view: Float[Tensor, "row dim"]) -> tuple[Tensor, Tensor]:
    """Mean and spread of a view that no row has."""
    return view.new_zeros(view.shape[1]), view.new_ones(view.shape[1])
