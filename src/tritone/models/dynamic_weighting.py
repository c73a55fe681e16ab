"""S000's dynamic feature weighting: each clip decides how much each channel counts.

text   ─ Transformer ─ vector ─┐
audio  ─ Transformer ─ vector ─┼─ Σ gate · vector ─ MLP ─ score
vision ─ Transformer ─ vector ─┘
             └── all vectors ──── softmax over the channels that are there = gates
"""

from collections.abc import Mapping

import torch
from einops import einsum
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.attention import masked_softmax
from tritone.layers.mlp import mlp
from tritone.models.base import FusionModel
from tritone.models.encoders import encode, readers
from tritone.models.pretrained_encoders import frozen_in
from tritone.models.pretrained_readers import take_unimodal


class DynamicWeighting(FusionModel):
    """Add up the channels' vectors by gates that are read off all of them, anew for each clip.

    `parts["gates"]` (clip, channel) sum to 1 over the channels that the clip has.

    Source: S000, Lee, Singh and Ong 2025, "Dynamic Multimodal Sentiment Analysis: Leveraging
        Cross-Modal Attention for Enabled Classification", https://arxiv.org/abs/2501.08085,
        abstract and section 4.2 (future work); S001, Huang, "Cross-Modal Sentiment
        Understanding", III.D.1, modality attention.
    Differs: both papers name the idea only. One softmax gate for each channel, as in Arevalo et
        al. 2017, "Gated Multimodal Units", https://arxiv.org/abs/1702.01992, where each feature
        has its own.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of the encoders' states.
        encoders: what reads each channel, a name for all or one for each: cnn, lstm, mean,
            transformer.
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
        encoders: str | Mapping[str, str] = "transformer",
        depth: int = 2,
        heads: int = 4,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.read = readers(dims, width, encoders, depth=depth, heads=heads, dropout=dropout)
        self.weigh = nn.Sequential(
            mlp([width * len(dims), width], dropout=dropout), nn.Linear(width, len(dims))
        )
        self.mix = mlp([width, width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    take_unimodal = take_unimodal
    frozen = frozen_in

    def forward(self, batch: Batch) -> Prediction:
        encoded = encode(self, self.read, batch).values()
        vectors = torch.stack([each.vector for each in encoded], dim=1)
        present = torch.stack([each.present for each in encoded], dim=1)
        gates = masked_softmax(self.weigh(vectors.flatten(1)), present)
        fused = self.mix(einsum(gates, vectors, "batch channel, batch channel dim -> batch dim"))
        return Prediction(self.head(fused), parts={"fused": fused, "gates": gates})
