"""What a model scores on a feed: its own loss, and metrics by name."""

import math
from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from tritone.catalogue import metric_named
from tritone.core.batch import Batch
from tritone.core.errors import DataError
from tritone.core.task import Task
from tritone.learn.devices import moved
from tritone.learn.feed import Feed
from tritone.learn.loop import evaluating
from tritone.models.base import FusionModel
from tritone.models.texts import read_tokens

LOWER_IS_BETTER = ("loss", "mae", "nll", "brier", "ece")


def mean_loss(model: FusionModel, feed: Feed) -> float:
    """The model's own loss over all clips of a feed."""
    total, clips = 0.0, 0
    for batch in located(feed, model):
        terms = model.losses(model(batch), batch)
        total += float(torch.stack(list(terms.values())).sum()) * len(batch)
        clips += len(batch)
    return total / clips


def predictions(model: FusionModel, feed: Feed) -> tuple[np.ndarray, np.ndarray]:
    """What a model says of all clips of a feed, decoded (clip ...), and what is true of them.

    Both in the order of the feed's rows, whatever the order in which they are read.

    Raises:
        DataError: a clip has no target.
    """
    said, true = [], []
    with evaluating(model):
        for batch in located(feed, model):
            if batch.target is None:
                raise DataError(f"The clips {', '.join(batch.ids[:3])} have no target.")
            said.append(model.task.decode(model(batch).score).double().cpu())
            true.append(batch.target.cpu())
    back = np.argsort(feed.order)
    truth = torch.cat(true).numpy()[back]
    one = truth.ndim == 2 and truth.shape[1] == 1
    return torch.cat(said).numpy()[back], truth[:, 0] if one else truth


def column_shares(model: FusionModel, feed: Feed) -> dict[str, Float[Tensor, "clip column"]]:
    """What each column added to the answer about each clip; empty for a model that does not say.

    A model says so by `parts["weight_<channel>"]`, as the interpretable MLP and the lexicon do.
    """
    found: dict[str, list[Tensor]] = {}
    with evaluating(model):
        for batch in located(feed, model):
            parts = model(batch).parts
            for channel in model.dims:
                if f"weight_{channel}" in parts:
                    found.setdefault(channel, []).append(parts[f"weight_{channel}"].cpu())
    return {channel: torch.cat(each) for channel, each in found.items()}


def clips_cut(model: FusionModel, feed: Feed) -> int:
    """How many clips of a feed lost rows to fit.

    Some lost them to the model, which says so by `parts["cut"]`, or the ends of their texts to an
    encoder that has no room for them; others as they were extracted, which the store says.
    """
    read = model.dims.keys()
    short = np.array([not read.isdisjoint(feed.store.cut(row)) for row in feed.rows])
    lost, says = [], True
    with evaluating(model):
        for batch in located(feed, model):
            rows = model(batch).parts.get("cut") if says else None
            says = rows is not None
            if rows is None and batch.tokens is None:
                return int(short.sum())
            cut = np.zeros(len(batch), bool) if rows is None else (rows > 0).cpu().numpy()
            lost.append(cut | ends_lost(model, batch))
    return int((short[feed.order] | np.concatenate(lost)).sum())


def ends_lost(model: FusionModel, batch: Batch) -> Bool[np.ndarray, " batch"]:
    """Which clips' texts an encoder reads without their end."""
    if batch.tokens is None or batch.tokens.cut is None:
        return np.zeros(len(batch), bool)
    said = read_tokens(model, batch).mask.any(dim=1)
    return (batch.tokens.cut.cpu() & said.cpu()).numpy()


def located(feed: Feed, model: FusionModel) -> Iterator[Batch]:
    """The batches of a feed, where the model computes."""
    device = next((weight.device for weight in model.parameters()), torch.device("cpu"))
    return (moved(batch, device) for batch in feed)


def measured(name: str, task: Task, said: np.ndarray, true: np.ndarray) -> float:
    """A metric's value; NaN where it is not defined, as for one class alone."""
    try:
        return float(metric_named(name, task.names)(said, true))
    except DataError:
        return math.nan


def known(value: float) -> float | None:
    """A number for JSON, which has no NaN."""
    return float(value) if math.isfinite(value) else None
