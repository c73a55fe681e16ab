"""Fusion by outer product: every feature of one modality meets every feature of the others.

    text   ─ read ─┐
    audio  ─ read ─┼─ [1;t] ⊗ [1;a] ⊗ [1;v], contracted with a rank-R weight ─ head ─ score
    vision ─ read ─┘

The leading 1 keeps the uni- and bimodal products in the sum. A modality that a clip lacks is
the vector 0, so what is left is the product of the others.
"""

from collections.abc import Mapping

import torch
from einops import einsum
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.mlp import mlp
from tritone.layers.pooling import is_present, masked_mean
from tritone.models.base import FusionModel


class LowRankFusion(FusionModel):
    """Tensor fusion whose weight is a sum of `rank` outer products; the tensor is never built.

    Source: Liu et al. 2018, "Efficient Low-rank Multimodal Fusion With Modality-Specific
        Factors", ACL, eq. 6. https://arxiv.org/abs/1806.00064
    Differs: reads text by masked mean, where the paper runs an LSTM; no batch norm in the
        readers; one width for all modalities.

    Args:
        dims: width of a row of each modality; two modalities or twenty.
        task: what is predicted; sets the width of the score.
        width: size of each modality's vector and of the fused vector.
        rank: number of outer products, the R of the paper.
        dropout: share of the readers' inputs that is dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        rank: int = 4,
        dropout: float = 0.2,
    ) -> None:
        super().__init__(dims, task)
        self.read = nn.ModuleDict(
            {m: mlp([dim, width, width, width], dropout=dropout) for m, dim in dims.items()}
        )
        self.factor = nn.ParameterDict(
            {m: torch.randn(rank, 1 + width, width) / (1 + width) ** 0.5 for m in dims}
        )
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        vectors = {}
        for modality in self.dims:
            track = self.track(batch, modality)
            vector = self.read[modality](masked_mean(track.values, track.mask))
            vectors[modality] = vector * is_present(track.mask)
        ones = {modality: with_one(vector) for modality, vector in vectors.items()}
        fused = low_rank_product(ones, self.factor)
        parts = {f"vector_{modality}": vector for modality, vector in vectors.items()}
        return Prediction(self.head(fused), parts={"fused": fused, **parts})


def low_rank_product(
    vectors: Mapping[str, Tensor], factors: Mapping[str, Tensor] | nn.ParameterDict
) -> Float[Tensor, "batch out"]:
    """Eq. 6: contract each vector with its factor, multiply over modalities, sum over rank."""
    product: Tensor | float = 1.0
    for modality, vector in vectors.items():
        product = product * einsum(
            vector, factors[modality], "batch dim, rank dim out -> batch rank out"
        )
    return einsum(torch.as_tensor(product), "batch rank out -> batch out")


def with_one(vector: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim+1"]:
    """Put a constant 1 before each vector, so that a product with it keeps the lower orders."""
    return functional.pad(vector, (1, 0), value=1.0)
