"""Self-supervised multi-task: a head for each modality, taught with labels that we guess.

text, audio, vision ─ read ─┬─ concatenate ─ MLP ─ score
                            └─ each alone ─ MLP ─ unimodal score  (train only)
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.errors import ModelError
from tritone.core.task import Regression, Task
from tritone.layers.pooling import is_present
from tritone.models.base import FusionModel
from tritone.models.pseudo_labels import PseudoLabels
from tritone.models.subnets import (
    MeanReader,
    RecurrentSubNet,
    known_rows,
    mean_over,
    read_tracks,
    target_in,
)


class SelfMM(FusionModel):
    """Fusion by concatenation, with unimodal heads on self-made labels.

    Source: Yu et al. 2021, "Learning Modality-Specific Representations with Self-Supervised
        Multi-Task Learning for Multimodal Sentiment Analysis", AAAI.
        https://arxiv.org/abs/2102.04830
    Differs: text is rows of any encoder, averaged (the paper fine-tunes BERT and takes its
        first token); classes have no poles, so that unimodal heads learn the clip's own class.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        clips: number of clips in the train split, at least; the size of the label tables.
        sequences: sizes of the vectors of modalities that an LSTM reads; those that are not
            named are averaged over time.
        hidden: size of the LSTMs' states.
        post: size of the fused layers.
        post_unimodal: size of each modality's layers.
        dropout: share of each layer's input that is dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        clips: int = 2000,
        sequences: Mapping[str, int] | None = None,
        hidden: int = 32,
        post: int = 128,
        post_unimodal: int = 32,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        sizes = {"audio": 16, "vision": 32} if sequences is None else sequences
        self.read = nn.ModuleDict(
            {
                m: RecurrentSubNet(dim, hidden, sizes[m]) if m in sizes else MeanReader()
                for m, dim in dims.items()
            }
        )
        widths = {m: sizes.get(m, dim) for m, dim in dims.items()}
        self.fuse = Judge(sum(widths.values()), post, task, dropout=dropout)
        self.judge = nn.ModuleDict(
            {m: Judge(width, post_unimodal, task, dropout=dropout) for m, width in widths.items()}
        )
        self.labels = (
            PseudoLabels(dict.fromkeys(dims, post_unimodal), post, task, clips=clips)
            if isinstance(task, Regression)
            else None
        )

    def forward(self, batch: Batch) -> Prediction:
        vectors, parts = [], {}
        for modality, track in read_tracks(self, batch).items():
            vector = self.read[modality](track.values, track.mask)
            hidden, score = self.judge[modality](vector)
            vectors.append(vector)
            parts |= {f"hidden_{modality}": hidden, f"score_{modality}": score}
            parts[f"present_{modality}"] = is_present(track.mask)
        fused, score = self.fuse(torch.cat(vectors, dim=1))
        return Prediction(score, parts={"hidden_fused": fused, **parts})

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task, and each modality's head on its own label; in training labels move."""
        return {
            **super().losses(prediction, batch),
            **unimodal(self, self.labels, prediction, batch),
        }


class Judge(nn.Module):
    """Two linear layers and a score; the first layer's output is what the poles are made of.

    Args:
        width: size of the vector that comes in.
        hidden: size of both layers.
        task: what is predicted.
        dropout: share of the vector that is dropped in training, 0 to 1.
    """

    def __init__(self, width: int, hidden: int, task: Task, *, dropout: float) -> None:
        super().__init__()
        self.dropout, self.first = nn.Dropout(dropout), nn.Linear(width, hidden)
        self.second, self.out = nn.Linear(hidden, hidden), nn.Linear(hidden, task.width)

    def forward(self, vector: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.first(self.dropout(vector)).relu()
        return hidden, self.out(self.second(hidden).relu())


def unimodal(
    model: FusionModel, labels: PseudoLabels | None, prediction: Prediction, batch: Batch
) -> dict[str, Tensor]:
    """Terms of the unimodal heads: tanh |y_s - y_m| weighs the error against y_s.

    In training a label starts as the clip's own, with weight 0, and moves from the clip's
    second visit on. Outside training it is the clip's own, with weight 1.

    Raises:
        ModelError: in training, the batch does not say which rows of the split its clips are.
    """
    part, known, target = prediction.parts, known_rows(batch), target_in(batch)
    present = {m: part[f"present_{m}"].squeeze(1) for m in model.dims}
    if labels is None:
        return {
            f"unimodal_{m}": model.task.loss(part[f"score_{m}"], target, present[m].float())
            for m in model.dims
        }
    real = target.squeeze(1).nan_to_num()
    own, weights = dict.fromkeys(model.dims, real), {}
    if model.training:
        if batch.rows is None:
            raise ModelError(
                "Labels are kept by row, and the batch has no rows. Take it from a Store."
            )
        own = labels.read(batch.rows, real)
        weights = {m: (own[m] - real).abs().tanh() for m in model.dims}
    terms = {}
    for m in model.dims:
        away = part[f"score_{m}"].squeeze(1) - (own[m] - labels.middle)
        each = weights.get(m, 1.0) * away.abs()
        terms[f"unimodal_{m}"] = mean_over(each, known & present[m])
    if model.training and batch.rows is not None:
        vectors = {n: part[f"hidden_{n}"].detach()[known] for n in (*model.dims, "fused")}
        labels.update(batch.rows[known], real[known], vectors)
    return terms
