"""What is wrong when a loss is not a number: which term, which clips, and what to do."""

import math
from collections.abc import Mapping, Sequence

from tritone.core.batch import Batch

SHOWN = 5


def complaint(terms: Mapping[str, float], batch: Batch, epoch: int, lr: float) -> str:
    """Which term of which clips is not a number, and what can be done.

    Args:
        terms: of the loss, by name.
        batch: that they were taken of.
        epoch: from 1.
        lr: the peak of the step size.
    """
    wrong = [name for name, term in terms.items() if not math.isfinite(term)]
    said = (
        f"The loss {wrong[0] if wrong else 'in all'!r} of the clips {few(batch.ids)} is not a "
        f"number, in epoch {epoch}."
    )
    broken = broken_rows(batch)
    if broken:
        return f"{said} Rows of {few(broken)} are none either: look at these with tritone audit."
    return f"{said} Look at these clips with tritone audit, or lower fit.lr ({lr:g} now)."


def broken_rows(batch: Batch) -> list[str]:
    """Which clips hold NaN or inf in a real row, and in which channel."""
    found = []
    for name, track in batch.tracks.items():
        if track.values.is_floating_point():
            odd = ~track.values.isfinite().flatten(2).all(dim=2) & track.mask
            found += [f"{batch.ids[row]} ({name})" for row in odd.any(dim=1).nonzero()[:, 0]]
    return found


def few(names: Sequence[str]) -> str:
    """The first of some names, and whether there are more."""
    return ", ".join(names[:SHOWN]) + (" ..." if len(names) > SHOWN else "")
