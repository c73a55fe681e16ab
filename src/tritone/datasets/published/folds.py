"""Splits for files that have none: a list from the user, or a draw by the name of the video."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from tritone.core.errors import DataError
from tritone.core.labels import read_split
from tritone.datasets.files import read_table, read_text

SHARES = (("train", 0.7), ("val", 0.8), ("test", 1.0))  # bounds of the draw


def read_folds(path: Path) -> dict[str, str]:
    """Video to split, from JSON {"train": [videos], ...} or a CSV with columns video, split.

    Raises:
        DataError: the file is neither, names a split not known, or puts a video in two.
    """
    if path.suffix.lower() == ".csv":
        rows = [(row["video"], row["split"]) for _, row in read_table(path, ("video", "split"))]
    else:
        try:
            data = json.loads(read_text(path))
        except ValueError as error:
            raise DataError(f"{path} is no JSON: {error}. A .csv is read too.") from None
        whole = isinstance(data, dict) and all(isinstance(v, list) for v in data.values())
        if not whole:
            raise DataError(f'{path} should hold {{"train": [videos], "val": ..., "test": ...}}.')
        rows = [(str(video), split) for split, videos in data.items() for video in videos]
    folds: dict[str, str] = {}
    for video, word in rows:
        split = read_split(word)
        if folds.setdefault(video, split) != split:
            raise DataError(f"{path} puts {video!r} in {folds[video]} and in {split}. Choose one.")
    return folds


def split_of(video: str, folds: Mapping[str, str] | None) -> str | None:
    """The split of a video: as listed, None if it is not; without a list, drawn by its name."""
    if folds is not None:
        return folds.get(video)
    draw = int.from_bytes(hashlib.sha256(video.encode()).digest()[:8], "big") / 2**64
    return next(name for name, bound in SHARES if draw < bound)
