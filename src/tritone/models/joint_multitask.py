"""A head for each channel beside the head of the fusion, all learned at once.

each channel ─ encoder ─ vector ─┬─ head of its own ─ score of the channel
                                 └─ concatenation ─ MLP ─ score
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.mlp import mlp
from tritone.models.base import FusionModel
from tritone.models.encoders import encode, readers
from tritone.models.unimodal import judged, judges, unimodal


class JointMultitask(FusionModel):
    """Joint multi-task: what each channel says alone, and what all say.

    A channel's head learns from its own label (`score_text` and so on), where the corpus has
    it and a score is predicted; else from the clip's. `parts["score_text"]` and so on are what
    the channels say.

    Source: S002, Scientific Reports 15:25440, related work (joint multi-task frameworks);
        Caruana 1997, "Multitask Learning", Machine Learning 28.
    Differs: S002 names the idea only; the tasks here are those of the channels.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of the encoders' states.
        encoders: a name for all channels, or one for each: cnn, lstm, mean, transformer.
        depth: levels of each encoder.
        heads: of the attention in a Transformer.
        dropout: share dropped in training, 0 to 1.
        share: weight of each channel's term against that of the whole.
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
        share: float = 0.3,
    ) -> None:
        super().__init__(dims, task)
        self.shares = dict.fromkeys(dims, share)
        self.read = readers(dims, width, encoders, depth=depth, heads=heads, dropout=dropout)
        self.judge = judges(dims, width, width, task)
        self.mix = mlp([width * len(dims), width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        vectors = {m: each.vector for m, each in encode(self, self.read, batch).items()}
        fused = self.mix(torch.cat(list(vectors.values()), dim=1))
        parts = {"fused": fused, **judged(self.judge, vectors, batch)}
        return Prediction(self.head(fused), parts)

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The clip's label, and each channel's."""
        own = unimodal(self.task, self.shares, prediction, batch)
        return {**super().losses(prediction, batch), **own}
