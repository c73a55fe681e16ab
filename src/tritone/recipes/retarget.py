"""A store asked for a target that a paper makes of its labels, such as the cut of S000."""

from pathlib import Path

import torch
from torch import Tensor

from tritone.core.parts import Part
from tritone.core.store import Store
from tritone.core.task import Classes, Task
from tritone.datasets.stored import read
from tritone.datasets.targets import add_target


class Retargeted(Store):
    """The same samples with a target that is not stored, but follows from their labels.

    Args:
        folder: where the store lies.
        name: one of `datasets.targets.TARGETS`.

    Raises:
        DataError: the store's labels do not tell that target.
    """

    def __init__(self, folder: Path | str, name: str) -> None:
        super().__init__(folder)
        corpus = add_target(read(self.folder), name)
        self.made = Classes(corpus.classes[name])
        self.named = {
            clip.id: self.made.names.index(str(label))
            for clip in corpus.clips
            if (label := clip.labels.get(name)) is not None
        }
        self.target = name
        self.provenance = {**self.provenance, "target_notes": list(corpus.notes)}

    @property
    def task(self) -> Task:
        """What `target` is."""
        return self.made

    def targets_at(self, part: Part, place: int) -> dict[str, Tensor]:
        """The known targets of one row of a part, the one that was made among them."""
        index = self.named.get(part.words("id", place) or "")
        made = {} if index is None else {self.target or "": torch.tensor(index)}
        return super().targets_at(part, place) | made

    def __reduce__(self) -> tuple[type["Retargeted"], tuple[Path, str]]:
        return Retargeted, (self.folder, self.target or "")
