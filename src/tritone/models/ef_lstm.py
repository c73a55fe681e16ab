"""Early fusion: the modalities' rows side by side, read by one LSTM."""

from collections.abc import Mapping

from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.recurrent import Recurrent
from tritone.models.base import FusionModel
from tritone.models.subnets import Norm, read_tracks, side_by_side


class EarlyFusionLSTM(FusionModel):
    """Concatenate the rows of all modalities, place by place, and let one LSTM read them.

    Source: Williams et al. 2018, "Recognizing Emotions in Video Using Multimodal DNN Feature
        Fusion", Challenge-HML. https://aclanthology.org/W18-3302/
    Differs: rows are met by their place; give it aligned rows, or they meet by chance. A
        modality without a row at some place is zeros there.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        hidden: size of the LSTM's state.
        depth: layers of the LSTM.
        dropout: share of the state, and between layers, that is dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        hidden: int = 128,
        depth: int = 4,
        dropout: float = 0.3,
    ) -> None:
        super().__init__(dims, task)
        width = sum(dims.values())
        self.norm = Norm(width)
        self.rnn = Recurrent(width, hidden, depth=depth, dropout=dropout)
        self.dropout, self.mix = nn.Dropout(dropout), nn.Linear(hidden, hidden)
        self.head = nn.Linear(hidden, task.width)

    def forward(self, batch: Batch) -> Prediction:
        rows, mask = side_by_side(read_tracks(self, batch))
        normed = rows.clone()
        if mask.any():
            normed[mask] = self.norm(rows[mask])
        _, state = self.rnn(normed, mask)
        fused = self.dropout(self.mix(state).relu())
        return Prediction(self.head(fused), parts={"fused": fused})
