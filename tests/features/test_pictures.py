"""Faces of clips: which are cut out, where they are, and what the shipped net sees in them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from tritone.core.errors import ModelError, RecipeError
from tritone.features.detectors import Detector
from tritone.features.extractor import Material, build
from tritone.features.face_cnn import FaceCnn, face_branch
from tritone.features.face_geometry import COLUMNS, FaceGeometry, eyes_of, movement
from tritone.features.faces import Face
from tritone.features.pictures import FaceCrops, WholePictures, sights_of
from tritone.media.video import Frame


class Finder(Detector):
    """Finds a bright square, wherever it is; counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def find(self, image: np.ndarray) -> list[Face]:
        self.asked += 1
        down, across = np.nonzero(image[..., 0] > 200)
        if not len(down):
            return []
        low = (int(across.min()), int(down.min()))
        return [Face((*low, int(across.max()) - low[0] + 1, int(down.max()) - low[1] + 1), 0.7)]


def scene(x: int | None, size: int = 40) -> np.ndarray:
    """A dim picture of 200 x 150 pixels with a bright square at x, or without one."""
    image = np.full((150, 200, 3), 20, np.uint8)
    if x is not None:
        image[50 : 50 + size, x : x + size] = 255
    return image


def shown(*images: np.ndarray, start: float = 3.0) -> Material:
    """A film at 5 pictures a second."""

    def frames() -> Iterator[Frame]:
        return (Frame(start + place / 5, image) for place, image in enumerate(images))

    return Material("a", frames=frames, start=start, end=start + len(images) / 5)


def drawn_face(roll: float = 0.0) -> np.ndarray:
    """Grey skin with two eyes, turned by `roll` radians."""
    down, across = np.mgrid[0:160, 0:160].astype(float)
    face = np.full((160, 160), 175.0)
    middle = np.array([80.0, 62.0])
    for side in (-1, 1):
        x, y = middle + side * 32 * np.array([np.cos(roll), np.sin(roll)])
        far = np.hypot((across - x) / 15, (down - y) / 8)
        face[far < 1] = 235
        face[np.hypot(across - x, down - y) < 7] = 25
        face[(np.abs(far - 1.15) < 0.15) & (down < y)] = 60
        brow = np.hypot((across - x) / 20, (down - y + 19) / 4)
        face[brow < 1] = 70
    return face.astype(np.uint8)


def test_a_face_is_followed_and_held_over_a_gap() -> None:
    material = shown(scene(30), scene(40), scene(None), scene(60))
    sights = list(sights_of(material, Finder()))
    assert [sight.face.box[0] for sight in sights] == [30, 40, 40, 60]
    assert [sight.face.score for sight in sights] == [0.7, 0.7, 0.0, 0.7]
    assert [sight.seconds for sight in sights] == pytest.approx([3.0, 3.2, 3.4, 3.6])


def test_a_still_stretch_is_searched_once() -> None:
    finder, image = Finder(), scene(30)
    assert len(list(sights_of(shown(image, image, image), finder))) == 3
    assert finder.asked == 1


def test_a_picture_without_a_face_gives_no_row() -> None:
    for extractor in (FaceCrops(), FaceGeometry()):
        assert len(extractor.track(shown(scene(None), scene(None))).mask) == 0


def test_a_small_picture_is_the_face_itself() -> None:
    image = np.random.default_rng(0).integers(0, 256, (48, 48, 3)).astype(np.uint8)
    track = FaceCrops(side=48, margin=0.5).track(shown(image))
    np.testing.assert_array_equal(track.values[0].numpy(), image)


def test_rows_last_until_the_next_picture_and_end_with_the_clip() -> None:
    images = [np.full((9, 9, 3), level, np.uint8) for level in (1, 2, 3)]
    material = shown(*images)
    spans = FaceCrops().track(material).spans
    torch.testing.assert_close(spans, torch.tensor([[3.0, 3.2], [3.2, 3.4], [3.4, 3.6]]))


def test_a_still_picture_has_no_time() -> None:
    material = Material("a", frames=lambda: iter([Frame(np.nan, np.zeros((9, 9, 3), np.uint8))]))
    assert FaceCrops().track(material).spans.isnan().all()


@pytest.mark.parametrize(
    ("settings", "shape"), [({"grey": True, "side": 48}, (48, 48)), ({"side": 224}, (224, 224, 3))]
)
def test_crops_have_the_size_and_colour_that_are_asked_for(settings: dict, shape: tuple) -> None:
    image = np.full((30, 20, 3), 90, np.uint8)
    extractor = FaceCrops(**settings)
    track = extractor.track(shown(image))
    assert tuple(track.values.shape) == (1, *shape) == (1, *extractor.rows.shape)
    assert (track.values == 90).all()


