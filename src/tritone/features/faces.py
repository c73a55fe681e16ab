"""Faces: one of them followed through a film, and cut out of its frames.

frame ──detector──▶ faces ──tracker──▶ face ──crop_face──▶ (size, size) picture
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from jaxtyping import UInt8

from tritone.core.errors import DataError

LONGEST_CROP = 16_384  # pixels; a box beyond it is a mistake, and would eat the memory


@dataclass(frozen=True)
class Face:
    """One face in one frame.

    Args:
        box: x, y, width and height in pixels of the frame, from its upper left corner; it
            may stick out of the frame.
        score: how sure the detector is, in [0, 1]; 0 where a tracker bridges a gap.
        track: number of the person within the film, from 0; None before tracking.
    """

    box: tuple[int, int, int, int]
    score: float
    track: int | None = None


class FaceTracker:
    """Follows one face from frame to frame, starting with the largest.

    The next face is the one that overlaps the last most; where none overlaps enough, the
    nearest of like size. A face that is lost for a moment is held where it was; lost for
    longer, the largest one takes over under a new number.

    Args:
        longest_gap: seconds for which a face that is not found is held.
        least_overlap: intersection over union at which two boxes show the same face.
    """

    def __init__(self, *, longest_gap: float = 0.6, least_overlap: float = 0.2) -> None:
        self.longest_gap, self.least_overlap = longest_gap, least_overlap
        self._last: Face | None = None
        self._seen = 0.0  # seconds at which the last face was truly found
        self._people = 0

    def update(self, seconds: float, faces: Sequence[Face]) -> Face | None:
        """The followed face in this frame; None where there is none to follow.

        Args:
            seconds: time of the frame, from the start of the media. A step back in time
                starts anew.
            faces: what a detector found in it, in any order.
        """
        if self._last and not 0 <= seconds - self._seen <= self.longest_gap:
            self._last = None
        if self._last is None:
            found, track = largest(faces), self._people
            self._people += found is not None
        else:
            found, track = self._same(self._last, faces), self._last.track
            if found is None:
                return replace(self._last, score=0.0)
        if found is not None:
            self._last, self._seen = replace(found, track=track), seconds
        return self._last

    def _same(self, last: Face, faces: Sequence[Face]) -> Face | None:
        if not faces:
            return None
        best = max(faces, key=lambda face: (overlap(last.box, face.box), *_rank(face)))
        if overlap(last.box, best.box) >= self.least_overlap:
            return best
        near = [face for face in faces if _distance(last, face) < 1 and _alike(last, face)]
        return min(near, key=lambda face: (_distance(last, face), *face.box), default=None)


def largest(faces: Sequence[Face]) -> Face | None:
    """The face that fills most of the frame; the surer, then the leftmost, of equals."""
    return max(faces, key=_rank, default=None)


def overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> float:
    """Intersection over union of two boxes: 0 apart, 1 the same."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / (one[2] * one[3] + other[2] * other[3] - width * height)


def crop_face(
    image: UInt8[np.ndarray, "height width 3"],
    box: tuple[int, int, int, int],
    *,
    size: int = 224,
    margin: float = 0.0,
    keep_aspect: bool = False,
    grey: bool = False,
) -> UInt8[np.ndarray, "size size *channel"]:
    """The face as a square picture; beyond the frame its border goes on.

    Args:
        image: RGB.
        box: x, y, width and height, in pixels.
        size: height and width of the result, in pixels.
        margin: how much more to take on each side, as a share of the box.
        keep_aspect: True: a box that is not square is padded with black; False: stretched.
        grey: True: (size, size), brightness alone; False: (size, size, 3), RGB.

    Raises:
        DataError: the box is empty, absurdly large, or wholly outside of the image.
    """
    height, width = image.shape[:2]
    x, y, across, down = box
    left, right = round(x - margin * across), round(x + across + margin * across)
    top, bottom = round(y - margin * down), round(y + down + margin * down)
    if not (0 < right - left <= LONGEST_CROP and 0 < bottom - top <= LONGEST_CROP):
        raise DataError(
            f"The box {box} with margin {margin:g} is {right - left}x{bottom - top} pixels. "
            f"Both sides must be from 1 to {LONGEST_CROP}."
        )
    if left >= width or top >= height or right <= 0 or bottom <= 0:
        raise DataError(f"The box {box} lies outside of the image of {width}x{height} pixels.")
    inside = image[max(0, top) : bottom, max(0, left) : right]
    sides = (max(0, -top), max(0, bottom - height), max(0, -left), max(0, right - width))
    if any(sides):
        inside = cv2.copyMakeBorder(inside, *sides, borderType=cv2.BORDER_REPLICATE)
    if grey:
        inside = cv2.cvtColor(inside, cv2.COLOR_RGB2GRAY)
    inside = np.asarray(inside, np.uint8)
    return resize_padded(inside, size) if keep_aspect else _resized(inside, size, size)


def resize_padded(
    image: UInt8[np.ndarray, "height width *channel"], size: int = 64
) -> UInt8[np.ndarray, "size size *channel"]:
    """The whole image within a square, its aspect ratio kept, black around it (S003).

    Args:
        image: RGB or brightness.
        size: height and width of the result, in pixels.

    Raises:
        DataError: the image has no pixels.
    """
    height, width = image.shape[:2]
    if not height or not width:
        raise DataError(f"An image of {width}x{height} pixels cannot be resized.")
    across = max(1, round(width * size / max(height, width)))
    down = max(1, round(height * size / max(height, width)))
    square = np.zeros((size, size, *image.shape[2:]), np.uint8)
    top, left = (size - down) // 2, (size - across) // 2
    square[top : top + down, left : left + across] = _resized(image, down, across)
    return square


def _resized(image: np.ndarray, height: int, width: int) -> np.ndarray:
    # Area averages every pixel, so that fine patterns do not turn into coarse ones.
    shrinks = height * width < image.shape[0] * image.shape[1]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (width, height), interpolation=how), np.uint8)


def _rank(face: Face) -> tuple[int, float, int, int, int]:
    x, y, width, height = face.box
    return width * height, face.score, -x, -y, width


def _distance(one: Face, other: Face) -> float:
    """Between the middles of two boxes, in widths of the first."""
    across = (one.box[0] + one.box[2] / 2) - (other.box[0] + other.box[2] / 2)
    down = (one.box[1] + one.box[3] / 2) - (other.box[1] + other.box[3] / 2)
    return float(np.hypot(across, down)) / one.box[2]


def _alike(one: Face, other: Face) -> bool:
    """Whether two boxes differ in width by less than half an octave."""
    return max(one.box[2], other.box[2]) < min(one.box[2], other.box[2]) * 2**0.5
