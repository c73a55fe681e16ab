"""Attention in two storeys: over the rows of each channel, then over the channels.

text   ─ encoder ─ rows ─ attention over time ─ vector ─┐
audio  ─ encoder ─ rows ─ attention over time ─ vector ─┼─ GRU ─ attention over channels ─ score
vision ─ encoder ─ rows ─ attention over time ─ vector ─┘
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
from tritone.models.encoders import encode, readers


class HierarchicalAttention(FusionModel):
    """Which moments matter in each channel, and which channels matter in the clip.

    `parts["attention_text"]` (clip, row) and so on, and `parts["attention"]` (clip, channel),
    sum to 1 over what is there.

    Source: S001, Huang, "Cross-Modal Sentiment Understanding", V (future work: hierarchical
        attention networks); Yang et al. 2016, "Hierarchical Attention Networks for Document
        Classification", NAACL. https://aclanthology.org/N16-1174
    Differs: rows and channels stand for the words and sentences of the paper. As its upper GRU
        reads sentences in order, this one reads channels in the order of `dims`, both ways.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of the encoders' states.
        encoders: a name for all channels, or one for each: cnn, lstm, mean, transformer.
        depth: levels of each encoder.
        heads: of the attention in a Transformer.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        encoders: str | Mapping[str, str] = "lstm",
        depth: int = 1,
        heads: int = 4,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.read = readers(dims, width, encoders, depth=depth, heads=heads, dropout=dropout)
        self.over_time = nn.ModuleDict({m: AttentionPooling(width) for m in dims})
        self.upper = Recurrent(width, width, cell="gru", both_ways=True)
        self.over_channels = AttentionPooling(self.upper.out)
        self.mix = mlp([self.upper.out, width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        vectors, present, parts = [], [], {}
        for modality, each in encode(self, self.read, batch).items():
            vector, weights = self.over_time[modality](each.states, each.mask)
            vectors.append(vector)
            present.append(each.present)
            parts[f"attention_{modality}"] = weights
        there = torch.stack(present, dim=1)
        states, _ = self.upper(torch.stack(vectors, dim=1), there)
        fused, weights = self.over_channels(states, there)
        fused = self.mix(fused)
        return Prediction(self.head(fused), {**parts, "fused": fused, "attention": weights})
