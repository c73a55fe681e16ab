"""Stacked generalisation: a second model learns how far to believe each channel.

text   ─ mean ─ linear base, one for each fold ─ opinion ─┐
audio  ─ mean ─ linear base, one for each fold ─ opinion ─┼─ meta-classifier ─ score
vision ─ mean ─ linear base, one for each fold ─ opinion ─┘

training: a clip is judged by the base that was fitted without its fold
later:    by the base that was fitted on all of train
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence

import torch
from einops import einsum
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.errors import ModelError
from tritone.core.task import Task
from tritone.layers.pooling import masked_mean
from tritone.models.base import FusionModel
from tritone.models.decisions import opinion, solo_parts
from tritone.models.gathered import Gathered, gather, groups_of
from tritone.models.linear_fit import fit_linear


class Stacking(FusionModel):
    """A meta-classifier over the answers of unimodal models that have not seen the clip.

    `prepare` fits the bases on the train split: for each channel one without each fold, and one
    on all of it; and then the meta-classifier, on the out-of-fold answers. The loop trains that
    one on, by the task's own loss: in training mode a clip is judged by the bases that were
    fitted without its fold. The fold is read off
    the name of the clip's dialogue (or video), so that a dialogue is never torn, and off the
    clip's own id where it is in none.

    Source: S001, Huang, "Cross-Modal Sentiment Understanding", III.B.2, stacking;
        Wolpert 1992, "Stacked Generalization", Neural Networks 5.
    Differs: bases are ridge or logistic regressions on the mean row, so that fitting them folds
        times stays cheap; a clip's missing channels are told to the meta-classifier.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        folds: parts of the train split, at least 2.
        penalty: on the bases' squared weights, 0 or more.

    Raises:
        ModelError: fewer than two folds.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        folds: int = 5,
        penalty: int | float = 1.0,
    ) -> None:
        super().__init__(dims, task)
        if folds < 2:
            raise ModelError(f"Stacking needs at least 2 folds, got {folds}.")
        self.folds, self.penalty = folds, penalty
        self.base = nn.ModuleDict({m: Base(dim, task.width, folds + 1) for m, dim in dims.items()})
        self.meta = nn.Linear(len(dims) * (task.width + 1), task.width)

    def prepare(self, train: Iterable[Batch]) -> None:
        gathered = gather(self, train)
        fold = torch.tensor(folds_of(gathered.groups, self.folds))
        for channel, base in self.base.items():
            for left_out in range(self.folds + 1):
                kept = gathered.present[channel] & (fold != left_out)
                heard = gathered.only(kept)
                fit = self.solved(heard.vectors[channel], heard)
                if isinstance(base, Base):
                    base.set(left_out, *fit)
        _, answers = self.judge(gathered.vectors, gathered.present, fold)
        weight, bias = self.solved(answers, gathered)
        with torch.no_grad():
            self.meta.weight.copy_(weight.T)
            self.meta.bias.copy_(bias)

    def solved(self, rows: Tensor, heard: Gathered) -> tuple[Tensor, Tensor]:
        """Weight and bias of the linear model that tells the clips' targets from some rows.

        Raises:
            ModelError: the clips have no targets.
        """
        if heard.target is None:
            raise ModelError("Stacking fits its bases to targets; the train split has none.")
        return fit_linear(self.task, rows, heard.target, weight=heard.weight, penalty=self.penalty)

    def forward(self, batch: Batch) -> Prediction:
        fold = torch.full((len(batch),), self.folds)
        if self.training:
            fold = torch.tensor(folds_of(groups_of(batch), self.folds))
        rows, present = {}, {}
        for channel in self.dims:
            track = self.track(batch, channel)
            rows[channel] = masked_mean(track.values, track.mask)
            present[channel] = track.mask.any(dim=1)
        scores, answers = self.judge(rows, present, fold)
        there = torch.stack(list(present.values()), dim=1)
        return Prediction(self.meta(answers), solo_parts(scores, there))

    def judge(
        self, rows: Mapping[str, Tensor], present: Mapping[str, Tensor], fold: Tensor
    ) -> tuple[dict[str, Tensor], Tensor]:
        """What the bases of a fold say of each clip: raw, and as the meta-classifier reads it.

        Args:
            rows: the mean row of each clip, for each channel.
            present: which clips have the channel.
            fold: the fold that the base has not seen; `folds` for the one that has seen all.
        """
        scores, answers = {}, []
        for channel, base in self.base.items():
            there = present[channel].unsqueeze(1)
            scores[channel] = base(rows[channel].float(), fold)
            answers += [opinion(self.task, scores[channel]) * there, there]
        return scores, torch.cat(answers, dim=1)


class Base(nn.Module):
    """Several linear models of the same channel; each clip is judged by the one it names.

    Args:
        dim: size of a row.
        width: size of a score.
        count: how many models.
    """

    weight: Tensor
    bias: Tensor

    def __init__(self, dim: int, width: int, count: int) -> None:
        super().__init__()
        self.register_buffer("weight", torch.zeros(count, dim, width))
        self.register_buffer("bias", torch.zeros(count, width))

    def forward(self, rows: Tensor, which: Tensor) -> Tensor:
        which = which.to(rows.device)
        scores = einsum(rows, self.weight[which], "batch dim, batch dim width -> batch width")
        return scores + self.bias[which]

    def set(self, place: int, weight: Tensor, bias: Tensor) -> None:
        """Take the fitted model of a place."""
        self.weight[place] = weight.to(self.weight)
        self.bias[place] = bias.to(self.bias)


def folds_of(groups: Sequence[str], folds: int) -> list[int]:
    """The fold of each group, read off its name: the same in every run and every order."""
    return [zlib.crc32(group.encode()) % folds for group in groups]
