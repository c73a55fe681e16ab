"""Clips that belong together (a video, a dialogue, a speaker), which a bootstrap draws together."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int

FEW = 10  # below it, intervals over groups are too narrow to be trusted


def numbered(names: Sequence[str | None]) -> Int[np.ndarray, " clip"] | None:
    """The number of each clip's group; None where no clip is in one.

    Args:
        names: group of each clip; a clip without one is a group of its own.
    """
    if all(name is None for name in names):
        return None
    alone = [name or f"\0{place}" for place, name in enumerate(names)]
    return np.unique(alone, return_inverse=True)[1]


def told_if_few(groups: Int[np.ndarray, " clip"] | None, clips: int) -> tuple[str, ...]:
    """What a report says where the intervals are over few groups, or clips; nothing otherwise.

    Args:
        groups: of each clip, where they are known.
        clips: how many there are.
    """
    count, what = (clips, "clip") if groups is None else (int(groups.max()) + 1, "group")
    if count >= FEW:
        return ()
    if count == 1:
        return (f"The intervals are over a single {what}, and say nothing of any other.",)
    return (f"The intervals are over {count} {what}s; so few make them too narrow.",)
