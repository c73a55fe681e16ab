"""A drawn head whose expression can be set: shaded like a photograph, from formulas alone.

Face units: x to the right and y down, the chin at y = 1 and the cheekbones at |x| = 0.72.
The skin is a height field lit from the upper left, so that folds and cheeks shade themselves.
"""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

WIDTH, HEIGHT = 480, 360
LIGHT = np.array([-0.42, -0.48, 0.77])
SKIN = np.array([0.86, 0.64, 0.52])
LIP = np.array([0.70, 0.33, 0.32])
HAIR = np.array([0.17, 0.10, 0.07])
SHIRT = np.array([0.18, 0.33, 0.40])


@dataclass(frozen=True)
class Expression:
    """How the face is set; all 0 is a face at rest.

    Args:
        smile: corners of the mouth, -1 down to 1 up.
        teeth: lips parted over the teeth, 0 to 1.
        jaw: mouth open, as in speech, 0 to 1.
        press: lips pressed thin, 0 to 1.
        inner_brow: inner ends of the brows, -1 down and together to 1 up.
        outer_brow: outer ends of the brows, -1 down to 1 up.
        squint: cheeks up and lids narrow, 0 to 1.
        wide: upper lids raised, 0 to 1.
        droop: upper lids heavy, 0 to 1.
        blink: 0 open to 1 shut.
    """

    smile: float = 0.0
    teeth: float = 0.0
    jaw: float = 0.0
    press: float = 0.0
    inner_brow: float = 0.0
    outer_brow: float = 0.0
    squint: float = 0.0
    wide: float = 0.0
    droop: float = 0.0
    blink: float = 0.0


def blend(first: Expression, second: Expression, share: float) -> Expression:
    """An expression on the way from `first` (share 0) to `second` (share 1)."""
    names = Expression.__dataclass_fields__
    return Expression(
        **{n: (1 - share) * getattr(first, n) + share * getattr(second, n) for n in names}
    )


def draw(face: Expression, *, roll: float = 0.0, sway: float = 0.0, nod: float = 0.0) -> np.ndarray:
    """One RGB frame, uint8 of (HEIGHT, WIDTH, 3).

    Args:
        face: the expression.
        roll: tilt of the head, in radians.
        sway: shift to the right, in face units.
        nod: shift of the features down over the skull, in face units.
    """
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    unit = HEIGHT * 0.315
    x0, y0 = (columns - WIDTH / 2) / unit - sway, (rows - HEIGHT * 0.50) / unit
    x = np.cos(roll) * x0 + np.sin(roll) * (y0 - 1.2)
    y = np.cos(roll) * (y0 - 1.2) - np.sin(roll) * x0 + 1.2
    image = _background(columns / WIDTH, rows / HEIGHT)
    image = _hair_behind(image, x, y)
    image = _body(image, x0 + 0.15 * sway, y0)
    image = _head(image, x, y, y - nod, face)
    image = _hair_front(image, x, y)
    image += _grain(7, 0.9)[..., None] * 0.008
    image = cv2.GaussianBlur(image, (0, 0), 0.6)
    return (np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8)


def _soft(distance: np.ndarray, edge: float = 0.012) -> np.ndarray:
    """1 where `distance` is negative, 0 where positive, soft over `edge`."""
    share = np.clip(0.5 - distance / (2 * edge), 0, 1)
    return share * share * (3 - 2 * share)


def _bump(x: np.ndarray, y: np.ndarray, wide: float, high: float) -> np.ndarray:
    return np.exp(-((x / wide) ** 2) - (y / high) ** 2)


