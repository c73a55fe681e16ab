"""Damage to what a store holds: rows lost or noisy, channels lost or late.

Each is a frozen dataclass that is called with a sample and a seed. A row that is lost is no longer
real: its mask is False and its values are zeros, so that nothing can be read from it by mistake.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Bool
from torch import Tensor

from tritone.core.batch import Sample, Track
from tritone.core.errors import RecipeError
from tritone.features.damage.chance import generator, uniform


@runtime_checkable
class Damage(Protocol):
    """What can be done to a sample."""

    def __call__(self, sample: Sample, seed: int) -> Sample:
        """The damaged sample; the same for the same id and seed."""
        ...


@dataclass(frozen=True)
class DropRows:
    """Lose rows here and there, each by itself: packets, frames, words.

    Source: Yuan et al. 2021, "Transformer-based Feature Reconstruction Network for Robust
        Multimodal Sentiment Analysis", ACM MM (random missing rates).
        https://doi.org/10.1145/3474085.3475585

    Args:
        rate: share of rows that are lost, in [0, 1]; 0 loses none, 1 all.
        modalities: which channels; all of them by default.
    """

    rate: float
    modalities: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        share("rate", self.rate)

    def __call__(self, sample: Sample, seed: int) -> Sample:
        def dropped(name: str, track: Track) -> Track:
            return without(track, self.lost(sample.id, name, len(track.mask), seed))

        return changed(sample, self.modalities, dropped)

    def lost(self, id: str, name: str, count: int, seed: int) -> Bool[Tensor, " row"]:
        """Which of so many rows of a channel are lost."""
        chance = uniform(id, seed, f"drop_rows/{name}", count)
        return torch.from_numpy(chance < self.rate)


@dataclass(frozen=True)
class DropBlock:
    """Lose one stretch of each channel: a dead microphone, a face that turns away.

    At a higher rate the stretch grows around the same row.

    Args:
        rate: share of the rows that the stretch holds, in [0, 1].
        modalities: which channels; all of them by default.
    """

    rate: float
    modalities: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        share("rate", self.rate)

    def __call__(self, sample: Sample, seed: int) -> Sample:
        def dropped(name: str, track: Track) -> Track:
            return without(track, self.lost(sample.id, name, len(track.mask), seed))

        return changed(sample, self.modalities, dropped)

    def lost(self, id: str, name: str, count: int, seed: int) -> Bool[Tensor, " row"]:
        """Which of so many rows of a channel are lost."""
        place = float(uniform(id, seed, f"drop_block/{name}", 1)[0])
        length = round(self.rate * count)
        # The stretch grows to both sides in such a way that it never leaves the clip.
        first = int(place * (count - length) + 0.5)
        rows = torch.arange(count)
        return (rows >= first) & (rows < first + length)


@dataclass(frozen=True)
class DropModality:
    """Lose whole channels, each by itself with a probability; one always stays.

    Where all would be lost, the one that chance would have taken last is kept.

    Args:
        rate: probability of each channel to be lost, in [0, 1].
        modalities: which channels can be lost; all of them by default.
    """

    rate: float
    modalities: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        share("rate", self.rate)

    def __call__(self, sample: Sample, seed: int) -> Sample:
        named = chosen(sample, self.modalities)
        chance = {
            name: float(uniform(sample.id, seed, f"drop_modality/{name}", 1)[0]) for name in named
        }
        lost = {name for name in named if chance[name] < self.rate}
        present = {name for name, track in sample.tracks.items() if bool(track.mask.any())}
        if present and present <= lost:
            lost -= {max(sorted(present), key=lambda name: chance[name])}
        return changed(sample, tuple(lost), lambda _, track: none_of(track)) if lost else sample


@dataclass(frozen=True)
class KeepOnly:
    """One of the patterns of channels that are there: lose all channels but these.

    Args:
        modalities: what stays.
    """

    modalities: tuple[str, ...]

    def __call__(self, sample: Sample, seed: int) -> Sample:
        chosen(sample, self.modalities)
        lost = tuple(name for name in sample.tracks if name not in self.modalities)
        return changed(sample, lost, lambda _, track: none_of(track)) if lost else sample


@dataclass(frozen=True)
class Noise:
    """White noise on every number of every real row, as loud as `snr_db` says.

    The noise of a column follows from the column's own power in the clip, so that no unit counts
    more than another. At another level the noise is the same, only louder.

    Args:
        snr_db: power of the values over that of the noise, in dB; inf adds none.
        modalities: which channels; all that hold floats by default.
    """

    snr_db: float
    modalities: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.snr_db > -100:
            raise RecipeError(f"snr_db is above -100 dB, got {self.snr_db}.")

    def __call__(self, sample: Sample, seed: int) -> Sample:
        def noisy(name: str, track: Track) -> Track:
            if not track.values.is_floating_point() or not bool(track.mask.any()):
                return track
            chance = generator(sample.id, seed, f"noise/{name}")
            noise = torch.from_numpy(chance.standard_normal(tuple(track.values.shape)))
            real = track.values[track.mask].double()
            spread = real.pow(2).mean(dim=0).sqrt() * 10 ** (-self.snr_db / 20)
            louder = (track.values.double() + noise * spread).to(track.values.dtype)
            return replace(track, values=held(track.mask, louder, track.values))

        return changed(sample, self.modalities, noisy)


@dataclass(frozen=True)
class Shift:
    """One channel comes late: its rows keep their values and get other times.

    Args:
        seconds: how much later; negative is early.
        modality: which channel.
    """

    seconds: float
    modality: str

    def __call__(self, sample: Sample, seed: int) -> Sample:
        return changed(
            sample,
            (self.modality,),
            lambda _, track: replace(track, spans=track.spans + self.seconds),
        )


def changed(
    sample: Sample, modalities: Sequence[str], change: Callable[[str, Track], Track]
) -> Sample:
    """The sample with some of its tracks changed, and every other as it is."""
    named = chosen(sample, modalities)
    tracks: Mapping[str, Track] = {
        name: change(name, track) if name in named else track
        for name, track in sample.tracks.items()
    }
    return replace(sample, tracks=tracks)


def chosen(sample: Sample, modalities: Sequence[str]) -> list[str]:
    """The channels that are meant: those named, or all.

    Raises:
        RecipeError: the sample has no such channel.
    """
    unknown = [name for name in modalities if name not in sample.tracks]
    if unknown:
        raise RecipeError(f"There is no {unknown[0]!r} here, only {', '.join(sample.tracks)}.")
    return list(modalities or sample.tracks)


def without(track: Track, lost: Tensor) -> Track:
    """The track with some rows no longer real."""
    emptied = held(~lost, track.values, torch.zeros_like(track.values))
    return replace(track, mask=track.mask & ~lost, values=emptied)


def none_of(track: Track) -> Track:
    """The track without a real row."""
    return without(track, torch.ones_like(track.mask))


def held(mask: Tensor, values: Tensor, other: Tensor) -> Tensor:
    """The values where the mask is True, the others elsewhere."""
    return torch.where(mask.reshape(-1, *[1] * (values.ndim - 1)), values, other)


def share(name: str, value: float) -> None:
    """Hold a setting to [0, 1].

    Raises:
        RecipeError: it is beyond.
    """
    if not 0 <= value <= 1:
        raise RecipeError(f"{name} is a share from 0 to 1, got {value}.")
