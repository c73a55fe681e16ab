"""The one training loop: batches in, losses that the model owns, weights out.

A model gives `losses(prediction, batch)`, a dict of weighted terms, and `groups()`, parameter
groups that may carry a "scale" of the learning rate. All else is here.
"""

import copy
import logging
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fit:
    """How the one loop runs.

    Args:
        epochs: passes over the train split.
        lr: AdamW step size of a group whose scale is 1, at its peak.
        weight_decay: AdamW's; norms and biases are spared.
        warmup: share of all steps over which the step size rises; it falls as a half cosine.
        clip: largest norm of the gradient.
        average: decay of the running average of the weights that is kept in the end; 0 keeps
            the last weights.
        half: run the forward pass in bfloat16.
        stop: epochs after which to stop, though the pace is set for all; None runs them all.
    """

    epochs: int = 20
    lr: float = 1e-3
    weight_decay: float = 0.01
    warmup: float = 0.06
    clip: float = 1.0
    average: float = 0.0
    half: bool = False
    stop: int | None = None


@runtime_checkable
class Learner(Protocol):
    """What the loop asks of a model; every `FusionModel` and every branch is one."""

    def __call__(self, batch: Batch) -> Prediction:
        """What it says of a batch."""
        ...

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Named terms, already weighted."""
        ...

    def groups(self) -> list[dict[str, Any]]:
        """Parameter groups, each with its share of the learning rate."""
        ...

    def parameters(self) -> Iterator[nn.Parameter]:
        """All weights."""
        ...

    def buffers(self) -> Iterator[Tensor]:
        """All state that is saved with the weights."""
        ...

    def train(self, mode: bool = True) -> nn.Module:
        """Switch dropout and norms to training, or back."""
        ...


Model = TypeVar("Model", bound=Learner)


def fit(
    model: Model,
    batches: Callable[[int], Iterable[Batch]],
    steps: int,
    settings: Fit,
    *,
    seed: int = 0,
    checkpoint: Path | None = None,
    watch: Callable[[int, Model], None] | None = None,
) -> Model:
    """Train `model` in place, and return the one to keep (see `Fit.average`).

    Every epoch starts from its own seed, so that a run that was cut off and taken up again
    from its checkpoint ends with the same weights as one that was not.

    Args:
        model: has `losses` and `groups`.
        batches: epoch number to the epoch's batches, the same at every call.
        steps: batches in an epoch.
        settings: how long and how fast.
        seed: decides dropout.
        checkpoint: file to write after each epoch, and to go on from where it exists.
        watch: called after each epoch with its number and the model to keep.
    """
    optimiser = torch.optim.AdamW(spared_groups(model, settings), lr=settings.lr, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: pace(step, steps * settings.epochs, settings.warmup)
    )
    kept = copy.deepcopy(model) if settings.average else model
    state = {"model": model, "kept": kept, "optimiser": optimiser, "schedule": schedule}
    first = take_up(checkpoint, state)
    for epoch in range(first, settings.stop or settings.epochs):
        with torch.random.fork_rng():
            torch.manual_seed(seed * 1000 + epoch)
            loss = run_epoch(model, kept, batches(epoch), optimiser, schedule, settings)
        LOG.info("epoch %d of %d: mean training loss %.4f", epoch + 1, settings.epochs, loss)
        if checkpoint is not None:
            put_down(checkpoint, state, epoch + 1)
        if watch is not None:
            watch(epoch, kept)
    return kept


def run_epoch(
    model: Learner,
    kept: Learner,
    batches: Iterable[Batch],
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    settings: Fit,
) -> float:
    """One pass over the data; returns the mean of the batches' losses."""
    model.train()
    device = next(model.parameters()).device.type
    total, count = 0.0, 0
    for batch in batches:
        with torch.autocast(device, dtype=torch.bfloat16, enabled=settings.half):
            prediction = model(batch)
            loss = torch.stack(list(model.losses(prediction, batch).values())).sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), settings.clip)
        optimiser.step()
        schedule.step()
        total, count = total + float(loss.detach()), count + 1
        if kept is not model:
            step = schedule.last_epoch
            follow(kept, model, min(settings.average, (1 + step) / (10 + step)))
    return total / max(1, count)


def put_down(checkpoint: Path, state: dict, epochs: int) -> None:
    """Write the state of a run after `epochs` epochs, whole or not at all."""
    fresh = checkpoint.with_suffix(".new")
    torch.save({"epochs": epochs, **{k: v.state_dict() for k, v in state.items()}}, fresh)
    fresh.replace(checkpoint)


def take_up(checkpoint: Path | None, state: dict) -> int:
    """Load the state of a run, where there is one; returns how many epochs it has run."""
    if checkpoint is None or not checkpoint.exists():
        return 0
    saved = torch.load(checkpoint, weights_only=True)
    for name, part in state.items():
        part.load_state_dict(saved[name])
    return saved["epochs"]


def spared_groups(model: Learner, settings: Fit) -> Iterator[dict]:
    """The model's groups, each split in weights that decay and vectors that do not."""
    for group in model.groups():
        lr = settings.lr * group.get("scale", 1.0)
        real = [p for p in group["params"] if p.requires_grad]
        yield {
            "params": [p for p in real if p.ndim > 1],
            "lr": lr,
            "weight_decay": settings.weight_decay,
        }
        yield {"params": [p for p in real if p.ndim <= 1], "lr": lr, "weight_decay": 0.0}


def pace(step: int, steps: int, warmup: float) -> float:
    """Share of the peak step size at `step`: a linear rise, then a half cosine to 0."""
    rise = max(1, int(warmup * steps))
    if step < rise:
        return (step + 1) / rise
    return 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, steps - rise)))


@torch.no_grad()
def follow(kept: Learner, model: Learner, decay: float) -> None:
    """Move the running average towards the model; buffers (norm statistics) are copied."""
    for ours, theirs in zip(kept.parameters(), model.parameters(), strict=True):
        ours.lerp_(theirs, 1 - decay)
    for ours_buffer, theirs_buffer in zip(kept.buffers(), model.buffers(), strict=True):
        ours_buffer.copy_(theirs_buffer)


@contextmanager
def evaluating(model: nn.Module) -> Iterator[nn.Module]:
    """The model in evaluation mode and without gradients, then as it was."""
    before = model.training
    model.eval()
    try:
        with torch.inference_mode():
            yield model
    finally:
        model.train(before)
