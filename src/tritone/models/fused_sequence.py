"""The channels as one sequence: their rows side by side, step by step on the clip's clock."""

from collections.abc import Mapping

import torch
from torch import Tensor

from tritone.core.batch import Batch
from tritone.layers.clock import clip_times, on_clock


def side_by_side(batch: Batch, rows: Mapping[str, Tensor], steps: int) -> tuple[Tensor, Tensor]:
    """All channels' rows of each step end to end, (batch, step, widths), and which steps have any.

    A channel that is silent in a step is zeros there. Rows that are aligned already, or have no
    times, meet by their places.

    Args:
        batch: gives the rows' times and masks.
        rows: channel to (batch, time, width), as many rows as its track has.
        steps: how many steps each clip is cut into.
    """
    masks = [batch[m].mask for m in rows]
    times = clip_times([batch[m].spans for m in rows], masks)
    placed = [
        on_clock(each, batch[m].mask, batch[m].spans, times, steps) for m, each in rows.items()
    ]
    values = torch.cat([each for each, _ in placed], dim=2)
    heard = torch.stack([seen for _, seen in placed]).any(dim=0)
    return values, heard
