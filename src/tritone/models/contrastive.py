"""Channels of one clip are drawn together, those of different clips apart; then concatenation.

text   ─ encoder ─ vector ─┬─ concatenation ─ MLP ─ score
audio  ─ encoder ─ vector ─┤
vision ─ encoder ─ vector ─┘─ each pair: InfoNCE over the batch (a loss)
"""

from collections.abc import Mapping
from itertools import combinations

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.contrastive import info_nce
from tritone.layers.mlp import mlp
from tritone.models.base import FusionModel
from tritone.models.encoders import encode, readers
from tritone.models.subnets import known_rows


class Contrastive(FusionModel):
    """Concatenation of vectors that know which others they belong to.

    Losses: "task", and "contrast", InfoNCE between each two channels over the clips that have
    both. One channel has nothing to be contrasted with.

    Source: S002, Scientific Reports 15:25440, related work (contrastive learning between
        channels); van den Oord et al. 2018, "Representation Learning with Contrastive
        Predictive Coding". https://arxiv.org/abs/1807.03748
    Differs: S002 names the idea only. Each channel is projected before it is contrasted, so
        that what the channels do not share can still reach the score.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of the encoders' states and of the projections.
        encoders: a name for all channels, or one for each: cnn, lstm, mean, transformer.
        depth: levels of each encoder.
        heads: of the attention in a Transformer.
        dropout: share dropped in training, 0 to 1.
        weight: of the contrast in the loss, 0 or more.
        temperature: of the contrast, above 0.
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
        weight: int | float = 0.1,
        temperature: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.weight, self.temperature = weight, temperature
        self.read = readers(dims, width, encoders, depth=depth, heads=heads, dropout=dropout)
        paired = dims if len(dims) > 1 else ()
        self.project = nn.ModuleDict({m: nn.Linear(width, width) for m in paired})
        self.mix = mlp([width * len(dims), width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        encoded = encode(self, self.read, batch)
        fused = self.mix(torch.cat([each.vector for each in encoded.values()], dim=1))
        parts = {f"present_{m}": each.present for m, each in encoded.items()}
        parts |= {f"view_{m}": view(encoded[m].vector) for m, view in self.project.items()}
        return Prediction(self.head(fused), {"fused": fused, **parts})

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task, and the contrast of each pair of channels."""
        terms, part, known = super().losses(prediction, batch), prediction.parts, known_rows(batch)
        pairs = [
            info_nce(
                part[f"view_{one}"],
                part[f"view_{other}"],
                known & part[f"present_{one}"] & part[f"present_{other}"],
                temperature=self.temperature,
            )
            for one, other in combinations(self.project, 2)
        ]
        if pairs:
            terms["contrast"] = self.weight * torch.stack(pairs).mean()
        return terms
