"""A voice by itself: convolutions over its spectrogram, then an LSTM."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from einops import rearrange
from torch import nn
from torch.nn import functional

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.recurrent import Recurrent
from tritone.models.base import FusionModel
from tritone.models.subnets import need, read_tracks


class SpectrogramLSTM(FusionModel):
    """SER-LSTM: 2-D convolutions over time and frequency, read by an LSTM.

    Source: Lim et al. 2016, "Speech Emotion Recognition using Convolutional and Recurrent
        Neural Networks", APSIPA (table 2 of S003). https://doi.org/10.1109/APSIPA.2016.7820699
    Differs: frequency alone is pooled, so that each row keeps its place in time.

    Args:
        dims: width of a row of each modality; only one of them is read, rows of a spectrogram.
        task: what is predicted; sets the width of the score.
        modality: the one that is read.
        channels: of each convolution; each halves the frequencies.
        width: size of the LSTM's state.
        dropout: share of the state that is dropped in training, 0 to 1.
    """

    wants: ClassVar[Mapping[str, str]] = {"audio": "log_mel"}

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        modality: str = "audio",
        channels: Sequence[int] = (16, 32),
        width: int = 128,
        dropout: float = 0.3,
    ) -> None:
        super().__init__(dims, task)
        self.modality = need(dims, modality, "SER-LSTM")
        before = (1, *channels[:-1])
        self.convolve = nn.ModuleList(
            nn.Conv2d(one, other, 3, padding=1) for one, other in zip(before, channels, strict=True)
        )
        bands = dims[modality]
        for _ in channels:
            bands = -(-bands // 2)
        self.rnn = Recurrent(bands * channels[-1], width)
        self.dropout, self.head = nn.Dropout(dropout), nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        track = read_tracks(self, batch)[self.modality]
        real = rearrange(track.mask, "batch time -> batch 1 time 1")
        picture = rearrange(track.values, "batch time band -> batch 1 time band")
        for convolve in self.convolve:
            picture = convolve(picture).relu() * real
            picture = functional.max_pool2d(picture, (1, 2), ceil_mode=True)
        rows = rearrange(picture, "batch channel time band -> batch time (channel band)")
        _, fused = self.rnn(rows, track.mask)
        return Prediction(self.head(self.dropout(fused)), parts={"fused": fused})
