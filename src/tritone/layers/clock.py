"""Channels of different rates on one clock: the clip cut into steps of equal length.

    words    |----one----|  |-two-|
    frames   | | | | | | | | | | | |
    steps    |   0   |   1   |   2   |     each: the mean of the rows that overlap it

For batches, within a model; `tritone.core.align` does the like to a clip before it is stored.
"""

from collections.abc import Sequence

import torch
from einops import einsum, rearrange
from jaxtyping import Bool, Float
from torch import Tensor

from tritone.layers.pooling import fill_padding

# Shares of a clip. An instant is as long as LEAST; an overlap below a tenth of it is rounding.
LEAST = 1e-4


def clip_times(
    spans: Sequence[Float[Tensor, "batch _time 2"]], masks: Sequence[Bool[Tensor, "batch _time"]]
) -> Float[Tensor, "batch 2"]:
    """Start and end of each clip, over all its channels; NaN where no row has a time.

    Args:
        spans: start and end of each row, one tensor for each channel.
        masks: True where a row is real, one tensor for each channel.
    """
    timed = [m & ~s.isnan().any(dim=2) for s, m in zip(spans, masks, strict=True)]
    starts = [s[..., 0].where(t, torch.inf) for s, t in zip(spans, timed, strict=True)]
    ends = [s[..., 1].where(t, -torch.inf) for s, t in zip(spans, timed, strict=True)]
    start = torch.cat(starts, dim=1).amin(dim=1)
    end = torch.cat(ends, dim=1).amax(dim=1)
    both = torch.stack([start, end], dim=1)
    return both.masked_fill(both.isinf(), torch.nan)


def on_clock(
    values: Float[Tensor, "batch time dim"],
    mask: Bool[Tensor, "batch time"],
    spans: Float[Tensor, "batch time 2"],
    times: Float[Tensor, "batch 2"],
    steps: int,
) -> tuple[Float[Tensor, "batch step dim"], Bool[Tensor, "batch step"]]:
    """The mean of the rows that overlap each step, by how long they do, and which steps have one.

    A channel with a row that has no time is spread evenly over the clip by the rows' places.

    Args:
        values: feature rows; padding may hold anything, even inf.
        mask: True where a row is real.
        spans: start and end of each row, in seconds; NaN where unknown.
        times: start and end of each clip, as `clip_times` gives them.
        steps: how many steps a clip is cut into.
    """
    low, high = rearrange(
        shares_of_clip(mask, spans, times), "batch time edge -> edge batch 1 time"
    )
    edges = torch.arange(steps + 1, device=mask.device) / steps
    ends, starts = edges[1:].unsqueeze(1), edges[:-1].unsqueeze(1)
    overlap = torch.minimum(high, ends) - torch.maximum(low, starts)
    overlap = overlap.where((overlap > LEAST / 10) & mask.unsqueeze(1), 0.0)
    total = overlap.sum(dim=2, keepdim=True)
    weights = (overlap / total.where(total > 0, 1.0)).to(values.dtype)
    rows = einsum(
        weights, fill_padding(values, mask), "batch step time, batch time dim -> batch step dim"
    )
    return rows, rearrange(total > 0, "batch step 1 -> batch step")


def shares_of_clip(
    mask: Bool[Tensor, "batch time"],
    spans: Float[Tensor, "batch time 2"],
    times: Float[Tensor, "batch 2"],
) -> Float[Tensor, "batch time 2"]:
    """Where each row starts and ends, as shares of its clip: 0 is the start, 1 the end."""
    length = times[:, 1:] - times[:, :1]
    timeless = (mask & spans.isnan().any(dim=2)).any(dim=1, keepdim=True) | ~(length > 0)
    shares = (spans - times[:, None, :1]) / length.unsqueeze(2)
    place = torch.arange(mask.shape[1], device=mask.device)
    count = (mask * (place + 1)).amax(dim=1, keepdim=True).clamp(min=1)
    spread = torch.stack([place / count, (place + 1) / count], dim=2)
    shares = torch.where(timeless.unsqueeze(2), spread, shares)
    low = shares[..., 0].clamp(0.0, 1.0 - LEAST)
    return torch.stack([low, torch.maximum(shares[..., 1], low + LEAST)], dim=2)
