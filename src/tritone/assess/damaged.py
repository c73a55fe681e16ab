"""A store seen through damage: rows, channels or clean numbers are lost as its clips are read."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import torch

from tritone.assess.trained import Reader
from tritone.core.batch import Batch, Sample, Tokens
from tritone.core.collate import collate
from tritone.core.store import Store
from tritone.core.take import gathered
from tritone.features.damage.rows import Damage, DropBlock, DropRows, KeepOnly
from tritone.models.at_pieces import words_of

TEXT, LOSSES = "text", (DropRows, DropBlock)
MOST_CHANNELS = 6  # 63 patterns; beyond, only those of one channel, all but one, and all


class Damaged(Store):
    """A view of a store; the files stay as they are, and are not read twice.

    Args:
        store: whose samples are read; a damaged one is damaged further.
        damage: what happens to each sample.
        seed: of the damage, which follows from it and from the sample's id alone.
    """

    def __init__(self, store: Store, damage: Damage, seed: int = 0) -> None:
        self.__dict__.update(vars(store))
        self.store, self.damage, self.seed = store, damage, seed
        # The seeds of a training ask for the same rows, one after the other.
        self.last: tuple[tuple[int, ...], Batch] | None = None

    def __reduce_ex__(self, _: object) -> tuple[Any, ...]:
        return Damaged, (self.store, self.damage, self.seed)

    def __getitem__(self, row: int) -> Sample:
        return self.damage(self.store[row], self.seed)

    def heard(self, tokens: Tokens, rows: Sequence[int]) -> Tokens:
        """The pieces of the texts of some rows, less those of the words that are lost.

        A word is lost as a row of text is, so that where a row is a word both are lost together.
        """
        if isinstance(self.store, Damaged):
            tokens = self.store.heard(tokens, rows)
        if not isinstance(self.damage, LOSSES) or TEXT not in (self.damage.modalities or (TEXT,)):
            return tokens
        words, said = words_of(tokens)
        gone = torch.zeros_like(tokens.mask)
        for place, row in enumerate(rows):
            lost = self.damage.lost(self.ids[row], TEXT, int(said[place]), self.seed)
            of_word = words[place] >= 0
            gone[place, of_word] = lost[words[place, of_word]]
        return gathered(replace(tokens, mask=tokens.mask & ~gone))

    def batch(self, rows: Sequence[int]) -> Batch:
        """The damaged samples of some rows as a Batch; its `rows` count within each split."""
        asked = tuple(rows)
        if self.last is None or self.last[0] != asked:
            samples = [self[row] for row in asked]
            self.last = asked, collate(samples, rows=[self.places[row] for row in asked])
        return self.last[1]


def read_under(
    models: Sequence[Reader],
    store: Store,
    rows: Sequence[int],
    damage: Damage,
    channels: Sequence[str],
    seed: int = 0,
) -> tuple[list[np.ndarray], np.ndarray]:
    """What each model says of some rows under a damage, decoded, and what is true of them.

    Args:
        models: one for each seed of a training.
        store: where the rows lie.
        rows: which of them.
        damage: what happens to each sample.
        channels: those that the models read; the others are lost before the damage, so that it
            never spares a channel that nobody reads.
        seed: of the damage.
    """
    seen = store
    if set(channels) != set(store.layout.modalities):
        seen = Damaged(seen, KeepOnly(tuple(channels)))
    seen = Damaged(seen, damage, seed)
    said = [model.predict(seen, rows) for model in models]
    return [prediction for prediction, _ in said], said[0][1]


def patterns_of(channels: Sequence[str]) -> list[tuple[str, ...]]:
    """Which channels may be there: every subset that is not empty, the whole one first.

    Of more than six channels only all, all but one, and each by itself.
    """
    count = len(channels)
    sizes = range(count, 0, -1) if count <= MOST_CHANNELS else (count, count - 1, 1)
    return [pattern for size in sizes for pattern in combinations(channels, size)]
