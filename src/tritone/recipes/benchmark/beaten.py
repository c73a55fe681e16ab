"""Whether the model that did best on val beats the one that it is held against, and by how much."""

import math
from collections.abc import Sequence

from tritone.assess.report import number
from tritone.assess.rows import metric_of
from tritone.core.errors import DataError
from tritone.learn.figures import LOWER_IS_BETTER
from tritone.metrics.seeds import compare_runs
from tritone.recipes.benchmark.cells import MODEL, Done
from tritone.recipes.benchmark.suite import Data


def beaten(data: Data, cells: Sequence[Done], by: str, draws: int) -> tuple[str, ...]:
    """A sentence with the paired 95 % interval of the difference; none where nobody is held up.

    The contender is the one that did best on val, which no reported row has a say in.

    Args:
        data: names the contender to beat by `against`.
        cells: the contenders on these data.
        by: the metric that ranks.
        draws: resamples of the interval.
    """
    held = next((one for one in cells if data.against == one.cell.called), None)
    others = [
        one
        for one in cells
        if one is not held and one.cell.kind == MODEL and val_of(one, by) is not None
    ]
    if held is None or not others:
        return ()
    sign = -1 if by in LOWER_IS_BETTER else 1
    best = max(others, key=lambda one: sign * (val_of(one, by) or 0.0))
    try:
        metric = metric_of(by, held.task)
        found = compare_runs(metric, best.runs, held.runs, held.true, held.groups, draws=draws)
    except DataError as error:
        return (f"{best.cell.called} cannot be compared with {data.against}: {error}",)
    ends = sorted((sign * found.low, sign * found.high))
    beats = "it beats it" if ends[0] > 0 else "it does not beat it beyond noise"
    if math.isnan(found.low):
        beats = "whether that is noise cannot be told"
    return (
        f"{best.cell.called} did best on val ({by} {number(val_of(best, by) or 0.0)}). Against "
        f"{data.against}, trained on the same clips: {by} {found.difference:+.3f}, 95 % interval "
        f"{found.low:+.3f} to {found.high:+.3f}, paired by clip and seed: {beats}.",
    )


def val_of(done: Done, by: str) -> float | None:
    """The mean figure of its seeds on val; None where that is not known."""
    return done.facts.get("val", {}).get(by)
