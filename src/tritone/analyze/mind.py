"""A model that is ready to be asked: how it reads, how it judges, and what is known about it.

"default", or a folder like it ─▶ the default model's branches
what `tritone train` left      ─▶ any model of the catalogue, by its own extractors
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from tritone.analyze.about import about
from tritone.analyze.front import DefaultFront, Front, Piece
from tritone.analyze.judge import Judge
from tritone.analyze.meaning import Meaning
from tritone.analyze.result import SegmentResult
from tritone.analyze.trained_front import TrainedFront
from tritone.analyze.trained_judge import TrainedJudge
from tritone.core.errors import ModelError
from tritone.learn.chosen import chosen_in, is_training
from tritone.learn.devices import device_of
from tritone.learn.pretrained import Pretrained
from tritone.learn.pretrained import load as load_pretrained
from tritone.learn.trained import load_trained
from tritone.models.tritone import TritoneModel

RECIPE = "recipe.json"


@runtime_checkable
class Judging(Protocol):
    """What turns pieces into segment results."""

    @property
    def keeps_clips_whole(self) -> bool:
        """Whether the segments of a clip must be asked about together."""
        ...

    def segments(
        self, pieces: Sequence[Piece], *, words: bool = False
    ) -> Iterator[tuple[int, SegmentResult]]:
        """The place and the result of each piece."""
        ...


@dataclass(frozen=True)
class Mind:
    """A model that is ready to be asked.

    Args:
        front: makes its samples.
        judge: asks it.
        about: what the result says of it: "name", "version", and of a trained one more.
    """

    front: Front
    judge: Judging
    about: Mapping[str, Any]


def mind_of(name: str | Path, device: str) -> Mind:
    """The model of a name or of a folder.

    Args:
        name: a model that ships with the package, a folder like its own, or what
            `tritone train` left: a run, one of its seeds, or the model in it.
        device: "auto", "cpu" or "cuda".

    Raises:
        ModelError: there is no such model, it cannot read media, or the device is absent.
        MissingExtra: an extractor needs a package that is not installed.
    """
    folder = Path(name)
    if folder.is_dir() and (is_training(folder) or (folder / RECIPE).is_file()):
        return trained_mind(folder, device)
    return default_mind(load_pretrained(name, device), device)


def default_mind(pretrained: Pretrained, device: str) -> Mind:
    """The default model, or one like it.

    Raises:
        ModelError: the model gives no opinion for each channel.
    """
    if not isinstance(pretrained.model, TritoneModel):
        raise ModelError(
            f"{pretrained.name} is a {type(pretrained.model).__name__}, which reads prepared "
            "features. To analyse media, load 'default', or a folder that `tritone train` left."
        )
    judge = Judge(pretrained.model, pretrained.preprocessor, device_of(device))
    told = {"name": pretrained.name, "version": pretrained.version}
    return Mind(DefaultFront(pretrained.preprocessor), judge, told)


def trained_mind(folder: Path, device: str) -> Mind:
    """A model of the catalogue that `tritone train` left; of several seeds the best on val.

    Raises:
        ModelError: there is none, a file of it is damaged, or nobody knows how its rows were made.
    """
    chosen = chosen_in(folder)
    trained = load_trained(chosen.folder, device=device)
    front = TrainedFront(trained.front_end())
    meaning = Meaning(trained.task, trained.target)
    judge = TrainedJudge(trained, front, meaning, device_of(device))
    return Mind(front, judge, about(chosen, trained, meaning, judge.prior()))
