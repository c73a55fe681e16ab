"""Each channel in two halves: what it says like the others, and what it says alone.

each channel ─ encoder ─ vector ─┬─ shared map (one for all) ─┐
                                 └─ private map of its own ───┴─ concatenation ─ MLP ─ score
"""

from collections.abc import Mapping
from itertools import combinations

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.mlp import mlp
from tritone.models.base import FusionModel
from tritone.models.domains import moment_discrepancy, overlap
from tritone.models.encoders import encode, readers
from tritone.models.subnets import known_rows


class SharedPrivate(FusionModel):
    """Similarity and dissimilarity split, as a brick on any encoders.

    Losses: "task"; "similarity", how far the shared halves of two channels are from one
    distribution; "separation", how much private and shared halves, and two private ones, have
    in common.

    Source: S002, Scientific Reports 15:25440, related work (similarity and dissimilarity
        decomposition); Bousmalis et al. 2016, "Domain Separation Networks", NeurIPS.
        https://arxiv.org/abs/1608.06019
    Differs: nothing is rebuilt from the halves (`misa` does that, and fuses by attention).

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of the encoders' states and of each half.
        encoders: a name for all channels, or one for each: cnn, lstm, mean, transformer.
        depth: levels of each encoder.
        heads: of the attention in a Transformer.
        dropout: share dropped in training, 0 to 1.
        similarity: weight of the distance between shared halves.
        separation: weight of what is to be apart and is not.
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
        similarity: int | float = 1.0,
        separation: int | float = 0.3,
    ) -> None:
        super().__init__(dims, task)
        self.similarity, self.separation = similarity, separation
        self.read = readers(dims, width, encoders, depth=depth, heads=heads, dropout=dropout)
        self.shared = nn.Sequential(nn.Linear(width, width), nn.Sigmoid())
        self.private = nn.ModuleDict(
            {m: nn.Sequential(nn.Linear(width, width), nn.Sigmoid()) for m in dims}
        )
        self.mix = mlp([2 * width * len(dims), width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        parts = {}
        for m, each in encode(self, self.read, batch).items():
            there = each.present.unsqueeze(1)
            parts[f"shared_{m}"] = self.shared(each.vector) * there
            parts[f"private_{m}"] = self.private[m](each.vector) * there
            parts[f"present_{m}"] = each.present
        halves = [parts[f"{kind}_{m}"] for m in self.dims for kind in ("shared", "private")]
        fused = self.mix(torch.cat(halves, dim=1))
        return Prediction(self.head(fused), {"fused": fused, **parts})

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task; shared halves alike; all others apart."""
        terms, part, known = super().losses(prediction, batch), prediction.parts, known_rows(batch)
        counts = {m: known & part[f"present_{m}"] for m in self.dims}
        alike = []
        apart = [overlap(part[f"private_{m}"], part[f"shared_{m}"], counts[m]) for m in self.dims]
        for one, other in combinations(self.dims, 2):
            both = counts[one] & counts[other]
            alike.append(moment_discrepancy(part[f"shared_{one}"], part[f"shared_{other}"], both))
            apart.append(overlap(part[f"private_{one}"], part[f"private_{other}"], both))
        if alike:
            terms["similarity"] = self.similarity * torch.stack(alike).mean()
        terms["separation"] = self.separation * torch.stack(apart).sum()
        return terms
