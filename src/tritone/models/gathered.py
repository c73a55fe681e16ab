"""The train split as one matrix a channel, for what is fitted in closed form."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch
from tritone.core.errors import ModelError
from tritone.layers.pooling import masked_mean
from tritone.layers.projection import Standardise
from tritone.models.base import FusionModel


@dataclass(frozen=True)
class Gathered:
    """Each clip's mean row of each channel, in double precision, on the CPU.

    Args:
        vectors: channel to (clip, dim); zeros where the clip lacks it.
        present: channel to (clip): True where the clip has it.
        target: what the clips are labelled with; None if a batch has no target.
        groups: dialogue or video of each clip, its id where it stands alone.
        weight: how much each clip counts.
    """

    vectors: dict[str, Tensor]
    present: dict[str, Tensor]
    target: Tensor | None
    groups: tuple[str, ...]
    weight: Tensor

    def rows(self, channel: str) -> Tensor:
        """The vectors of the clips that have the channel."""
        return self.vectors[channel][self.present[channel]]

    def columns(self) -> dict[str, Tensor]:
        """Which clips have each channel, as a column beside its vectors."""
        return {channel: each.unsqueeze(1) for channel, each in self.present.items()}

    def only(self, chosen: Tensor) -> "Gathered":
        """Some of the clips."""
        return Gathered(
            {channel: each[chosen] for channel, each in self.vectors.items()},
            {channel: each[chosen] for channel, each in self.present.items()},
            None if self.target is None else self.target[chosen],
            tuple(name for name, is_kept in zip(self.groups, chosen, strict=True) if is_kept),
            self.weight[chosen],
        )

    def standardise(self, scales: nn.ModuleDict) -> None:
        """Fit the scale of each channel that has one."""
        for channel, scale in scales.items():
            if isinstance(scale, Standardise):
                scale.set(self.rows(channel))


def gather(model: FusionModel, batches: Iterable[Batch]) -> Gathered:
    """Go through the batches once and keep the mean rows.

    Args:
        model: whose channels are read.
        batches: at least one.

    Raises:
        ModelError: there is no batch, or one lacks a channel.
    """
    vectors: dict[str, list[Tensor]] = {channel: [] for channel in model.dims}
    present: dict[str, list[Tensor]] = {channel: [] for channel in model.dims}
    targets: list[Tensor | None] = []
    groups: list[str] = []
    weights: list[Tensor] = []
    for batch in batches:
        for channel in model.dims:
            track = model.track(batch, channel)
            vectors[channel].append(masked_mean(track.values.double(), track.mask).cpu())
            present[channel].append(track.mask.any(dim=1).cpu())
        targets.append(batch.target)
        groups += groups_of(batch)
        alike = torch.ones(len(batch))
        weights.append((alike if batch.weight is None else batch.weight.cpu()).double())
    if not targets:
        raise ModelError(f"{type(model).__name__} is fitted on the train split, which is empty.")
    known = [target.cpu() for target in targets if target is not None]
    return Gathered(
        {channel: torch.cat(each) for channel, each in vectors.items()},
        {channel: torch.cat(each) for channel, each in present.items()},
        torch.cat(known) if len(known) == len(targets) else None,
        tuple(groups),
        torch.cat(weights),
    )


def groups_of(batch: Batch) -> list[str]:
    """The dialogue or video of each clip; the clip's own id where it is in none."""
    dialogues = batch.dialogues or (None,) * len(batch)
    return [
        name if dialogue is None else dialogue
        for name, dialogue in zip(batch.ids, dialogues, strict=True)
    ]
