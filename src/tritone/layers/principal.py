"""Principal components, in closed form."""

import torch
from jaxtyping import Float
from torch import Tensor

from tritone.layers.projection import moments, upright

NOTHING = 1e-6  # a component with a smaller share of the first one's variance is rounding


def principal_axes(
    rows: Float[Tensor, "row dim"], keep: int
) -> tuple[Float[Tensor, " dim"], Float[Tensor, "dim found"]]:
    """Shift and matrix that turn rows into their principal components, each of spread 1.

    Each column of the rows is standardised first, so that none wins by its unit. Components
    without variance are left out.

    Source: Pearson 1901, "On Lines and Planes of Closest Fit to Systems of Points in Space",
        Philosophical Magazine 2.

    Args:
        rows: at least one.
        keep: components that are wanted at most.
    """
    mean, spread = moments(rows)
    scaled = (rows - mean) / spread
    variances, axes = torch.linalg.eigh(scaled.T @ scaled / len(rows))
    variances, axes = variances.flip(0)[:keep], upright(axes.flip(1)[:, :keep])
    real = variances > NOTHING * variances[0].clamp(min=NOTHING)
    return mean, axes[:, real] / variances[real].sqrt() / spread.unsqueeze(1)
