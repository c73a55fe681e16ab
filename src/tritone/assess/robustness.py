"""How a model falls as its channels lose rows, go missing or get noisy.

    score │▔▔▔╲▁___  the model     rows      lost here and there, rates 0 to 1
          │- - - -╲- one channel   channels  lost as a whole, rates 0 to 1
          │·········· constant     noise     white, from none to as loud as the values
          └───────── rate          patterns  every subset of the channels

What is lost follows from the clip's id, the seed and the rate, and what is lost at one rate is
lost at every higher one: a study repeats, and its curves are smooth.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from tritone.assess.curves import ALL, LOUDNESS, Curve, Robustness
from tritone.assess.damaged import patterns_of, read_under
from tritone.assess.report import Figure
from tritone.assess.rows import drawn_figure, floors_of, metrics_of
from tritone.assess.trained import Reader, groups_of, train_targets
from tritone.core.errors import DataError
from tritone.core.store import Store
from tritone.core.task import Classes, Regression, Task
from tritone.features.damage.rows import Damage, DropModality, DropRows, KeepOnly, Noise
from tritone.metrics import Metric, pearson
from tritone.metrics.intervals import middle
from tritone.metrics.robustness import floor_relative_area, normalised_area

RATES = tuple(step / 10 for step in range(11))
SCORES, NAMED = ("mae", "pearson", "acc2_nonzero"), ("accuracy", "f1_macro")
LOWER = ("mae",)
DRAWS = 200  # resamples of each of some seventy points
# Predictions that differ by less than this share of the truth's spread are one constant.
SAME = 1e-5

Tell = Callable[[str, float], None]
Keep = Callable[[tuple[str, ...]], Damage]
Curves = Callable[["Measure"], Iterator[Curve]]
Measured = tuple[dict[str, Figure], dict[str, np.ndarray]]
"""Every metric's figure, and its values in the draws of rows and seeds."""


def study(
    models: Sequence[Reader],
    store: Store,
    split: str,
    channels: Sequence[str],
    *,
    rates: Sequence[float] = RATES,
    most: int | None = None,
    curves: Curves | None = None,
    keep: Keep = KeepOnly,
    draws: int = DRAWS,
    seed: int = 0,
    tell: Tell | None = None,
) -> Robustness:
    """Measure the seeds of a training under every damage.

    Figures are means over the seeds; intervals are over seeds and rows, by groups where the
    store has them. A constant prediction has a correlation of 0 here: it follows nothing, and a
    curve needs a value at each rate.

    Args:
        models: one for each seed.
        store: opened with the models' target.
        split: train, val, test or all.
        channels: those that the models read.
        rates: of rows and channels lost; rising from 0 to at most 1.
        most: clips that are asked about, evenly taken of the split; all of them by default.
        curves: gives the curves of a measure; those of rows, channels and noise by default.
        keep: gives the damage that leaves some channels alone.
        draws: resamples for each interval; at most 200 are taken.
        seed: of what is lost, and of the resamples.
        tell: called with the damage at hand and the share that is done, 0 to 1.

    Raises:
        DataError: no clip of the split has a target, or a clip can have several classes.
        ModelError: the store's rows are not those the models read.
    """
    rows = spaced(store.known_rows(split), most)
    measure = Measure(
        models, store, rows, tuple(channels), tuple(rates), keep, min(draws, DRAWS), seed, tell
    )
    found = tuple((curves or curves_of)(measure))
    patterns = {
        pattern: measure.under(keep(pattern), " + ".join(pattern))[0]
        for pattern in patterns_of(channels)
    }
    return Robustness(seed, len(rows), tuple(channels), measure.floors, found, patterns)


