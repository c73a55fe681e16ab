"""Which clips stand together in a batch: so many of them, or whole dialogues of about as many."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from tritone.core.store import Store


class Batches:
    """How an epoch is cut.

    Args:
        clips: how many there are.
        size: clips in a batch.
        dialogues: places of the clips of each dialogue, in the order of its turns; each clip by
            itself by default. Batches of dialogues have about `size` clips, and all as many
            dialogues but the last.
    """

    def __init__(
        self, clips: int, size: int, dialogues: Sequence[Sequence[int]] | None = None
    ) -> None:
        self.dialogues = None if dialogues is None else [np.array(each) for each in dialogues]
        self.units = clips if dialogues is None else len(dialogues)
        self.size = size if dialogues is None else max(1, round(size * self.units / clips))
        self.order = self.cut(np.arange(self.units))[0]
        """The places of the clips where nothing is shuffled."""

    def __len__(self) -> int:
        return math.ceil(self.units / self.size)

    def shuffled(self, chance: np.random.Generator) -> tuple[np.ndarray, list[slice]]:
        """The clips, or the dialogues, in an order of chance, and where each batch lies in it."""
        return self.cut(chance.permutation(self.units))

    def cut(self, units: np.ndarray) -> tuple[np.ndarray, list[slice]]:
        """The places of the clips of some units, and where each batch lies among them."""
        edges = [*range(0, len(units), self.size), len(units)]
        if self.dialogues is not None:
            ends = np.cumsum([0, *(len(self.dialogues[unit]) for unit in units)])
            edges = [int(ends[edge]) for edge in edges]
            units = np.concatenate([self.dialogues[unit] for unit in units])
        return units, [slice(*pair) for pair in pairwise(edges)]


def dialogues_in(store: Store, rows: Sequence[int]) -> list[list[int]]:
    """For each dialogue, the places in `rows` of its clips, in the order of its turns.

    A clip that is in no dialogue is one by itself.
    """
    found: dict[object, list[tuple[int, int]]] = {}
    for place, row in enumerate(rows):
        clip = store.clip(row)
        turn = -1 if clip.position is None else clip.position
        # A number cannot be the name of a dialogue.
        found.setdefault(place if clip.group is None else clip.group, []).append((turn, place))
    return [[place for _, place in sorted(turns)] for turns in found.values()]
