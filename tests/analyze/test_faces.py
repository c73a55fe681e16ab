"""Which frames a segment sees, and how many faces it keeps."""

import numpy as np
import pytest

from tritone.analyze.faces import MOST_FACES, FaceReader, Seen
from tritone.features.preprocess import FaceSettings
from tritone.media.video import Frame

PLAIN = np.full((32, 40, 3), 99, np.uint8)


@pytest.fixture(scope="module")
def reader() -> FaceReader:
    return FaceReader(FaceSettings())


@pytest.mark.parametrize(
    "spans",
    [
        [(0.0, 1.0), (1.0, 2.0)],
        [(0.0, 2.0), (0.4, 0.8), (0.6, 3.0)],
        [(0.5, 0.6)],
        [(0.0, 1.0), (5.0, 9.0)],
        [],
    ],
)
def test_each_segment_sees_the_frames_within_it(
    reader: FaceReader, spans: list[tuple[float, float]]
) -> None:
    times = [place / 5 for place in range(16)]
    seen = list(reader.by_segment((Frame(t, PLAIN) for t in times), spans))
    assert [one.frames for one in seen] == [
        sum(start <= t < end for t in times) for start, end in spans
    ]


def test_no_more_frames_are_read_than_the_last_segment_needs(reader: FaceReader) -> None:
    frames = (Frame(place / 5, PLAIN) for place in range(100))
    list(reader.by_segment(frames, [(0.0, 1.0)]))
    assert next(frames).seconds == pytest.approx(1.2)


def test_a_long_segment_keeps_few_faces_spread_over_it() -> None:
    seen = Seen(middle=500.0)
    for second in range(1000):
        seen.add(float(second), PLAIN[..., 0])
    assert MOST_FACES / 2 <= len(seen.crops) == len(seen.times) <= MOST_FACES
    assert set(np.diff(seen.times)) == {seen.stride}
    assert seen.times[-1] >= 1000 - 2 * seen.stride


def test_the_thumbnail_is_the_face_nearest_to_the_middle() -> None:
    seen = Seen(middle=0.5)
    nearest = [t for t in (0.0, 0.2, 0.4, 0.8, 0.5, 0.9) if seen.add(t, PLAIN[..., 0])]
    assert nearest == [0.0, 0.2, 0.4, 0.5]
