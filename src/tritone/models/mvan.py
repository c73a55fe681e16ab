"""A memory that is read by the words, view by view, and hop by hop.

words ─ encoder ─ vector = question ─┬─ read each view's rows, add ─ read the words, add ─┐
views ─ encoder ─ rows ──────────────┘            (several hops)                          │
                              vectors of all channels ────────────────────────────────────┴─ MLP
"""

from collections.abc import Mapping

import torch
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.guided import GuidedAttention
from tritone.layers.mlp import mlp
from tritone.models.base import FusionModel
from tritone.models.encoders import encode, readers
from tritone.models.primary import primary_of


class MVAN(FusionModel):
    """In the style of MVAN: multi-view attention with a memory that is updated in hops.

    `parts["attention_vision"]` (clip, row) and so on: where the last hop looked.

    Source: Yang et al. 2021, "Image-Text Multimodal Emotion Classification via Multi-View
        Attentional Network", IEEE Transactions on Multimedia 23.
        https://doi.org/10.1109/TMM.2020.3035277
    Differs: in the style of, from the abstract: a memory network learns attention over image
        and text from the views of object and scene, updated hop by hop, and fused by stacked
        layers. Here each channel beside the words is a view; formulas and sizes are ours.

    Args:
        dims: width of a row of each modality; text asks, or the first without it.
        task: what is predicted; sets the width of the score.
        width: size of the encoders' states.
        hops: how often the views are read.
        encoders: a name for all channels, or one for each: cnn, lstm, mean, transformer.
        heads: of the attention in a Transformer.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        hops: int = 2,
        encoders: str | Mapping[str, str] = "lstm",
        heads: int = 4,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.primary, self.hops = primary_of(dims), hops
        self.read = readers(dims, width, encoders, heads=heads, dropout=dropout)
        self.look = nn.ModuleDict({m: GuidedAttention(width, width) for m in dims})
        self.mix = mlp([width * (1 + len(dims)), width, width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        encoded = encode(self, self.read, batch)
        question, parts = encoded[self.primary].vector, {}
        order = [*(m for m in self.dims if m != self.primary), self.primary]
        for _ in range(self.hops):
            for m in order:
                seen, weights = self.look[m](encoded[m].states, encoded[m].mask, question)
                question = question + seen
                parts[f"attention_{m}"] = weights
        vectors = [question, *(each.vector for each in encoded.values())]
        fused = self.mix(torch.cat(vectors, dim=1))
        return Prediction(self.head(fused), {"fused": fused, **parts})
