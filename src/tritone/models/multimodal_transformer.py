"""Self-attention over the sequences of all channels, end to end: any row may look at any other.

text   ─ encoder ─ + positions + which channel ─┐
audio  ─ encoder ─ + positions + which channel ─┼─ one sequence ─ Transformer ─ mean ─ score
vision ─ encoder ─ + positions + which channel ─┘
"""

from collections.abc import Mapping

import torch
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.pooling import masked_mean
from tritone.layers.positions import add_positions
from tritone.layers.transformer import TransformerEncoder
from tritone.models.base import FusionModel
from tritone.models.encoders import checked_heads, encode, readers


class MultimodalTransformer(FusionModel):
    """One Transformer over the concatenation of all channels' sequences.

    Source: S001, Huang, "Cross-Modal Sentiment Understanding", III.C.2, multimodal
        transformers.
    Differs: the paper gives no sizes; rows carry an embedding of their channel, as segments do
        in Devlin et al. 2019 (BERT), and the score is read off the mean of the real rows.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of all rows.
        encoders: what reads each channel first, a name for all or one for each: cnn, lstm, mean
            (each row by itself), transformer.
        depth: levels of each encoder.
        fusion_depth: layers of the Transformer over all channels.
        heads: of all attention.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        encoders: str | Mapping[str, str] = "mean",
        depth: int = 1,
        fusion_depth: int = 2,
        heads: int = 4,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.read = readers(dims, width, encoders, depth=depth, heads=heads, dropout=dropout)
        self.channel = nn.ParameterDict({m: torch.randn(width) / width**0.5 for m in dims})
        self.encoder = TransformerEncoder(
            width, depth=fusion_depth, heads=checked_heads(width, heads), dropout=dropout
        )
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        rows, masks = [], []
        for modality, each in encode(self, self.read, batch).items():
            rows.append(add_positions(each.states) + self.channel[modality])
            masks.append(each.mask)
        mask = torch.cat(masks, dim=1)
        fused = masked_mean(self.encoder(torch.cat(rows, dim=1), mask), mask)
        return Prediction(self.head(fused), parts={"fused": fused})
