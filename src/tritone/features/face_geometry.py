"""Where a face is, how it moves, and the little of its features that cascades can find."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np
from cv2.data import haarcascades
from jaxtyping import Float32, UInt8

from tritone.core.batch import Track
from tritone.core.parts import Rows
from tritone.features.extractor import Material
from tritone.features.faces import crop_face
from tritone.features.pictures import FaceSeries, Sight, lasting
from tritone.features.tracks import no_track

COLUMNS = (
    *("x", "y", "width", "height", "score"),
    *("right", "down", "growth"),
    *("eyes", "eyes_x", "eyes_y", "roll", "eye_distance"),
    *("smile", "smile_width"),
)
SIDE = 160  # pixels of the face in which the features are looked for
# Shares of the face: eyes lie above the first line, the mouth below the second.
EYES_ABOVE, MOUTH_BELOW = 0.6, 0.55


@dataclass(frozen=True)
class FaceGeometry(FaceSeries):
    """Fifteen numbers for each picture with a face; these are not landmarks.

    OpenCV ships no landmark model, only cascades. So the eyes and the smile are boxes that
    were found or were not, some 5 to 10 % of the face off, on frontal faces. For action units
    and true landmarks run OpenFace, and read its file with "openface".

    x, y: middle of the face as shares of the picture's width and height. width, height: the
    same of its size. score: of the detector, 0 where the face is held. right, down: movement
    since the picture before, in widths of the face a second; growth: change of size, in octaves
    a second; all 0 where nothing came before. eyes: 1 where both were found, else this and the
    next four are 0. eyes_x, eyes_y: the point between them as shares of the face. roll: of the
    line through them, in radians, above 0 where the one on the right is lower. eye_distance:
    as a share of the face's width. smile: 1 where a smile was found, which is often the case
    of any wide mouth; smile_width: as a share of the face's width.

    Source: Viola & Jones 2001, "Rapid object detection using a boosted cascade of simple
        features", CVPR. https://doi.org/10.1109/CVPR.2001.990517
    """

    columns: ClassVar[tuple[str, ...]] = COLUMNS

    @property
    def rows(self) -> Rows:
        """One number for each of `COLUMNS`."""
        return Rows((len(COLUMNS),))

    def track(self, material: Material) -> Track:
        """A row for each picture with a face; no row where there is none."""
        places, features, seconds, people = [], [], [], []
        for sight in self.sights(material):
            height, width = sight.image.shape[:2]
            x, y, across, down = sight.face.box
            places.append(
                [
                    (x + across / 2) / width,
                    (y + down / 2) / height,
                    across / width,
                    down / height,
                    sight.face.score,
                ]
            )
            features.append(features_of(sight))
            seconds.append(sight.seconds)
            people.append(sight.face.track)
        if not places:
            return no_track(self.rows)
        place = np.array(places, np.float64)
        moves = movement(place, np.array(seconds), np.array(people))
        values = np.concatenate([place, moves, np.array(features)], axis=1)
        return lasting(material, values.astype(np.float32), seconds)


def movement(place: np.ndarray, seconds: np.ndarray, people: np.ndarray) -> np.ndarray:
    """How each face moved and grew since the one before; 0 where that was another, or none."""
    moves = np.zeros((len(place), 3))
    if len(place) < 2:
        return moves
    passed = np.diff(seconds)
    same = (passed > 0) & (people[1:] == people[:-1])
    size = place[:-1, 2:4]
    steps = np.column_stack(
        [np.diff(place[:, :2], axis=0) / size, np.log2(place[1:, 2] / place[:-1, 2])]
    )
    moves[1:][same] = steps[same] / passed[same, None]
    return moves


def features_of(sight: Sight) -> list[float]:
    """Eyes and smile of a face: the last seven of `COLUMNS`."""
    face = crop_face(sight.image, sight.face.box, size=SIDE, grey=True)
    return [*eyes_of(face), *smile_of(face)]


def eyes_of(face: UInt8[np.ndarray, "side side"]) -> list[float]:
    """Whether both eyes were found, the middle between them, their roll and distance."""
    found, votes = hits("haarcascade_eye.xml", face[: round(EYES_ABOVE * SIDE)], 3, 0.12, 0.45)
    middles = found[:, :2] + found[:, 2:] / 2
    best = []
    for side in (middles[:, 0] < SIDE / 2, middles[:, 0] >= SIDE / 2):
        if not side.any():
            return [0.0] * 5
        best.append(middles[side][votes[side].argmax()])
    (left_x, left_y), (right_x, right_y) = best
    across, down = float(right_x - left_x), float(right_y - left_y)
    middle = (best[0] + best[1]) / 2 / SIDE
    tilt = float(np.arctan2(down, across))
    return [1.0, float(middle[0]), float(middle[1]), tilt, float(np.hypot(across, down)) / SIDE]


def smile_of(face: UInt8[np.ndarray, "side side"]) -> list[float]:
    """Whether a smile was found, and its width as a share of the face."""
    found, votes = hits("haarcascade_smile.xml", face[round(MOUTH_BELOW * SIDE) :], 16, 0.3, 0.8)
    return [1.0, float(found[votes.argmax(), 2]) / SIDE] if len(found) else [0.0, 0.0]


def hits(
    cascade: str, part: UInt8[np.ndarray, "height width"], votes: int, least: float, most: float
) -> tuple[Float32[np.ndarray, "hit 4"], Float32[np.ndarray, " hit"]]:
    """What a cascade finds in a part of a face: boxes and how sure it is of each.

    Args:
        cascade: file that ships with OpenCV.
        part: rows of the face, of the full width.
        votes: overlapping hits that a box needs.
        least: smallest width, as a share of the face.
        most: largest width, as a share of the face.
    """
    boxes, _, weights = kept_cascade(cascade).detectMultiScale3(
        np.ascontiguousarray(part),
        scaleFactor=1.1,
        minNeighbors=votes,
        minSize=(round(least * SIDE), round(least * SIDE / 2)),
        maxSize=(round(most * SIDE), round(most * SIDE)),
        outputRejectLevels=True,
    )
    found = np.reshape(np.asarray(boxes, np.float32), (-1, 4))
    return found, np.ravel(np.asarray(weights, np.float32))[: len(found)]


@lru_cache(maxsize=2)
def kept_cascade(name: str) -> cv2.CascadeClassifier:
    """A cascade, read once."""
    return cv2.CascadeClassifier(str(Path(haarcascades) / name))
