"""Loss terms that are no mean over clips, of which several processes see less than one does.

A contrast of clips, a statistic of a batch, a mean over those clips that have a label: the parts
of a batch do not add up to the whole. Such a training in several processes is another one than
in one process, and its summary says so.
"""

import math

import torch

from tritone.core.batch import Batch
from tritone.core.take import take
from tritone.learn.feed import Feed
from tritone.learn.figures import located
from tritone.learn.loop import evaluating
from tritone.learn.peers import part_of
from tritone.models.base import FusionModel

SAME = 1e-3  # of a term; rounding and padding are below


def over_batches(model: FusionModel, feed: Feed, processes: int) -> list[str]:
    """The names of the terms whose means over the parts of a batch are not those of the whole.

    A term that is drawn by chance cannot be told, and is not named.

    Args:
        model: whose losses are asked, as it is when it does not train.
        feed: of whose clips one batch is taken.
        processes: in so many parts.
    """
    with evaluating(model), torch.random.fork_rng():
        batch = next(iter(located(feed, model)))
        whole, again = terms_of(model, batch, 0), terms_of(model, batch, 1)
        parts = by_parts(model, batch, processes)
    sure = [name for name, value in whole.items() if close(value, again.get(name, math.nan))]
    return [name for name in sure if not close(whole[name], parts.get(name, math.nan))]


def by_parts(model: FusionModel, batch: Batch, processes: int) -> dict[str, float]:
    """Each term as several processes add it up."""
    summed: dict[str, float] = {}
    for rank in range(processes):
        part = part_of(len(batch), rank, processes)
        if part.stop > part.start:
            own = take(batch, part)
            for name, value in terms_of(model, own, 0).items():
                summed[name] = summed.get(name, 0.0) + value * len(own) / len(batch)
    return summed


def terms_of(model: FusionModel, batch: Batch, seed: int) -> dict[str, float]:
    """The terms of the loss of a batch, whatever chance has to do with them held by a seed."""
    torch.manual_seed(seed)
    return {name: float(term) for name, term in model.losses(model(batch), batch).items()}


def close(one: float, other: float) -> bool:
    """The same but for rounding."""
    return math.isclose(one, other, rel_tol=SAME, abs_tol=1e-6)
