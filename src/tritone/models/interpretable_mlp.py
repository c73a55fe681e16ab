"""An MLP on named features that says how much each of them added.

rows ─ mean over time ─ standardised ─┐
...                                   ├─ concatenation ─ Linear ─ ReLU ─ Linear ─ score
                                      └─ times the gradient: what each column added
"""

from collections.abc import Iterable, Mapping

import torch
from einops import einsum
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.pooling import is_present, masked_mean
from tritone.layers.projection import Standardise
from tritone.models.base import FusionModel
from tritone.models.gathered import gather


class InterpretableMLP(FusionModel):
    """One hidden layer over standardised features, with each feature's share of the answer.

    Outside training, `parts["weight_audio"]` (clip, column) and so on are the gradient of the
    score (of the likeliest class) by each column, times the column, in the order of the
    extractor's names. Between two bends of the ReLU the net is linear: the shares, and what the
    biases give, add up to the score. `prepare` fits the scales on the train split.

    Source: S002, Scientific Reports 15:25440, related work (low-cost MLPs that can be
        interpreted); Shrikumar et al. 2016, "Not Just a Black Box",
        https://arxiv.org/abs/1605.01713 (gradient times input).
    Differs: S002 names the idea only.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of the hidden layer.
        dropout: share of the hidden layer that is dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        dropout: float = 0.2,
    ) -> None:
        super().__init__(dims, task)
        self.scale = nn.ModuleDict({m: Standardise(dim) for m, dim in dims.items()})
        self.hidden = nn.Linear(sum(dims.values()), width)
        self.dropout, self.head = nn.Dropout(dropout), nn.Linear(width, task.width)

    def prepare(self, train: Iterable[Batch]) -> None:
        gather(self, train).standardise(self.scale)

    def forward(self, batch: Batch) -> Prediction:
        rows = []
        for modality in self.dims:
            track = self.track(batch, modality)
            row = self.scale[modality](masked_mean(track.values, track.mask))
            rows.append(row * is_present(track.mask))
        features = torch.cat(rows, dim=1)
        fused = self.hidden(features).relu()
        score = self.head(self.dropout(fused))
        if self.training:
            return Prediction(score, {"fused": fused})
        slope = einsum(
            self.head.weight[score.argmax(dim=1)],
            (fused > 0).to(fused.dtype),
            self.hidden.weight,
            "batch width, batch width, width dim -> batch dim",
        )
        told = (features * slope).split(list(self.dims.values()), dim=1)
        parts = {f"weight_{m}": each for m, each in zip(self.dims, told, strict=True)}
        return Prediction(score, {"fused": fused, **parts})
