"""Self-attention over the fused sequence: which moments of the clip count.

text   ─ encoder ─ states ─┐
audio  ─ encoder ─ states ─┼─ side by side, step by step ─ linear ─ self-attention, + ─ mean
vision ─ encoder ─ states ─┘
"""

from collections.abc import Mapping

from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.attention import MultiHeadAttention
from tritone.layers.mlp import mlp
from tritone.layers.pooling import fill_padding, masked_mean
from tritone.layers.positions import add_positions
from tritone.models.base import FusionModel
from tritone.models.encoders import checked_heads, encode, readers
from tritone.models.fused_sequence import side_by_side


class SelfAttention(FusionModel):
    """The channels joined at each moment, then one self-attention over the moments.

    `parts["attention"]` (clip, step, step) says how much each step took of each.

    Source: S001, Huang, "Cross-Modal Sentiment Understanding", III.D.3, self-attention on the
        fused representation.
    Differs: the paper names the idea only; the clock is ours, as in `sequence_fusion`, which
        puts whole Transformers where this has one layer with its weights in view.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of the encoders' states and of the fused rows.
        encoders: a name for all channels, or one for each: cnn, lstm, mean, transformer.
        depth: levels of each encoder.
        heads: of all attention.
        steps: how many steps a clip is cut into.
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
        steps: int = 50,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.steps = steps
        self.read = readers(dims, width, encoders, depth=depth, heads=heads, dropout=dropout)
        self.join = mlp([width * len(dims), width], dropout=dropout)
        self.attention = MultiHeadAttention(width, checked_heads(width, heads), dropout=dropout)
        self.norm = nn.LayerNorm(width)
        self.mix = mlp([width, width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        states = {m: each.states for m, each in encode(self, self.read, batch).items()}
        placed, heard = side_by_side(batch, states, self.steps)
        rows = fill_padding(add_positions(self.join(placed)), heard)
        taken, weights = self.attention.weigh(rows, rows, heard)
        fused = self.mix(masked_mean(self.norm(rows + taken), heard))
        parts = {"fused": fused, "attention": fill_padding(weights, heard)}
        return Prediction(self.head(fused), parts)
