"""S000's A0: each channel decides alone, and the majority has it.

text   ─ ModalityTransformer ─ score ─┐
audio  ─ ModalityTransformer ─ score ─┼─ majority vote (median of scores) ─ score
vision ─ ModalityTransformer ─ score ─┘
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.models.base import FusionModel
from tritone.models.decisions import opinion, score_of, solo_losses, solo_parts, solo_scores, vote
from tritone.models.encoders import readers
from tritone.models.pretrained_encoders import frozen_in
from tritone.models.pretrained_readers import take_unimodal


class LateVote(FusionModel):
    """Majority vote of unimodal Transformers, each trained by its own loss.

    A tie goes to the class with the largest sum of probabilities. A regression has no majority:
    its score is the median of the channels', the mean of the middle two where their number is
    even. Channels that a clip lacks have no vote.

    Source: S000, Lee, Singh and Ong 2025, "Dynamic Multimodal Sentiment Analysis: Leveraging
        Cross-Modal Attention for Enabled Classification", https://arxiv.org/abs/2501.08085,
        section 2.5.1 (A0).
    Differs: the paper leaves ties undefined. The probability of a class is its share of the
        votes, where the mean of the probabilities counts as one voter more.

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

    frozen = frozen_in

    def take_unimodal(
        self,
        trained: Mapping[str, nn.Module | Mapping[str, Tensor]],
        *,
        freeze: bool = False,
    ) -> None:
        """Start from models that were trained alone: their classifiers vote, as in S000.

        A classifier of another number of classes is left behind; its encoder is not.

        Args:
            trained: as for every fusion.
            freeze: leave the encoders as they are; the classifiers go on learning.

        Raises:
            ModelError: a channel that this model does not read, or an encoder of another shape.
        """
        take_unimodal(self, trained, freeze=freeze)
        for channel, source in trained.items():
            given = source.state_dict() if isinstance(source, nn.Module) else source
            head = self.head.get_submodule(channel)
            own = {name: given.get(f"head.{channel}.{name}") for name in head.state_dict()}
            if all(w is not None and w.shape == getattr(head, n).shape for n, w in own.items()):
                head.load_state_dict(own)

    def forward(self, batch: Batch) -> Prediction:
        scores, present = solo_scores(self, self.read, self.head, batch)
        opinions = opinion(self.task, torch.stack(list(scores.values()), dim=1))
        decided = score_of(self.task, vote(self.task, opinions, present))
        return Prediction(decided, solo_parts(scores, present))

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        return solo_losses(self, prediction, batch)
