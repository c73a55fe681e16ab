"""Each channel is a memory that the others read, again and again.

channel ─ encoder ─ rows ─ read by the mean of the others ─ added to its vector ─┐
   ...            (several hops, all channels at once)                           ├─ MLP ─ score
channel ─ encoder ─ rows ─ read by the mean of the others ─ added to its vector ─┘
"""

from collections.abc import Mapping

import torch
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.guided import GuidedAttention
from tritone.layers.mlp import mlp
from tritone.layers.pooling import masked_mean
from tritone.models.base import FusionModel
from tritone.models.encoders import encode, readers


class CoMN(FusionModel):
    """In the style of CoMN: channels attend to each other's memories in hops.

    `parts["attention_vision"]` (clip, row) and so on: where the last hop looked.

    Source: Xu, Mao and Chen 2018, "A Co-Memory Network for Multimodal Sentiment Analysis",
        SIGIR.
    Differs: in the style of, from the abstract: the mutual influence of image and text is
        modelled iteratively, in a textual and a visual memory. Any channels; the formulas and
        sizes are ours. A channel by itself is asked by its own vector.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of the encoders' states.
        hops: how often each memory is read, at least 1.
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
        self.read = readers(dims, width, encoders, heads=heads, dropout=dropout)
        self.hops = nn.ModuleList(
            nn.ModuleDict({m: GuidedAttention(width, width) for m in dims}) for _ in range(hops)
        )
        self.mix = mlp([width * len(dims), width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        encoded, parts = encode(self, self.read, batch), {}
        vectors = {m: masked_mean(each.states, each.mask) for m, each in encoded.items()}
        for hop in self.hops:
            read = {}
            for m, look in hop.named_children():
                others = [v for other, v in vectors.items() if other != m] or [vectors[m]]
                guide = torch.stack(others).mean(dim=0)
                read[m], weights = look(encoded[m].states, encoded[m].mask, guide)
                parts[f"attention_{m}"] = weights
            vectors = {m: vector + read[m] for m, vector in vectors.items()}
        fused = self.mix(torch.cat(list(vectors.values()), dim=1))
        return Prediction(self.head(fused), {"fused": fused, **parts})
