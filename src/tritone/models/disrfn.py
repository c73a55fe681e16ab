"""Channels taken apart, put together again, and fused by a graph of one, of two, and of all.

each channel ─ encoder ─┬─ shared ──┐
                        └─ private ─┴─ joint ─ vertex ─┐
                  every two vertices ─ vertex of a pair ┼─ MLP ─ score
"""

from collections.abc import Mapping
from itertools import combinations

import torch
from einops import einsum
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.attention import masked_softmax
from tritone.layers.mlp import mlp
from tritone.models.base import FusionModel
from tritone.models.encoders import encode, readers
from tritone.models.shared_private import Halves, split_terms
from tritone.models.subnets import known_rows, mean_over


class DISRFN(FusionModel):
    """In the style of DISRFN: domain separation, then a hierarchical graph fusion.

    Source: He et al. 2022, "Dynamic Invariant-Specific Representation Fusion Network for
        Multimodal Sentiment Analysis", Computational Intelligence and Neuroscience.
    Differs: in the style of, from the abstract: a joint domain separation network gives
        invariant and specific representations of each modality, and a hierarchical graph fusion
        network fuses them dynamically. The encoders and the losses (those of `shared_private`,
        and the reconstruction, at a tenth of MISA's weights, which left nothing to decide by
        on a made task) are ours; the graph is that of Mai et al. 2020, "Modality to Modality
        Translation", AAAI, with pairs as its upper level.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of the encoders' states and of each vertex.
        encoders: a name for all channels, or one for each: cnn, lstm, mean, transformer.
        heads: of the attention in a Transformer.
        dropout: share dropped in training, 0 to 1.
        similarity: weight of the distance between shared halves.
        separation: weight of what is to be apart and is not.
        reconstruction: weight of what the halves cannot give back.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        encoders: str | Mapping[str, str] = "lstm",
        heads: int = 4,
        dropout: float = 0.1,
        similarity: int | float = 0.1,
        separation: int | float = 0.03,
        reconstruction: int | float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.reconstruction = reconstruction
        self.similarity, self.separation = similarity, separation
        self.read = readers(dims, width, encoders, heads=heads, dropout=dropout)
        self.split = Halves(dims, width)
        self.rebuild = nn.Linear(width, width)
        self.join = nn.ModuleDict({m: nn.Linear(2 * width, width) for m in dims})
        self.graph = VertexGraph(len(dims), width, dropout=dropout)
        self.mix = mlp([self.graph.out, width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        parts = self.split(encode(self, self.read, batch))
        vertices = []
        for m, join in self.join.items():
            there = parts[f"present_{m}"].unsqueeze(1)
            both = torch.cat([parts[f"shared_{m}"], parts[f"private_{m}"]], dim=1)
            vertices.append(join(both).tanh() * there)
        present = torch.stack([parts[f"present_{m}"] for m in self.dims], dim=1)
        fused = self.mix(self.graph(torch.stack(vertices, dim=1), present))
        return Prediction(self.head(fused), {**parts, "fused": fused})

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task; the halves alike and apart; and nothing lost on the way."""
        terms, part = super().losses(prediction, batch), prediction.parts
        known, lost = known_rows(batch), []
        alike, apart = split_terms(tuple(self.dims), part, known)
        for m in self.dims:
            again = self.rebuild(part[f"shared_{m}"] + part[f"private_{m}"])
            each = (again - part[f"vector_{m}"]).square().mean(dim=1)
            lost.append(mean_over(each, known & part[f"present_{m}"]))
        if len(self.dims) > 1:
            terms["similarity"] = self.similarity * alike
        terms["separation"] = self.separation * apart
        return {**terms, "reconstruction": self.reconstruction * torch.stack(lost).mean()}


class VertexGraph(nn.Module):
    """Vertices weighed one by one; pairs of them weighed by how much they count and differ.

    A pair's weight is the softmax of (a_i + a_j) / (s_ij + 1/2), where a is each vertex's own
    weight and s the inner product of the two after a softmax.

    Source: Mai et al. 2020, "Modality to Modality Translation: An Adversarial Representation
        Learning and Graph Fusion Network for Multimodal Fusion", AAAI, eq. 13-19.
        https://arxiv.org/abs/1911.07848
    Differs: pairs are the upper level; the vertex of all three is left to the MLP that follows.

    Args:
        vertices: how many.
        width: of each.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(self, vertices: int, width: int, *, dropout: float) -> None:
        super().__init__()
        self.pairs = tuple(combinations(range(vertices), 2))
        self.out = 2 * width if self.pairs else width
        self.weigh = nn.Linear(width, 1)
        self.pair = mlp([2 * width, width], dropout=dropout) if self.pairs else nn.Identity()

    def forward(
        self, vertices: Float[Tensor, "batch vertex width"], present: Bool[Tensor, "batch vertex"]
    ) -> Float[Tensor, "batch out"]:
        weights = self.weigh(vertices).sigmoid().squeeze(2) * present
        single = einsum(weights, vertices, "batch vertex, batch vertex width -> batch width")
        if not self.pairs:
            return single
        soft, joined, edges, there = vertices.softmax(dim=2), [], [], []
        for i, j in self.pairs:
            joined.append(self.pair(torch.cat([vertices[:, i], vertices[:, j]], dim=1)))
            alike = (soft[:, i] * soft[:, j]).sum(dim=1)
            edges.append((weights[:, i] + weights[:, j]) / (alike + 1 / 2))
            there.append(present[:, i] & present[:, j])
        shares = masked_softmax(torch.stack(edges, dim=1), torch.stack(there, dim=1))
        double = einsum(
            shares, torch.stack(joined, dim=1), "batch pair, batch pair width -> batch width"
        )
        return torch.cat([single, double], dim=1)
