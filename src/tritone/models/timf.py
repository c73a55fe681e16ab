"""Fusion on two levels: a tensor of all channels, and the decisions of each and of the tensor.

each channel ─ encoder ─ vector ─┬─ score of its own ─────────────┐
                                 └─ outer product ─ MLP ─ score ──┴─ weighted average ─ score
"""

from collections.abc import Mapping

import torch
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.attention import masked_softmax
from tritone.layers.mlp import mlp
from tritone.models.base import FusionModel
from tritone.models.decisions import blend, opinion, score_of
from tritone.models.encoders import encode, readers
from tritone.models.tfn import blocks, of


class TIMF(FusionModel):
    """In the style of TIMF: tensor fusion first, then a soft vote of tensor and channels.

    `parts["weights"]` (clip, voter) is how much the tensor and then each channel counted.

    Source: Sun et al. 2021, "Two-Level Multimodal Fusion for Sentiment Analysis in Public
        Security", Security and Communication Networks.
    Differs: in the style of, from the abstract: tensor fusion of features, then decision
        fusion. The encoders, the weights (one for each voter, learned; a channel that a clip
        lacks has none) and one loss for all are ours.

    Args:
        dims: width of a row of each modality; the tensor has (1 + width) ** len(dims) numbers.
        task: what is predicted; sets the width of the score.
        width: size of each channel's vector; a multiple of `heads` for a Transformer.
        post: size of the two layers after the tensor.
        encoders: a name for all channels, or one for each: cnn, lstm, mean, transformer.
        heads: of the attention in a Transformer.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 16,
        post: int = 64,
        encoders: str | Mapping[str, str] = "lstm",
        heads: int = 4,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.read = readers(dims, width, encoders, heads=heads, dropout=dropout)
        self.terms = [term for n in range(len(dims) + 1) for term in of(n, tuple(dims))]
        self.mix = mlp([(1 + width) ** len(dims), post, post], dropout=dropout)
        self.judge = nn.ModuleDict({m: nn.Linear(width, task.width) for m in dims})
        self.head = nn.Linear(post, task.width)
        self.weight = nn.Parameter(torch.zeros(1 + len(dims)))

    def forward(self, batch: Batch) -> Prediction:
        encoded = encode(self, self.read, batch)
        vectors = {m: each.vector for m, each in encoded.items()}
        fused = self.mix(blocks(vectors, self.terms))
        alone = {m: judge(vectors[m]) for m, judge in self.judge.items()}
        opinions = opinion(self.task, torch.stack([self.head(fused), *alone.values()], dim=1))
        always = torch.ones(len(batch), dtype=torch.bool, device=fused.device)
        voters = torch.stack([always, *(each.present for each in encoded.values())], dim=1)
        weights = masked_softmax(self.weight.expand(len(batch), -1), voters)
        score = score_of(self.task, blend(self.task, opinions, weights))
        parts = {f"score_{m}": each for m, each in alone.items()}
        return Prediction(score, {"fused": fused, "weights": weights, **parts})
