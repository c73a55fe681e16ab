"""Detectors: the cascade on a drawn face, and a model file of our own making."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tritone.core.errors import ModelError, UnknownName
from tritone.features.detectors import HaarDetector, ModelDetector, detector
from tritone.features.faces import overlap

SKY = (110, 140, 160)


def draw_face(canvas: np.ndarray, middle: tuple[int, int], width: int) -> np.ndarray:
    """A face of ellipses: light skin, dark hair, eyes and mouth, a bright nose."""

    def ellipse(x: float, y: float, across: float, down: float, colour: tuple) -> None:
        at = (round(middle[0] + x * width), round(middle[1] + y * width))
        axes = (round(across * width), round(down * width))
        cv2.ellipse(canvas, at, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)

    ellipse(0, -0.12, 0.52, 0.68, (50, 38, 30))
    ellipse(0, 0, 0.42, 0.58, (222, 178, 150))
    for side in (-0.18, 0.18):
        ellipse(side, -0.10, 0.11, 0.075, (165, 120, 100))
        ellipse(side, -0.20, 0.12, 0.03, (60, 40, 30))
        ellipse(side, -0.10, 0.085, 0.045, (235, 235, 235))
        ellipse(side, -0.10, 0.04, 0.045, (40, 30, 25))
    ellipse(0, 0.02, 0.045, 0.16, (238, 200, 175))
    ellipse(0, 0.17, 0.09, 0.03, (180, 130, 110))
    ellipse(0, 0.33, 0.16, 0.05, (150, 60, 60))
    return cv2.GaussianBlur(canvas, (0, 0), width / 60)


def scene(*faces: tuple[tuple[int, int], int], size: tuple[int, int] = (288, 360)) -> np.ndarray:
    canvas = np.full((*size, 3), SKY, np.uint8)
    for middle, width in faces:
        canvas = draw_face(canvas, middle, width)
    return canvas


def test_a_drawn_face_is_found_once_where_it_is() -> None:
    (found,) = HaarDetector().find(scene(((200, 150), 120)))
    assert overlap(found.box, (200 - 66, 150 - 66, 132, 132)) > 0.6
    assert found.score > 0.5
    assert found.track is None


def test_a_face_is_found_at_the_same_place_in_a_larger_picture() -> None:
    small = scene(((100, 90), 90), size=(180, 320))
    large = cv2.resize(small, (1280, 720), interpolation=cv2.INTER_LINEAR)
    (in_small,), (in_large,) = HaarDetector().find(small), HaarDetector().find(large)
    assert overlap(tuple(4 * side for side in in_small.box), in_large.box) > 0.8


def test_finding_twice_gives_the_same() -> None:
    image = scene(((200, 150), 100))
    haar = HaarDetector()
    assert haar.find(image) == haar.find(image) == HaarDetector().find(image)


def test_several_faces_come_largest_first() -> None:
    found = HaarDetector().find(scene(((70, 150), 70), ((230, 150), 120)))
    assert [face.box[0] > 150 for face in found] == [True, False]


def test_equalising_finds_a_face_in_the_dark() -> None:
    dark = (scene(((200, 150), 120)) // 40).astype(np.uint8)
    assert HaarDetector().find(dark) == []
    assert len(HaarDetector(equalise=True).find(dark)) == 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (19, 19), (20, 20), (21, 3000), (200, 200)])
def test_no_face_is_found_where_there_is_none(shape: tuple[int, int]) -> None:
    assert HaarDetector().find(np.full((*shape, 3), 90, np.uint8)) == []


def test_weak_hits_are_dropped() -> None:
    assert HaarDetector(least_score=1.0).find(scene(((200, 150), 120))) == []


def field(number: int, value: bytes | str | int) -> bytes:
    """One field of a protocol buffer."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(value: int) -> bytes:
    low, rest = value & 127, value >> 7
    return bytes([low | 128]) + varint(rest) if rest else bytes([low])


