"""A store as one of more channels, which its clips lack."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from tritone.core.batch import Batch, Sample, Track
from tritone.core.collate import collate
from tritone.core.parts import Part, Rows
from tritone.core.store import Store
from tritone.core.task import Task


class Widened(Store):
    """A view of a store; the files stay as they are.

    Args:
        store: whose samples are read.
        dims: the channels that a model reads, with the width of their rows.
    """

    def __init__(self, store: Store, dims: Mapping[str, int]) -> None:
        self.__dict__.update(vars(store))
        self.store = store
        held = store.layout.modalities
        self.absent = {name: dim for name, dim in dims.items() if name not in held}
        more = {name: Rows((dim,)) for name, dim in self.absent.items()}
        self.layout = replace(store.layout, modalities={**held, **more})

    @property
    def task(self) -> Task:
        """What is predicted."""
        return self.store.task

    def targets_at(self, part: Part, place: int) -> dict[str, Tensor]:
        """The known targets of one row."""
        return self.store.targets_at(part, place)

    def __getitem__(self, row: int) -> Sample:
        sample = self.store[row]
        lacking = {
            name: Track(torch.zeros(0, dim), torch.zeros(0, dtype=torch.bool), torch.zeros(0, 2))
            for name, dim in self.absent.items()
        }
        return replace(sample, tracks={**sample.tracks, **lacking})

    def length(self, row: int, modality: str) -> int:
        """How many rows a track has; none of a channel that the clips lack."""
        return 0 if modality in self.absent else self.store.length(row, modality)

    def batch(self, rows: Sequence[int]) -> Batch:
        """The samples of some rows as a Batch; its `rows` count within each split."""
        return collate([self[row] for row in rows], rows=[self.places[row] for row in rows])
