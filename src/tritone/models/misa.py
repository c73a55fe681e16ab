"""Modality-invariant and -specific spaces: what all say alike, and what each says alone.

each modality ─ read ─ project ─┬─ shared encoder ──┐
                                └─ private encoder ─┴─ 2n vectors ─ Transformer ─ score
"""

from collections.abc import Mapping
from itertools import combinations

import torch
from einops import rearrange
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.pooling import is_present
from tritone.layers.recurrent import Recurrent
from tritone.models.base import FusionModel
from tritone.models.domains import moment_discrepancy, overlap
from tritone.models.subnets import MeanReader, known_rows, mean_over, read_tracks


class MISA(FusionModel):
    """Shared and private vectors of each modality, fused by self-attention.

    Source: Hazarika et al. 2020, "MISA: Modality-Invariant and -Specific Representations for
        Multimodal Sentiment Analysis", MM. https://arxiv.org/abs/2005.03545
    Differs: text is rows of any encoder, averaged (the paper fine-tunes BERT); the LSTMs have
        one size, not that of their input; the task's loss is the house's (the paper takes the
        squared error for scores); a modality that a clip lacks is zeros, and its spaces are
        not compared.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        sequences: modalities that are read by LSTMs; the others are averaged over time. By
            default all but text.
        width: size of each space.
        hidden: size of the LSTMs' state.
        heads: of the fusing Transformer.
        dropout: share of the fused layer that is dropped in training, 0 to 1.
        similarity: weight of the distance between the shared spaces.
        separation: weight of the overlap between spaces that are to differ.
        reconstruction: weight of the distance to what went in.
        moments: the highest moment of the distance.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        sequences: tuple[str, ...] | None = None,
        width: int = 128,
        hidden: int = 64,
        heads: int = 2,
        dropout: float = 0.5,
        similarity: float = 1.0,
        separation: float = 0.3,
        reconstruction: float = 1.0,
        moments: int = 5,
    ) -> None:
        super().__init__(dims, task)
        self.similarity, self.separation = similarity, separation
        self.reconstruction, self.moments = reconstruction, moments
        if sequences is None:
            sequences = tuple(m for m in dims if m != "text")
        self.read = nn.ModuleDict(
            {
                m: StackedReader(dim, hidden) if m in sequences else MeanReader()
                for m, dim in dims.items()
            }
        )
        self.project = nn.ModuleDict(
            {
                m: nn.Sequential(
                    nn.Linear(4 * hidden if m in sequences else dim, width),
                    nn.ReLU(),
                    nn.LayerNorm(width),
                )
                for m, dim in dims.items()
            }
        )
        self.shared = nn.Sequential(nn.Linear(width, width), nn.Sigmoid())
        self.private = nn.ModuleDict(
            {m: nn.Sequential(nn.Linear(width, width), nn.Sigmoid()) for m in dims}
        )
        self.rebuild = nn.ModuleDict({m: nn.Linear(width, width) for m in dims})
        self.fuse = nn.TransformerEncoderLayer(width, heads, dropout=dropout, batch_first=True)
        self.mix = nn.Sequential(
            nn.Linear(2 * len(dims) * width, len(dims) * width), nn.Dropout(dropout), nn.ReLU()
        )
        self.head = nn.Linear(len(dims) * width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        parts = {}
        for modality, track in read_tracks(self, batch).items():
            present = is_present(track.mask)
            vector = self.read[modality](track.values, track.mask)
            whole = self.project[modality](vector) * present
            parts[f"whole_{modality}"], parts[f"present_{modality}"] = whole, present
            parts[f"private_{modality}"] = self.private[modality](whole) * present
            parts[f"shared_{modality}"] = self.shared(whole) * present
        spaces = [parts[f"{kind}_{m}"] for kind in ("private", "shared") for m in self.dims]
        mixed = self.fuse(torch.stack(spaces, dim=1))
        fused = self.mix(rearrange(mixed, "batch space width -> batch (space width)"))
        return Prediction(self.head(fused), parts={"fused": fused, **parts})

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task; shared spaces alike; private ones apart; and nothing lost on the way."""
        part, known = prediction.parts, known_rows(batch)
        counts = {m: known & part[f"present_{m}"].squeeze(1) for m in self.dims}
        alike, apart, lost = [], [], []
        for one, other in combinations(self.dims, 2):
            both = counts[one] & counts[other]
            shared = part[f"shared_{one}"], part[f"shared_{other}"]
            alike.append(moment_discrepancy(*shared, both, moments=self.moments))
            apart.append(overlap(part[f"private_{one}"], part[f"private_{other}"], both))
        for m in self.dims:
            private, shared = part[f"private_{m}"], part[f"shared_{m}"]
            apart.append(overlap(private, shared, counts[m]))
            again = self.rebuild[m](private + shared)
            each = (again - part[f"whole_{m}"]).square().mean(dim=1)
            lost.append(mean_over(each, counts[m]))
        terms = super().losses(prediction, batch)
        if alike:
            terms["similarity"] = self.similarity * torch.stack(alike).mean()
        terms["separation"] = self.separation * torch.stack(apart).sum()
        terms["reconstruction"] = self.reconstruction * torch.stack(lost).mean()
        return terms


class StackedReader(nn.Module):
    """Two bidirectional LSTMs with a LayerNorm between; the last states of both.

    Args:
        dim: width of a row.
        hidden: size of each state; what comes out is four times that.
    """

    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__()
        self.first = Recurrent(dim, hidden, both_ways=True)
        self.norm = nn.LayerNorm(2 * hidden)
        self.second = Recurrent(2 * hidden, hidden, both_ways=True)

    def forward(
        self, values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> Float[Tensor, "batch state"]:
        states, low = self.first(values, mask)
        _, high = self.second(self.norm(states), mask)
        return torch.cat([low, high], dim=1)
