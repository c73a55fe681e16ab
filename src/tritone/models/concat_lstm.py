"""Concatenate the channels moment by moment, and let an LSTM read what comes out.

text   ─ linear ─┐
audio  ─ linear ─┼─ side by side, step by step ─ LSTM ─ last state ─ score
vision ─ linear ─┘
"""

from collections.abc import Mapping

from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.recurrent import Recurrent
from tritone.models.base import FusionModel
from tritone.models.encoders import encode, readers
from tritone.models.fused_sequence import side_by_side


class ConcatLSTM(FusionModel):
    """Feature concatenation in time, read by an LSTM.

    Tracks need not be aligned: each clip is cut into `steps` of equal length, and the rows of
    each channel are averaged within each.

    Source: S001, Huang, "Cross-Modal Sentiment Understanding", III.A.1, concatenation into an
        LSTM.
    Differs: each channel is first brought to the same width, so that a wide one does not
        outvote a narrow one; the clock is ours.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of each channel's rows and of the LSTM's state.
        encoders: what reads each channel before, a name for all or one for each: cnn, lstm,
            mean (a layer for each row), transformer.
        depth: LSTMs on top of each other.
        heads: of the attention in a Transformer.
        steps: how many steps a clip is cut into.
        dropout: share dropped before and between the layers in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        encoders: str | Mapping[str, str] = "mean",
        depth: int = 1,
        heads: int = 4,
        steps: int = 50,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.steps = steps
        self.read = readers(dims, width, encoders, heads=heads, dropout=dropout)
        self.lstm = Recurrent(width * len(dims), width, depth=depth, dropout=dropout)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        rows = {m: each.states for m, each in encode(self, self.read, batch).items()}
        fused, heard = side_by_side(batch, rows, self.steps)
        _, last = self.lstm(self.dropout(fused), heard)
        return Prediction(self.head(self.dropout(last)), parts={"fused": last})