def test_movement_is_counted_in_widths_of_the_face_a_second() -> None:
    place = np.array([[0.5, 0.5, 0.2, 0.4, 1], [0.6, 0.5, 0.4, 0.4, 1], [0.1, 0.1, 0.2, 0.4, 1]])
    moves = movement(place, np.array([1.0, 1.5, 2.0]), np.array([0, 0, 1]))
    np.testing.assert_allclose(moves, [[0, 0, 0], [1.0, 0, 2.0], [0, 0, 0]])


def test_geometry_says_where_a_small_picture_is_all_face() -> None:
    values = FaceGeometry().track(shown(np.full((60, 60, 3), 90, np.uint8))).values[0]
    told = dict(zip(COLUMNS, values.tolist(), strict=True))
    assert [told[name] for name in ("x", "y", "width", "height")] == [0.5, 0.5, 1, 1]
    assert told["eyes"] == told["roll"] == told["smile"] == 0


@pytest.mark.parametrize("roll", [-0.15, 0.0, 0.15])
def test_the_roll_of_a_drawn_face_is_seen(roll: float) -> None:
    found, x, y, seen, distance = eyes_of(drawn_face(roll))
    assert found == 1
    assert (x, y) == pytest.approx((80 / 160, 62 / 160), abs=0.06)
    assert seen == pytest.approx(roll, abs=0.08)
    assert distance == pytest.approx(64 / 160, abs=0.06)


def test_the_net_gives_what_the_branch_itself_gives(tiny_model: Path) -> None:
    images = [np.full((48, 48, 3), 7, np.uint8), np.full((48, 48, 3), 9, np.uint8)]
    images[1][10:20] = 200
    track = FaceCnn(folder=str(tiny_model), dim=3).track(shown(*images))
    net, side, _ = face_branch(str(tiny_model))
    faces = torch.from_numpy(np.stack([image[..., 0] for image in images]))
    assert side == 48
    torch.testing.assert_close(track.values, net.look(faces))


def test_many_faces_are_seen_as_few_are(tiny_model: Path) -> None:
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, (48, 48, 3)).astype(np.uint8) for _ in range(70)]
    extractor = FaceCnn(folder=str(tiny_model), dim=3)
    whole, last = extractor.track(shown(*images)).values, extractor.track(shown(images[-1])).values
    torch.testing.assert_close(whole[-1:], last)


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (
            lambda folder: FaceCnn(folder=folder, dim=9).track(shown()),
            ModelError,
            "The face branch of {!r} gives 3 numbers, and dim is 9. Set dim to 3.",
        ),
        (
            lambda folder: FaceCnn(folder="nowhere").track(shown()),
            ModelError,
            "'nowhere' is neither a shipped model (known: default) nor a folder. "
            "Give the folder that `tritone train` wrote, or 'default'.",
        ),
        (
            lambda folder: build("face_crop", {"side": 5000}),
            RecipeError,
            "face_crop cannot be set so: side is 5000; take 8 to 1024 pixels",
        ),
        (
            lambda folder: build("face_crop", {"margin": -1}),
            RecipeError,
            "face_crop cannot be set so: margin is -1; take 0 to 2",
        ),
    ],
)
def test_what_cannot_be_is_named(
    tiny_model: Path, make: Callable[[str], object], error: type[Exception], says: str
) -> None:
    with pytest.raises(error) as caught:
        make(str(tiny_model))
    assert str(caught.value) == says.format(str(tiny_model))


def test_a_whole_picture_keeps_its_aspect() -> None:
    image = np.zeros((20, 40, 3), np.uint8)
    image[..., 0], image[:, :20, 1] = 200, 100
    track = WholePictures(side=16).track(shown(image))
    assert track.values.shape == (1, 16, 16, 3)
    assert not track.values[0, :4].any() and not track.values[0, 12:].any()
    assert (track.values[0, 4:12, :, 0] == 200).all()
    assert (track.values[0, 4:12, :7, 1] == 100).all()
    assert (track.values[0, 4:12, 9:, 1] == 0).all()


def test_whole_pictures_in_grey_weigh_colours_as_the_eye_does() -> None:
    image = np.zeros((8, 8, 3), np.uint8)
    image[..., 1] = 100  # green counts .587
    track = WholePictures(side=8, grey=True).track(shown(image))
    assert track.values.shape == (1, 8, 8)
    assert (track.values == 59).all()


def test_whole_pictures_of_a_film_follow_one_another() -> None:
    track = WholePictures(side=8).track(shown(scene(0), scene(9), scene(18)))
    assert len(track.mask) == 3
    assert track.spans.flatten().tolist() == pytest.approx([3.0, 3.2, 3.2, 3.4, 3.4, 3.6])
