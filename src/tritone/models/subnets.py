"""What the models of the MOSI line share: readers of one modality, heads, and known targets."""

from collections.abc import Mapping

import torch
from einops import rearrange
from jaxtyping import Bool, Float, Shaped
from torch import Tensor, nn
from torch.nn import functional

from tritone.core.batch import Batch, Track
from tritone.core.errors import ModelError
from tritone.core.task import Regression, Task
from tritone.layers.mlp import mlp
from tritone.layers.pooling import fill_padding, is_present, masked_mean
from tritone.layers.recurrent import Recurrent, reorder
from tritone.models.base import FusionModel


class Norm(nn.BatchNorm1d):
    """Batch norm that knows a batch of one: it is held against the running mean, not itself."""

    def forward(self, input: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        if len(input) > 1 or not self.training:
            return super().forward(input)
        mean, var = self.running_mean, self.running_var
        return functional.batch_norm(input, mean, var, self.weight, self.bias, eps=self.eps)


class SubNet(nn.Module):
    """A modality's mean row through batch norm, dropout and three Linear-ReLU.

    Source: Zadeh et al. 2017, "Tensor Fusion Network for Multimodal Sentiment Analysis",
        EMNLP, sec. 3.2. https://arxiv.org/abs/1707.07250
    Differs: a clip without the modality gives zeros.

    Args:
        dim: width of a row.
        width: size of the vector, and of the hidden layers.
        dropout: share of the mean row that is dropped in training, 0 to 1.
    """

    def __init__(self, dim: int, width: int, *, dropout: float = 0.3) -> None:
        super().__init__()
        self.norm, self.dropout = Norm(dim), nn.Dropout(dropout)
        self.layers = mlp([dim, width, width, width])

    def forward(
        self, values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> Float[Tensor, "batch width"]:
        mean = masked_mean(values, mask)
        return self.layers(self.dropout(self.norm(mean))) * is_present(mask)


class RecurrentSubNet(nn.Module):
    """A modality's rows through an LSTM; its last real state through dropout and a Linear.

    The text reader of TFN and the audio and vision reader of the Self-MM family.

    Source: Zadeh et al. 2017, "Tensor Fusion Network for Multimodal Sentiment Analysis",
        EMNLP, sec. 3.1; Yu et al. 2021, "Learning Modality-Specific Representations with
        Self-Supervised Multi-Task Learning", AAAI. https://arxiv.org/abs/2102.04830
    Differs: a clip without the modality gives zeros.

    Args:
        dim: width of a row.
        hidden: size of the LSTM's state.
        width: size of the vector.
        dropout: share of the state that is dropped in training, 0 to 1.
    """

    def __init__(self, dim: int, hidden: int, width: int, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.rnn = Recurrent(dim, hidden)
        self.dropout, self.out = nn.Dropout(dropout), nn.Linear(hidden, width)

    def forward(
        self, values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> Float[Tensor, "batch width"]:
        _, state = self.rnn(values, mask)
        return self.out(self.dropout(state)) * is_present(mask)


def processing(dim: int, width: int, dropout: float) -> nn.Sequential:
    """S002's processing and fusion layer: Linear, ReLU, Dropout."""
    return nn.Sequential(nn.Linear(dim, width), nn.ReLU(), nn.Dropout(dropout))


class MeanReader(nn.Module):
    """A modality's rows averaged; no weights."""

    def forward(
        self, values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> Float[Tensor, "batch dim"]:
        return masked_mean(values, mask)


class Convolve(nn.Module):
    """A Conv1d over time that keeps the number of rows; padding goes in and comes out as 0.

    Args:
        dim: width of a row that comes in.
        width: of one that goes out.
        kernel: rows that one output sees; odd.
    """

    def __init__(self, dim: int, width: int, *, kernel: int = 1) -> None:
        super().__init__()
        self.inner = nn.Conv1d(dim, width, kernel, padding=kernel // 2, bias=False)

    def forward(
        self, values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> Float[Tensor, "batch time width"]:
        rows = rearrange(fill_padding(values, mask), "batch time dim -> batch dim time")
        seen = rearrange(self.inner(rows), "batch width time -> batch time width")
        return fill_padding(seen, mask)


class ScaledHead(nn.Module):
    """Scores that cannot leave the task's scale: (high - low) * (sigmoid - 1/2); else logits.

    Args:
        width: size of the vector that comes in.
        task: what is predicted.
    """

    def __init__(self, width: int, task: Task) -> None:
        super().__init__()
        self.task, self.out = task, nn.Linear(width, task.width)

    def forward(self, vector: Float[Tensor, "batch width"]) -> Float[Tensor, "batch score"]:
        score = self.out(vector)
        if isinstance(self.task, Regression):
            return (self.task.high - self.task.low) * (score.sigmoid() - 1 / 2)
        return score


def read_tracks(model: FusionModel, batch: Batch) -> dict[str, Track]:
    """All modalities of the model, checked and with their padding set to 0."""
    return {modality: model.track(batch, modality) for modality in model.dims}


def side_by_side(
    tracks: Mapping[str, Track],
) -> tuple[Float[Tensor, "batch time width"], Bool[Tensor, "batch time"]]:
    """Rows of all modalities end to end, place by place; zeros where one has no row there."""
    time = max(track.mask.shape[1] for track in tracks.values())
    values = [lengthened(track.values, time) for track in tracks.values()]
    masks = [lengthened(track.mask, time) for track in tracks.values()]
    return torch.cat(values, dim=2), torch.stack(masks).any(dim=0)


def lengthened(rows: Shaped[Tensor, "batch time *row"], time: int) -> Tensor:
    """The same rows with zeros (False) after them, up to `time` of them."""
    more = rows.new_zeros(len(rows), time - rows.shape[1], *rows.shape[2:])
    return torch.cat([rows, more], dim=1)


def last_row(
    values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
) -> Float[Tensor, "batch dim"]:
    """Each clip's last real row; zeros for a clip without one."""
    place = torch.arange(mask.shape[1], device=mask.device).expand_as(mask)
    last = place.masked_fill(~mask, 0).amax(dim=1)
    return values[torch.arange(len(values), device=mask.device), last] * is_present(mask)


def in_slots(
    values: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"], slots: int
) -> Float[Tensor, "batch slot dim"]:
    """The real rows averaged into so many slots, as adaptive pooling does; zeros if none."""
    front = reorder(fill_padding(values, mask), torch.argsort((~mask).int(), dim=1, stable=True))
    sums = functional.pad(front.cumsum(dim=1), (0, 0, 1, 0))
    count = mask.sum(dim=1, keepdim=True)
    place = torch.arange(slots, device=mask.device)
    start, end = place * count // slots, -(-(place + 1) * count // slots)
    total = sums.take_along_dim(end.unsqueeze(2), 1) - sums.take_along_dim(start.unsqueeze(2), 1)
    return total / (end - start).clamp(min=1).unsqueeze(2)


def known_rows(batch: Batch) -> Bool[Tensor, " batch"]:
    """True for the clips whose target is known; only they move a weight.

    Raises:
        ModelError: the batch has no target.
    """
    return is_known(target_in(batch))


def is_known(target: Tensor) -> Bool[Tensor, " batch"]:
    """True for the clips whose target is known."""
    if not target.is_floating_point():
        return target >= 0
    return ~target.flatten(1).isnan().any(dim=1)


def counted(batch: Batch, present: Bool[Tensor, " batch"]) -> Float[Tensor, " batch"]:
    """How much each clip counts for a channel: as in the batch where it has it, else nothing."""
    return present.float() if batch.weight is None else present * batch.weight


def need_others(dims: Mapping[str, int], centre: str, doing: str) -> list[str]:
    """The modalities beside the one that a model is built around.

    Args:
        dims: of all that it reads.
        centre: the one that it is built around.
        doing: what it does with the others, for the message.

    Raises:
        ModelError: there is no other.
    """
    others = [modality for modality in dims if modality != centre]
    if not others:
        raise ModelError(
            f"{doing}, and there is no other modality. Give it a store with another one, or train "
            "one that does with one channel: modality_transformer."
        )
    return others


def target_in(batch: Batch) -> Tensor:
    """The batch's target.

    Raises:
        ModelError: it has none.
    """
    if batch.target is None:
        raise ModelError(f"The batch of {', '.join(batch.ids[:3])} has no target to learn.")
    return batch.target


def mean_over(each: Float[Tensor, " batch"], counts: Bool[Tensor, " batch"]) -> Float[Tensor, ""]:
    """Mean over the clips that count; 0, with a gradient of 0, where none does."""
    return each.where(counts, 0.0).sum() / counts.sum().clamp(min=1)


def need(dims: Mapping[str, int], modality: str, model: str) -> str:
    """The modality, if the model has it.

    Raises:
        ModelError: it is not among the modalities.
    """
    if modality not in dims:
        raise ModelError(
            f"{model} is built around {modality}, and reads {', '.join(dims)}. Give it a store "
            f"with {modality}, or name another modality."
        )
    return modality
