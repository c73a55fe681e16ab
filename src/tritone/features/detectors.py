"""Where the faces are in one picture: OpenCV's cascade, or a model file that the user gives."""

from pathlib import Path
from typing import Protocol, runtime_checkable

import cv2
import numpy as np
from cv2.data import haarcascades
from jaxtyping import UInt8

from tritone.core.errors import ModelError, UnknownName
from tritone.features.faces import Face

LARGEST_MODEL = 512 * 2**20  # bytes; face detectors have 0.2 to 100 MB
CASCADE_PIXELS = 20  # the cascade was trained on faces of 20 x 20 pixels
# alt2's last stage lets pass what collects 54 votes; clear faces collect 56 to 58.
FEWEST_VOTES, MANY_VOTES = 54.0, 58.0


@runtime_checkable
class Detector(Protocol):
    """Anything that finds faces in a picture."""

    def find(self, image: UInt8[np.ndarray, "height width 3"]) -> list[Face]:
        """The faces in an RGB picture, the largest first."""
        ...


class HaarDetector:
    """OpenCV's cascade of Haar features for frontal faces, "alt2".

    It ships with OpenCV and needs no download. It finds upright faces that look about into
    the camera. Of the cascades that ship, alt2 invents the fewest faces.

    Source: Viola & Jones 2001, "Rapid object detection using a boosted cascade of simple
        features", CVPR. https://doi.org/10.1109/CVPR.2001.990517

    Args:
        longest_side: a larger picture is shrunk to this, in pixels; decides the time.
        smallest_face: as a share of the picture's shorter side; decides the time too.
        scale_step: from one size of face to the next; nearer to 1 is slower and finds more.
        neighbours: overlapping hits that a face needs.
        least_score: faces below it are dropped; 0 keeps all.
        equalise: True: spread the grey values first. It helps in poor light, and costs
            some faces in good light.
    """

    def __init__(
        self,
        *,
        longest_side: int = 320,
        smallest_face: float = 0.12,
        scale_step: float = 1.1,
        neighbours: int = 2,
        least_score: float = 0.2,
        equalise: bool = False,
    ) -> None:
        self.longest_side, self.smallest_face = longest_side, smallest_face
        self.scale_step, self.neighbours = scale_step, neighbours
        self.least_score, self.equalise = least_score, equalise
        file = Path(haarcascades) / "haarcascade_frontalface_alt2.xml"
        self._cascade = cv2.CascadeClassifier(str(file))

    def find(self, image: UInt8[np.ndarray, "height width 3"]) -> list[Face]:
        """The faces in an RGB picture, the largest first; none under 20 pixels."""
        grey = _shrunk(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), self.longest_side)
        if self.equalise:
            grey = cv2.equalizeHist(grey)
        least = max(CASCADE_PIXELS, round(self.smallest_face * min(grey.shape)))
        boxes, _, votes = self._cascade.detectMultiScale3(
            grey,
            scaleFactor=self.scale_step,
            minNeighbors=self.neighbours,
            minSize=(least, least),
            outputRejectLevels=True,
        )
        score = (np.ravel(votes) - FEWEST_VOTES) / (MANY_VOTES - FEWEST_VOTES)
        scale = image.shape[0] / grey.shape[0], image.shape[1] / grey.shape[1]
        found = _faces(np.reshape(boxes, (-1, 4)), np.clip(score, 0, 1), scale)
        return [face for face in found if face.score >= self.least_score]


class ModelDetector:
    """A face detector in a file: YuNet, or another that OpenCV's FaceDetectorYN can run.

    Args:
        path: the .onnx file.
        longest_side: a larger picture is shrunk to this, in pixels.
        least_score: faces below it are dropped.

    Raises:
        ModelError: there is no such file, it is too large, or it is no face detector.
    """

    def __init__(
        self, path: Path | str, *, longest_side: int = 640, least_score: float = 0.7
    ) -> None:
        self.path, self.longest_side = Path(path), longest_side
        if not self.path.is_file():
            raise ModelError(f"There is no face detector at {self.path}.")
        size = self.path.stat().st_size
        if size > LARGEST_MODEL:
            raise ModelError(
                f"{self.path} has {size >> 20} MB; a face detector has at most "
                f"{LARGEST_MODEL >> 20} MB."
            )
        try:
            self._net = cv2.FaceDetectorYN.create(str(self.path), "", (320, 320), least_score)
        except cv2.error:
            raise ModelError(f"{self.path} is no ONNX model that OpenCV can read.") from None
        self._run(np.zeros((320, 320, 3), np.uint8))  # another kind of model fails here

    def find(self, image: UInt8[np.ndarray, "height width 3"]) -> list[Face]:
        """The faces in an RGB picture, the largest first."""
        small = _shrunk(np.ascontiguousarray(image[..., ::-1]), self.longest_side)
        height, width = small.shape[:2]
        scale = image.shape[0] / height, image.shape[1] / width
        rows = self._run(small)
        return _faces(rows[:, :4], np.clip(rows[:, -1], 0, 1), scale)

    def _run(self, picture: np.ndarray) -> np.ndarray:
        """Rows of x, y, width, height, five landmarks (x, y) and a score."""
        try:
            self._net.setInputSize((picture.shape[1], picture.shape[0]))
            _, rows = self._net.detect(picture)
        except cv2.error:
            raise ModelError(
                f"{self.path} is no face detector that OpenCV can run. "
                "Give a YuNet model (face_detection_yunet_*.onnx), or use 'haar'."
            ) from None
        rows = np.zeros((0, 15), np.float32) if rows is None else np.asarray(rows)
        return rows[np.isfinite(rows).all(axis=1)]


def detector(name_or_path: Path | str = "haar") -> Detector:
    """The face detector of that name, or the one in that .onnx file.

    Raises:
        UnknownName: it is neither "haar" nor the path of an .onnx file.
        ModelError: as `ModelDetector` does.
    """
    if str(name_or_path) == "haar":
        return HaarDetector()
    if Path(name_or_path).suffix.lower() == ".onnx":
        return ModelDetector(name_or_path)
    raise UnknownName(
        f"No face detector is named {str(name_or_path)!r}. Known: haar; or give the path of "
        "an .onnx file."
    )


def _shrunk(image: np.ndarray, longest_side: int) -> np.ndarray:
    scale = longest_side / max(image.shape[:2])
    if scale >= 1:
        return image
    height, width = (max(1, round(side * scale)) for side in image.shape[:2])
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA))


def _faces(boxes: np.ndarray, scores: np.ndarray, scale: tuple[float, float]) -> list[Face]:
    """Boxes of the shrunk picture in pixels of the whole, the largest first."""
    down, across = scale
    found = [
        Face(
            (round(x * across), round(y * down), round(width * across), round(height * down)),
            float(score),
        )
        for (x, y, width, height), score in zip(boxes.tolist(), scores.tolist(), strict=True)
        if width > 0 and height > 0
    ]
    return sorted(found, key=lambda face: (-face.box[2] * face.box[3], -face.score, face.box))
