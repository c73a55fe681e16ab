"""Each channel read twice: convolutions for what is near in time, a Transformer for what is far.

rows ─┬─ convolutions ─ vector ─┐
      └─ Transformer ── vector ─┴─ gate ─ vector ─┐
...                                               ├─ concatenation ─ MLP ─ score
"""

from collections.abc import Mapping

import torch
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.mlp import mlp
from tritone.models.base import FusionModel
from tritone.models.encoders import encode, readers


class DualStream(FusionModel):
    """In the style of a dual-stream CNN-Transformer network, for any channels.

    `parts["gate_audio"]` (clip, width) and so on: how far each number is the convolutions'.

    Source: Tellai, Gao and Mao 2023, "An efficient speech emotion recognition based on a
        dual-stream CNN-transformer fusion network", International Journal of Speech Technology
        26, 541-557 (named by S002).
    Differs: in the style of, from the title and from what S002 says of it (spatial and temporal
        information at once from MFCC and mel): there two streams hear a voice; here each
        channel has both. The gate and the sizes are ours.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of the states of both streams.
        depth: levels of both.
        heads: of the Transformer's attention.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        depth: int = 2,
        heads: int = 4,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        shape = {"depth": depth, "heads": heads, "dropout": dropout}
        self.near = readers(dims, width, "cnn", **shape)
        self.far = readers(dims, width, "transformer", **shape)
        self.gate = nn.ModuleDict({m: nn.Linear(2 * width, width) for m in dims})
        self.mix = mlp([width * len(dims), width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        near, far = encode(self, self.near, batch), encode(self, self.far, batch)
        vectors, parts = [], {}
        for m, weigh in self.gate.items():
            one, other = near[m].vector, far[m].vector
            gate = weigh(torch.cat([one, other], dim=1)).sigmoid()
            vectors.append(gate * one + (1 - gate) * other)
            parts[f"gate_{m}"] = gate
        fused = self.mix(torch.cat(vectors, dim=1))
        return Prediction(self.head(fused), {"fused": fused, **parts})
