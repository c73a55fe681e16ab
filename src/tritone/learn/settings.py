"""How the one loop runs: step sizes, their pace, and which weights decay."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.errors import RecipeError

SCHEDULES = ("cosine", "constant", "plateau")
DEVICES = ("auto", "cpu", "cuda")
WAIT, DROP = 4, 0.5  # plateau: after so many epochs without a better score, this share of the pace


@dataclass(frozen=True)
class Fit:
    """How the one loop runs.

    Args:
        epochs: passes over the train split.
        batch: clips in a batch.
        accumulate: batches to a step; the last step of an epoch takes those that are left.
        lr: AdamW step size of a group whose scale is 1, at its peak.
        weight_decay: AdamW's; norms and biases are spared.
        schedule: "cosine" falls to 0 at the end, "constant" stays, "plateau" halves after four
            epochs without a better validation score.
        warmup: share of all steps over which the step size rises.
        clip: largest norm of the gradient.
        average: decay of the running average of the weights that is kept in the end; 0 keeps
            the last weights.
        half: run the forward pass in bfloat16, on a CPU as on a GPU.
        device: "cpu", "cuda", or "auto", which takes the GPU where there is one.
        processes: how many train together; each takes its part of every batch, and on a GPU
            each has one of its own.
        patience: epochs without a better validation score after which training ends; 0 for
            never.
        every: steps between checkpoints within an epoch; 0 writes one after each epoch only.
        scales: part of the model to its share of the step size, as in fit.scales.text=0.1; a
            part is a channel or any other word in the names of the weights, "read.text" too.
        thaw: part of the model to the epochs for which it stays as it is before it learns.
        stop: epochs after which to stop, though the pace is set for all; None runs them all.

    Raises:
        RecipeError: a value that makes no sense.
    """

    epochs: int = 20
    batch: int = 32
    accumulate: int = 1
    lr: float = 1e-3
    weight_decay: float = 0.01
    schedule: str = "cosine"
    warmup: float = 0.06
    clip: float = 1.0
    average: float = 0.0
    half: bool = False
    device: str = "auto"
    processes: int = 1
    patience: int = 0
    every: int = 0
    stop: int | None = None
    scales: Mapping[str, int | float] = field(default_factory=dict)
    thaw: Mapping[str, int | float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("epochs", "batch", "accumulate", "processes"):
            if getattr(self, name) < 1:
                raise RecipeError(f"fit.{name} is at least 1, got {getattr(self, name)}.")
        for name in ("lr", "clip"):
            if not getattr(self, name) > 0:
                raise RecipeError(f"fit.{name} is above 0, got {getattr(self, name)}.")
        for name in ("weight_decay", "warmup", "patience", "every"):
            if not getattr(self, name) >= 0:
                raise RecipeError(f"fit.{name} is not below 0, got {getattr(self, name)}.")
        for name in ("scales", "thaw"):
            for part, value in getattr(self, name).items():
                if not 0 <= value < math.inf:
                    raise RecipeError(f"fit.{name}.{part} is a number from 0, got {value}.")
        if not 0 <= self.average < 1:
            raise RecipeError(f"fit.average is at least 0 and below 1, got {self.average}.")
        for name, known in (("schedule", SCHEDULES), ("device", DEVICES)):
            if getattr(self, name) not in known:
                raise RecipeError(
                    f"fit.{name} takes one of {', '.join(known)}, got {getattr(self, name)!r}."
                )


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

    def named_parameters(self) -> Iterator[tuple[str, nn.Parameter]]:
        """All weights, each with its name."""
        ...

    def buffers(self) -> Iterator[Tensor]:
        """All state that is saved with the weights."""
        ...

    def train(self, mode: bool = True) -> nn.Module:
        """Switch dropout and norms to training, or back."""
        ...

    def state_dict(self) -> dict[str, Any]:
        """Weights and state by name."""
        ...

    def load_state_dict(self, state_dict: dict[str, Any]) -> Any:
        """Take weights and state by name."""
        ...


def spared_groups(model: Learner, settings: Fit) -> Iterator[dict]:
    """The model's groups, each split in weights that decay and vectors that do not.

    Raises:
        RecipeError: the settings name a part that the model does not have.
    """
    for group in parted(model, settings):
        lr = settings.lr * group.get("scale", 1.0)
        real = [p for p in group["params"] if p.requires_grad]
        common = {"lr": lr, "after": group.get("after", 0)}
        matrices, vectors = [p for p in real if p.ndim > 1], [p for p in real if p.ndim <= 1]
        yield {"params": matrices, **common, "weight_decay": settings.weight_decay}
        yield {"params": vectors, **common, "weight_decay": 0.0}


def parted(model: Learner, settings: Fit) -> list[dict[str, Any]]:
    """The model's groups, parted further by the settings' own scales and thaws."""
    groups = model.groups()
    if not (settings.scales or settings.thaw):
        return groups
    names = {id(weight): f".{name}." for name, weight in model.named_parameters()}
    for part in (*settings.scales, *settings.thaw):
        if not any(f".{part}." in name for name in names.values()):
            words = sorted({word for name in names.values() for word in name.split(".") if word})
            known = ", ".join(word for word in words if not word.isdigit())
            raise RecipeError(f"No weight of the model belongs to {part!r}. Its parts: {known}.")
    found = []
    for group in groups:
        own: dict[tuple[float, float], list[nn.Parameter]] = {}
        for weight in group["params"]:
            name = names[id(weight)]
            scales = [share for part, share in settings.scales.items() if f".{part}." in name]
            waits = [epochs for part, epochs in settings.thaw.items() if f".{part}." in name]
            key = (group.get("scale", 1.0) * math.prod(scales), max(waits, default=0))
            own.setdefault(key, []).append(weight)
        found += [{"params": p, "scale": scale, "after": wait} for (scale, wait), p in own.items()]
    return found


class Pace:
    """The step size of each step: a rise, then as the schedule says. Its state resumes.

    Args:
        optimiser: whose groups' step sizes are set; those it has now are the peaks.
        settings: schedule, warmup and epochs.
        steps: steps in an epoch.
    """

    def __init__(self, optimiser: torch.optim.Optimizer, settings: Fit, steps: int) -> None:
        self.optimiser, self.settings = optimiser, settings
        self.total = max(1, steps * settings.epochs)
        self.peaks = [group["lr"] for group in optimiser.param_groups]
        self.starts = [group.get("after", 0) * steps for group in optimiser.param_groups]
        self.step_count, self.factor, self.best, self.waited = 0, 1.0, math.inf, 0
        self.apply()

    def step(self) -> None:
        """One step was taken."""
        self.step_count += 1
        self.apply()

    def scored(self, score: float) -> None:
        """An epoch ended with a validation score; lower is better."""
        if score < self.best:
            self.best, self.waited = score, 0
        else:
            self.waited += 1
        if self.settings.schedule == "plateau" and self.waited >= WAIT:
            self.factor, self.waited = self.factor * DROP, 0
        self.apply()

    def apply(self) -> None:
        """Set the step size of every group."""
        if self.settings.schedule == "cosine":
            share = pace(self.step_count, self.total, self.settings.warmup)
        else:
            rise = max(1, int(self.settings.warmup * self.total))
            share = min(1.0, (self.step_count + 1) / rise) * self.factor
        groups = zip(self.optimiser.param_groups, self.peaks, self.starts, strict=True)
        for group, peak, start in groups:
            group["lr"] = peak * share if self.step_count >= start else 0.0

    def state_dict(self) -> dict[str, Any]:
        """Where it stands."""
        names = ("step_count", "factor", "best", "waited", "peaks")
        return {name: getattr(self, name) for name in names}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where another one stood."""
        for name, value in state_dict.items():
            setattr(self, name, value)
        self.apply()


def pace(step: int, steps: int, warmup: float) -> float:
    """Share of the peak step size at `step`: a linear rise, then a half cosine to 0."""
    rise = max(1, int(warmup * steps))
    if step < rise:
        return (step + 1) / rise
    return 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, steps - rise)))
