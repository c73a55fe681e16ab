"""A face by itself: an LSTM over facial features, a row in six."""

from collections.abc import Mapping

from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.recurrent import Recurrent
from tritone.models.base import FusionModel
from tritone.models.subnets import need, read_tracks


class FacialLSTM(FusionModel):
    """LSTM-FA: an LSTM with 100 units over every sixth row of a face's features.

    Source: Zadeh et al. 2017, "Tensor Fusion Network for Multimodal Sentiment Analysis",
        EMNLP, section 5.3 (table 1 of S003). https://arxiv.org/abs/1707.07250
    Differs: rows of any facial features (the paper: FACET); of the real rows the first of each
        six is read.

    Args:
        dims: width of a row of each modality; only one of them is read.
        task: what is predicted; sets the width of the score.
        modality: the one that is read.
        width: size of the state.
        every: rows from one that is read to the next.
        dropout: share of the state that is dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        modality: str = "vision",
        width: int = 100,
        every: int = 6,
        dropout: float = 0.0,
    ) -> None:
        super().__init__(dims, task)
        self.modality, self.every = need(dims, modality, "LSTM-FA"), every
        self.rnn = Recurrent(dims[modality], width)
        self.dropout, self.head = nn.Dropout(dropout), nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        track = read_tracks(self, batch)[self.modality]
        place = track.mask.cumsum(dim=1) - 1
        _, fused = self.rnn(track.values, track.mask & (place % self.every == 0))
        return Prediction(self.head(self.dropout(fused)), parts={"fused": fused})
