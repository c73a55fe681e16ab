"""Stacked generalisation with encoders for bases, all of them trained by the one loop.

text   ─ encoder and head, one for each fold ─ opinion ─┐
audio  ─ encoder and head, one for each fold ─ opinion ─┼─ meta-classifier ─ score
vision ─ encoder and head, one for each fold ─ opinion ─┘

training: a base learns from the clips outside its fold, and answers for those inside
later:    one more base answers, which has learned from all of train
"""

from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.errors import ModelError
from tritone.core.task import Task
from tritone.models.base import FusionModel
from tritone.models.decisions import begin_as_mean, opinion, solo_parts, solo_scores
from tritone.models.encoders import readers
from tritone.models.gathered import groups_of
from tritone.models.stacking import folds_of
from tritone.models.subnets import counted, target_in


class StackingEncoders(FusionModel):
    """`stacking` whose bases are encoders of any kind, in place of linear models.

    Each fold of train has bases that never learn from it. The meta-classifier learns from what
    these say of the fold's clips, and teaches them nothing; so it never sees an answer of a base
    that knows the clip. Folds are read off the name of the dialogue or video, as in `stacking`.

    Source: S001, Huang, "Cross-Modal Sentiment Understanding", III.B.2, stacking;
        Wolpert 1992, "Stacked Generalization", Neural Networks 5.
    Differs: bases and meta-classifier are trained side by side, not one after the other; the
        meta-classifier begins as the mean of the answers. It costs one more training than there
        are folds, of each channel.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        folds: parts of the train split, at least 2.
        width: size of the encoders' states.
        encoders: what reads each channel, a name for all or one for each: cnn, lstm, mean,
            transformer.
        depth: levels of each encoder.
        heads: of the attention in a Transformer.
        dropout: share dropped in training, 0 to 1.

    Raises:
        ModelError: fewer than two folds.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        folds: int = 3,
        width: int = 32,
        encoders: str | Mapping[str, str] = "lstm",
        depth: int = 1,
        heads: int = 4,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        if folds < 2:
            raise ModelError(f"Stacking needs at least 2 folds, got {folds}.")
        self.folds = folds
        made = range(folds + 1)
        how = {"depth": depth, "heads": heads, "dropout": dropout}
        self.read = nn.ModuleList(readers(dims, width, encoders, **how) for _ in made)
        self.head = nn.ModuleList(
            nn.ModuleDict({m: nn.Linear(width, task.width) for m in dims}) for _ in made
        )
        self.meta = nn.Linear(len(dims) * (task.width + 1), task.width)
        begin_as_mean(self.meta, len(dims))

    def forward(self, batch: Batch) -> Prediction:
        scores, present = self.judge(batch)
        # Only in training is a clip one that the last base may have learned from.
        fold = self.folds_in(batch) if self.training else torch.full((len(batch),), self.folds)
        clips = torch.arange(len(batch), device=present.device)
        heard = {m: each[clips, fold.to(present.device)] for m, each in scores.items()}
        answers = []
        for place, each in enumerate(heard.values()):
            there = present[:, place, None]
            answers += [opinion(self.task, each.detach()) * there, there]
        bases = {f"bases_{m}": each for m, each in scores.items()}
        return Prediction(
            self.meta(torch.cat(answers, dim=1)), {**solo_parts(heard, present), **bases}
        )

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        target, present = target_in(batch), prediction.parts["present"]
        fold, losses = self.folds_in(batch).to(present.device), {}
        for place, channel in enumerate(self.dims):
            bases = prediction.parts[f"bases_{channel}"]
            each = [
                self.task.loss(
                    bases[:, base], target, counted(batch, present[:, place] & (fold != base))
                )
                for base in range(self.folds + 1)
            ]
            losses[channel] = torch.stack(each).sum()
        return {**losses, "meta": self.task.loss(prediction.score, target, batch.weight)}

    def folds_in(self, batch: Batch) -> Tensor:
        """The fold of each clip."""
        return torch.tensor(folds_of(groups_of(batch), self.folds))

    def judge(self, batch: Batch) -> tuple[dict[str, Float[Tensor, "batch base width"]], Tensor]:
        """What every base says of each clip, for each channel, and which channels are there."""
        said, present = [], torch.empty(0)
        for read, head in zip(self.read, self.head, strict=True):
            assert isinstance(read, nn.ModuleDict) and isinstance(head, nn.ModuleDict)
            scores, present = solo_scores(self, read, head, batch)
            said.append(scores)
        return {m: torch.stack([each[m] for each in said], dim=1) for m in self.dims}, present
