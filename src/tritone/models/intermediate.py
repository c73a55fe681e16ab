"""Merge the channels at several depths of their encoders, not only at the end.

text   ─ layer 1 ─┬─ layer 2 ─┬─ ...
audio  ─ layer 1 ─┼─ layer 2 ─┼─ ...
vision ─ layer 1 ─┤─ layer 2 ─┤
                merge ────── merge ─ ... ─ score
"""

from collections.abc import Mapping

import torch
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.mlp import mlp
from tritone.layers.pooling import masked_mean
from tritone.models.base import FusionModel
from tritone.models.encoders import encode, readers

# As the paper has it: BERT for text (the store's rows are its), LSTM for speech, CNN for faces.
AS_IN_PAPER = {"text": "transformer", "audio": "lstm", "vision": "cnn"}


class Intermediate(FusionModel):
    """What the encoders know after each layer, averaged over time and merged layer by layer.

    Each merge reads the merge below and the same layer of all channels, so that low features
    meet low ones and high features high ones.

    Source: S001, Huang, "Cross-Modal Sentiment Understanding", III.C.1, intermediate fusion.
    Differs: the paper merges the outputs of BERT, LSTM and CNN before a fully connected
        network and leaves open at which layers; here at every one.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of the encoders' states and of the merged vectors.
        encoders: a name for all channels, or one for each: cnn, lstm, mean, transformer.
        depth: layers of each encoder, and so merges.
        heads: of the attention in a Transformer.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        encoders: str | Mapping[str, str] = AS_IN_PAPER,
        depth: int = 2,
        heads: int = 4,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.read = readers(dims, width, encoders, depth=depth, heads=heads, dropout=dropout)
        self.merge = nn.ModuleList(
            mlp([width * (len(dims) + (place > 0)), width], dropout=dropout)
            for place in range(depth)
        )
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        encoded = list(encode(self, self.read, batch).values())
        below: list[torch.Tensor] = []
        for place, merge in enumerate(self.merge):
            layer = [masked_mean(each.levels[place], each.mask) for each in encoded]
            below = [merge(torch.cat([*below, *layer], dim=1))]
        return Prediction(self.head(below[0]), parts={"fused": below[0]})
