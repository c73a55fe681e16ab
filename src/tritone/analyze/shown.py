"""The pictures of each segment for a model with extractors of its own: decoded when it looks."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import inf, nan
from pathlib import Path

import cv2
import numpy as np

from tritone.analyze.faces import FRAME_SIDE, THUMBNAIL_QUALITY, THUMBNAIL_SIDE, Span
from tritone.core.errors import MediaError
from tritone.media.video import Frame, frames


@dataclass
class Shown:
    """The pictures of one segment; what was seen of them is known once they were looked at.

    Args:
        give: gives the pictures, anew at each call.
        middle: seconds; the picture nearest to it is the thumbnail.
        warnings: gains a sentence where the pictures break off.
        frames: pictures that were given.
        until: seconds of the last of them.
        is_looked_at: whether anyone has asked for them.
    """

    give: Callable[[], Iterator[Frame]]
    middle: float = 0.0
    warnings: list[str] = field(default_factory=list)
    frames: int = 0
    until: float = -inf
    is_looked_at: bool = False
    nearest: np.ndarray | None = field(default=None, repr=False)
    distance: float = field(default=inf, repr=False)

    def look(self) -> Iterator[Frame]:
        """The pictures, one by one; they end where the file breaks off."""
        self.is_looked_at = True
        try:
            for frame in self.give():
                self.note(frame)
                yield frame
        except MediaError as error:
            if str(error) not in self.warnings:
                self.warnings.append(str(error))

    def note(self, frame: Frame) -> None:
        """Remember that a picture was given."""
        self.frames += 1
        self.until = max(self.until, frame.seconds)
        distance = abs(frame.seconds - self.middle)
        if self.nearest is None or distance < self.distance:
            self.nearest, self.distance = frame.image, distance

    @property
    def thumbnail(self) -> bytes | None:
        """A small JPEG of the picture in the middle."""
        if self.nearest is None:
            return None
        scale = THUMBNAIL_SIDE / max(self.nearest.shape[:2])
        height, width = (max(1, round(side * scale)) for side in self.nearest.shape[:2])
        small = cv2.resize(self.nearest, (width, height), interpolation=cv2.INTER_AREA)
        quality = [cv2.IMWRITE_JPEG_QUALITY, THUMBNAIL_QUALITY]
        return cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), quality)[1].tobytes()


class PictureReader:
    """Hands each segment its pictures as a store's extraction does, by a seek for each."""

    def still(self, image: np.ndarray) -> Shown:
        """A picture, at no time."""
        return Shown(lambda: iter([Frame(nan, image)]))

    def along(
        self, path: Path, spans: Sequence[Span], *, fps: int | float, warnings: list[str]
    ) -> Iterator[Shown]:
        """The pictures of each span of a film; nothing is decoded yet."""
        for start, end in spans:
            give = partial(frames, path, fps=fps, start=start, end=end, max_side=FRAME_SIDE)
            yield Shown(give, (start + end) / 2, warnings)
