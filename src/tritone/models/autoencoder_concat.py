"""Reduce each channel by an autoencoder, then concatenate the codes.

rows ─ mean over time ─ encoder ─ code ─┬─ concatenation ─ MLP ─ score
                                        └─ decoder ─ the mean row again (a loss)
"""

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.mlp import mlp
from tritone.layers.pooling import fill_padding, masked_mean
from tritone.layers.projection import Standardise
from tritone.models.base import FusionModel
from tritone.models.gathered import gather
from tritone.models.reduction import Encoders, Reduced
from tritone.models.subnets import known_rows, mean_over


class AutoencoderConcat(FusionModel):
    """Codes that can give back each channel's mean row, end to end, through an MLP.

    Losses: "task", and "reconstruction", the mean squared error of the standardised rows. The
    code learns from both at once. `prepare` fits the scales on the train split.

    Source: S001, Huang, "Cross-Modal Sentiment Understanding", III.A.2, autoencoders
        before concatenation; Hinton and Salakhutdinov 2006, "Reducing the Dimensionality of
        Data with Neural Networks", Science 313.
    Differs: trained together with the classifier, not before it; one hidden layer each way. A
        clip without a label does not teach reconstruction either: one law for all models.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        keep: size of each channel's code.
        width: size of the hidden layers and of the encoders' states.
        encoders: what reads the reduced rows, a name for all channels or one for each: cnn, lstm,
            mean, transformer; None reduces the mean row of each clip instead.
        weight: of the reconstruction in the loss, 0 or more.
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
        weight: int | float = 0.1,
        dropout: float = 0.2,
    ) -> None:
        super().__init__(dims, task)
        self.weight = weight
        self.scale = nn.ModuleDict({m: Standardise(dim) for m, dim in dims.items()})
        encode = nn.ModuleDict(
            {m: nn.Sequential(mlp([dim, width]), nn.Linear(width, keep)) for m, dim in dims.items()}
        )
        self.reduced = Reduced(encode, dict.fromkeys(dims, keep), width, encoders, dropout)
        self.decode = nn.ModuleDict(
            {m: nn.Sequential(mlp([keep, width]), nn.Linear(width, dim)) for m, dim in dims.items()}
        )
        self.mix = mlp([self.reduced.width, width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def prepare(self, train: Iterable[Batch]) -> None:
        gather(self, train).standardise(self.scale)

    def forward(self, batch: Batch) -> Prediction:
        vectors, errors = [], []
        for channel in self.dims:
            rows, mask = self.reduced.rows(self, batch, channel)
            rows = fill_padding(self.scale[channel](rows), mask)
            code = self.reduced.reduce[channel](rows)
            vectors.append(self.reduced.vector(channel, code, mask))
            error = (self.decode[channel](code) - rows).square().mean(dim=2, keepdim=True)
            errors.append(masked_mean(error, mask))
        fused = self.mix(torch.cat(vectors, dim=1))
        parts = {"fused": fused, "reconstruction_error": torch.cat(errors, dim=1)}
        return Prediction(self.head(fused), parts)

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        error = mean_over(prediction.parts["reconstruction_error"].sum(dim=1), known_rows(batch))
        return {**super().losses(prediction, batch), "reconstruction": self.weight * error}
