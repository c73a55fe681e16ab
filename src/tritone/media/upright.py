"""Turning a picture upright: the eight ways a camera may have been held, or mirrored.

A phone stores pixels as its sensor lay, and says beside them how to turn them: EXIF
orientation in a photo, a display matrix in a video.
"""

import struct
from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8


@dataclass(frozen=True)
class Turn:
    """Swap rows and columns first, then mirror.

    Args:
        transpose: rows become columns.
        mirror_x: left and right are swapped afterwards.
        mirror_y: top and bottom are swapped afterwards.
    """

    transpose: bool = False
    mirror_x: bool = False
    mirror_y: bool = False


UPRIGHT = Turn()

# EXIF 2.32, tag 0x0112: where row 0 and column 0 of the stored picture are to be seen.
EXIF_TURNS = {
    1: UPRIGHT,
    2: Turn(mirror_x=True),
    3: Turn(mirror_x=True, mirror_y=True),
    4: Turn(mirror_y=True),
    5: Turn(transpose=True),
    6: Turn(transpose=True, mirror_x=True),
    7: Turn(transpose=True, mirror_x=True, mirror_y=True),
    8: Turn(transpose=True, mirror_y=True),
}


def turn_of_matrix(matrix: bytes) -> Turn:
    """The turn that a video's display matrix asks for, to the nearest quarter.

    The matrix maps stored to shown pixels: x' = a x + c y, y' = b x + d y.

    Args:
        matrix: nine 32-bit integers in this machine's order, rows (a b u) (c d v) (x y w).
    """
    if len(matrix) < struct.calcsize("=9i"):
        return UPRIGHT
    a, b, _, c, d, *_ = struct.unpack_from("=9i", matrix)
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return Turn(mirror_x=a < 0, mirror_y=d < 0)
    return Turn(transpose=True, mirror_x=c < 0, mirror_y=b < 0)


def turned(
    image: UInt8[np.ndarray, "height width 3"], turn: Turn
) -> UInt8[np.ndarray, "shown_height shown_width 3"]:
    """The picture as it is meant to be seen, in memory of its own order."""
    if turn.transpose:
        image = image.swapaxes(0, 1)
    if turn.mirror_x:
        image = image[:, ::-1]
    if turn.mirror_y:
        image = image[::-1]
    return np.ascontiguousarray(image)
