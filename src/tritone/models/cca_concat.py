"""Project the channels to where they correlate, then concatenate.

rows ─ mean over time ─ CCA direction (fitted on train, all channels at once) ─┐
...                                                                            ├─ concat ─ MLP
"""

from collections.abc import Iterable, Mapping

from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.errors import ModelError
from tritone.core.task import Task
from tritone.layers.canonical import shared_axes
from tritone.layers.mlp import mlp
from tritone.layers.projection import Projection
from tritone.models.base import FusionModel
from tritone.models.gathered import gather
from tritone.models.reduction import Encoders, Reduced


class CcaConcat(FusionModel):
    """Each channel's mean row in the subspace that the channels share, through an MLP.

    Two channels: regularised CCA. More: its extension to all pairs. `prepare` fits it on the
    train split only, without labels; until then the first numbers of each row stand in. With
    one channel there is nothing to correlate with, and the directions mean nothing.

    Source: S001, Huang, "Cross-Modal Sentiment Understanding", III.A.3, canonical
        correlation analysis; Hotelling 1936, Kettenring 1971, Vinod 1976 (see `layers.canonical`).
    Differs: the paper does not say what reads the projections; here an MLP over all of them.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        keep: directions, at most as many as the narrowest channel has columns.
        shrink: share of the identity in each channel's covariance, above 0, up to 1.
        width: size of the encoders' states and of the MLP's layers.
        encoders: what reads the reduced rows, a name for all channels or one for each: cnn, lstm,
            mean, transformer; None reduces the mean row of each clip instead.
        depth: its number of layers.
        dropout: share of the layers' inputs that is dropped in training, 0 to 1.

    Raises:
        ModelError: a shrink outside its range.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        keep: int = 32,
        shrink: int | float = 0.1,
        width: int = 128,
        encoders: Encoders = None,
        depth: int = 1,
        dropout: float = 0.2,
    ) -> None:
        super().__init__(dims, task)
        if not 0 < shrink <= 1:
            raise ModelError(f"A covariance is shrunk by a share above 0, up to 1, got {shrink}.")
        self.shrink, self.keep = shrink, min(keep, *dims.values())
        reduce = nn.ModuleDict({m: Projection(dim, self.keep) for m, dim in dims.items()})
        self.reduced = Reduced(reduce, dict.fromkeys(dims, self.keep), width, encoders, dropout)
        self.mix = mlp([self.reduced.width, *[width] * depth], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def prepare(self, train: Iterable[Batch]) -> None:
        gathered = gather(self, train)
        axes = shared_axes(
            list(gathered.vectors.values()),
            list(gathered.present.values()),
            self.keep,
            shrink=self.shrink,
        )
        for reduce, (shift, matrix) in zip(self.reduced.reduce.values(), axes, strict=True):
            if isinstance(reduce, Projection):
                reduce.set(shift, matrix)

    def forward(self, batch: Batch) -> Prediction:
        fused = self.mix(self.reduced(self, batch))
        return Prediction(self.head(fused), parts={"fused": fused})