def node(kind: str, inputs: list[str], output: str, **ints: list[int]) -> bytes:
    parts = b"".join(field(1, name) for name in inputs) + field(2, output) + field(4, kind)
    for name, values in ints.items():
        numbers = b"".join(field(8, value) for value in values)
        parts += field(5, field(1, name) + numbers + field(20, 7))
    return field(1, parts)


def constant(name: str, values: np.ndarray) -> bytes:
    dims = b"".join(field(1, side) for side in values.shape)
    return field(5, dims + field(2, 1) + field(8, name) + field(9, values.tobytes()))


def shaped(number: int, name: str, *sides: int) -> bytes:
    shape = b"".join(field(1, field(1, side)) for side in sides)
    return field(number, field(1, name) + field(2, field(1, field(1, 1) + field(2, shape))))


def blue_square_detector() -> bytes:
    """A YuNet whose faces are blue squares of 32 pixels, as ONNX: one convolution each.

    Its score is sqrt(class * object), its boxes lie around the corners of the 32-pixel grid.
    """
    graph = b""
    for stride in (8, 16, 32):
        for name, width in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
            weight = np.zeros((width, 3, stride, stride), np.float32)
            if (name, stride) == ("cls", 32):
                weight[:, 0] = 1 / (255 * stride**2)  # YuNet reads blue first
            bias = np.full(width, float(name == "obj"), np.float32)
            out = f"{name}_{stride}"
            graph += node(
                "Conv",
                ["input", f"w_{out}", f"b_{out}"],
                f"c_{out}",
                kernel_shape=[stride, stride],
                strides=[stride, stride],
            )
            graph += node("Transpose", [f"c_{out}"], out, perm=[0, 2, 3, 1])
            graph += constant(f"w_{out}", weight) + constant(f"b_{out}", bias)
            graph += shaped(12, out, 1, 320 // stride, 320 // stride, width)
    graph += field(2, "squares") + shaped(11, "input", 1, 3, 320, 320)
    return field(1, 8) + field(8, field(2, 13)) + field(7, graph)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "squares.onnx"
    path.write_bytes(blue_square_detector())
    return path


@pytest.mark.parametrize("scale", [1, 3])
def test_a_model_file_finds_what_it_was_made_for(model: Path, scale: int) -> None:
    image = np.zeros((320 * scale, 320 * scale, 3), np.uint8)
    image[64 * scale : 96 * scale, 128 * scale : 160 * scale] = (0, 0, 255)
    image[:, 256 * scale :] = (255, 0, 0)
    (found,) = ModelDetector(model, longest_side=320).find(image)
    assert found.box == (112 * scale, 48 * scale, 32 * scale, 32 * scale)
    assert found.score == pytest.approx(1, abs=0.01)


def test_a_model_file_finds_nothing_in_the_dark(model: Path) -> None:
    assert ModelDetector(model).find(np.zeros((320, 320, 3), np.uint8)) == []
    assert ModelDetector(model).find(np.zeros((1, 1, 3), np.uint8)) == []


def test_a_missing_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as error:
        detector(tmp_path / "none.onnx")
    assert str(error.value) == f"There is no face detector at {tmp_path / 'none.onnx'}."


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.onnx"
    path.write_text("hello")
    with pytest.raises(ModelError) as error:
        detector(path)
    assert str(error.value) == f"{path} is no ONNX model that OpenCV can read."


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.onnx"
    path.write_bytes(blue_square_detector().replace(b"cls_8", b"logit"))
    with pytest.raises(ModelError) as error:
        detector(path)
    assert str(error.value) == (
        f"{path} is no face detector that OpenCV can run. "
        "Give a YuNet model (face_detection_yunet_*.onnx), or use 'haar'."
    )


def test_detectors_are_chosen_by_name_or_by_file(model: Path) -> None:
    assert isinstance(detector(), HaarDetector)
    assert isinstance(detector("haar"), HaarDetector)
    assert isinstance(detector(str(model)), ModelDetector)


def test_an_unknown_detector_is_refused() -> None:
    with pytest.raises(UnknownName) as error:
        detector("dlib")
    assert str(error.value) == (
        "No face detector is named 'dlib'. Known: haar; or give the path of an .onnx file."
    )
