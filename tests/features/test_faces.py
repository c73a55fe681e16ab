"""Faces: following one through frames, and cutting it out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tritone.core.errors import DataError
from tritone.features.faces import Face, FaceTracker, crop_face, largest, overlap, resize_padded

boxes = st.tuples(
    st.integers(-50, 60), st.integers(-50, 60), st.integers(1, 40), st.integers(1, 40)
)


def picture(height: int = 30, width: int = 50) -> np.ndarray:
    values = np.arange(height * width * 3).reshape(height, width, 3)
    return (values * 7 % 251).astype(np.uint8)


def face(x: int, y: int, size: int, score: float = 0.5) -> Face:
    return Face((x, y, size, size), score)


@given(boxes, boxes)
@settings(max_examples=50, deadline=None)
def test_overlap_is_symmetric_and_a_share(one: tuple, other: tuple) -> None:
    assert overlap(one, other) == overlap(other, one)
    assert 0 <= overlap(one, other) <= 1
    assert overlap(one, one) == 1


@given(
    st.lists(st.builds(face, st.integers(0, 9), st.integers(0, 9), st.integers(1, 9)), max_size=6)
)
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_faces_changes_nothing(faces: list[Face]) -> None:
    assert largest(faces) == largest(faces[::-1])
    forth, back = FaceTracker(), FaceTracker()
    for frame in range(3):
        some = faces[frame:]
        assert forth.update(frame / 5, some) == back.update(frame / 5, some[::-1])


@given(boxes)
@settings(max_examples=50, deadline=None)
def test_a_crop_is_the_padded_picture_cut(box: tuple[int, int, int, int]) -> None:
    image = picture()
    x, y, width, height = box
    if x >= 50 or y >= 30 or x + width <= 0 or y + height <= 0:
        with pytest.raises(DataError, match=r"lies outside of the image of 50x30 pixels\.$"):
            crop_face(image, box)
        return
    rows = np.clip(np.arange(y, y + height), 0, 29)
    columns = np.clip(np.arange(x, x + width), 0, 49)
    expected = image[rows[:, None], columns]
    if width == height:
        np.testing.assert_array_equal(crop_face(image, box, size=width), expected)
    mean = crop_face(image, box, size=1)[0, 0]
    np.testing.assert_allclose(mean, expected.mean(axis=(0, 1)), atol=1)


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 90, 3), (90, 1, 3), (40, 30), (64, 64, 3)])
def test_padding_keeps_the_shape_of_what_is_seen(shape: tuple[int, ...]) -> None:
    square = resize_padded(np.full(shape, 200, np.uint8), 16)
    lit = square.reshape(16, 16, -1)[..., 0] == 200
    longest = max(shape[:2])
    assert square.shape == (16, 16, *shape[2:])
    assert lit.any(axis=1).sum() == max(1, round(shape[0] * 16 / longest))
    assert lit.any(axis=0).sum() == max(1, round(shape[1] * 16 / longest))
    assert lit.sum() == lit.any(axis=1).sum() * lit.any(axis=0).sum()
    assert (square.reshape(16, 16, -1)[~lit] == 0).all()


def test_a_picture_of_the_right_size_is_not_changed() -> None:
    image = picture(24, 24)
    np.testing.assert_array_equal(resize_padded(image, 24), image)
    np.testing.assert_array_equal(crop_face(image, (0, 0, 24, 24), size=24), image)


def test_shrinking_averages_every_pixel() -> None:
    image = picture(8, 8)
    blocks = image.reshape(4, 2, 4, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(crop_face(image, (0, 0, 8, 8), size=4), blocks, atol=0.5)


def test_a_crop_has_the_size_and_the_colours_asked_for() -> None:
    assert crop_face(picture(), (3, 4, 11, 13)).shape == (224, 224, 3)
    assert crop_face(picture(), (3, 4, 11, 13), size=48, grey=True).shape == (48, 48)
    assert crop_face(picture(), (3, 4, 5, 10), size=20, keep_aspect=True)[:, :4].max() == 0


def test_a_margin_takes_in_what_is_around() -> None:
    image = picture()
    wide = crop_face(image, (10, 10, 10, 10), size=14, margin=0.2)
    np.testing.assert_array_equal(wide, image[8:22, 8:22])


def test_an_empty_or_absurd_box_is_refused() -> None:
    with pytest.raises(DataError) as error:
        crop_face(picture(), (3, 4, 0, 5))
    assert str(error.value) == (
        "The box (3, 4, 0, 5) with margin 0 is 0x5 pixels. Both sides must be from 1 to 16384."
    )
    with pytest.raises(DataError, match="is 40000x4 pixels"):
        crop_face(picture(), (0, 0, 40_000, 4))


def test_an_image_without_pixels_is_refused() -> None:
    with pytest.raises(DataError) as error:
        resize_padded(np.zeros((0, 5, 3), np.uint8))
    assert str(error.value) == "An image of 5x0 pixels cannot be resized."


def test_the_largest_of_no_faces_is_none() -> None:
    assert largest([]) is None
    assert FaceTracker().update(0.0, []) is None


def test_the_tracker_follows_its_face_past_a_larger_one() -> None:
    tracker = FaceTracker()
    tracker.update(0.0, [face(10, 10, 20), face(100, 10, 15)])
    found = tracker.update(0.2, [face(100, 10, 40), face(14, 11, 20)])
    assert found == Face((14, 11, 20, 20), 0.5, track=0)


def test_the_tracker_follows_a_jump_to_the_nearest_of_like_size() -> None:
    tracker = FaceTracker()
    tracker.update(0.0, [face(10, 10, 20)])
    assert tracker.update(0.2, [face(26, 14, 21), face(60, 10, 20)]) == (
        Face((26, 14, 21, 21), 0.5, track=0)
    )


def test_a_near_face_of_another_size_is_another_person() -> None:
    tracker = FaceTracker()
    tracker.update(0.0, [face(10, 10, 20)])
    assert tracker.update(0.2, [face(5, 5, 50)]) == Face((10, 10, 20, 20), 0.0, track=0)


def test_a_short_gap_is_bridged_with_a_score_of_zero() -> None:
    tracker = FaceTracker(longest_gap=0.6)
    tracker.update(0.0, [face(10, 10, 20)])
    held = [tracker.update(seconds, []) for seconds in (0.2, 0.4, 0.6)]
    assert held == [Face((10, 10, 20, 20), 0.0, track=0)] * 3
    found = tracker.update(0.6, [face(11, 10, 20)])
    assert found is not None and found.track == 0


def test_after_a_long_gap_the_largest_face_is_a_new_person() -> None:
    tracker = FaceTracker(longest_gap=0.6)
    tracker.update(0.0, [face(10, 10, 20)])
    assert tracker.update(0.8, []) is None
    assert tracker.update(1.0, [face(10, 10, 20), face(80, 10, 30)]) == (
        Face((80, 10, 30, 30), 0.5, track=1)
    )


def test_a_step_back_in_time_starts_anew() -> None:
    tracker = FaceTracker()
    tracker.update(5.0, [face(10, 10, 20)])
    assert tracker.update(1.0, []) is None
