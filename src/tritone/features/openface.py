"""Action units, pose, gaze and landmarks from a table that OpenFace 2 wrote.

frame, face_id, timestamp, confidence, success, gaze_0_x, ..., AU45_c      spaces and all
"""

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, ClassVar

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Float64

from tritone.core.batch import Track
from tritone.core.clip import Source
from tritone.core.errors import MediaError, RecipeError
from tritone.core.parts import Rows
from tritone.features.extractor import Material
from tritone.features.tracks import no_track, whole_track

LARGEST = 2**30  # bytes of a table; an hour of film with all columns has 500 MB
UNITS = [f"{unit:02}" for unit in (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 45)]
SEEN_UNITS = sorted([*UNITS, "28"])  # 28 has no intensity
# In the order of the file; all of them together are the 709 columns of CH-SIMS.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "gaze": (
        *(f"gaze_{eye}_{axis}" for eye in (0, 1) for axis in "xyz"),
        *("gaze_angle_x", "gaze_angle_y"),
    ),
    "eyes": tuple(f"eye_lmk_{axis}_{k}" for axis in "xyXYZ" for k in range(56)),
    "pose": ("pose_Tx", "pose_Ty", "pose_Tz", "pose_Rx", "pose_Ry", "pose_Rz"),
    "landmarks": tuple(f"{axis}_{k}" for axis in "xy" for k in range(68)),
    "landmarks_3d": tuple(f"{axis}_{k}" for axis in "XYZ" for k in range(68)),
    "shape": (
        *("p_scale", "p_rx", "p_ry", "p_rz", "p_tx", "p_ty"),
        *(f"p_{k}" for k in range(34)),
    ),
    "au": (*(f"AU{unit}_r" for unit in UNITS), *(f"AU{unit}_c" for unit in SEEN_UNITS)),
}
SURE = ("timestamp", "confidence", "success", "face_id", "face")


@dataclass(frozen=True)
class OpenFace:
    """The rows of an OpenFace 2 table that lie within the clip, in OpenFace's own units.

    A frame that it could not follow, or is not sure enough of, is a row of zeros whose mask is
    False. Where the table has several faces, the one that is seen in most frames is taken.

    Source: Baltrusaitis et al. 2018, "OpenFace 2.0: Facial Behavior Analysis Toolkit", FG.
        https://doi.org/10.1109/FG.2018.00019

    Args:
        columns: groups of columns, with commas: au (intensity 0..5 of 17 units, presence of
            18), pose (millimetres, radians), gaze, eyes, landmarks (pixels), landmarks_3d, shape.
        least_confidence: frames below it count as not seen.
    """

    columns: str = "au,pose,gaze"
    least_confidence: float = 0.5

    modality: ClassVar[str] = "vision"
    version: ClassVar[int] = 1
    reads: ClassVar[tuple[str, ...]] = ("files",)

    def __post_init__(self) -> None:
        asked = self.columns.split(",")
        unknown = [name for name in asked if name.strip() not in GROUPS]
        if unknown or len(set(asked)) < len(asked):
            raise RecipeError(f"columns is {self.columns!r}; list some of {', '.join(GROUPS)}")
        if not 0 <= self.least_confidence <= 1:
            raise RecipeError(f"least_confidence is {self.least_confidence:g}; take 0 to 1")

    @property
    def names(self) -> tuple[str, ...]:
        """The columns in the order of a row."""
        return tuple(name for group in self.columns.split(",") for name in GROUPS[group.strip()])

    @property
    def rows(self) -> Rows:
        """One number for each column."""
        return Rows((len(self.names),))

    def track(self, material: Material) -> Track:
        """The table's rows within the clip; none where the clip has no such table.

        Raises:
            MediaError: the table cannot be read, or lacks a column.
        """
        source = (material.files or {}).get("openface")
        if source is None:
            return no_track(self.rows)
        table = read(source, self.names)
        end = np.inf if material.end is None else material.end
        # Half a millisecond: OpenFace rounds its times to three digits.
        within = ~((table.seconds < material.start - 5e-4) | (table.seconds >= end))
        good = within & table.seen & (table.confidence >= self.least_confidence)
        chosen = within & (table.faces == most_seen(table.faces, good))
        if not chosen.any():
            return no_track(self.rows)
        values, begins = table.values[chosen], table.seconds[chosen]
        mask = good[chosen] & np.isfinite(values).all(axis=1)
        values = np.where(mask[:, None], values, 0.0).astype(np.float32)
        begins = np.maximum(begins, material.start)
        step = np.median(np.diff(begins)) if len(begins) > 1 else 0.0
        spans = np.stack([begins, np.minimum(begins + step, max(end, begins[-1]))], axis=1)
        track = whole_track(values, spans)
        return Track(track.values, torch.from_numpy(mask), track.spans)


