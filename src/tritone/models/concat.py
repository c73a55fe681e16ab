"""Fusion by concatenation: the modalities' vectors end to end, then layers that mix them."""

from collections.abc import Mapping

import torch
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.mlp import mlp
from tritone.models.base import FusionModel
from tritone.models.encoders import encode, readers


class ConcatMLP(FusionModel):
    """Average each modality over time (or let an encoder), concatenate, let an MLP mix them.

    Source: S001, "concatenation to MLP", as in Ngiam et al. 2011, "Multimodal Deep Learning",
        ICML. https://icml.cc/2011/papers/399_icmlpaper.pdf
    Differs: each modality is first brought to the same width, so that a wide one does not
        outvote a narrow one, and a modality that a clip lacks is a vector of zeros.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of each modality's vector and of the hidden layers.
        encoders: what reads each channel, a name for all or one for each: average, cnn, lstm,
            mean, transformer.
        depth: hidden layers after the concatenation.
        heads: of the attention in a Transformer.
        dropout: share of the hidden layers' inputs that is dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 128,
        encoders: str | Mapping[str, str] = "average",
        depth: int = 2,
        heads: int = 4,
        dropout: float = 0.2,
    ) -> None:
        super().__init__(dims, task)
        self.read = readers(dims, width, encoders, heads=heads, dropout=dropout)
        self.mix = mlp([width * len(dims), *[width] * depth], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        vectors = [each.vector for each in encode(self, self.read, batch).values()]
        fused = self.mix(torch.cat(vectors, dim=1))
        return Prediction(self.head(fused), parts={"fused": fused})
