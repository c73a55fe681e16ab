"""A face by itself: convolutions over each picture, then an LSTM over time."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from einops import rearrange, reduce
from torch import nn
from torch.nn import functional

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.recurrent import Recurrent
from tritone.models.base import FusionModel
from tritone.models.pictures import pictures_of
from tritone.models.subnets import need


class FaceCNNLSTM(FusionModel):
    """CNN-LSTM: each face through convolutions, the faces through an LSTM.

    Source: Kahou et al. 2015, "Recurrent Neural Networks for Emotion Recognition in Video",
        ICMI (table 1 of S003). https://doi.org/10.1145/2818346.2830596
    Differs: an LSTM, as S003 describes it (the paper: a plain recurrent net); trained from the
        start, with the convolutions.

    Args:
        dims: width of a row of each modality; only one of them is read: numbers of a picture, in
            colour or grey; it is looked at in grey.
        task: what is predicted; sets the width of the score.
        modality: the one that is read.
        channels: of each convolution; each halves height and width.
        width: size of the LSTM's state.
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
        width: int = 128,
        dropout: float = 0.5,
    ) -> None:
        super().__init__(dims, task)
        self.modality = need(dims, modality, "CNN-LSTM")
        before = (1, *channels[:-1])
        self.convolve = nn.ModuleList(
            nn.Conv2d(one, other, 3, padding=1) for one, other in zip(before, channels, strict=True)
        )
        self.rnn = Recurrent(channels[-1], width)
        self.dropout, self.head = nn.Dropout(dropout), nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        pictures, mask = pictures_of(self, batch, self.modality)
        faces = rearrange(pictures, "batch time height width -> (batch time) 1 height width")
        for convolve in self.convolve:
            faces = functional.max_pool2d(convolve(faces).relu(), 2, ceil_mode=True)
        rows = reduce(
            faces,
            "(batch time) channel height width -> batch time channel",
            "mean",
            batch=len(batch),
        )
        _, fused = self.rnn(rows, mask)
        return Prediction(self.head(self.dropout(fused)), parts={"fused": fused})
