"""Each channel read from both ends; the moments that matter; concatenation.

each channel ─ BiLSTM ─ rows ─ attention over time ─ vector ─┐
...                                                          ├─ concatenation ─ MLP ─ score
"""

from collections.abc import Mapping

import torch
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.attention import AttentionPooling
from tritone.layers.mlp import mlp
from tritone.layers.recurrent import Recurrent
from tritone.models.base import FusionModel
from tritone.models.subnets import read_tracks


class BiLSTMAttention(FusionModel):
    """A bidirectional LSTM and attention over its states, for each channel.

    `parts["attention_text"]` (clip, row) and so on sum to 1 over the rows that are there.

    Source: S003, which names a "Bi-LSTM with attention model from 2021" in a figure, without
        more; Zhou et al. 2016, "Attention-Based Bidirectional Long Short-Term Memory Networks
        for Relation Classification", ACL. https://aclanthology.org/P16-2034/
    Differs: in the style of. The two directions stand side by side (Zhou et al. add them), the
        attention has a hidden layer, and channels are concatenated.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of the state, either way, and of the layer before the score.
        depth: layers of each LSTM.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        depth: int = 1,
        dropout: float = 0.2,
    ) -> None:
        super().__init__(dims, task)
        self.read = nn.ModuleDict(
            {
                m: Recurrent(dim, width, depth=depth, both_ways=True, dropout=dropout)
                for m, dim in dims.items()
            }
        )
        self.over_time = nn.ModuleDict({m: AttentionPooling(2 * width) for m in dims})
        self.mix = mlp([2 * width * len(dims), width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        vectors, parts = [], {}
        for m, track in read_tracks(self, batch).items():
            states, _ = self.read[m](track.values, track.mask)
            vector, weights = self.over_time[m](states, track.mask)
            vectors.append(vector)
            parts[f"attention_{m}"] = weights
        fused = self.mix(torch.cat(vectors, dim=1))
        return Prediction(self.head(fused), {"fused": fused, **parts})
