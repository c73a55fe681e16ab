"""Each channel's rows ask the rows of the other channels, and are changed by the answers.

text   ─ encoder ─ rows ─ ask audio, vision ─ mean ─┐
audio  ─ encoder ─ rows ─ ask text, vision  ─ mean ─┼─ concatenation ─ MLP ─ score
vision ─ encoder ─ rows ─ ask text, audio   ─ mean ─┘
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
from tritone.models.encoders import Encoded, checked_heads, encode, readers


class CrossModalAttention(FusionModel):
    """Rows of one channel as queries, those of all others as keys and values.

    With one channel there is none to ask, and the rows go on as they are. Outside training,
    `parts["asked_text"]` (clip, channel) says how the attention of the text's rows was shared
    among the channels, in the order of `dims`, on average.

    Source: S001, Huang, "Cross-Modal Sentiment Understanding", III.D.2, cross-modal attention.
    Differs: the paper names the idea only; answers are added to the rows and normed.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of the encoders' states and of the classifier's hidden layer.
        encoders: a name for all channels, or one for each: cnn, lstm, mean, transformer.
        depth: levels of each encoder.
        heads: of all attention.
        dropout: share dropped in training, 0 to 1.
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
    ) -> None:
        super().__init__(dims, task)
        self.read = readers(dims, width, encoders, depth=depth, heads=heads, dropout=dropout)
        heads = checked_heads(width, heads)
        asking = dims if len(dims) > 1 else ()
        self.ask = nn.ModuleDict(
            {m: MultiHeadAttention(width, heads, dropout=dropout) for m in asking}
        )
        self.norm = nn.ModuleDict({m: nn.LayerNorm(width) for m in dims})
        self.mix = mlp([width * len(dims), width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        encoded = encode(self, self.read, batch)
        asks = dict(self.ask.items())
        vectors, parts = [], {}
        for modality, each in encoded.items():
            states = each.states
            ask = asks.get(modality)
            if isinstance(ask, MultiHeadAttention):
                others = {m: other for m, other in encoded.items() if m != modality}
                answers, shares = self.answer(ask, each, others)
                states = states + answers
                parts |= {f"asked_{modality}": share for share in shares}
            rows = fill_padding(self.norm[modality](states), each.mask)
            vectors.append(masked_mean(rows, each.mask))
        fused = self.mix(torch.cat(vectors, dim=1))
        return Prediction(self.head(fused), parts={"fused": fused, **parts})

    def answer(
        self, ask: MultiHeadAttention, each: Encoded, others: Mapping[str, Encoded]
    ) -> tuple[Tensor, list[Tensor]]:
        """What the others say to each row, and outside training how much each of them said."""
        keys = torch.cat([other.states for other in others.values()], dim=1)
        mask = torch.cat([other.mask for other in others.values()], dim=1)
        if self.training:
            return ask(each.states, keys, mask), []
        answers, weights = ask.weigh(each.states, keys, mask)
        pieces = masked_mean(weights, each.mask).split(
            [other.mask.shape[1] for other in others.values()], dim=1
        )
        said = dict(zip(others, (piece.sum(dim=1) for piece in pieces), strict=True))
        nothing = answers.new_zeros(len(answers))
        return answers, [torch.stack([said.get(m, nothing) for m in self.dims], dim=1)]
