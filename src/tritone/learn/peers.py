"""What one of several processes that train the same model knows of the others.

    batch ─┬─ process 0 ─ gradients ─┐
           └─ process 1 ─ gradients ─┴─ sum ─ the same step in each

Every process draws the same batches and takes its part of each. A clip counts as it would in one
process, so that both end with the same weights, up to rounding; what a loss says of a batch as a
whole, such as a contrast between its clips, it then says of each part.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from torch import distributed, nn

from tritone.core.batch import Batch
from tritone.core.take import take
from tritone.learn.settings import Learner

LEAST = 2  # clips of a part: a norm over the batch needs more than one


@runtime_checkable
class Fabric(Protocol):
    """What is used of `lightning_fabric.Fabric`, which takes seconds to import."""

    @property
    def global_rank(self) -> int:
        """Which of the processes this is, from 0."""
        ...

    @property
    def world_size(self) -> int:
        """How many there are."""
        ...

    @property
    def device(self) -> torch.device:
        """Where this one computes."""
        ...


class Peers:
    """The other processes, as one of them sees them.

    The loop adds up the gradients itself: a wrapped model would average them as if every part
    were equally large, and hide the model's own `losses`.

    Args:
        fabric: launched, so that the processes can tell each other.
        pressed: says whether someone pressed Ctrl-C on what started the processes.
    """

    def __init__(self, fabric: Fabric, pressed: Callable[[], bool]) -> None:
        self.pressed = pressed
        self.rank, self.size, self.device = fabric.global_rank, fabric.world_size, fabric.device

    def seed(self, seed: int, epoch: int, step: int) -> None:
        """Let chance be another one in each process, and the same again after a resume."""
        numbers = np.random.SeedSequence([seed, epoch, step, self.rank])
        torch.manual_seed(int(numbers.generate_state(1, np.uint64)[0] >> np.uint64(1)))

    def share(self, batch: Batch) -> Batch | None:
        """This process's part of a batch; None where it is too small for so many."""
        part = part_of(len(batch), self.rank, self.size)
        return take(batch, part) if part.stop > part.start else None

    def add_up(self, weights: Sequence[nn.Parameter], loss: float) -> float:
        """Replace each gradient by its sum over the processes; the sum of their losses."""
        own = [weight for weight in weights if weight.requires_grad]
        # A weight that no part reached keeps no gradient, as in one process.
        reached = [float(weight.grad is not None) for weight in own]
        flat = [w.grad.flatten() if w.grad is not None else w.new_zeros(w.numel()) for w in own]
        numbers = torch.tensor([loss, *reached], device=self.device)
        whole = torch.cat([numbers, *(gradient.float() for gradient in flat)])
        distributed.all_reduce(whole)
        place = 1 + len(own)
        for weight, count in zip(own, whole[1:place].tolist(), strict=True):
            summed = whole[place : place + weight.numel()]
            place += weight.numel()
            weight.grad = summed.view_as(weight).to(weight.dtype) if count else None
        return float(whole[0])

    def align(self, model: Learner) -> None:
        """Take the first process's buffers, such as the statistics of norms."""
        for buffer in model.buffers():
            distributed.broadcast(buffer, 0)

    def told(self, told: bool) -> bool:
        """Whether any process was told to stop, or what started them."""
        said = torch.tensor(float(told or self.pressed()), device=self.device)
        distributed.all_reduce(said)
        return bool(said)

    def agree(self, score: float) -> float:
        """The first process's score."""
        said = torch.tensor(score, dtype=torch.float64, device=self.device)
        distributed.broadcast(said, 0)
        return float(said)

    def sums(self, terms: dict[str, float]) -> dict[str, float]:
        """Each term of the loss, summed over the processes."""
        whole: dict[str, float] = {}
        for own in self.gathered(terms):
            for name, value in own.items():
                whole[name] = whole.get(name, 0.0) + value
        return whole

    def first(self, fault: str) -> str:
        """What is wrong in the first process in which something is."""
        return next((said for said in self.gathered(fault) if said), "")

    def gathered(self, said: object) -> list:
        """What each process says."""
        every: list = [None] * self.size
        distributed.all_gather_object(every, said)
        return every


def part_of(clips: int, rank: int, size: int) -> slice:
    """Which of a batch's clips one of several processes takes; like sizes, none too small."""
    parts = max(1, min(size, clips // LEAST))
    if rank >= parts:
        return slice(0, 0)
    return slice(clips * rank // parts, clips * (rank + 1) // parts)
