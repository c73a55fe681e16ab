"""Pictures of a clip as squares of pixels: the speaker's face, or all that they show.

pictures ──detector──▶ faces ──tracker──▶ one face ──▶ crop
pictures ──────────────────────────────────────▶ whole squares
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import cv2
import numpy as np
from jaxtyping import UInt8

from tritone.core.batch import Track
from tritone.core.errors import RecipeError
from tritone.core.parts import Rows
from tritone.features.detectors import Detector, detector
from tritone.features.extractor import Material
from tritone.features.faces import Face, FaceTracker, crop_face, resize_padded
from tritone.features.tracks import no_track, whole_track

CROPPED = 128  # a picture of at most this many pixels a side is a face already cut out
LARGEST_SIDE = 1024  # pixels of a crop


@dataclass(frozen=True)
class Sight:
    """The face in one picture.

    Args:
        seconds: when it was seen, on the media's clock; NaN in a still picture.
        image: the whole picture, RGB.
        face: where it is.
        is_cut: True where the picture is the face, cut out before.
    """

    seconds: float
    image: UInt8[np.ndarray, "height width 3"]
    face: Face
    is_cut: bool


@dataclass(frozen=True)
class FaceSeries:
    """What gives a row for each picture with a face.

    Args:
        detector: "haar", which ships with OpenCV, or the path of a YuNet model (.onnx).
    """

    detector: str = "haar"

    modality: ClassVar[str] = "vision"
    version: ClassVar[int] = 1
    reads: ClassVar[tuple[str, ...]] = ("frames",)

    def sights(self, material: Material) -> Iterator[Sight]:
        """The followed face in each picture that shows it."""
        return sights_of(material, kept_detector(self.detector))


@dataclass(frozen=True)
class FaceCrops(FaceSeries):
    """The face of each picture as a square of pixels, 0 to 255.

    A picture of at most 128 pixels a side is taken for a face already cut out. In a film the
    largest face is followed; where it is lost for up to 0.6 s its place is kept.

    Source: Viola & Jones 2001, "Rapid object detection using a boosted cascade of simple
        features", CVPR (the detector). https://doi.org/10.1109/CVPR.2001.990517

    Args:
        side: height and width, in pixels: 48 for the default model, 64 in S003, 224 for nets
            that were trained on ImageNet.
        grey: one number a pixel, not three.
        margin: how much more to take on each side, as a share of the face.
        keep_aspect: a box that is not square is padded with black, not stretched.
    """

    side: int = 64
    grey: bool = False
    margin: float = 0.0
    keep_aspect: bool = False

    def __post_init__(self) -> None:
        check_side(self.side)
        if not 0 <= self.margin <= 2:
            raise RecipeError(f"margin is {self.margin:g}; take 0 to 2")

    @property
    def rows(self) -> Rows:
        """One picture."""
        return picture_rows(self.side, self.grey)

    def track(self, material: Material) -> Track:
        """A crop for each picture with a face; no row where there is none."""
        crops, seconds = [], []
        for sight in self.sights(material):
            crop = crop_face(
                sight.image,
                sight.face.box,
                size=self.side,
                margin=0.0 if sight.is_cut else self.margin,
                keep_aspect=self.keep_aspect,
                grey=self.grey,
            )
            crops.append(crop)
            seconds.append(sight.seconds)
        return lasting(material, np.stack(crops), seconds) if crops else no_track(self.rows)


@dataclass(frozen=True)
class WholePictures:
    """Each picture of a clip within a square of pixels, its aspect kept, black around it.

    Nothing is looked for in it: a scene, a poster, a frame of a film as it is.

    Source: S003, section 5.2.2, whose pictures are 64 x 64.

    Args:
        side: height and width of the square, in pixels.
        grey: one number a pixel, not three.
    """

    side: int = 64
    grey: bool = False

    modality: ClassVar[str] = "vision"
    version: ClassVar[int] = 1
    reads: ClassVar[tuple[str, ...]] = ("frames",)

    def __post_init__(self) -> None:
        check_side(self.side)

    @property
    def rows(self) -> Rows:
        """One picture."""
        return picture_rows(self.side, self.grey)

    def track(self, material: Material) -> Track:
        """A square for each picture; no row without pictures."""
        squares, seconds = [], []
        for frame in material.frames():
            image = cv2.cvtColor(frame.image, cv2.COLOR_RGB2GRAY) if self.grey else frame.image
            squares.append(resize_padded(np.asarray(image, np.uint8), self.side))
            seconds.append(frame.seconds)
        return lasting(material, np.stack(squares), seconds) if squares else no_track(self.rows)


def check_side(side: int) -> None:
    """Refuse squares that are too small to show anything, or too large to keep.

    Raises:
        RecipeError: as said.
    """
    if not 8 <= side <= LARGEST_SIDE:
        raise RecipeError(f"side is {side}; take 8 to {LARGEST_SIDE} pixels")


def picture_rows(side: int, grey: bool) -> Rows:
    """Square pictures, 0 to 255."""
    return Rows((side, side) if grey else (side, side, 3), "uint8")


def lasting(material: Material, values: np.ndarray, seconds: list[float]) -> Track:
    """Rows of pictures that each last until the next one, though not beyond the clip."""
    begins = np.array(seconds, np.float64)
    ends = begins + 1 / material.fps
    if material.end is not None:
        ends = np.maximum(begins, np.minimum(ends, material.end))
    return whole_track(values, np.stack([begins, ends], axis=1))


def sights_of(material: Material, finder: Detector) -> Iterator[Sight]:
    """The largest face, followed through the pictures of a clip."""
    tracker = FaceTracker()
    last, found = None, []
    for frame in material.frames():
        height, width = frame.image.shape[:2]
        if max(height, width) <= CROPPED:
            yield Sight(frame.seconds, frame.image, Face((0, 0, width, height), 1.0, 0), True)
            continue
        if frame.image is not last:  # a still stretch shows the same array again
            last, found = frame.image, finder.find(frame.image)
        # A still picture has no time; the tracker of a single picture needs none.
        face = tracker.update(0.0 if np.isnan(frame.seconds) else frame.seconds, found)
        if face is not None and inside(face, height, width):
            yield Sight(frame.seconds, frame.image, face, False)


def inside(face: Face, height: int, width: int) -> bool:
    """Whether any of a face lies in the picture: one that is held may not, after a cut."""
    x, y, across, down = face.box
    return x < width and y < height and x + across > 0 and y + down > 0


@lru_cache(maxsize=2)
def kept_detector(name: str) -> Detector:
    """A detector, read once: its file is long."""
    return detector(name)
