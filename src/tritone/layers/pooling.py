"""From a sequence to one vector for each clip."""

from einops import einsum
from jaxtyping import Bool, Float
from torch import Tensor


def masked_mean(
    values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
) -> Float[Tensor, "batch dim"]:
    """Average the real rows of each clip; zeros, not NaN, for a clip without one.

    Args:
        values: feature rows; padding may hold anything, even inf.
        mask: True where a row is real.
    """
    if mask.shape[1] == 1:
        return fill_padding(values, mask).squeeze(1)
    share = mask.to(values.dtype) / mask.sum(dim=1, keepdim=True).clamp(min=1)
    mean = einsum(share, values, "batch time, batch time dim -> batch dim")
    # 0 times inf is NaN: a mean that is finite has met nothing odd in the padding.
    if values.device.type == "cpu" and bool(mean.detach().sum().isfinite()):
        return mean
    kept = fill_padding(values, mask)
    return einsum(share, kept, "batch time, batch time dim -> batch dim")


def fill_padding(
    values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
) -> Float[Tensor, "batch time dim"]:
    """Set padding to 0.

    Before the first weight, not after it: inf times a gradient of 0 is NaN, so a mask that
    comes later guards the score but not the weights.
    """
    # A product is ten times as fast as masked_fill on a CPU, and the same where all is finite.
    if values.device.type == "cpu" and bool(values.detach().sum().isfinite()):
        return values * mask.unsqueeze(-1).to(values.dtype)
    return values.masked_fill(~mask.unsqueeze(-1), 0.0)


def is_present(mask: Bool[Tensor, "batch time"]) -> Bool[Tensor, "batch 1"]:
    """True for a clip that has a row of the modality at all."""
    return mask.any(dim=1, keepdim=True)
