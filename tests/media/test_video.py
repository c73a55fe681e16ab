"""Pictures on the clock: which is shown when, and which way up."""

from pathlib import Path

import numpy as np
import pytest

from tritone.core.errors import MediaError
from tritone.media.decode import probe
from tritone.media.upright import EXIF_TURNS, turned
from tritone.media.video import frames

# Grey levels of 25 pictures lie 9 apart; codecs err by less than half of that.
LEVELS = np.linspace(20, 235, 25)
UNIT = 2**16


def numbers(shown, levels=LEVELS):
    """Which picture each sample shows, told by its grey."""
    return [int(np.abs(levels - frame.image.mean()).argmin()) for frame in shown]


@pytest.mark.parametrize("suffix", ["mp4", "mov", "m4v", "mkv", "webm", "avi"])
def test_each_sample_shows_the_picture_of_its_time(suffix, tmp_path, write_media, greys):
    film = write_media(tmp_path / f"a.{suffix}", pictures=greys(25))
    shown = list(frames(film))
    assert [frame.seconds for frame in shown] == [0.0, 0.2, 0.4, 0.6, 0.8]
    assert numbers(shown) == [0, 5, 10, 15, 20]


def test_an_mpg_with_sound_that_starts_first_is_on_the_sounds_clock(
    tmp_path, write_media, greys, clicks
):
    film = write_media(tmp_path / "a.mpg", pictures=greys(25), sound=clicks(1, 0.5)[None])
    seen = numbers(list(frames(film)))
    # The encoder's run-up of 10 ms puts every picture after the first behind its round second.
    assert len(seen) in (5, 6)
    assert all(5 * k - 2 <= number <= 5 * k for k, number in enumerate(seen[:5]))


@pytest.mark.parametrize("fps", [1.0, 3.0, 5.0, 12.5, 25.0, 60.0])
def test_samples_lie_on_the_grid_of_any_rate(fps, tmp_path, write_media, greys):
    film = write_media(tmp_path / "a.mp4", pictures=greys(25))
    shown = list(frames(film, fps=fps))
    assert [frame.seconds for frame in shown] == [k / fps for k in range(len(shown))]
    assert numbers(shown) == [int(k / fps * 25 + 1e-6) for k in range(len(shown))]
    assert 1 - 1 / fps - 1e-9 <= shown[-1].seconds < 1


def test_a_part_shows_what_the_whole_shows_there(tmp_path, write_media, greys):
    times = [k / 2 for k in range(25)]
    film = write_media(tmp_path / "a.mkv", pictures=greys(25), times=times, fps=2)
    whole = [(f.seconds, int(f.image[0, 0, 0])) for f in frames(film)]
    for start, end in [(0.0, 3.0), (2.9, 3.3), (6.1, 12.0), (7.4, None), (99.0, None)]:
        part = [(f.seconds, int(f.image[0, 0, 0])) for f in frames(film, start=start, end=end)]
        stop = float("inf") if end is None else end
        assert part == [item for item in whole if start <= item[0] < stop]


def test_a_variable_frame_rate_shows_at_each_time_the_last_picture_that_came(
    tmp_path, write_media, greys
):
    times = [0.0, 0.1, 0.13, 0.5, 0.52, 0.54, 1.7, 1.8]
    film = write_media(tmp_path / "a.mkv", pictures=greys(8), times=times)
    shown = list(frames(film))
    seen = numbers(shown, np.linspace(20, 235, 8))
    assert seen == [max(i for i, t in enumerate(times) if t <= k / 5) for k in range(len(shown))]
    assert len(shown) >= 9


def test_a_picture_that_is_shown_long_is_drawn_once(tmp_path, write_media, greys):
    film = write_media(tmp_path / "a.mp4", pictures=greys(2), times=[0.0, 2.0])
    shown = list(frames(film))
    assert len({id(frame.image) for frame in shown[:10]}) == 1
    assert shown[10].image is not shown[9].image


def test_pictures_that_start_after_the_sound_keep_their_time(tmp_path, write_media, greys, clicks):
    times = [0.6 + k / 25 for k in range(25)]
    film = write_media(
        tmp_path / "a.mkv", pictures=greys(25), times=times, sound=clicks(2, 0.1)[None]
    )
    shown = list(frames(film))
    assert [f.seconds for f in shown] == pytest.approx([0.6, 0.8, 1.0, 1.2, 1.4])
    assert numbers(shown) == [0, 5, 10, 15, 20]


