"""One clock for all channels: rows averaged over words, or over steps of a fixed rate.

    frames  |  |  |  |  |  |  |  |
    words   |--one--|    |--two--|      each word: the mean of the frames it overlaps

No alignment at all is the third choice: leave the tracks as they are, each has its `spans`.
`by_words`, `by_rate` and `unaligned` do this to all tracks of a clip.
"""

import math
from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor

from tritone.core.batch import Track
from tritone.core.errors import DataError

# As in the CMU Multimodal SDK: times that touch within this are neighbours, not overlaps.
EPSILON_SECONDS = 1e-5
MOST_STEPS = 10_000_000


def by_words(tracks: Mapping[str, Track], *, words: str = "text") -> dict[str, Track]:
    """Every other track averaged over the rows of one, its words.

    Args:
        tracks: modality to track.
        words: the modality whose rows are the words.

    Raises:
        DataError: there is no such track, or a word or a row has no time.
    """
    if words not in tracks:
        raise DataError(f"There is no {words!r} to align to, only {', '.join(tracks)}.")
    reference = tracks[words]
    timeless = int(reference.spans[reference.mask].isnan().any(dim=-1).sum())
    if timeless:
        raise DataError(f"{timeless} of {len(reference.mask)} words have no time to align to.")
    return {
        name: track if name == words else align_to(track, reference.spans)
        for name, track in tracks.items()
    }


def by_rate(tracks: Mapping[str, Track], rate_hz: int | float) -> dict[str, Track]:
    """Every track averaged over the same steps of equal length, from the first row to the last.

    Args:
        tracks: modality to track.
        rate_hz: steps in a second.

    Raises:
        DataError: as `resample_fixed`.
    """
    times = [track.spans[track.mask] for track in tracks.values() if bool(track.mask.any())]
    if not times:
        return dict(tracks)
    start = min(float(each[:, 0].min()) for each in times)
    end = max(float(each[:, 1].max()) for each in times)
    return {
        name: resample_fixed(track, rate_hz, start=start, end=end) for name, track in tracks.items()
    }


def unaligned(tracks: Mapping[str, Track]) -> dict[str, Track]:
    """Every track as it is: each with rows, and times, of its own."""
    return dict(tracks)


def align_to(
    track: Track,
    spans: Float[Tensor, "reference 2"],
    *,
    epsilon: float = EPSILON_SECONDS,
) -> Track:
    """Average a track over each reference span, such as the words of a clip.

    A row counts for every span that it overlaps, and counts the same however long the overlap
    is. A span that no row overlaps, or that has no time, is a row with a False mask.

    Source: Zadeh et al. 2018, "Multi-attention Recurrent Network for Human Communication
        Comprehension", AAAI (word-level alignment). https://arxiv.org/abs/1802.00923

    Args:
        track: one clip's rows; pictures (uint8) become floats.
        spans: start and end of each reference, in seconds on the track's clock; any order.
        epsilon: seconds by which two spans must overlap to count.

    Raises:
        DataError: a real row of the track has no time.
    """
    values, times = timed_rows(track)
    later = spans[:, 1:] - times[:, 0] > epsilon
    earlier = times[:, 1] - spans[:, :1] > epsilon
    reference, row = (later & earlier).nonzero(as_tuple=True)
    total = values.new_zeros(len(spans), *values.shape[1:])
    total.index_add_(0, reference, values[row])
    count = torch.bincount(reference, minlength=len(spans))
    per_row = count.clamp(min=1).reshape(-1, *[1] * (values.ndim - 1))
    return Track(total / per_row, count > 0, spans)


def resample_fixed(
    track: Track, rate_hz: int | float, *, start: float | None = None, end: float | None = None
) -> Track:
    """Average a track over steps of equal length; a step without a row has a False mask.

    Give `start` and `end` to bring several tracks to the same steps.

    Args:
        track: one clip's rows.
        rate_hz: steps in a second.
        start: seconds at which the first step begins; where the track begins, by default.
        end: seconds that the last step reaches; where the track ends, by default.

    Raises:
        DataError: the rate is not above 0, the steps would be beyond counting, or a real row
            has no time.
    """
    if not 0 < rate_hz < math.inf:
        raise DataError(f"rate_hz is above 0, got {rate_hz}.")
    _, times = timed_rows(track)
    start = (float(times[:, 0].min()) if len(times) else 0.0) if start is None else start
    end = (float(times[:, 1].max()) if len(times) else start) if end is None else end
    # A last step that only rounding would add is none.
    steps = math.ceil((end - start) * rate_hz - EPSILON_SECONDS)
    if steps > MOST_STEPS:
        raise DataError(f"{end - start:.0f} s at {rate_hz} Hz are {steps} steps; too many.")
    edges = start + torch.arange(max(0, steps) + 1, dtype=torch.float64) / rate_hz
    return align_to(track, torch.stack([edges[:-1], edges[1:]], dim=1).to(track.spans.dtype))


def timed_rows(track: Track) -> tuple[Tensor, Float[Tensor, "row 2"]]:
    """The real rows of a track as floats, and their times."""
    values, times = track.values[track.mask], track.spans[track.mask]
    lost = int(times.isnan().any(dim=1).sum())
    if lost:
        raise DataError(
            f"{lost} of {len(times)} rows have no time, so they cannot be aligned. "
            f"Leave this track unaligned."
        )
    return values if values.is_floating_point() else values.float(), times
