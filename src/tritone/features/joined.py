"""Several extractors of one channel side by side: "mfcc+pitch" is one row of both.

mfcc   | 20 | 20 | 20 |
pitch  |  2 |  2 |  2 |      the same frames, or nothing fits
joined | 22 | 22 | 22 |
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch

from tritone.core.batch import Track
from tritone.core.clip import Clip
from tritone.core.errors import DataError, RecipeError
from tritone.core.parts import Rows
from tritone.features.extractor import Extractor, Learning, Material


@dataclass(frozen=True)
class Joined:
    """Extractors whose rows stand side by side; a row is real where it is real in all of them.

    Args:
        parts: name to extractor, in the order of the columns.
    """

    parts: dict[str, Extractor]

    @property
    def name(self) -> str:
        """All names, as `build` takes them."""
        return "+".join(self.parts)

    @property
    def modality(self) -> str:
        """The one channel of all of them."""
        return next(iter(self.parts.values())).modality

    @property
    def version(self) -> int:
        """Rises when any of theirs does."""
        return sum(part.version for part in self.parts.values())

    @property
    def reads(self) -> tuple[str, ...]:
        """Whatever one of them reads."""
        return tuple(dict.fromkeys(name for part in self.parts.values() for name in part.reads))

    @property
    def rows(self) -> Rows:
        """As wide as all of them together."""
        return Rows((sum(part.rows.shape[0] for part in self.parts.values()),))

    def track(self, material: Material) -> Track:
        """The rows of all of them; no row where the clip lacks the channel.

        Raises:
            DataError: they do not have the same rows at the same times.
        """
        tracks = {name: part.track(material) for name, part in self.parts.items()}
        first_name, first = next(iter(tracks.items()))
        for name, track in tracks.items():
            if len(track.mask) != len(first.mask):
                raise DataError(
                    f"clip {material.id!r} has {len(first.mask)} rows of {first_name} and "
                    f"{len(track.mask)} of {name}. Give both the same window and hop."
                )
            if not torch.equal(track.spans.nan_to_num(-1), first.spans.nan_to_num(-1)):
                raise DataError(
                    f"clip {material.id!r} has its rows of {first_name} and of {name} at other "
                    "times. Give both the same window and hop."
                )
        masks = torch.stack([track.mask for track in tracks.values()])
        values = torch.cat([track.values for track in tracks.values()], dim=1)
        return Track(values, masks.all(dim=0), first.spans)


@dataclass(frozen=True)
class JoinedLearning(Joined):
    """Joined extractors of which at least one learns."""

    def fit(self, clips: Iterable[Clip]) -> "JoinedLearning":
        """Each that learns has learned from clips, which are read once."""
        kept = list(clips)
        learned = {
            name: part.fit(kept) if isinstance(part, Learning) else part
            for name, part in self.parts.items()
        }
        return replace(self, parts=learned)

    def state(self) -> dict[str, np.ndarray]:
        """What each has learned, led by its name, as in "word2vec.vectors"."""
        return {
            f"{name}.{key}": array
            for name, part in self.parts.items()
            if isinstance(part, Learning)
            for key, array in part.state().items()
        }

    def restored(self, state: Mapping[str, np.ndarray]) -> "JoinedLearning":
        """Each with its own part of `state`."""
        parts = {}
        for name, part in self.parts.items():
            own = {
                key.removeprefix(f"{name}."): array
                for key, array in state.items()
                if key.startswith(f"{name}.")
            }
            parts[name] = part.restored(own) if isinstance(part, Learning) else part
        return replace(self, parts=parts)


def joined(parts: dict[str, Extractor]) -> Extractor:
    """One extractor of several.

    Args:
        parts: name to extractor, in the order of the columns.

    Raises:
        RecipeError: they read different channels, or the rows of one are no list of numbers.
    """
    channels = {name: part.modality for name, part in parts.items()}
    if len(set(channels.values())) > 1:
        told = ", ".join(f"{name} is {channel}" for name, channel in channels.items())
        raise RecipeError(f"Only extractors of one channel can be joined: {told}.")
    for name, part in parts.items():
        rows = part.rows
        if len(rows.shape) != 1 or rows.dtype != "float32":
            raise RecipeError(
                f"The rows of {name} are {rows.dtype} of the shape {rows.shape}. Only lists of "
                "float32 can be joined."
            )
    learns = any(isinstance(part, Learning) for part in parts.values())
    return JoinedLearning(parts) if learns else Joined(parts)
