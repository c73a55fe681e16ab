"""A voice by itself: an LSTM over high-level features."""

from collections.abc import Mapping

from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.pooling import masked_mean
from tritone.layers.recurrent import Recurrent
from tritone.models.base import FusionModel
from tritone.models.subnets import need, read_tracks


class HighLevelRNN(FusionModel):
    """HL-RNN: a bidirectional LSTM over a voice's features; the mean state is judged.

    Source: Lee and Tashev 2015, "High-level Feature Representation using Recurrent Neural
        Network for Speech Emotion Recognition", Interspeech (table 2 of S003).
    Differs: the score is of the clip's mean state (the paper treats the label of each frame as
        a hidden variable, and hands frame statistics to an extreme learning machine).

    Args:
        dims: width of a row of each modality; only one of them is read.
        task: what is predicted; sets the width of the score.
        modality: the one that is read.
        width: size of the state, either way.
        depth: layers of the LSTM.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        modality: str = "audio",
        width: int = 128,
        depth: int = 2,
        dropout: float = 0.5,
    ) -> None:
        super().__init__(dims, task)
        self.modality = need(dims, modality, "HL-RNN")
        self.rnn = Recurrent(dims[modality], width, depth=depth, both_ways=True, dropout=dropout)
        self.dropout, self.head = nn.Dropout(dropout), nn.Linear(self.rnn.out, task.width)

    def forward(self, batch: Batch) -> Prediction:
        track = read_tracks(self, batch)[self.modality]
        states, _ = self.rnn(track.values, track.mask)
        fused = masked_mean(states, track.mask)
        return Prediction(self.head(self.dropout(fused)), parts={"fused": fused})