@dataclass(frozen=True)
class Table:
    """What is used of an OpenFace table, by time.

    Args:
        seconds: of each row; NaN where it is of a still picture.
        faces: number of the face.
        seen: whether OpenFace says that it succeeded.
        confidence: 0 to 1.
        values: the wanted columns.
    """

    seconds: Float64[np.ndarray, " row"]
    faces: Float64[np.ndarray, " row"]
    seen: Bool[np.ndarray, " row"]
    confidence: Float64[np.ndarray, " row"]
    values: Float64[np.ndarray, "row column"]


def most_seen(faces: Float64[np.ndarray, " row"], good: Bool[np.ndarray, " row"]) -> float:
    """The face with most good rows, the lower number of equals; any where none is good."""
    found, counts = np.unique(faces[good] if good.any() else faces, return_counts=True)
    return float(found[counts.argmax()]) if len(found) else 0.0


def read(source: Source, names: tuple[str, ...]) -> Table:
    """A table with some of its columns; the last one read is kept.

    Raises:
        MediaError: it cannot be read, is too large, lacks a column, or holds what is no number.
    """
    try:
        state = source.path.stat()
    except OSError as error:
        raise MediaError(f"{source} cannot be read: {error.strerror}.") from None
    return kept(source, names, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1)
def kept(source: Source, names: tuple[str, ...], changed: int, size: int) -> Table:
    """The table of a file in its present state: the clips of one film follow each other."""
    try:
        with opened(source) as file:
            frame = pd.read_csv(
                file,
                encoding="utf-8-sig",
                encoding_errors="replace",
                skipinitialspace=True,
                usecols=lambda name: name.strip() in {*names, *SURE},
            )
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        raise MediaError(f"{source} cannot be read as a table: {error}.") from None
    frame.columns = [str(name).strip() for name in frame.columns]
    lacking = [name for name in names if name not in frame]
    if lacking:
        raise MediaError(
            f"{source} is no table of OpenFace 2 with these columns: it lacks {lacking[0]!r}"
            + (f" and {len(lacking) - 1} more." if lacking[1:] else ".")
        )
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            raise MediaError(f"{source}: the column {name!r} holds what is no number.")
    return table_of(frame.astype(np.float64), names)


def table_of(frame: pd.DataFrame, names: tuple[str, ...]) -> Table:
    """The parts of a table, sorted by time; what a table of pictures lacks is filled in."""

    def column(name: str, absent: float) -> np.ndarray:
        given = frame[name] if name in frame else pd.Series(absent, frame.index)
        return given.to_numpy(np.float64)

    seconds = column("timestamp", np.nan)
    order = np.argsort(seconds, kind="stable")
    return Table(
        seconds[order],
        column("face_id" if "face_id" in frame else "face", 0.0)[order],
        column("success", 1.0)[order] == 1,
        column("confidence", 1.0)[order],
        frame[list(names)].to_numpy(np.float64)[order],
    )


@contextmanager
def opened(source: Source) -> Iterator[IO[bytes]]:
    """The bytes of a table, from a file or a member of a zip file.

    Raises:
        MediaError: it is too large.
    """
    with ExitStack() as stack:
        if source.member is None:
            size = source.path.stat().st_size
            file = stack.enter_context(source.path.open("rb"))
        else:
            archive = stack.enter_context(zipfile.ZipFile(source.path))
            size = archive.getinfo(source.member).file_size
            file = stack.enter_context(archive.open(source.member))
        if size > LARGEST:
            raise MediaError(f"{source} has {size} bytes; at most {LARGEST} are read.")
        yield file