class Measure:
    """What is the same at every point: who is asked, about which rows, and what is measured."""

    def __init__(
        self,
        models: Sequence[Reader],
        store: Store,
        rows: Sequence[int],
        channels: tuple[str, ...],
        rates: tuple[float, ...],
        keep: Keep,
        draws: int,
        seed: int,
        tell: Tell | None,
    ) -> None:
        self.models, self.store, self.channels, self.rates = models, store, channels, rates
        self.draws, self.seed, self.tell, self.done = draws, seed, tell, 0
        self.rows = rows
        self.groups = groups_of(store, self.rows)
        self.metrics = main_metrics(store.task)
        self.total = points_of(channels, rates)
        runs, true = self.read(keep(channels), "nothing lost")
        self.clean = self.figures(runs, true)
        train = train_targets(store, self.rows)
        floors = floors_of(store.task, self.metrics, true, train)["majority"]
        self.floors = {name: 0.0 if name == "pearson" else floors[name] for name in self.metrics}

    def under(self, damage: Damage, name: str) -> Measured:
        """Every metric under one damage."""
        return self.figures(*self.read(damage, name))

    def read(self, damage: Damage, name: str) -> tuple[list[np.ndarray], np.ndarray]:
        """What the models say under one damage, and what is true."""
        if self.tell is not None:
            self.tell(name, min(1.0, self.done / self.total))
        self.done += 1
        return read_under(self.models, self.store, self.rows, damage, self.channels, self.seed)

    def figures(self, runs: Sequence[np.ndarray], true: np.ndarray) -> Measured:
        """Every metric's mean over the seeds with its interval, and its value in each draw."""
        found = {
            name: drawn_figure(metric, runs, true, self.groups, self.draws, self.seed)
            for name, metric in self.metrics.items()
        }
        return (
            {name: value for name, (value, _) in found.items()},
            {name: drawn for name, (_, drawn) in found.items()},
        )

    def curve(
        self, name: str, of: str, rates: Sequence[float], damage: Callable[[float], Damage]
    ) -> Curve:
        """One damage at rates that rise from 0, where nothing is lost."""
        found = [self.clean]
        found += [self.under(damage(rate), f"{name} of {of} {rate:.0%}") for rate in rates[1:]]
        values = {metric: tuple(one[metric] for one, _ in found) for metric in self.metrics}
        # Each draw is of the same rows at every rate, so it has a curve and an area of its own.
        drawn = {metric: np.stack([one[metric] for _, one in found]) for metric in self.metrics}
        heights = {metric: [one.value for one in line] for metric, line in values.items()}
        at = list(rates)
        kept = {
            metric: floor_relative_area(
                at, line, self.floors[metric], higher_is_better=metric not in LOWER
            )
            for metric, line in heights.items()
        }
        area = {
            metric: Figure(normalised_area(at, line), *middle(areas(at, drawn[metric])))
            for metric, line in heights.items()
        }
        return Curve(name, of, tuple(rates), values, area, kept)


def areas(rates: Sequence[float], drawn: np.ndarray) -> np.ndarray:
    """The normalised area of each draw's curve, from its figures at each rate."""
    return np.array([normalised_area(rates, line) for line in drawn.T])


def spaced(rows: Sequence[int], most: int | None) -> list[int]:
    """So many of the rows at most, evenly taken."""
    if most is None or len(rows) <= most:
        return list(rows)
    return [rows[int(place)] for place in np.linspace(0, len(rows) - 1, most).round()]


def curves_of(measure: Measure) -> Iterator[Curve]:
    """Rows, whole channels and noise; for all channels together, then for each."""
    channels, rates = measure.channels, measure.rates
    several = len(channels) > 1
    parts = [(ALL, channels)] if several else []
    parts += [(name, (name,)) for name in channels]
    for of, named in parts:
        yield measure.curve("rows", of, rates, partial(DropRows, modalities=named))
    if several:
        yield measure.curve("channels", ALL, rates, DropModality)
    for of, named in parts:
        yield measure.curve(
            "noise", of, tuple(LOUDNESS), lambda loud, named=named: Noise(LOUDNESS[loud], named)
        )


def main_metrics(task: Task) -> dict[str, Metric]:
    """The few metrics that are drawn, by name; the first is the main one.

    Raises:
        DataError: a clip can have several classes.
    """
    if isinstance(task, Classes) and task.multi:
        raise DataError("Robustness is measured where a clip has one class, not several.")
    wanted = SCORES if isinstance(task, Regression) else NAMED
    named = {name: metric for name, metric in metrics_of(task).items() if name in wanted}
    return named | ({"pearson": correlation} if "pearson" in named else {})


def correlation(prediction: np.ndarray, target: np.ndarray) -> float:
    """Pearson's correlation, and 0 for a prediction that is constant but for rounding."""
    if np.ptp(prediction) <= SAME * np.ptp(target):
        return 0.0
    return pearson(prediction, target)


def points_of(channels: Sequence[str], rates: Sequence[float]) -> int:
    """How many damages a study of some channels tries."""
    several = len(channels) > 1
    each = len(channels) + several
    curves = each * (len(rates) + len(LOUDNESS) - 2) + several * (len(rates) - 1)
    return 1 + curves + len(patterns_of(channels))
