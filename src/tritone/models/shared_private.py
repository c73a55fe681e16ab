"""Each channel in two halves: what it says like the others, and what it says alone.

each channel ─ encoder ─ vector ─┬─ shared map (one for all) ─┐
                                 └─ private map of its own ───┴─ concatenation ─ MLP ─ score
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import torch
from jaxtyping import Bool
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.mlp import mlp
from tritone.models.base import FusionModel
from tritone.models.domains import moment_discrepancy, overlap
from tritone.models.encoders import Encoded, encode, readers
from tritone.models.subnets import known_rows


class SharedPrivate(FusionModel):
    """Similarity and dissimilarity split, as a brick on any encoders.

    Losses: "task"; "similarity", how far the shared halves of two channels are from one
    distribution; "separation", how much private and shared halves, and two private ones, have
    in common.

    Source: S002, Scientific Reports 15:25440, related work (similarity and dissimilarity
        decomposition); Bousmalis et al. 2016, "Domain Separation Networks", NeurIPS.
        https://arxiv.org/abs/1608.06019
    Differs: nothing is rebuilt from the halves (`misa` and `disrfn` do that), so that both
        terms weigh little: with the weights of `misa` they leave nothing to decide by.

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
        similarity: int | float = 0.02,
        separation: int | float = 0.02,
    ) -> None:
        super().__init__(dims, task)
        self.similarity, self.separation = similarity, separation
        self.read = readers(dims, width, encoders, depth=depth, heads=heads, dropout=dropout)
        self.split = Halves(dims, width)
        self.mix = mlp([2 * width * len(dims), width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        parts = self.split(encode(self, self.read, batch))
        halves = [parts[f"{kind}_{m}"] for m in self.dims for kind in ("shared", "private")]
        fused = self.mix(torch.cat(halves, dim=1))
        return Prediction(self.head(fused), {"fused": fused, **parts})

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task; shared halves alike; all others apart."""
        terms, known = super().losses(prediction, batch), known_rows(batch)
        alike, apart = split_terms(tuple(self.dims), prediction.parts, known)
        if len(self.dims) > 1:
            terms["similarity"] = self.similarity * alike
        return {**terms, "separation": self.separation * apart}


class Halves(nn.Module):
    """What a channel's vector shares with the others, and what is its own.

    Args:
        channels: their names.
        width: size of a vector, and of either half.
    """

    def __init__(self, channels: Iterable[str], width: int) -> None:
        super().__init__()
        # Vectors that are nearly alike would make the terms below steep, and the sigmoids flat.
        self.norm = nn.ModuleDict({m: nn.LayerNorm(width) for m in channels})
        self.shared = nn.Sequential(nn.Linear(width, width), nn.Sigmoid())
        self.private = nn.ModuleDict(
            {m: nn.Sequential(nn.Linear(width, width), nn.Sigmoid()) for m in self.norm}
        )

    def forward(self, encoded: Mapping[str, Encoded]) -> dict[str, Tensor]:
        """The parts `shared_`, `private_`, `vector_` and `present_` of each channel."""
        parts = {}
        for m, private in self.private.items():
            vector, there = self.norm[m](encoded[m].vector), encoded[m].present
            parts[f"shared_{m}"] = self.shared(vector) * there.unsqueeze(1)
            parts[f"private_{m}"] = private(vector) * there.unsqueeze(1)
            parts[f"vector_{m}"], parts[f"present_{m}"] = vector, there
        return parts


def split_terms(
    channels: Sequence[str], part: Mapping[str, Tensor], known: Bool[Tensor, " batch"]
) -> tuple[Tensor, Tensor]:
    """How far shared halves are from each other, and how much other halves have in common.

    Args:
        channels: their names; with one, nothing is to be alike.
        part: what `Halves` gives.
        known: the clips that count.
    """
    counts = {m: known & part[f"present_{m}"] for m in channels}
    apart = [overlap(part[f"private_{m}"], part[f"shared_{m}"], counts[m]) for m in channels]
    alike = [apart[0].new_zeros(())]
    for one, other in combinations(channels, 2):
        both = counts[one] & counts[other]
        alike.append(moment_discrepancy(part[f"shared_{one}"], part[f"shared_{other}"], both))
        apart.append(overlap(part[f"private_{one}"], part[f"private_{other}"], both))
    return torch.stack(alike).sum() / max(1, len(alike) - 1), torch.stack(apart).sum()
