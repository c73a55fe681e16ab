"""Colours and edges of whole pictures, without a net: what a linear model can read."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from jaxtyping import Float32, UInt8

from tritone.core.batch import Track
from tritone.core.errors import RecipeError
from tritone.core.parts import Rows
from tritone.features.extractor import Material
from tritone.features.tracks import no_track, whole_track

SIDE = 64  # pixels to which a picture is brought before its edges are counted
ANGLES = 9  # of edges, as Dalal and Triggs take them
HUES = 180  # OpenCV's circle of hues in eight bits


@dataclass(frozen=True)
class PictureStatistics:
    """Histograms of hue, saturation and brightness, and of oriented gradients (HOG).

    Source: Swain & Ballard 1991, "Color indexing", IJCV 7 (the colours); Dalal & Triggs 2005,
        "Histograms of oriented gradients for human detection", CVPR (the edges).
        https://doi.org/10.1109/CVPR.2005.177
    Differs: the picture is brought to 64 x 64 pixels, whatever its shape; each histogram of
        colours is of one channel and sums to 1.

    Args:
        bins: of each of the three histograms of colours.
        cell: pixels a side of the squares in which edges are counted: 8, 16 or 32.
    """

    bins: int = 16
    cell: int = 16

    modality: ClassVar[str] = "vision"
    version: ClassVar[int] = 1
    reads: ClassVar[tuple[str, ...]] = ("frames",)

    def __post_init__(self) -> None:
        if not 1 <= self.bins <= HUES:
            raise RecipeError(f"bins is {self.bins}; take 1 to {HUES}")
        if self.cell not in (8, 16, 32):
            raise RecipeError(f"cell is {self.cell}; take 8, 16 or 32 pixels")

    @property
    def rows(self) -> Rows:
        """Colours, then edges: four cells a block, blocks overlapping by a cell."""
        blocks = (SIDE // self.cell - 1) ** 2
        return Rows((3 * self.bins + blocks * 4 * ANGLES,))

    def track(self, material: Material) -> Track:
        """A row for each picture; none without one."""
        rows, times = [], []
        for frame in material.frames():
            rows.append(self.measure(frame.image))
            times.append((frame.seconds, frame.seconds + 1 / material.fps))
        return whole_track(np.stack(rows), np.array(times)) if rows else no_track(self.rows)

    def measure(
        self, picture: UInt8[np.ndarray, "height width 3"]
    ) -> Float32[np.ndarray, " number"]:
        """The histograms of one picture."""
        import cv2

        small = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        colours = cv2.cvtColor(small, cv2.COLOR_RGB2HSV)
        counts = [
            np.histogram(colours[..., place], self.bins, (0, top))[0] / SIDE**2
            for place, top in enumerate((HUES, 256, 256))
        ]
        one, block = (self.cell, self.cell), (2 * self.cell, 2 * self.cell)
        edges = cv2.HOGDescriptor((SIDE, SIDE), block, one, one, ANGLES)
        grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
        return np.concatenate([*counts, np.ravel(edges.compute(grey))]).astype(np.float32)
