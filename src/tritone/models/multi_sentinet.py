"""What is seen and heard says which words matter.

others ─ encoder ─ vectors ─┬─ guide ─┐
words  ─ LSTM ─ rows ───────┼─ attention led by each guide ─ mean ─┐
                            └──────────────────────────────────────┴─ MLP ─ score
"""

from collections.abc import Mapping

import torch
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.guided import GuidedAttention
from tritone.layers.mlp import mlp
from tritone.models.base import FusionModel
from tritone.models.encoders import encode, readers
from tritone.models.primary import primary_of


class MultiSentiNet(FusionModel):
    """In the style of MultiSentiNet: attention over an LSTM's words, guided by what is seen.

    `parts["attention_vision"]` (clip, word) and so on: which words each guide picked.

    Source: Xu and Mao 2017, "MultiSentiNet: A Deep Semantic Network for Multimodal Sentiment
        Analysis", CIKM. https://doi.org/10.1145/3132847.3133142
    Differs: in the style of, from the abstract: objects and scenes are the semantics of an
        image, an LSTM with attention that they guide aggregates the words, and all are
        aggregated. Here each other channel is a guide; formulas and sizes are ours.

    Args:
        dims: width of a row of each modality; text has the words, or the first without it.
        task: what is predicted; sets the width of the score.
        width: size of the encoders' states.
        encoders: a name for all channels, or one for each: cnn, lstm, mean, transformer; a
            mean is what the paper has for pictures.
        heads: of the attention in a Transformer.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        encoders: str | Mapping[str, str] = "lstm",
        heads: int = 4,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.primary = primary_of(dims)
        self.read = readers(dims, width, encoders, heads=heads, dropout=dropout)
        # Words by themselves have their own vector for a guide.
        guides = [m for m in dims if m != self.primary] or [self.primary]
        self.look = nn.ModuleDict({m: GuidedAttention(width, width) for m in guides})
        self.mix = mlp([width * (1 + len(guides)), width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        encoded = encode(self, self.read, batch)
        words, found, parts = encoded[self.primary], [], {}
        for m, look in self.look.items():
            vector, weights = look(words.states, words.mask, encoded[m].vector)
            found.append(vector)
            parts[f"attention_{m}"] = weights
        guides = [encoded[m].vector for m in self.look]
        read = torch.stack(found).mean(dim=0)
        fused = self.mix(torch.cat([read, *guides], dim=1))
        return Prediction(self.head(fused), {"fused": fused, **parts})
