"""Attentional feature fusion: for each place and channel, how much of either side is kept.

x, y ─ x + y ─┬─ each place by itself ─┐
              └─ the mean of all ──────┴─ sigmoid = m ─ m x + (1 - m) y
"""

from collections.abc import Mapping

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.pooling import is_present
from tritone.models.base import FusionModel
from tritone.models.subnets import in_slots, read_tracks


class AttentionalFeatureFusion(FusionModel):
    """Modalities are fused one after the other, each time twice, by attention of two scales.

    Source: Dai et al. 2021, "Attentional Feature Fusion", WACV, eq. 2-4 (the reference of S003).
        https://arxiv.org/abs/2009.14082
    Differs: the places are slots of time, not of a picture; LayerNorm in place of batch norm;
        where a clip lacks one side, the other is kept whole.

    Args:
        dims: width of a row of each modality; any lengths.
        task: what is predicted; sets the width of the score.
        width: channels.
        slots: places into which each clip's rows are averaged.
        squeeze: how many times narrower the attention's hidden layer is.
        dropout: share dropped before the score in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        slots: int = 8,
        squeeze: int = 4,
        dropout: float = 0.2,
    ) -> None:
        super().__init__(dims, task)
        self.slots = slots
        self.project = nn.ModuleDict({m: nn.Linear(dim, width) for m, dim in dims.items()})
        self.fuse = nn.ModuleList(PairFusion(width, squeeze=squeeze) for _ in range(len(dims) - 1))
        self.dropout, self.head = nn.Dropout(dropout), nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        sides, present = [], []
        for m, track in read_tracks(self, batch).items():
            rows = in_slots(self.project[m](track.values).relu(), track.mask, self.slots)
            sides.append(rows)
            present.append(is_present(track.mask).squeeze(1))
        fused, there, kept = sides[0], present[0], []
        for fuse, side, here in zip(self.fuse, sides[1:], present[1:], strict=True):
            fused, share = fuse(fused, side, there, here)
            there = there | here
            kept.append(share.mean(dim=(1, 2)))
        vector = fused.mean(dim=1)
        parts = {"fused": vector}
        if kept:
            parts["kept"] = torch.stack(kept, dim=1)
        return Prediction(self.head(self.dropout(vector)), parts)


class PairFusion(nn.Module):
    """Two sides fused twice: the first fusion finds what the second attends to (iAFF).

    Source: Dai et al. 2021, "Attentional Feature Fusion", WACV, eq. 3-4.
        https://arxiv.org/abs/2009.14082

    Args:
        width: channels.
        squeeze: how many times narrower the attention's hidden layer is.
    """

    def __init__(self, width: int, *, squeeze: int) -> None:
        super().__init__()
        self.first = ScaleAttention(width, squeeze=squeeze)
        self.second = ScaleAttention(width, squeeze=squeeze)

    def forward(
        self,
        one: Float[Tensor, "batch place width"],
        other: Float[Tensor, "batch place width"],
        there: Bool[Tensor, " batch"],
        here: Bool[Tensor, " batch"],
    ) -> tuple[Float[Tensor, "batch place width"], Float[Tensor, "batch place width"]]:
        """The fused places, and the share of the first side in them."""
        kept = self.first(one + other)
        kept = self.second(kept * one + (1 - kept) * other)
        alone, absent = (flag[:, None, None] for flag in (there & ~here, here & ~there))
        kept = kept.masked_fill(alone, 1.0).masked_fill(absent, 0.0)
        return kept * one + (1 - kept) * other, kept


class ScaleAttention(nn.Module):
    """A share in 0..1 for each place and channel, from the place itself and from all (MS-CAM).

    Source: Dai et al. 2021, "Attentional Feature Fusion", WACV, eq. 1-2.
        https://arxiv.org/abs/2009.14082

    Args:
        width: channels.
        squeeze: how many times narrower the hidden layer is.
    """

    def __init__(self, width: int, *, squeeze: int) -> None:
        super().__init__()
        inner = max(1, width // squeeze)
        self.near, self.far = (
            nn.Sequential(
                nn.Linear(width, inner),
                nn.LayerNorm(inner),
                nn.ReLU(),
                nn.Linear(inner, width),
                nn.LayerNorm(width),
            )
            for _ in range(2)
        )

    def forward(
        self, places: Float[Tensor, "batch place width"]
    ) -> Float[Tensor, "batch place width"]:
        return (self.near(places) + self.far(places.mean(dim=1, keepdim=True))).sigmoid()
