"""S000's future work: fusion on the temporal sequences, before anything is averaged.

text   ─ Transformer ─ states ─┐
audio  ─ Transformer ─ states ─┼─ side by side, step by step ─ Transformer ─ mean ─ score
vision ─ Transformer ─ states ─┘
"""

from collections.abc import Mapping

from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.pooling import masked_mean
from tritone.layers.positions import add_positions
from tritone.layers.transformer import TransformerEncoder
from tritone.models.base import FusionModel
from tritone.models.encoders import checked_heads, encode, readers
from tritone.models.fused_sequence import side_by_side
from tritone.models.pretrained_encoders import frozen_in
from tritone.models.pretrained_readers import take_unimodal


class SequenceFusion(FusionModel):
    """Join the channels' states at each moment of the clip, and let a Transformer read the whole.

    A word meets the sound and the face of its own time: the clip is cut into `steps` of equal
    length, and each channel's states are averaged within each.

    Source: S000, Lee, Singh and Ong 2025, "Dynamic Multimodal Sentiment Analysis: Leveraging
        Cross-Modal Attention for Enabled Classification", https://arxiv.org/abs/2501.08085,
        section 4.2 (future work 2).
    Differs: the paper only names the idea; the clock and the second Transformer are ours.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of all states.
        encoders: what reads each channel, a name for all or one for each: cnn, lstm, mean,
            transformer.
        depth: levels of each encoder.
        fusion_depth: layers of the Transformer that reads all channels.
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
        encoders: str | Mapping[str, str] = "transformer",
        depth: int = 2,
        fusion_depth: int = 1,
        heads: int = 4,
        steps: int = 50,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.steps = steps
        self.read = readers(dims, width, encoders, depth=depth, heads=heads, dropout=dropout)
        self.join = nn.Linear(width * len(dims), width)
        self.encoder = TransformerEncoder(
            width, depth=fusion_depth, heads=checked_heads(width, heads), dropout=dropout
        )
        self.head = nn.Linear(width, task.width)

    take_unimodal = take_unimodal
    frozen = frozen_in

    def forward(self, batch: Batch) -> Prediction:
        states = {m: each.states for m, each in encode(self, self.read, batch).items()}
        rows, heard = side_by_side(batch, states, self.steps)
        read = self.encoder(add_positions(self.join(rows)), heard)
        fused = masked_mean(read, heard)
        return Prediction(self.head(fused), parts={"fused": fused})
