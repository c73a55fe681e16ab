"""The one training loop: AdamW, gradients clipped and accumulated, resume to the very step.

    epoch ─ batches ─ losses ─ gradients ─ step ─┐      judge ─ better? ─ keep these weights
        ▲                                        └─ … ─ ▶ │
        └───────────────────── worse for too long: stop ◀─┘

Everything that decides the next step is in the checkpoint: weights, buffers, optimiser, pace,
place in the epoch, and the state of chance.
"""

import copy
import logging
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import nn

from tritone.core.batch import Batch
from tritone.core.errors import ModelError
from tritone.learn.checkpoint import Stateful, put_down, take_up
from tritone.learn.devices import moved
from tritone.learn.fault import complaint
from tritone.learn.interrupt import until_told
from tritone.learn.peers import Peers
from tritone.learn.place import Place, get_chance, set_chance
from tritone.learn.settings import Fit, Learner, Pace, spared_groups

LOG = logging.getLogger(__name__)

Model = TypeVar("Model", bound=Learner)


@dataclass
class Fitted(Generic[Model]):
    """What came of a training.

    Args:
        model: with the weights to keep.
        history: a line for each epoch: "epoch", "loss", "lr" (the largest step size at its end),
            each term of the loss where there are several ("loss.NAME"), and "score" where it
            was judged.
        best: epoch, from 1, whose weights were kept; the last one where nobody judged.
        stopped: it ended before its last epoch, since the score no longer got better.
    """

    model: Model
    history: list[dict[str, int | float]] = field(default_factory=list)
    best: int = 0
    stopped: bool = False


def fit(
    model: Model,
    batches: Callable[[int], Iterable[Batch]],
    steps: int,
    settings: Fit,
    *,
    seed: int = 0,
    checkpoint: Path | None = None,
    judge: Callable[[Model], float] | None = None,
    watch: Callable[[int, Model], None] | None = None,
    tell: Callable[[int, int, float], None] | None = None,
    peers: Peers | None = None,
    measure: Callable[[Model], Mapping[str, float]] | None = None,
    record: Callable[[Sequence[Mapping[str, int | float]]], None] | None = None,
) -> Fitted[Model]:
    """Train `model` in place, and give the one to keep: the best judged, averaged, or the last.

    Every epoch starts from its own seed. A run that was cut off and taken up again from its
    checkpoint ends with the same weights as one that was not.

    Args:
        model: has `losses` and `groups`.
        batches: epoch number to the epoch's batches, the same at every call.
        steps: batches in an epoch.
        settings: how long and how fast.
        seed: decides dropout.
        checkpoint: file to write after each epoch, and to go on from where it exists.
        judge: gives a model's validation score; lower is better. The weights that scored best
            are kept.
        watch: called after each epoch with its number and the model to keep.
        tell: called after each step with the epoch, the batches done in it and the mean loss.
        peers: the other processes that train the same model, where there are some.
        measure: further figures of the model to keep after an epoch, for its line.
        record: called after each epoch with the history so far.

    Raises:
        ModelError: a loss is not a number, or the checkpoint is of another run.
        KeyboardInterrupt: someone pressed Ctrl-C; the run is saved where it stands.
    """
    run = Run(model, settings, steps, seed, checkpoint, judge, peers, measure)
    run.begin()
    last = settings.stop or settings.epochs
    with until_told() as stop:
        while run.place.epoch < last and not run.is_stale:
            run.epoch(batches, stop, tell)
            run.end_epoch()
            if record is not None and run.is_first:
                record(run.place.history)
            if watch is not None:
                watch(run.place.epoch - 1, run.kept)
    return run.fitted()


