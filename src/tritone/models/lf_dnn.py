"""Late fusion: each modality read whole by a reader of its own, then an MLP over all."""

from collections.abc import Mapping, Sequence

import torch
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.mlp import mlp
from tritone.models.base import FusionModel
from tritone.models.subnets import RecurrentSubNet, SubNet, read_tracks


class LateFusionDNN(FusionModel):
    """TFN's readers, then concatenation and three linear layers.

    Source: Cambria et al. 2018, "Benchmarking Multimodal Sentiment Analysis", CICLing, in the
        form of Yu et al. 2020, "CH-SIMS", ACL. https://aclanthology.org/2020.acl-main.343/
    Differs: one width for all modalities' vectors.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        sequences: modalities that an LSTM reads; the others are averaged over time.
        width: size of each modality's vector, and of the LSTM's state.
        post: size of the two layers after the concatenation.
        dropout: share of each reader's input that is dropped in training, 0 to 1.
        post_dropout: the same for the concatenation.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        sequences: Sequence[str] = ("text",),
        width: int = 64,
        post: int = 128,
        dropout: float = 0.2,
        post_dropout: float = 0.2,
    ) -> None:
        super().__init__(dims, task)
        self.read = nn.ModuleDict(
            {
                m: RecurrentSubNet(dim, width, width, dropout=dropout)
                if m in sequences
                else SubNet(dim, width, dropout=dropout)
                for m, dim in dims.items()
            }
        )
        self.dropout = nn.Dropout(post_dropout)
        self.mix = mlp([width * len(dims), post, post])
        self.head = nn.Linear(post, task.width)

    def forward(self, batch: Batch) -> Prediction:
        tracks = read_tracks(self, batch)
        vectors = {m: read(tracks[m].values, tracks[m].mask) for m, read in self.read.items()}
        fused = self.mix(self.dropout(torch.cat([*vectors.values()], dim=1)))
        parts = {f"vector_{m}": vector for m, vector in vectors.items()}
        return Prediction(self.head(fused), parts={"fused": fused, **parts})
