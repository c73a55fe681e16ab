"""The faces of each segment, from one pass over the frames; memory does not grow with time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

import cv2
import numpy as np

from tritone.features.detectors import detector
from tritone.features.faces import Face, FaceTracker, crop_face, largest
from tritone.features.preprocess import FaceSettings
from tritone.media.video import Frame, frames

# More faces of one segment say nothing new: 5 a second for 10 seconds are 50.
MOST_FACES = 64
THUMBNAIL_SIDE, THUMBNAIL_QUALITY = 96, 80
# Larger frames hold no more of a face than the detector and the crop can use.
FRAME_SIDE = 1280
Span = tuple[float, float]


@dataclass
class Seen:
    """What was seen in one segment.

    Args:
        middle: seconds; the face nearest to it is the thumbnail.
        crops: grey faces, (side, side), 0 to 255.
        times: when each was seen, in seconds; empty for a still picture.
        thumbnail: a small JPEG of a face.
        crowd: the most faces in one frame.
        frames: frames that were looked at.
        crowded: those of them with several faces.
        until: seconds of the last of them.
    """

    middle: float = 0.0
    crops: list[np.ndarray] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    thumbnail: bytes | None = None
    crowd: int = 0
    frames: int = 0
    crowded: int = 0
    until: float = -inf
    stride: int = field(default=1, repr=False)
    count: int = field(default=0, repr=False)
    distance: float = field(default=inf, repr=False)

    def add(self, seconds: float, crop: np.ndarray) -> bool:
        """Keep a face; where there are too many, every other one is dropped.

        Returns:
            Whether it is the nearest to the middle so far.
        """
        if self.count % self.stride == 0:
            self.crops.append(crop)
            self.times.append(seconds)
        self.count += 1
        if len(self.crops) > MOST_FACES:
            self.crops, self.times = self.crops[::2], self.times[::2]
            self.stride *= 2
        is_nearest = abs(seconds - self.middle) < self.distance
        self.distance = min(self.distance, abs(seconds - self.middle))
        return is_nearest


class FaceReader:
    """Finds, follows and cuts out faces as the model wants them.

    Args:
        settings: side and margin of the crops.
        detector_file: a face detector's model file; None takes the default detector.

    Raises:
        ModelError: the file is no face detector.
        UnknownName: the file is no .onnx file.
    """

    def __init__(self, settings: FaceSettings, *, detector_file: Path | None = None) -> None:
        self.settings = settings
        self.detector = detector("haar" if detector_file is None else detector_file)
        self.last_image: np.ndarray | None = None
        self.last_found: list[Face] = []

    def still(self, image: np.ndarray) -> Seen:
        """The largest face of a picture."""
        found = self.detector.find(image)
        seen = Seen(crowd=len(found), frames=1, crowded=int(len(found) > 1))
        face = largest(found)
        if face is not None:
            seen.crops, seen.thumbnail = [self._crop(image, face)], _thumbnail(image, face)
        return seen

    def along(
        self, path: Path, spans: Sequence[Span], *, fps: int | float, warnings: list[str]
    ) -> Iterator[Seen]:
        """What was seen in each span of a film, in one pass over it."""
        shown = frames(path, fps=fps, max_side=FRAME_SIDE, warnings=warnings)
        return self.by_segment(shown, spans)

    def by_segment(self, frames: Iterable[Frame], spans: Sequence[Span]) -> Iterator[Seen]:
        """What was seen in each span, in their order, as soon as its end is reached.

        Args:
            frames: by time.
            spans: start and end in seconds, sorted by start; they may overlap.
        """
        tracker = FaceTracker()
        seen: dict[int, Seen] = {}
        given = opened = 0
        for frame in frames:
            while given < len(spans) and spans[given][1] <= frame.seconds:
                yield seen.pop(given, Seen())
                given += 1
            if given == len(spans):
                return
            while opened < len(spans) and spans[opened][0] <= frame.seconds:
                seen[opened] = Seen(middle=sum(spans[opened]) / 2)
                opened += 1
            now = [one for k, one in seen.items() if frame.seconds < spans[k][1]]
            if now:
                self._look(frame, tracker, now)
        yield from (seen.pop(place, Seen()) for place in range(given, len(spans)))

    def _look(self, frame: Frame, tracker: FaceTracker, segments: Sequence[Seen]) -> None:
        if frame.image is not self.last_image:  # a still stretch shows the same array again
            self.last_image, self.last_found = frame.image, self.detector.find(frame.image)
        found = self.last_found
        face = tracker.update(frame.seconds, found)
        # Held over a change of the frame's size, a face may lie outside of it.
        crop = self._crop(frame.image, face) if face and _inside(frame.image, face) else None
        for one in segments:
            one.frames += 1
            one.until = frame.seconds
            one.crowd = max(one.crowd, len(found))
            one.crowded += len(found) > 1
            if face is not None and crop is not None and one.add(frame.seconds, crop):
                one.thumbnail = _thumbnail(frame.image, face)

    def _crop(self, image: np.ndarray, face: Face) -> np.ndarray:
        side, margin = self.settings.side, self.settings.margin
        return crop_face(image, face.box, size=side, margin=margin, grey=True)


def _thumbnail(image: np.ndarray, face: Face) -> bytes:
    colours = crop_face(image, face.box, size=THUMBNAIL_SIDE, grey=False)
    quality = [cv2.IMWRITE_JPEG_QUALITY, THUMBNAIL_QUALITY]
    return cv2.imencode(".jpg", cv2.cvtColor(colours, cv2.COLOR_RGB2BGR), quality)[1].tobytes()


def _inside(image: np.ndarray, face: Face) -> bool:
    x, y, width, height = face.box
    return x < image.shape[1] and y < image.shape[0] and x + width > 0 and y + height > 0
