"""Where a training stands, as plain data that goes into its checkpoint."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from tritone.core.errors import ModelError


@dataclass
class Place:
    """Where a run stands.

    Args:
        epoch: epochs that are done.
        step: batches that are done of the one at work.
        total: loss of those batches, times their clips.
        clips: in those batches.
        terms: each term of that loss, where there are several.
        best: the lowest score so far.
        best_epoch: the epoch that had it, from 1.
        chance: the state of chance, in the middle of an epoch.
        history: a line for each epoch that is done.
    """

    epoch: int = 0
    step: int = 0
    total: float = 0.0
    clips: int = 0
    terms: dict[str, float] = field(default_factory=dict)
    best: float = math.inf
    best_epoch: int = 0
    chance: list[torch.Tensor] = field(default_factory=list)
    history: list[dict[str, int | float]] = field(default_factory=list)

    @classmethod
    def of(cls, facts: Mapping[str, Any], path: Path) -> "Place":
        """The place that a checkpoint tells of.

        Raises:
            ModelError: it tells of something else.
        """
        known = vars(cls())
        strange = [
            name for name in {**known, **facts} if kind_of(known, name) != kind_of(facts, name)
        ]
        if strange:
            raise ModelError(
                f"{path} does not say where its run stands: {', '.join(strange)}. Begin anew in "
                "another folder, or delete it."
            )
        return cls(**facts)


def kind_of(facts: Mapping[str, Any], name: str) -> type | None:
    """What a fact is; None where it is absent."""
    return type(facts[name]) if name in facts else None


def get_chance() -> list[torch.Tensor]:
    """The state of chance on the CPU, and on each GPU."""
    return [torch.get_rng_state(), *torch.cuda.get_rng_state_all()]


def set_chance(state: Sequence[torch.Tensor]) -> None:
    """Go on from a state of chance; one of another number of GPUs is taken as far as it goes."""
    torch.set_rng_state(state[0])
    for place, own in enumerate(state[1 : 1 + torch.cuda.device_count()]):
        torch.cuda.set_rng_state(own, place)
