"""Sound and sight are translated into the words' space, and what does not help is filtered out.

voice, face ─ Transformer ─ translation ─┬─ near the words' mean (a loss)
                                         └─ asked by the words ─ filter ─┐
words ─ Transformer ─────────────────────────────────────────────────────┴─ mean ─ MLP ─ score
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.attention import MultiHeadAttention
from tritone.layers.mlp import mlp
from tritone.layers.pooling import fill_padding, masked_mean
from tritone.models.base import FusionModel
from tritone.models.encoders import checked_heads, encode, readers
from tritone.models.primary import primary_of
from tritone.models.subnets import known_rows, mean_over


class TEDT(FusionModel):
    """In the style of TEDT: the words lead; the others are translated, asked and filtered.

    Losses: "task", and "translation", the squared distance of each translation's mean to that
    of the words, which it does not move.

    Source: Wang et al. 2023, "TEDT: Transformer-Based Encoding-Decoding Translation Network for
        Multimodal Sentiment Analysis", Cognitive Computation 15.
        https://doi.org/10.1007/s12559-022-10073-9
    Differs: in the style of, from the abstract: text is primary, a Transformer turns sound and
        sight into text features, cross-attention reinforces the text by them, and a dynamic
        filter takes errors out. The loss of the translation, the gate as a filter and sizes are
        ours; the means of the translations reach the score too, for clips without words.

    Args:
        dims: width of a row of each modality; text leads, or the first without it.
        task: what is predicted; sets the width of the score.
        width: size of a row after its Transformer; `heads` divides it.
        depth: layers of each Transformer.
        heads: of all attention.
        dropout: share dropped in training, 0 to 1.
        weight: of the translation in the loss, 0 or more.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        depth: int = 2,
        heads: int = 4,
        dropout: float = 0.1,
        weight: int | float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.weight, self.primary = weight, primary_of(dims)
        self.read = readers(dims, width, "transformer", depth=depth, heads=heads, dropout=dropout)
        others = [m for m in dims if m != self.primary]
        heads = checked_heads(width, heads)
        self.translate = nn.ModuleDict({m: nn.Linear(width, width) for m in others})
        self.ask = nn.ModuleDict(
            {m: MultiHeadAttention(width, heads, dropout=dropout) for m in others}
        )
        self.filter = nn.ModuleDict({m: nn.Linear(2 * width, width) for m in others})
        self.mix = mlp([width * len(dims), width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        encoded = encode(self, self.read, batch)
        words = encoded[self.primary]
        rows, parts, vectors = words.states, {f"vector_{self.primary}": words.vector}, []
        for m, translate in self.translate.items():
            mask = encoded[m].mask
            said = fill_padding(translate(encoded[m].states), mask)
            answer = self.ask[m](words.states, said, mask)
            gate = self.filter[m](torch.cat([words.states, answer], dim=2)).sigmoid()
            rows = rows + gate * answer
            vectors.append(masked_mean(said, mask))
            parts[f"vector_{m}"] = vectors[-1]
        parts |= {f"present_{m}": each.present for m, each in encoded.items()}
        fused = self.mix(torch.cat([masked_mean(rows, words.mask), *vectors], dim=1))
        return Prediction(self.head(fused), {"fused": fused, **parts})

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task, and how far the translations are from the words."""
        terms, part = super().losses(prediction, batch), prediction.parts
        goal = part[f"vector_{self.primary}"].detach()
        counts = known_rows(batch) & part[f"present_{self.primary}"]
        far = [
            mean_over(
                (part[f"vector_{m}"] - goal).square().mean(dim=1), counts & part[f"present_{m}"]
            )
            for m in self.translate
        ]
        if far:
            terms["translation"] = self.weight * torch.stack(far).mean()
        return terms
