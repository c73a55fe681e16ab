"""A face by itself: convolutions over time, height and width."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from einops import rearrange, reduce
from torch import nn
from torch.nn import functional

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.pooling import masked_mean
from tritone.models.base import FusionModel
from tritone.models.pictures import pictures_of
from tritone.models.subnets import need


class FaceCNN3D(FusionModel):
    """3D-CNN: three-dimensional convolutions over a speaker's face.

    Source: Byeon and Kwak 2014, "Facial Expression Recognition Using 3D Convolutional Neural
        Network", IJACSA 5(12) (table 1 of S003). https://doi.org/10.14569/IJACSA.2014.051215
    Differs: time is not pooled but averaged at the end, so that clips may have any length.

    Args:
        dims: width of a row of each modality; only one of them is read: numbers of a picture, in
            colour or grey; it is looked at in grey.
        task: what is predicted; sets the width of the score.
        modality: the one that is read.
        channels: of each convolution; each halves height and width.
        frames: that one convolution sees; odd.
        dropout: share dropped before the score in training, 0 to 1.
    """

    wants: ClassVar[Mapping[str, str]] = {"vision": "face_crop"}

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        modality: str = "vision",
        channels: Sequence[int] = (16, 32, 64),
        frames: int = 5,
        dropout: float = 0.5,
    ) -> None:
        super().__init__(dims, task)
        self.modality = need(dims, modality, "3D-CNN")
        before = (1, *channels[:-1])
        self.convolve = nn.ModuleList(
            nn.Conv3d(one, other, (frames, 3, 3), padding=(frames // 2, 1, 1))
            for one, other in zip(before, channels, strict=True)
        )
        self.dropout, self.head = nn.Dropout(dropout), nn.Linear(channels[-1], task.width)

    def forward(self, batch: Batch) -> Prediction:
        pictures, mask = pictures_of(self, batch, self.modality)
        film = rearrange(pictures, "batch time height width -> batch 1 time height width")
        real = rearrange(mask, "batch time -> batch 1 time 1 1")
        for convolve in self.convolve:
            film = convolve(film).relu() * real
            film = functional.max_pool3d(film, (1, 2, 2), ceil_mode=True)
        rows = reduce(film, "batch channel time height width -> batch time channel", "mean")
        fused = masked_mean(rows, mask)
        return Prediction(self.head(self.dropout(fused)), parts={"fused": fused})
