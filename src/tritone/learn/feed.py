"""Batches of a store for the loop: the same at every call, for the same seed and epoch.

A split that fits in memory is read once and indexed; a larger one is read from the mapped file,
batch by batch. Which of the two never changes what a batch holds.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from tritone.core.batch import Batch, Tokens
from tritone.core.errors import DataError
from tritone.core.store import Store
from tritone.core.take import take, take_tokens
from tritone.learn.batches import Batches, dialogues_in

IN_MEMORY = 1 << 29  # bytes of one split, padded
SMALL = 1 << 25  # bytes that are copied anew for each epoch

Change = Callable[[Batch, torch.Generator], Batch]
Cut = Callable[[Sequence[str | None]], Tokens | None]


class Feed:
    """The clips of some rows of a store, batch by batch.

    Args:
        store: where they lie.
        rows: which of them.
        size: clips in a batch; the last one of an epoch takes those that are left.
        seed: decides the order of each epoch and what `changes` do.
        prepare: done to every batch, such as normalising.
        weights: how much the clips of each class count, by class index; all alike by default.
        changes: done to batches that are trained on, in this order: augmentation, dropout of
            modalities.
        dialogues: keep the clips of a dialogue together, for a model that reads them so.
        cut: makes pieces of the clips' texts, for a model that carries an encoder of texts; all
            are cut once, here.
        in_memory: bytes up to which the clips are held in memory.

    Raises:
        DataError: there is no row.
    """

    def __init__(
        self,
        store: Store,
        rows: Sequence[int],
        size: int,
        *,
        seed: int = 0,
        prepare: Callable[[Batch], Batch] | None = None,
        weights: Tensor | None = None,
        changes: Sequence[Change] = (),
        dialogues: bool = False,
        cut: Cut | None = None,
        in_memory: int = IN_MEMORY,
    ) -> None:
        if not len(rows):
            raise DataError(f"{store.folder} has no clip to read here.")
        self.store, self.rows, self.seed = store, list(rows), seed
        together = dialogues_in(store, self.rows) if dialogues else None
        self.batches = Batches(len(self.rows), size, together)
        self.prepare, self.weights, self.changes = prepare, weights, tuple(changes)
        self.tokens = None if cut is None else cut([store.text(row) for row in self.rows])
        self.whole: Batch | None = None
        held = padded_bytes(store, self.rows)
        self.is_small = held <= SMALL
        if held <= in_memory:
            self.whole = self.ready(store.batch(self.rows), np.arange(len(self.rows)))

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[Batch]:
        """All clips in the store's order, or dialogue by dialogue (`order`), unchanged."""
        order, cuts = self.batches.cut(np.arange(self.batches.units))
        for cut in cuts:
            yield self.at(order[cut])

    @property
    def order(self) -> np.ndarray:
        """The place among `rows` of each clip that `iter` gives, one after the other."""
        return self.batches.order

    def epoch(self, number: int) -> Iterator[Batch]:
        """All clips in the order of one epoch, changed as training asks for."""
        order, cuts = self.batches.shuffled(np.random.default_rng([self.seed, number]))
        # One copy in the epoch's order costs less than one for each batch, where it is small.
        whole = take(self.whole, torch.from_numpy(order)) if self.whole and self.is_small else None
        for step, cut in enumerate(cuts):
            batch = self.at(order[cut]) if whole is None else take(whole, cut)
            if self.changes:
                # Of its own for each step, so that a run can go on in the middle of an epoch.
                chance = torch.Generator().manual_seed(mixed(self.seed, number, step))
                for change in self.changes:
                    batch = change(batch, chance)
            yield batch

    @property
    def texts_cut(self) -> int | None:
        """Texts that were too long and lost their end; None where none is cut into pieces."""
        return (
            None if self.tokens is None or self.tokens.cut is None else int(self.tokens.cut.sum())
        )

    def at(self, places: np.ndarray) -> Batch:
        """The clips at some places among the rows."""
        if self.whole is not None:
            return take(self.whole, torch.from_numpy(places))
        return self.ready(self.store.batch([self.rows[place] for place in places]), places)

    def ready(self, batch: Batch, places: np.ndarray) -> Batch:
        """A batch prepared and weighted, with the pieces of its texts."""
        if self.tokens is not None:
            pieces = take_tokens(self.tokens, torch.from_numpy(places))
            batch = replace(batch, tokens=pieces)
        batch = batch if self.prepare is None else self.prepare(batch)
        if self.weights is None or batch.target is None:
            return batch
        known = batch.target.clamp(min=0)
        return replace(batch, weight=self.weights[known])


def mixed(*numbers: int) -> int:
    """One seed from several numbers."""
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> np.uint64(1))


def padded_bytes(store: Store, rows: Sequence[int]) -> int:
    """Bytes of a batch of all these rows."""
    total = 0
    for name, kind in store.layout.modalities.items():
        longest = max(store.length(row, name) for row in rows)
        total += len(rows) * max(1, longest) * (kind.size * (1 if kind.dtype == "uint8" else 4) + 9)
    return total


def drop_modalities(rate: float) -> Change:
    """Lose whole channels of some clips, each by itself; one that is there always stays.

    Source: Neverova et al. 2016, "ModDrop: Adaptive Multi-modal Gesture Recognition", TPAMI.
        https://arxiv.org/abs/1501.00102

    Args:
        rate: probability of each channel of each clip to be lost, in [0, 1].
    """

    def change(batch: Batch, chance: torch.Generator) -> Batch:
        names = list(batch.tracks)
        there = torch.stack([batch[name].mask.any(dim=1) for name in names])
        draws = torch.rand(there.shape, generator=chance).masked_fill(~there, -1.0)
        kept = (draws >= rate) | (draws == draws.amax(dim=0))
        tracks = {
            name: replace(batch[name], mask=batch[name].mask & kept[place].unsqueeze(1))
            for place, name in enumerate(names)
        }
        return replace(batch, tracks=tracks)

    return change
