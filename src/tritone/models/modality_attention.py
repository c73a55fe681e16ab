"""S000's A2: the channels look at each other before they are concatenated.

text   ─ Transformer ─ vector ─┐                           ┌─ vector ─┐
audio  ─ Transformer ─ vector ─┼─ multi-head attention, + ─┼─ vector ─┼─ concat ─ MLP ─ score
vision ─ Transformer ─ vector ─┘                           └─ vector ─┘
"""

from collections.abc import Mapping

import torch
from einops import rearrange
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.attention import MultiHeadAttention
from tritone.layers.mlp import mlp
from tritone.models.base import FusionModel
from tritone.models.encoders import checked_heads, encode, readers
from tritone.models.pretrained_encoders import frozen_in
from tritone.models.pretrained_readers import take_unimodal


class ModalityAttention(FusionModel):
    """A1 with multi-head attention over the channels' vectors, so that each clip weighs them.

    `parts["attention"]` (clip, channel, channel) says how much each channel took of each.

    Source: S000, Lee, Singh and Ong 2025, "Dynamic Multimodal Sentiment Analysis: Leveraging
        Cross-Modal Attention for Enabled Classification", https://arxiv.org/abs/2501.08085,
        section 2.5.3 (A2).
    Differs: the attended vectors are added to the old ones and normed, as in a Transformer; the
        paper only says that an attention layer is added. A channel that a clip lacks is neither
        asked nor asks: its vector is zeros.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of the encoders' states and of the classifier's hidden layer.
        encoders: what reads each channel, a name for all or one for each: cnn, lstm, mean,
            transformer.
        depth: levels of each encoder.
        heads: of all attention.
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
        self.attention = MultiHeadAttention(width, checked_heads(width, heads), dropout=dropout)
        self.norm = nn.LayerNorm(width)
        self.mix = mlp([width * len(dims), width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    take_unimodal = take_unimodal
    frozen = frozen_in

    def forward(self, batch: Batch) -> Prediction:
        encoded = encode(self, self.read, batch).values()
        vectors = torch.stack([each.vector for each in encoded], dim=1)
        present = torch.stack([each.present for each in encoded], dim=1)
        taken, weights = self.attention.weigh(vectors, vectors, present)
        weighed = self.norm(vectors + taken) * present.unsqueeze(2)
        fused = self.mix(rearrange(weighed, "batch channel width -> batch (channel width)"))
        weights = weights * present.unsqueeze(2)
        return Prediction(self.head(fused), parts={"fused": fused, "attention": weights})
