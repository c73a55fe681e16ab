"""S000's unimodal model: one channel, its Transformer, its classifier.

rows ─ linear ─ + positions ─ Transformer encoder ─ mean over time ─ classifier ─ score
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.models.base import FusionModel
from tritone.models.decisions import (
    mean_opinion,
    opinion,
    score_of,
    solo_losses,
    solo_parts,
    solo_scores,
)
from tritone.models.encoders import readers


class ModalityTransformer(FusionModel):
    """A Transformer encoder with a classifier for a channel, or one for each of several.

    With one channel it is the paper's. With several they are trained side by side, each by its
    own loss, and the score is the plain average of what those present say: the floor for every
    fusion of the same encoders. `parts` holds the raw score of each, as `score_text`.

    Source: S000, Lee, Singh and Ong 2025, "Dynamic Multimodal Sentiment Analysis: Leveraging
        Cross-Modal Attention for Enabled Classification", https://arxiv.org/abs/2501.08085,
        section 2.4.
    Differs: the paper does not say how a sequence becomes one vector; here it is the mean of
        the last layer's real rows. Sizes are ours: the paper gives none.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: size of the encoders' states.
        encoders: what reads each channel, a name for all or one for each: cnn, lstm, mean,
            transformer.
        depth: levels of each encoder.
        heads: of the attention in a Transformer.
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
        heads: int = 4,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.read = readers(dims, width, encoders, depth=depth, heads=heads, dropout=dropout)
        self.head = nn.ModuleDict({m: nn.Linear(width, task.width) for m in dims})

    def forward(self, batch: Batch) -> Prediction:
        scores, present = solo_scores(self, self.read, self.head, batch)
        opinions = opinion(self.task, torch.stack(list(scores.values()), dim=1))
        fused = mean_opinion(self.task, opinions, present)
        return Prediction(score_of(self.task, fused), solo_parts(scores, present))

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        return solo_losses(self, prediction, batch)
