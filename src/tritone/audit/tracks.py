"""One pass over samples: what the checks need to know of each track, and no values kept.

Of every clip it notes lengths, zeros, infinities and a fingerprint, and keeps the mean of its
real rows; of every column it keeps sums and bounds by split. A set of any size passes through.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip

WIDEST = 2048  # numbers a row above which columns are not looked at one by one
Tell = Callable[[str, float], None]


@dataclass
class Columns:
    """Sums and bounds of each column over the real, finite rows of one split."""

    count: np.ndarray
    total: np.ndarray
    squares: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of(cls, width: int) -> "Columns":
        """Of nothing yet."""
        count, total, squares = np.zeros((3, width))
        return cls(count, total, squares, np.full(width, np.inf), np.full(width, -np.inf))

    def add(self, rows: Float[np.ndarray, "row column"]) -> None:
        """Take rows in; what is not finite is passed over."""
        finite = np.isfinite(rows)
        kept = np.where(finite, rows, 0.0).astype(np.float64)
        self.count += finite.sum(axis=0)
        self.total += kept.sum(axis=0)
        self.squares += (kept**2).sum(axis=0)
        self.low = np.minimum(self.low, np.where(finite, rows, np.inf).min(axis=0))
        self.high = np.maximum(self.high, np.where(finite, rows, -np.inf).max(axis=0))

    @property
    def mean(self) -> np.ndarray:
        """Of each column; NaN where nothing was finite."""
        return self.total / np.where(self.count > 0, self.count, np.nan)

    @property
    def deviation(self) -> np.ndarray:
        """The standard deviation of each column."""
        variance = self.squares / np.where(self.count > 0, self.count, np.nan) - self.mean**2
        return np.sqrt(np.maximum(variance, 0.0))


def together(parts: Iterable[Columns]) -> Columns:
    """The columns of several splits as of one."""
    parts = list(parts)
    return Columns(
        sum((part.count for part in parts), np.zeros(1)),
        sum((part.total for part in parts), np.zeros(1)),
        sum((part.squares for part in parts), np.zeros(1)),
        np.min([part.low for part in parts], axis=0),
        np.max([part.high for part in parts], axis=0),
    )


@dataclass
class Tracks:
    """What one pass noted of one modality; each list has an entry a clip.

    Args:
        width: numbers in a row.
        held: rows that the track holds, real or not.
        real: rows that its mask calls real.
        content: the last row that is not all zero, counted from 1, whatever the mask says.
        leading: real rows of zeros before the first that is not.
        trailing: real rows of zeros after the last that is not.
        nans: numbers that are NaN in real rows.
        infs: numbers that are infinite in real rows.
        zero: every real row is zero.
        prints: fingerprint of the real rows; "" where there is nothing but zeros.
        pooled: mean of the real, finite rows; None where there is none or a row is too wide.
        columns: by split, sums and bounds of each column.
    """

    width: int = 0
    held: list[int] = field(default_factory=list)
    real: list[int] = field(default_factory=list)
    content: list[int] = field(default_factory=list)
    leading: list[int] = field(default_factory=list)
    trailing: list[int] = field(default_factory=list)
    nans: list[int] = field(default_factory=list)
    infs: list[int] = field(default_factory=list)
    zero: list[bool] = field(default_factory=list)
    prints: list[str] = field(default_factory=list)
    pooled: list[np.ndarray | None] = field(default_factory=list)
    columns: dict[str, Columns] = field(default_factory=dict)

    def add(self, track: Track, split: str) -> None:
        """Note one clip's track."""
        values = track.values.numpy()
        values = values.reshape(len(values), math.prod(values.shape[1:]))
        mask = track.mask.numpy()
        rows = values[mask]
        if values.size:
            self.width = values.shape[1]
        filled = np.flatnonzero((values != 0).any(axis=1)) if values.size else np.zeros(0, int)
        real = np.flatnonzero((rows != 0).any(axis=1)) if rows.size else np.zeros(0, int)
        self.held.append(len(values))
        self.real.append(len(rows))
        self.content.append(int(filled[-1]) + 1 if len(filled) else 0)
        self.leading.append(int(real[0]) if len(real) else 0)
        self.trailing.append(len(rows) - 1 - int(real[-1]) if len(real) else 0)
        self.nans.append(int(np.isnan(rows).sum()))
        self.infs.append(int(np.isinf(rows).sum()))
        self.zero.append(len(rows) > 0 and not len(real))
        trimmed = rows[real[0] : real[-1] + 1] if len(real) else rows[:0]
        self.prints.append(fingerprint(trimmed))
        self.pooled.append(self.pool(trimmed, split))

    def pool(self, rows: np.ndarray, split: str) -> np.ndarray | None:
        """The mean of the finite rows; their columns are taken in on the way."""
        if not rows.size or rows.dtype == np.uint8 or rows.shape[1] > WIDEST:
            return None
        self.columns.setdefault(split, Columns.of(rows.shape[1])).add(rows)
        finite = np.isfinite(rows)
        share = finite.sum(axis=0)
        return np.where(finite, rows, 0.0).sum(axis=0) / np.maximum(share, 1)


def fingerprint(rows: np.ndarray) -> str:
    """Of rows of numbers; "" of none."""
    if not rows.size:
        return ""
    return hashlib.blake2b(np.ascontiguousarray(rows).tobytes(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class Gathered:
    """What one pass over features gives: the clips in order, and each modality's notes."""

    clips: tuple[Clip, ...]
    tracks: dict[str, Tracks]


def gather(pairs: Iterable[tuple[Sample, Clip]], tell: Tell | None = None) -> Gathered:
    """Pass over features once.

    Args:
        pairs: each clip's sample and what else is known of it.
        tell: called with each clip's id; how many there are is not known beforehand.
    """
    clips: list[Clip] = []
    tracks: dict[str, Tracks] = defaultdict(Tracks)
    for sample, clip in pairs:
        clips.append(clip)
        for name, track in sample.tracks.items():
            tracks[name].add(track, clip.split or "all")
        if tell is not None:
            tell(clip.id, 0.0)
    return Gathered(tuple(clips), dict(tracks))
