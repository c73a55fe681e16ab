"""One .csd file of CMU's Multimodal SDK: a stream of rows with times, video by video."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tritone.core.errors import DataError
from tritone.datasets.published.hdf5_files import array, members, open_hdf5

ROLES = {
    # What a stream is, by the first of these that its file's name or its own name holds.
    "phone": "",
    "wordvector": "text",
    "glove": "text",
    "label": "labels",
    "opinion": "labels",
    "word": "words",
    "covarep": "audio",
    "opensmile": "audio",
    "acoustic": "audio",
    "audio": "audio",
    "facet": "vision",
    "openface": "vision",
    "visual": "vision",
    "vision": "vision",
}


@dataclass(frozen=True)
class Rowset:
    """The rows of one stream for one video.

    Args:
        values: (row, dim), numbers or words.
        times: start and end of each row, in seconds.
    """

    values: np.ndarray
    times: np.ndarray


class Stream:
    """One .csd file; the video last asked for is kept.

    Args:
        path: the file.

    Raises:
        DataError: it is damaged, or holds something else.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        roots = members(open_hdf5(path), path)
        if not roots:
            raise DataError(f"{path} is empty; a .csd holds one sequence.")
        self.name, root = next(iter(roots.items()))
        parts = members(root, path)
        if "data" not in parts:
            held = ", ".join(parts) or "nothing"
            raise DataError(f"{path} is no computational sequence: {self.name} holds {held}.")
        self.videos = members(parts["data"], path)
        self.last: tuple[str, Rowset] | None = None

    @property
    def is_text(self) -> bool:
        """True where its rows are words, not numbers."""
        rows = next(filter(None, map(self.rows, self.videos)), None)
        return rows is None or rows.values.dtype.kind in "SUO"

    @property
    def role(self) -> str:
        """Words, labels, or which modality; its own name where that tells nothing."""
        for name in (self.path.stem, self.name):
            plain = name.lower().replace("_", "")
            for word, role in ROLES.items():
                if word in plain:
                    return role
        return re.sub(r"\W+", "_", self.name.lower())

    def rows(self, video: str) -> Rowset | None:
        """What it holds of a video; None where it does not know it."""
        if video not in self.videos:
            return None
        if self.last is None or self.last[0] != video:
            parts = members(self.videos[video], self.path)
            lacking = [name for name in ("features", "intervals") if name not in parts]
            if lacking:
                raise DataError(f"{self.path}: {video} has no {lacking[0]}.")
            values, times = (array(parts[name], self.path) for name in ("features", "intervals"))
            if values.ndim < 2 or times.shape != (len(values), 2) or times.dtype.kind not in "fiu":
                shapes = f"{values.shape} and intervals {times.shape}"
                raise DataError(f"{self.path}: {video} has features {shapes}; a row has two times.")
            values = values.reshape(len(values), -1) if len(values) else values
            self.last = video, Rowset(values, times.astype(np.float64))
        return self.last[1]
