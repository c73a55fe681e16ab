"""What other software gives: openSMILE's tables by a stand-in, and OpenFace's as it writes them."""

import sys
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tritone.features.openface import GROUPS
from tritone.features.opensmile import CLIP, FRAMES, WIDTHS, smile

HEAD = ["frame", "face_id", "timestamp", "confidence", "success"]
COLUMNS = [name for group in GROUPS.values() for name in group]
FeatureSet = Enum("FeatureSet", {name: name for name, _ in WIDTHS})
FeatureLevel = Enum("FeatureLevel", {FRAMES: FRAMES, CLIP: CLIP})


class Smile:
    """As the package's: a table whose index are the times of the rows."""

    def __init__(self, feature_set: FeatureSet, feature_level: FeatureLevel) -> None:
        self.width = WIDTHS[feature_set.value, feature_level.value]
        self.by_frame = feature_level.value == FRAMES

    def process_signal(self, signal: np.ndarray, sampling_rate: int) -> pd.DataFrame:
        seconds = len(signal) / sampling_rate
        starts, ends = np.zeros(1), np.array([seconds])
        if seconds < 0.06:
            warnings.warn("Segment too short, filling with NaN.", UserWarning, stacklevel=1)
            values = np.full((1, self.width), np.nan, np.float32)
        else:
            if self.by_frame:
                starts = 0.01 * np.arange(1 + round((seconds - 0.06) / 0.01))
                ends = np.append(starts[:-1] + 0.02, seconds)
            level = np.abs(signal[(starts * sampling_rate).astype(int)])
            values = level[:, None] + np.arange(self.width, dtype=np.float32)
        index = pd.MultiIndex.from_arrays(
            [pd.to_timedelta(starts, "s"), pd.to_timedelta(ends, "s")], names=["start", "end"]
        )
        return pd.DataFrame(values.astype(np.float32), index)


@pytest.fixture
def opensmile(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package opensmile, in its place a stand-in that gives tables of the same form."""
    module = types.ModuleType("opensmile")
    vars(module).update(Smile=Smile, FeatureSet=FeatureSet, FeatureLevel=FeatureLevel)
    monkeypatch.setitem(sys.modules, "opensmile", module)
    smile.cache_clear()
    yield
    smile.cache_clear()


@pytest.fixture
def write_table() -> Callable[..., Path]:
    """A function that writes a table; see `openface_table`."""
    return openface_table


def openface_table(
    path: Path,
    seconds: Sequence[float],
    *,
    value: Callable[[int, str], float] = lambda row, name: row + len(name) / 100,
    success: Sequence[int] | None = None,
    confidence: Sequence[float] | None = None,
    faces: Sequence[int] | None = None,
    columns: Sequence[str] = COLUMNS,
    head: Sequence[str] = HEAD,
) -> Path:
    """A table as OpenFace 2 writes it: a space after each comma, three digits of time.

    Args:
        path: the file to write.
        seconds: of each row.
        value: of a column in a row.
        success: 1 or 0 for each row; all 1 by default.
        confidence: of each row; all 0.98 by default.
        faces: number of the face in each row; all 0 by default.
        columns: those that the table has.
        head: the columns before them.
    """
    lines = [", ".join([*head, *columns])]
    for row, at in enumerate(seconds):
        known = {
            "frame": f"{row + 1}",
            "face_id": f"{faces[row] if faces else 0}",
            "face": f"{faces[row] if faces else 0}",
            "timestamp": f"{at:.3f}",
            "confidence": f"{confidence[row] if confidence else 0.98:.2f}",
            "success": f"{success[row] if success else 1}",
        }
        cells = [known[name] for name in head] + [f"{value(row, name):.3f}" for name in columns]
        lines.append(", ".join(cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
