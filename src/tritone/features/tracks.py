"""From arrays to a Track: every row real, or no row at all."""

import numpy as np
import torch
from jaxtyping import Float

from tritone.core.batch import Track
from tritone.core.collate import missing_track
from tritone.core.parts import Rows


def whole_track(values: np.ndarray, spans: Float[np.ndarray, "time 2"]) -> Track:
    """A track in which every row is real.

    Args:
        values: a row of numbers for each span.
        spans: start and end of each row, in seconds on the media's clock.
    """
    return Track(
        torch.from_numpy(np.ascontiguousarray(values)),
        torch.ones(len(values), dtype=torch.bool),
        torch.from_numpy(np.asarray(spans, np.float32).reshape(len(values), 2)),
    )


def no_track(rows: Rows) -> Track:
    """The track of a clip that lacks the channel: no row of this kind."""
    return missing_track(rows.shape, getattr(torch, rows.dtype))
