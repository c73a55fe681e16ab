"""A voice by itself, from its samples: no features are made by hand.

samples ─ 40 filters of 5 ms ─ pool 2 ─ 40 filters of 500 ms ─ pool over 10 filters
        ─ rows of 40 ms ─ two bidirectional LSTMs ─ score
"""

from collections.abc import Mapping
from typing import ClassVar

from einops import rearrange, reduce
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.recurrent import Recurrent
from tritone.models.base import FusionModel
from tritone.models.subnets import need, read_tracks


class AdieuNet(FusionModel):
    """Convolutions on raw sound, then LSTMs.

    Source: Trigeorgis et al. 2016, "Adieu Features? End-to-end Speech Emotion Recognition using
        a Deep Convolutional Recurrent Network", ICASSP (table 2 of S003).
        https://doi.org/10.1109/ICASSP.2016.7472669
    Differs: the last state is judged, once a clip (the paper says a value each 40 ms).

    Args:
        dims: width of a row of each modality; only one of them is read: its rows, end to end,
            are the samples, 16 a millisecond, and each is a step of the LSTMs (640 are 40 ms).
        task: what is predicted; sets the width of the score.
        modality: the one that is read.
        filters: of each convolution.
        short: samples that a filter of the first sees; odd.
        long: pooled samples that a filter of the second sees; odd.
        together: filters of which the largest is kept; divides `filters`.
        width: size of the LSTMs' states, either way.
        dropout: share dropped in training, 0 to 1.
    """

    wants: ClassVar[Mapping[str, str]] = {"audio": "waveform"}

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        modality: str = "audio",
        filters: int = 40,
        short: int = 81,
        long: int = 4001,
        together: int = 10,
        width: int = 128,
        dropout: float = 0.5,
    ) -> None:
        super().__init__(dims, task)
        self.modality = need(dims, modality, "Adieu-Net")
        self.together, half = together, -(-dims[modality] // 2)
        self.short = nn.Conv1d(1, filters, short, padding=short // 2)
        self.long = nn.Conv1d(filters, filters, long, padding=long // 2)
        self.rnn = Recurrent(
            filters // together * half, width, depth=2, both_ways=True, dropout=dropout
        )
        self.dropout, self.head = nn.Dropout(dropout), nn.Linear(self.rnn.out, task.width)

    def forward(self, batch: Batch) -> Prediction:
        track = read_tracks(self, batch)[self.modality]
        _, fused = self.rnn(self.rows(track.values, track.mask), track.mask)
        return Prediction(self.head(self.dropout(fused)), parts={"fused": fused})

    def rows(
        self, samples: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> Float[Tensor, "batch time few_half"]:
        """What the LSTMs read of each row of samples."""
        real = rearrange(mask, "batch time -> batch 1 time 1")
        heard = over_time(self.short, rearrange(samples, "b time dim -> b 1 time dim")).relu()
        heard = functional.max_pool2d(heard * real, (1, 2), ceil_mode=True)
        heard = over_time(self.long, heard).relu() * real
        few = reduce(
            heard, "b (few together) time half -> b time few half", "max", together=self.together
        )
        return rearrange(few, "batch time few half -> batch time (few half)")


def over_time(
    convolve: nn.Conv1d, rows: Float[Tensor, "batch channel time dim"]
) -> Float[Tensor, "batch filter time dim"]:
    """A convolution over rows end to end."""
    whole = convolve(rearrange(rows, "batch channel time dim -> batch channel (time dim)"))
    return rearrange(whole, "b filter (time dim) -> b filter time dim", time=rows.shape[2])