@pytest.mark.parametrize(
    ("matrix", "orientation"),
    [
        # a b c d of x' = a x + c y, y' = b x + d y, and what EXIF calls the same turn.
        ((1, 0, 0, 1), 1),
        ((-1, 0, 0, 1), 2),
        ((-1, 0, 0, -1), 3),
        ((1, 0, 0, -1), 4),
        ((0, 1, 1, 0), 5),
        ((0, 1, -1, 0), 6),
        ((0, -1, -1, 0), 7),
        ((0, -1, 1, 0), 8),
    ],
)
def test_a_video_is_shown_upright_as_a_photo_with_the_same_turn(
    matrix, orientation, tmp_path, write_media
):
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[:24, :32], picture[:24, 32:], picture[24:, :32] = 60, 140, 220
    a, b, c, d = (value * UNIT for value in matrix)
    film = write_media(
        tmp_path / "a.mp4", pictures=[picture] * 5, matrix=(a, b, 0, c, d, 0, 0, 0, 2**30)
    )
    image = next(frames(film)).image
    expected = turned(picture, EXIF_TURNS[orientation])
    assert image.shape == expected.shape
    assert np.abs(image.astype(int) - expected).mean() < 8
    info = probe(film)
    assert (info.height, info.width) == expected.shape[:2]


def test_the_known_turns_of_exif():
    """A phone held upright stores its picture lying on its left side: 6, to be turned right."""
    lying = np.arange(6, dtype=np.uint8).reshape(2, 3, 1).repeat(3, axis=2)
    assert turned(lying, EXIF_TURNS[6])[..., 0].tolist() == [[3, 0], [4, 1], [5, 2]]
    assert turned(lying, EXIF_TURNS[8])[..., 0].tolist() == [[2, 5], [1, 4], [0, 3]]
    assert turned(lying, EXIF_TURNS[3])[..., 0].tolist() == [[5, 4, 3], [2, 1, 0]]


def test_max_side_makes_pictures_smaller_and_keeps_their_shape(tmp_path, write_media, greys):
    film = write_media(tmp_path / "a.mp4", pictures=greys(5))
    assert next(frames(film, max_side=32)).image.shape == (24, 32, 3)
    assert next(frames(film, max_side=640)).image.shape == (48, 64, 3)


def test_a_file_that_was_cut_off_gives_what_is_there_and_says_so(tmp_path, write_media):
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 255, (48, 64, 3)).astype(np.uint8) for _ in range(75)]
    film = write_media(tmp_path / "a.mp4", pictures=noise, options={"movflags": "faststart"})
    data = film.read_bytes()
    film.write_bytes(data[: len(data) // 3])
    warnings: list[str] = []
    shown = list(frames(film, warnings=warnings))
    assert 3 <= len(shown) <= 7
    assert any("s of 3.0 s; the file may have been cut off." in told for told in warnings)


def test_damaged_packets_are_passed_over_and_counted(tmp_path, write_media, greys):
    film = write_media(tmp_path / "a.avi", pictures=greys(25))
    data = bytearray(film.read_bytes())
    starts = [i for i in range(len(data)) if data[i : i + 4] == b"\x00\x00\x01\xb6"]
    for start in starts[3:6]:
        data[start : start + 4] = b"\xff\xff\xff\xff"
    film.write_bytes(data)
    warnings: list[str] = []
    assert len(list(frames(film, warnings=warnings))) >= 4
    assert warnings == [f"'{film}': 3 damaged packets of video were skipped."]


def test_too_large_pictures_are_refused(tmp_path, write_media, greys):
    film = write_media(tmp_path / "a.mp4", pictures=greys(2))
    with pytest.raises(MediaError) as caught:
        next(frames(film, max_pixels=3000))
    assert str(caught.value) == (
        f"'{film}' shows pictures of 64 x 48 pixels, more than the limit of 3,000. "
        "Make it smaller first."
    )


def test_a_sound_file_has_no_video(tmp_path, write_media, clicks):
    path: Path = write_media(tmp_path / "a.wav", sound=clicks(0.2, 0.1)[None])
    with pytest.raises(MediaError, match=r"a.wav' has no video that can be decoded\."):
        next(frames(path))
