"""Damage to pictures: blurred, small, or partly hidden; the same for every frame of a clip."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from jaxtyping import UInt8

from tritone.core.batch import Sample, Track
from tritone.core.errors import RecipeError
from tritone.features.damage.chance import uniform
from tritone.features.damage.rows import changed, share
from tritone.features.extractor import Material
from tritone.media.video import Frame

Picture = UInt8[np.ndarray, "height width *colour"]


@dataclass(frozen=True)
class Blur:
    """Out of focus: a Gaussian blur.

    Args:
        share: standard deviation of the blur, as a share of the picture's shorter side; 0 is
            sharp, 0.05 hides the mouth's corners, 0.2 all but the head's outline.
        modality: whose rows are pictures.
    """

    share: float
    modality: str = "vision"

    def __post_init__(self) -> None:
        share("share", self.share)

    def picture(self, image: Picture, place: tuple[float, float]) -> Picture:
        """One picture, blurred."""
        sigma = self.share * min(image.shape[:2])
        return image if sigma < 0.1 else cv2.GaussianBlur(image, (0, 0), sigma)

    def __call__(self, sample: Sample, seed: int) -> Sample:
        return every_picture(self, sample, seed)


@dataclass(frozen=True)
class Shrink:
    """Far away: the picture made small, and large again.

    Args:
        factor: how many times smaller, at least 1; 1 changes nothing.
        modality: whose rows are pictures.
    """

    factor: float
    modality: str = "vision"

    def __post_init__(self) -> None:
        if not self.factor >= 1:
            raise RecipeError(f"factor is at least 1, got {self.factor}.")

    def picture(self, image: Picture, place: tuple[float, float]) -> Picture:
        """One picture, with fewer details."""
        height, width = image.shape[:2]
        small = max(1, round(width / self.factor)), max(1, round(height / self.factor))
        if small == (width, height):
            return image
        shrunk = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
        return cv2.resize(shrunk, (width, height), interpolation=cv2.INTER_LINEAR)

    def __call__(self, sample: Sample, seed: int) -> Sample:
        return every_picture(self, sample, seed)


@dataclass(frozen=True)
class Occlude:
    """Something in the way: a grey square at a place of the clip's own.

    A larger square holds the smaller one of the same clip and seed.

    Args:
        share: of the picture's area that is hidden, in [0, 1].
        modality: whose rows are pictures.
    """

    share: float
    modality: str = "vision"
    grey: int = 128

    def __post_init__(self) -> None:
        share("share", self.share)

    def picture(self, image: Picture, place: tuple[float, float]) -> Picture:
        """One picture with a square over it, at `place` of the room that the square leaves."""
        height, width = image.shape[:2]
        tall, wide = (round(side * self.share**0.5) for side in (height, width))
        top, left = (
            int(at * room + 0.5)
            for at, room in zip(place, (height - tall, width - wide), strict=True)
        )
        hidden = image.copy()
        hidden[top : top + tall, left : left + wide] = self.grey
        return hidden

    def __call__(self, sample: Sample, seed: int) -> Sample:
        return every_picture(self, sample, seed)


PictureDamage = Blur | Shrink | Occlude


def every_picture(damage: PictureDamage, sample: Sample, seed: int) -> Sample:
    """A sample with each of its pictures damaged.

    Raises:
        RecipeError: the rows of that modality are no pictures.
    """

    def worse(name: str, track: Track) -> Track:
        if track.values.dtype != torch.uint8 or track.values.ndim not in (3, 4):
            shape = tuple(track.values.shape[1:])
            raise RecipeError(
                f"{name} of {sample.id!r} has rows {shape} of {track.values.dtype}, no pictures. "
                "Extract face_crop, or damage the media before the extractor reads them."
            )
        place = place_of(sample.id, seed)
        # Whoever reads a column of height 1 still finds all axes where they were.
        images = [
            damage.picture(image, place).reshape(image.shape) for image in track.values.numpy()
        ]
        return replace(track, values=torch.from_numpy(np.stack(images))) if images else track

    return changed(sample, (damage.modality,), worse)


def with_pictures(material: Material, damage: PictureDamage, seed: int) -> Material:
    """A clip whose pictures are damaged before any extractor sees them."""
    place = place_of(material.id, seed)

    def damaged():
        for frame in material.frames():
            yield Frame(frame.seconds, damage.picture(frame.image, place))

    return replace(material, frames=damaged)


def place_of(id: str, seed: int) -> tuple[float, float]:
    """Where on a clip's pictures something stands in the way, down and across, in [0, 1)."""
    down, across = uniform(id, seed, "occlude", 2)
    return float(down), float(across)
