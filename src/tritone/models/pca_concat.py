"""Reduce each channel by PCA, then concatenate.

rows ─ mean over time ─ PCA (fitted on train) ─┐
...                                            ├─ concatenation ─ MLP ─ score
"""

from collections.abc import Iterable, Mapping

from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.mlp import mlp
from tritone.layers.principal import principal_axes
from tritone.layers.projection import Projection
from tritone.models.base import FusionModel
from tritone.models.gathered import gather
from tritone.models.reduction import Encoders, Reduced


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
        width: size of the encoders' states and of the MLP's layers.
        encoders: what reads the reduced rows, a name for all channels or one for each: cnn, lstm,
            mean, transformer; None reduces the mean row of each clip instead.
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
        encoders: Encoders = None,
        depth: int = 1,
        dropout: float = 0.2,
    ) -> None:
        super().__init__(dims, task)
        kept = {m: min(keep, dim) for m, dim in dims.items()}
        reduce = nn.ModuleDict({m: Projection(dim, kept[m]) for m, dim in dims.items()})
        self.reduced = Reduced(reduce, kept, width, encoders, dropout)
        self.mix = mlp([self.reduced.width, *[width] * depth], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def prepare(self, train: Iterable[Batch]) -> None:
        gathered = gather(self, train)
        for modality, reduce in self.reduced.reduce.items():
            rows = gathered.rows(modality)
            if isinstance(reduce, Projection) and len(rows):
                reduce.set(*principal_axes(rows, reduce.keep))

    def forward(self, batch: Batch) -> Prediction:
        fused = self.mix(self.reduced(self, batch))
        return Prediction(self.head(fused), parts={"fused": fused})