def _over(image: np.ndarray, colour: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return image + (colour - image) * mask[..., None]


@cache
def _grain(seed: int, size: float) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal((HEIGHT, WIDTH))
    noise = cv2.GaussianBlur(noise, (0, 0), size)
    return noise / noise.std()


def _background(across: np.ndarray, down: np.ndarray) -> np.ndarray:
    image = np.stack([0.62 - 0.22 * down, 0.66 - 0.20 * down, 0.62 - 0.16 * down], axis=-1)
    image += 0.10 * _bump(across - 0.12, down - 0.2, 0.3, 0.4)[..., None]
    leaves = np.clip(_grain(3, 26) * 0.06, -0.1, 0.1)
    return image + leaves[..., None] * np.array([0.6, 1.0, 0.5])


def _strands(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Streaks that run outwards and down from the parting."""
    turn = np.arctan2(x - 0.1, -(y + 1.9))
    return 0.5 + 0.5 * np.sin(turn * 150 + 3 * np.sin(turn * 23)) * np.cos(turn * 61)


def _hair_behind(image: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    outline = (np.abs(x) / 0.93) ** 2.4 + (np.abs(y + 0.05) / 1.27) ** 2.4 - 1
    shine = 0.75 + 0.5 * _strands(x, y) + 0.5 * _bump(x + 0.4, y + 0.9, 0.4, 0.3)
    return _over(image, HAIR * 0.8 * shine[..., None], _soft(outline, 0.06))


def _body(image: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    neck = np.maximum(np.abs(x) - 0.36 - 0.25 * np.clip(y - 1.0, 0, 1) ** 2, 0.4 - y)
    light = 0.74 - 0.30 * x - 0.42 * _bump(x, y - 0.98, 0.6, 0.24)
    image = _over(image, SKIN * light[..., None], _soft(neck, 0.02))
    shoulder = 1.22 + 0.20 * np.abs(x) ** 1.5 - y
    collar = 0.25 * np.exp(-((x / 0.33) ** 2))
    cloth = SHIRT * (0.85 - 0.25 * x + 0.06 * _grain(5, 8))[..., None]
    return _over(image, cloth, _soft(shoulder + collar, 0.02))


def _head(
    image: np.ndarray, x: np.ndarray, outline_y: np.ndarray, y: np.ndarray, face: Expression
) -> np.ndarray:
    drop = 0.10 * face.jaw + 0.03 * face.teeth
    jaw_y = y - drop * np.clip((y - 0.45) / 0.5, 0, 1)
    skull_y = outline_y - drop * np.clip((y - 0.45) / 0.5, 0, 1)
    for side in (-1, 1):
        ear = ((x - side * 0.75) / 0.10) ** 2 + ((outline_y - 0.05) / 0.24) ** 2 - 1
        image = _over(image, SKIN * np.array([0.78, 0.66, 0.62]), _soft(ear, 0.1))
    cheek = 0.735 + 0.03 * face.squint * _bump(0, y - 0.28, 1, 0.3)
    low = np.clip(skull_y, 0, None)
    outline = (np.abs(x) / (cheek - 0.23 * low**1.6)) ** 2.3 + (np.abs(skull_y) / 1.02) ** 2.6 - 1
    skin = _skin(x, y, jaw_y, face)
    image = _over(image, skin, _soft(outline, 0.03))
    for side in (-1, 1):
        image = _eye(image, side * x, y, side, face)
        image = _brow(image, side * x, y, face)
    image = _nostrils(image, x, y)
    return _mouth(image, x, y, face)


def _skin(x: np.ndarray, y: np.ndarray, jaw_y: np.ndarray, face: Expression) -> np.ndarray:
    height = _heights(x, y, jaw_y, face)
    unit = HEIGHT * 0.315
    down, across = np.gradient(cv2.GaussianBlur(height, (0, 0), 1.1), 1 / unit)
    normal = np.stack([-across, -down, np.ones_like(x)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    diffuse = np.clip(normal @ LIGHT, 0, None)
    glance = LIGHT + np.array([0.0, 0.0, 1.0])
    gloss = np.clip(normal @ (glance / np.linalg.norm(glance)), 0, 1) ** 38
    blush = sum(_bump(x - side * 0.40, y - 0.27, 0.22, 0.18) for side in (-1, 1))
    blush = 0.7 * blush + 0.5 * _bump(x, y - 0.28, 0.12, 0.12)
    albedo = SKIN + blush[..., None] * np.array([0.02, -0.06, -0.05])
    albedo = albedo * (1 + 0.018 * _grain(11, 1.2) + 0.02 * _grain(12, 9))[..., None]
    sockets = sum(_bump(x - side * 0.32, y + 0.10, 0.24, 0.13) for side in (-1, 1))
    light = 0.36 + 0.78 * diffuse - 0.20 * sockets - 0.16 * np.clip(y - 0.75, 0, 1)
    return albedo * light[..., None] + 0.13 * gloss[..., None]


def _heights(x: np.ndarray, y: np.ndarray, jaw_y: np.ndarray, face: Expression) -> np.ndarray:
    """The skin's relief, in face units towards the camera."""
    dome = np.clip(1.12 - (x / 0.86) ** 2 - 0.62 * (y / 1.12) ** 2, 0.02, None)
    height = 0.55 * np.sqrt(dome)
    along = np.clip((y + 0.22) / 0.50, 0, 1)
    bridge = np.exp(-((x / (0.07 + 0.045 * along)) ** 2)) * along**1.2
    height += 0.15 * bridge * _soft(y - 0.33, 0.09) + 0.06 * _bump(x, y - 0.27, 0.10, 0.09)
    height += 0.05 * _bump(x, y + 0.36, 0.5, 0.10) + 0.05 * _bump(x, jaw_y - 0.86, 0.2, 0.12)
    lift = 0.07 * face.squint
    smile, frown = max(face.smile, 0.0), max(-face.smile, 0.0)
    for side in (-1, 1):
        s = side * x
        height += 0.035 * _bump(s - 0.12, y - 0.31, 0.055, 0.06)
        height += (0.04 + 0.045 * face.squint) * _bump(s - 0.41, y - 0.26 + lift, 0.20, 0.16)
        height -= 0.07 * _bump(s - 0.32, y + 0.10, 0.20, 0.11)
        reach = 0.17 + 0.30 * np.clip(y - 0.30, 0, 1) + 0.13 * smile * np.clip((y - 0.3) * 3, 0, 1)
        fold = np.exp(-(((s - reach) / 0.035) ** 2)) * _bump(0, y - 0.46, 1, 0.15)
        height -= (0.005 + 0.035 * smile + 0.018 * frown) * fold
        height -= 0.02 * frown * _bump(s - 0.30 + 0.2 * (0.74 - y), y - 0.74, 0.03, 0.09)
        furrow = max(-face.inner_brow, 0.0) + 0.35 * max(face.inner_brow, 0.0)
        height -= 0.030 * furrow * _bump(s - 0.055, y + 0.34, 0.022, 0.10)
        crow = np.sin(60 * (y + 0.05) + 20 * s) * _bump(s - 0.60, y + 0.05, 0.06, 0.09)
        height += 0.004 * face.squint * crow
    height -= 0.010 * max(face.inner_brow, 0.0) * np.sin(52 * y) * _bump(x, y + 0.58, 0.25, 0.12)
    return height + 0.02 * frown * _bump(x, jaw_y - 0.80, 0.16, 0.08)


def _eye(
    image: np.ndarray, s: np.ndarray, y: np.ndarray, side: int, face: Expression
) -> np.ndarray:
    """One eye; `s` runs outwards from the nose."""
    eye_x, eye_y = s - 0.325, y + 0.085
    across = np.clip(1 - (eye_x / 0.178) ** 2, 0, 1)
    shut = 1 - face.blink
    slope = 0.10 * max(face.inner_brow, 0.0) * eye_x - 0.10 * max(-face.inner_brow, 0.0) * eye_x
    top = 0.094 + 0.035 * face.wide - 0.040 * face.droop - 0.022 * face.squint
    bottom = 0.050 - 0.026 * face.squint
    upper = -top * across**0.75 * shut + 0.03 * (1 - shut) * across + slope
    lower = bottom * across**0.9
    inside = np.maximum(upper - eye_y, eye_y - lower)
    inside = np.where(across > 0, inside, 1.0)
    opening = _soft(inside, 0.012)
    ball = 0.88 - 2.4 * eye_x**2 - 0.42 * _soft(eye_y - upper - 0.035, 0.04)
    image = _over(image, np.array([1.0, 0.97, 0.95]) * ball[..., None], opening)
    gaze = eye_x + 0.015 * side
    radius = np.hypot(gaze, eye_y + 0.012)
    iris = (0.5 + 2.6 * radius)[..., None] * np.array([0.42, 0.30, 0.20])
    image = _over(image, iris, opening * _soft(radius - 0.083, 0.012))
    image = _over(image, np.array([0.03, 0.02, 0.02]), opening * _soft(radius - 0.036, 0.01))
    glint = np.hypot(side * gaze + 0.028, eye_y + 0.04)
    image = _over(image, np.ones(3), opening * _soft(glint - 0.014, 0.01))
    reach = (np.abs(eye_x) < 0.205) * np.clip(across + 0.15, 0, 1) ** 0.4
    lash = _soft(np.abs(eye_y - upper) - 0.014, 0.014) * reach
    image = _over(image, HAIR * 0.5, 0.92 * lash)
    rim = _soft(np.abs(eye_y - lower) - 0.006, 0.014) * reach
    image = _over(image, np.array([0.42, 0.24, 0.19]), 0.5 * rim)
    crease = _soft(np.abs(eye_y - upper + 0.045 + 0.02 * across) - 0.004, 0.018) * across
    image = _over(image, np.array([0.45, 0.28, 0.21]), 0.6 * crease * shut)
    bag = _soft(np.abs(eye_y - lower - 0.05) - 0.004, 0.03) * across
    return _over(image, np.array([0.50, 0.32, 0.26]), (0.25 + 0.35 * face.squint) * bag)


def _brow(image: np.ndarray, s: np.ndarray, y: np.ndarray, face: Expression) -> np.ndarray:
    knit = 0.05 * max(-face.inner_brow, 0.0)
    along = np.clip((s - 0.11 + knit) / 0.44, 0, 1)
    arch = -0.06 * np.sin(np.pi * along**1.2)
    inner = (1 - along) ** 1.5
    centre = -0.335 + arch - 0.105 * face.inner_brow * inner - 0.10 * face.outer_brow * along
    centre = centre + 0.045 * max(-face.inner_brow, 0.0)
    thick = 0.043 * (1 - 0.65 * along)
    ends = _soft(np.abs(s - 0.33 + knit / 2) - 0.22 - knit / 2, 0.03)
    hair = 0.93 + 0.07 * np.sin(90 * s + 60 * y)
    return _over(image, HAIR * 1.1, 0.93 * _soft(np.abs(y - centre) - thick, 0.02) * ends * hair)


def _nostrils(image: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    for side in (-1, 1):
        hole = np.hypot((side * x - 0.068) / 0.038, (y - 0.352 + 0.2 * (side * x - 0.068)) / 0.020)
        image = _over(image, np.array([0.20, 0.09, 0.07]), 0.85 * _soft(hole - 1, 0.45))
    under = _bump(x, y - 0.385, 0.13, 0.022)
    return _over(image, SKIN * 0.55, 0.5 * under)


def _mouth(image: np.ndarray, x: np.ndarray, y: np.ndarray, face: Expression) -> np.ndarray:
    smile, frown = max(face.smile, 0.0), max(-face.smile, 0.0)
    width = 0.255 + 0.125 * smile - 0.02 * frown - 0.03 * face.jaw * (1 - smile)
    bend = 0.150 * smile - 0.090 * frown
    across = np.clip(1 - (x / width) ** 2, 0, 1)
    line = 0.585 + 0.03 * smile - 0.03 * frown - bend * (x / width) ** 2
    gap = 0.125 * face.teeth + 0.13 * face.jaw * (1 - 0.5 * face.teeth)
    top = line - 0.22 * gap * across**0.6
    bottom = line + 0.85 * gap * across**0.7
    thin = 1 - 0.55 * face.press - 0.25 * smile
    bow = 1 - 0.25 * np.exp(-((x / 0.035) ** 2))
    upper = top - 0.062 * thin * bow * across**0.6
    lower = bottom + 0.088 * thin * across**0.6
    within = np.abs(x) < width
    lips = _soft(np.maximum(upper - y, y - lower), 0.014) * within
    light = 0.92 - 0.25 * x + 0.30 * _bump(x + 0.06, y - bottom - 0.04, 0.13, 0.022)
    light = light - 0.22 * _soft(y - top, 0.02)
    image = _over(image, LIP * light[..., None], 0.88 * lips)
    hole = _soft(np.maximum(top - y, y - bottom), 0.010) * within * min(1.0, gap * 25)
    image = _over(image, np.array([0.16, 0.05, 0.05]), hole)
    edge = top + (0.62 + 0.25 * face.teeth) * 0.105 * across**0.5 * (0.6 + 0.4 * face.teeth)
    gaps = 1 - 0.16 * (np.abs(np.sin(np.pi * x / 0.062)) < 0.16)
    tooth = (0.98 - 1.6 * x**2 - 0.12 * _soft(y - top - 0.02, 0.02)) * gaps
    teeth = hole * _soft(y - edge, 0.014) * min(1.0, 0.35 + face.teeth)
    image = _over(image, np.array([0.96, 0.94, 0.88]) * tooth[..., None], teeth)
    seam = _soft(np.abs(y - line) - 0.007, 0.012) * within * (1 - min(1.0, gap * 25))
    image = _over(image, np.array([0.28, 0.10, 0.10]), 0.85 * seam)
    for side in (-1, 1):
        corner = _bump(side * x - width, y - (line - 0.0), 0.035, 0.03)
        image = _over(image, SKIN * 0.45, 0.55 * corner)
    chin = _bump(x, y - lower - 0.045, 0.16, 0.03)
    return _over(image, SKIN * 0.55, (0.35 + 0.25 * frown) * chin)


def _hair_front(image: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    side = np.where(x < 0.12, (0.12 - x) / 0.92, (x - 0.12) / 0.66)
    hairline = -0.86 + 0.95 * np.clip(side, 0, 1.2) ** 3.2 + 0.02 * _strands(x, y)
    cap = (np.abs(x) / 0.90) ** 2.3 + (np.abs(y + 0.12) / 1.18) ** 2.3 - 1
    inside = np.maximum(y - hairline, cap)
    shine = 0.7 + 0.55 * _strands(x, y) + 1.2 * _bump(x + 0.35, y + 0.98, 0.35, 0.10)
    return _over(image, HAIR * shine[..., None], _soft(inside, 0.04))
