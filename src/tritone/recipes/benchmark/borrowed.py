"""Data that are reported on by models that were trained on other data of the suite.

trained on      text | picture | voice         each clip has one channel
reported on     the clips that have text       a branch
                the clips that have pictures   a branch
                clips of all channels          whole, and as a vote of the branches
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from tritone.core.batch import Batch
from tritone.core.errors import DataError
from tritone.core.store import Store
from tritone.datasets.composite import MARK
from tritone.learn.figures import predictions
from tritone.learn.run import Run
from tritone.learn.trained import Trained
from tritone.models.decisions import vote
from tritone.recipes.benchmark.cells import MODEL, ONE_CHANNEL, Cell, Done
from tritone.recipes.benchmark.faults import FAULTS, reason
from tritone.recipes.benchmark.filling import ask, reported_split
from tritone.recipes.benchmark.suite import Data, Suite
from tritone.recipes.benchmark.table import Failure
from tritone.recipes.benchmark.widened import Widened
from tritone.recipes.data import parted, with_target
from tritone.recipes.scoring import trained_in


@dataclass(frozen=True)
class Vote(Trained):
    """A trained model that hears one branch at a time and lets them vote.

    The control of every claim for a fusion: with branches that are right in .84, .94 and .85 of
    the clips, independent given the label, a plain vote is right in .96.
    """

    def predict(self, store: Store, rows: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """What the majority of the branches says of some rows, and what is true of them."""
        opinions, present, true = [], [], np.empty(0)
        whole = store.batch(rows)
        for branch in branches_of(self.model.dims):

            def alone(batch: Batch, branch: tuple[str, ...] = branch) -> Batch:
                return only_these(batch, branch)

            said, true = predictions(self.model, self.feed(store, rows, alone))
            opinions.append(torch.from_numpy(said))
            there = [whole[channel].mask.any(dim=1) for channel in branch]
            present.append(torch.stack(there).any(dim=0))
        voted = vote(self.task, torch.stack(opinions, dim=1), torch.stack(present, dim=1))
        return voted.numpy(), true


def branches_of(channels: Mapping[str, int]) -> list[tuple[str, ...]]:
    """The channels by what they are read from: audio and audio_context are one voice."""
    stems = dict.fromkeys(channel.partition("_")[0] for channel in channels)
    return [tuple(c for c in channels if c.partition("_")[0] == stem) for stem in stems]


def only_these(batch: Batch, channels: Sequence[str]) -> Batch:
    """The batch with some channels, as if the clips lacked the others."""
    tracks = {
        name: track if name in channels else replace(track, mask=torch.zeros_like(track.mask))
        for name, track in batch.tracks.items()
    }
    return replace(batch, tracks=tracks)


def borrowed(
    suite: Suite, stores: Mapping[str, Path], done: Sequence[Done]
) -> Iterator[Done | Failure]:
    """What the models of a suite say of the data that they were not trained on.

    Args:
        suite: its data say by `trained_on` whose models they borrow.
        stores: name of the data to the folder of their rows.
        done: the trainings.
    """
    for data in suite.data:
        for one in done if data.called in stores else ():
            if one.cell.data.called == data.trained_on and is_asked(one.cell, data.channel):
                # On the very clips of a fold the reported ones are those that it holds out.
                fold = one.cell.recipe.fold if data.spec == one.cell.data.spec else ""
                yield from reported(one.cell, data, stores[data.called], fold)


def is_asked(cell: Cell, channel: str) -> bool:
    """A model, or a control of a branch that it hears; of an ablation nobody asks."""
    hears = not channel or any(one.partition("_")[0] == channel for one in cell.channels)
    return cell.kind == MODEL or (cell.kind == ONE_CHANNEL and hears)


def reported(cell: Cell, data: Data, folder: Path, fold: str) -> Iterator[Done | Failure]:
    """One training on data that it was not trained on; where these are paired, its vote too.

    A channel that the model reads and the data lack is read as one that every clip lacks.

    Args:
        cell: the training.
        data: what is reported on.
        folder: of their rows.
        fold: that parts them anew; "" leaves their own splits.
    """
    called = cell.called
    try:
        home = parted(with_target(cell.store, cell.data.target), cell.recipe.fold)
        models = trained_in(cell.folder, "cpu")
        held = having(parted(with_target(folder, data.target), fold), data.channel)
        store = Widened(held, models[0].model.dims)
        runs = [Run.of(model.folder.parent) for model in models]
        yield ask(replace(cell, data=data), store, runs, models, home)
        votes = [Vote(**vars(model)) for model in models]
        if MARK in store.provenance.get("marks", ()) and cell.kind == MODEL:
            called = f"{called}, vote of its branches"
            named = replace(cell, data=data, contender=replace(cell.contender, name=called))
            yield ask(named, store, runs, votes, home)
    except FAULTS as error:
        yield Failure(data.called, called, reason(error))


def having(store: Store, channel: str) -> Store:
    """The store, those of its reported clips left out that lack a channel.

    Raises:
        DataError: no clip has it.
    """
    if not channel:
        return store
    split = reported_split(store)
    splits = {
        id: name
        for row, (id, name) in enumerate(zip(store.ids, store.splits, strict=True))
        if name is not None and (name != split or store.length(row, channel))
    }
    if split not in splits.values():
        raise DataError(f"{store.folder} has no {split} clip with {channel}.")
    store.resplit(splits)
    return store
