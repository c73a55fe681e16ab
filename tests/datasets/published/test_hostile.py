"""Whatever stands where in a pickle, reading it gives clips or a message, never a crash."""

import copy
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tritone.core.errors import DataError
from tritone.datasets.published.reading import read_published

RING: list[Any] = []
RING.append(RING)
TREE: list[Any] = [1.0, 2.0]
for _ in range(40):
    TREE = [TREE, TREE]
DEEP: list[Any] = []
for _ in range(1200):
    DEEP = [DEEP]

JUNK = [
    None,
    True,
    7,
    -(10**30),
    float("nan"),
    "text",
    b"\xff",
    [],
    (),
    {},
    [None],
    ["a", 1],
    [[1.0], [2.0, 3.0]],
    {"a": 1},
    {1, 2},
    range(5),
    slice(1),
    np.array(3.0),
    np.empty((0, 3)),
    np.ones((2, 2, 2, 2)),
    np.array(["a", "b"]),
    np.array([None, {}], dtype=object),
    np.full((3, 3), np.inf),
    1e300,
    RING,
    TREE,
    DEEP,
]


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where things lie in a nest of containers."""
    if path:
        yield path
    if isinstance(data, dict):
        for key, value in data.items():
            yield from places(value, (*path, key))
    elif isinstance(data, list | tuple) and len(data) < 10:
        for place, value in enumerate(data):
            yield from places(value, (*path, place))


def replaced(data: Any, path: tuple[Any, ...], junk: Any) -> Any:
    """The data with something else at one place."""
    if not path:
        return junk
    first, *rest = path
    if isinstance(data, tuple):
        return tuple(
            replaced(value, tuple(rest), junk) if place == first else value
            for place, value in enumerate(data)
        )
    changed = copy.copy(data)
    changed[first] = replaced(data[first], tuple(rest), junk)
    return changed


def mmsa() -> dict[str, Any]:
    part = {
        "text": np.ones((2, 3, 4), np.float32),
        "audio": [np.ones((2, 3)), np.ones((3, 3))],
        "text_bert": np.ones((2, 3, 3)),
        "raw_text": np.array(["a", "b"]),
        "id": ["v$_$1", "v$_$2"],
        "regression_labels": np.array([1.0, -1.0]),
        "regression_labels_T": np.array([1.0, -1.0]),
        "annotations": ["Positive", "Negative"],
        "audio_lengths": [2, 3],
        "vision_lengths": [2, 3],
        "align": [[{"start": 0.0, "end": 1.0}], []],
    }
    return {"train": part, "test": copy.deepcopy(part), "config": {}}


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["mmsa", "mult", "mag", "iemocap", "meld"])
def test_junk_gives_clips_or_a_message(
    layout: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    data = mmsa() if layout == "mmsa" else request.getfixturevalue(layout)
    rng = np.random.default_rng(0)
    file = tmp_path / "file.pkl"
    spots = list(places(data))
    for spot in rng.choice(len(spots), size=25):
        for junk in rng.choice(len(JUNK), size=3):
            whole = replaced(data, spots[spot], JUNK[junk])
            file.write_bytes(dumped(whole))
            try:
                for sample, clip in read_published(file).samples():
                    assert sample.id == clip.id
            except DataError as error:
                assert str(error)


def dumped(value: Any) -> bytes:
    """A pickle; the C version follows deep lists only so far."""
    import sys

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(50_000)
    try:
        return pickle.dumps(value, protocol=4)
    finally:
        sys.setrecursionlimit(limit)
