"""Models that are solved at once, before the loop, and that the loop leaves alone."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.errors import ModelError
from tritone.core.task import Classes, Regression, Task
from tritone.layers.pooling import masked_mean
from tritone.models.base import FusionModel
from tritone.models.gathered import Gathered, gather
from tritone.models.subnets import is_known


class SolvedModel(FusionModel):
    """What `prepare` fits stands in buffers; one epoch is enough to judge it.

    The loop needs a weight to hold: `still` is one, always 0, with a gradient of 0.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
    """

    is_solved: ClassVar[bool] = True

    def __init__(self, dims: Mapping[str, int], task: Task) -> None:
        super().__init__(dims, task)
        self.still = nn.Parameter(torch.zeros(()))

    def fitted(self) -> frozenset[str]:
        return frozenset({"still"})

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task's loss, to be looked at: it moves nothing."""
        return {"task": super().losses(prediction, batch)["task"].detach() + 0 * self.still}

    def prepare(self, train: Iterable[Batch]) -> None:
        """Fit it to the clips of train whose target is known; without one it stays as it is.

        Raises:
            ModelError: train has no targets.
        """
        gathered = gather(self, train)
        if gathered.target is None:
            name = type(self).__name__
            raise ModelError(f"{name} is fitted to targets; the train split has none.")
        known = is_known(gathered.target)
        if known.any():
            self.fit(gathered.only(known), gathered.target[known])

    def fit(self, heard: Gathered, target: Tensor) -> None:
        """Set the buffers.

        Args:
            heard: at least one clip, each with a known target.
            target: of these clips.
        """
        raise NotImplementedError

    def means(self, batch: Batch) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Each clip's mean row of each channel, and whether it has the channel, (clip, 1)."""
        rows, present = {}, {}
        for channel in self.dims:
            track = self.track(batch, channel)
            rows[channel] = masked_mean(track.values, track.mask)
            present[channel] = track.mask.any(dim=1, keepdim=True)
        return rows, present


def shares_of(task: Task, target: Tensor) -> Tensor:
    """How far each clip is of each class, 0 to 1: (clip, class); scores have no classes."""
    if isinstance(task, Regression):
        raise ModelError("A score has no classes.")
    if target.is_floating_point():
        return target.double()
    return nn.functional.one_hot(target.long(), task.width).double()


def sides_of(task: Task, target: Tensor) -> Tensor:
    """True where a clip is on the side of each number of the score: (clip, width).

    Of its likeliest class; with several at once, of each that is likelier than not; of a scale,
    of its upper half.
    """
    if isinstance(task, Regression):
        return target > (task.low + task.high) / 2
    shares = shares_of(task, target)
    if isinstance(task, Classes) and task.multi:
        return shares > 1 / 2
    return nn.functional.one_hot(shares.argmax(dim=1), task.width).bool()