class Run(Generic[Model]):
    """A training at work: its parts, where it stands, and what it puts down."""

    def __init__(
        self,
        model: Model,
        settings: Fit,
        steps: int,
        seed: int,
        checkpoint: Path | None,
        judge: Callable[[Model], float] | None,
        peers: Peers | None = None,
        measure: Callable[[Model], Mapping[str, float]] | None = None,
    ) -> None:
        self.model, self.settings, self.seed = model, settings, seed
        self.checkpoint, self.judge, self.peers = checkpoint, judge, peers
        self.measure, self.is_first = measure, peers is None or peers.rank == 0
        self.optimiser = torch.optim.AdamW(
            spared_groups(model, settings), lr=settings.lr, fused=True
        )
        self.pace = Pace(self.optimiser, settings, math.ceil(steps / settings.accumulate))
        self.kept = copy.deepcopy(model) if settings.average else model
        self.best = copy.deepcopy(model) if judge is not None else self.kept
        self.weights = list(model.parameters())  # walking the modules at every step costs time
        self.device = self.weights[0].device
        self.place = Place()

    @property
    def parts(self) -> dict[str, Stateful]:
        """What has a state of its own, each once."""
        parts: dict[str, Stateful] = {"model": self.model}
        parts |= {"kept": self.kept} if self.kept is not self.model else {}
        parts |= {"best": self.best} if self.best is not self.kept else {}
        return {**parts, "optimiser": self.optimiser, "pace": self.pace}

    @property
    def is_stale(self) -> bool:
        """The score has not got better for as long as the settings are patient."""
        patience, place = self.settings.patience, self.place
        judged = math.isfinite(place.best)
        return judged and place.epoch - place.best_epoch >= patience > 0

    def begin(self) -> None:
        """Go on from the checkpoint, where there is one."""
        if self.checkpoint is None:
            return
        facts = take_up(self.checkpoint, self.parts)
        if facts is not None:
            self.place = Place.of(facts, self.checkpoint)
            if not self.is_first:
                self.place.terms = {}  # the first process holds the sums of all

    def save(self) -> None:
        """Put the run down where it stands."""
        if self.checkpoint is None:
            return
        terms = self.place.terms if self.peers is None else self.peers.sums(self.place.terms)
        if self.is_first:
            put_down(self.checkpoint, self.parts, {**vars(self.place), "terms": terms})

    def epoch(
        self,
        batches: Callable[[int], Iterable[Batch]],
        stop: Callable[[], bool],
        tell: Callable[[int, int, float], None] | None,
    ) -> None:
        """What is left of one pass over the data."""
        place, settings = self.place, self.settings
        self.model.train()
        with torch.random.fork_rng():
            torch.manual_seed(self.seed * 1000 + place.epoch)
            if place.chance:
                set_chance(place.chance)
            left = islice(batches(place.epoch), place.step, None)
            while group := list(islice(left, settings.accumulate)):
                if self.peers is not None:
                    self.peers.seed(self.seed, place.epoch, place.step)
                loss = self.step(group)
                clips = sum(len(batch) for batch in group)
                place.total, place.clips = place.total + loss * clips, place.clips + clips
                place.step += len(group)
                if tell is not None:
                    tell(place.epoch, place.step, place.total / max(1, place.clips))
                told = stop() if self.peers is None else self.peers.told(stop())
                if told or (settings.every and place.step % settings.every < len(group)):
                    place.chance = get_chance()
                    self.save()
                if told:
                    raise KeyboardInterrupt

    def step(self, group: Sequence[Batch]) -> float:
        """One step over some batches, which count as one large batch; its mean loss."""
        self.optimiser.zero_grad(set_to_none=True)
        clips, total, fault = sum(len(batch) for batch in group), 0.0, ""
        for batch in group:
            own = batch if self.peers is None else self.peers.share(batch)
            if own is None:
                continue
            value, fault = self.backward(own, clips)
            total += value
            if fault:
                break
        if self.peers is not None:
            total = self.peers.add_up(self.weights, total)
            fault = self.peers.first(fault) if not math.isfinite(total) else ""
        if fault:
            raise ModelError(fault)
        nn.utils.clip_grad_norm_(self.weights, self.settings.clip)
        self.optimiser.step()
        self.pace.step()
        if self.peers is not None:
            self.peers.align(self.model)
        if self.kept is not self.model:
            taken = self.pace.step_count
            follow(self.kept, self.model, min(self.settings.average, (1 + taken) / (10 + taken)))
        return total

    def backward(self, batch: Batch, clips: int) -> tuple[float, str]:
        """The gradients of a batch among so many clips; its share of the loss, and what is wrong.

        The gradients add up to those of all clips' mean.
        """
        batch = moved(batch, self.device)
        with self.precision():
            terms = self.model.losses(self.model(batch), batch)
            each = torch.stack([*terms.values()]) if len(terms) > 1 else next(iter(terms.values()))
            loss = each.sum() if len(terms) > 1 else each
        share = len(batch) / clips
        (loss * share if share < 1 else loss).backward()
        values: list[float] = each.detach().reshape(-1).tolist()
        total = sum(values)
        if not math.isfinite(total):
            said = dict(zip(terms, values, strict=True))
            return total, complaint(said, batch, self.place.epoch + 1, self.settings.lr)
        if len(terms) > 1:
            sums = self.place.terms
            for name, value in zip(terms, values, strict=True):
                sums[name] = sums.get(name, 0.0) + value * len(batch)
        return total * share, ""

    def precision(self) -> AbstractContextManager[object]:
        """bfloat16 where it is asked for; a context that is not needed costs time too."""
        if not self.settings.half:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=torch.bfloat16)

    def end_epoch(self) -> None:
        """Judge the epoch, keep its weights if they are the best, and put the run down."""
        place = self.place
        line: dict[str, int | float] = {
            "epoch": place.epoch + 1,
            "loss": place.total / max(1, place.clips),
            "lr": max(group["lr"] for group in self.optimiser.param_groups),
        }
        sums = place.terms if self.peers is None else self.peers.sums(place.terms)
        line |= {f"loss.{name}": value / max(1, place.clips) for name, value in sums.items()}
        place.epoch, place.step, place.chance = place.epoch + 1, 0, []
        place.total, place.clips, place.terms = 0.0, 0, {}
        if self.judge is not None:
            line["score"] = score = self.judged(self.judge)
            self.pace.scored(score)
            if score < place.best:
                place.best, place.best_epoch = score, place.epoch
                self.best.load_state_dict(self.kept.state_dict())
        if self.measure is not None and self.is_first:
            with evaluating(self.kept), torch.random.fork_rng():
                line |= self.measure(self.kept)
        place.history.append(line)
        LOG.info("epoch %d of %d: %s", place.epoch, self.settings.epochs, line)
        self.save()

    def judged(self, judge: Callable[[Model], float]) -> float:
        """The score of the model to keep; of several processes only the first one judges."""
        if self.peers is not None and not self.is_first:
            return self.peers.agree(0.0)
        with evaluating(self.kept), torch.random.fork_rng():
            score = judge(self.kept)
        return score if self.peers is None else self.peers.agree(score)

    def fitted(self) -> Fitted[Model]:
        """What came of it."""
        place, good = self.place, math.isfinite(self.place.best)
        if good:
            self.kept.load_state_dict(self.best.state_dict())
        best = place.best_epoch if good else place.epoch
        return Fitted(self.kept, place.history, best, self.is_stale)


@torch.no_grad()
def follow(kept: Learner, model: Learner, decay: float) -> None:
    """Move the running average towards the model; buffers (norm statistics) are copied."""
    for ours, theirs in zip(kept.parameters(), model.parameters(), strict=True):
        ours.lerp_(theirs, 1 - decay)
    for ours_buffer, theirs_buffer in zip(kept.buffers(), model.buffers(), strict=True):
        ours_buffer.copy_(theirs_buffer)


@contextmanager
def evaluating(model: Any) -> Iterator[Any]:
    """The model in evaluation mode and without gradients, then as it was."""
    before = model.training
    model.eval()
    try:
        with torch.inference_mode():
            yield model
    finally:
        model.train(before)
