"""S000's A1: the final hidden states end to end, then one classifier.

text   ─ Transformer ─ vector ─┐
audio  ─ Transformer ─ vector ─┼─ concatenation ─ MLP ─ score
vision ─ Transformer ─ vector ─┘
"""

from collections.abc import Mapping

import torch
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.mlp import mlp
from tritone.models.base import FusionModel
from tritone.models.encoders import encode, readers
from tritone.models.pretrained_encoders import frozen_in
from tritone.models.pretrained_readers import take_unimodal


class EarlyConcat(FusionModel):
    """Concatenate what each channel's Transformer ends with, and classify.

    The paper calls this early fusion; it joins features, not inputs. `take_unimodal` starts it
    from encoders that were trained alone, as the paper does.

    Source: S000, Lee, Singh and Ong 2025, "Dynamic Multimodal Sentiment Analysis: Leveraging
        Cross-Modal Attention for Enabled Classification", https://arxiv.org/abs/2501.08085,
        section 2.5.2 (A1).
    Differs: the classifier has one hidden layer (the paper does not say); a channel that a clip
        lacks is a vector of zeros.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of the encoders' states and of the classifier's hidden layer.
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
        self.mix = mlp([width * len(dims), width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    take_unimodal = take_unimodal
    frozen = frozen_in

    def forward(self, batch: Batch) -> Prediction:
        vectors = [each.vector for each in encode(self, self.read, batch).values()]
        fused = self.mix(torch.cat(vectors, dim=1))
        return Prediction(self.head(fused), parts={"fused": fused})
