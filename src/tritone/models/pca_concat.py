"""Reduce each channel by PCA, then concatenate.

rows ─ mean over time ─ PCA (fitted on train) ─┐
...                                            ├─ concatenation ─ MLP ─ score
"""

from collections.abc import Iterable, Mapping

import torch
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.mlp import mlp
from tritone.layers.pooling import is_present, masked_mean
from tritone.layers.principal import principal_axes
from tritone.layers.projection import Projection
from tritone.models.base import FusionModel
from tritone.models.gathered import gather


class PcaConcat(FusionModel):
    """Principal components of each channel's mean row, end to end, through an MLP.

    `prepare` fits the components, on the train split only; until then the first numbers of each
    row stand in.

    Source: S001, Huang, "Cross-Modal Sentiment Understanding", III.A.2, PCA before
        concatenation; Pearson 1901 for the components.
    Differs: columns are standardised before and components after, so that units do not matter.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        keep: components of each channel, at most as many as it has columns.
        width: size of the MLP's layers.
        depth: its number of layers.
        dropout: share of the layers' inputs that is dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        keep: int = 32,
        width: int = 128,
        depth: int = 1,
        dropout: float = 0.2,
    ) -> None:
        super().__init__(dims, task)
        self.reduce = nn.ModuleDict({m: Projection(dim, min(keep, dim)) for m, dim in dims.items()})
        kept = sum(min(keep, dim) for dim in dims.values())
        self.mix = mlp([kept, *[width] * depth], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def prepare(self, train: Iterable[Batch]) -> None:
        gathered = gather(self, train)
        for modality, reduce in self.reduce.items():
            rows = gathered.rows(modality)
            if isinstance(reduce, Projection) and len(rows):
                reduce.set(*principal_axes(rows, reduce.keep))

    def forward(self, batch: Batch) -> Prediction:
        fused = self.mix(reduced(self, self.reduce, batch))
        return Prediction(self.head(fused), parts={"fused": fused})


def reduced(model: FusionModel, reduce: nn.ModuleDict, batch: Batch) -> torch.Tensor:
    """Each channel's mean row through its projection, end to end; zeros where it is absent."""
    vectors = []
    for modality in model.dims:
        track = model.track(batch, modality)
        vector = reduce[modality](masked_mean(track.values, track.mask))
        vectors.append(vector * is_present(track.mask))
    return torch.cat(vectors, dim=1)
