"""How a model falls as its channels lose rows, go missing or get noisy.

    score │▔▔▔╲▁___  the model     rows      lost here and there, rates 0 to 1
          │- - - -╲- one channel   channels  lost as a whole, rates 0 to 1
          │·········· constant     noise     white, from none to as loud as the values
          └───────── rate          patterns  every subset of the channels

What is lost follows from the clip's id, the seed and the rate, and what is lost at one rate is
lost at every higher one: a study repeats, and its curves are smooth.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from tritone.assess.damaged import known_rows, patterns_of, read_under
from tritone.assess.report import Figure, between, known, number, plain
from tritone.assess.rows import figure, floors_of, metrics_of
from tritone.assess.trained import Reader, groups_of, train_targets
from tritone.core.errors import DataError
from tritone.core.store import Store
from tritone.core.task import Classes, Regression, Task
from tritone.features.damage.rows import Damage, DropModality, DropRows, KeepOnly, Noise
from tritone.metrics import Metric, pearson
from tritone.metrics.robustness import floor_relative_area, normalised_area

RATES = tuple(step / 10 for step in range(11))
LOUDNESS = {0.0: math.inf, 0.1: 20.0, 10**-0.5: 10.0, 1.0: 0.0}  # noise over values to SNR in dB
SCORES, NAMED = ("mae", "pearson", "acc2_nonzero"), ("accuracy", "f1_macro")
LOWER = ("mae",)
DRAWS = 200  # resamples of each of some seventy points
# Predictions that differ by less than this share of the truth's spread are one constant.
SAME = 1e-5
SHOWN = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
ALL = "all"

Tell = Callable[[str, float], None]


@dataclass(frozen=True)
class Curve:
    """A model's figures over rates of one damage.

    Args:
        damage: "rows", "channels" or "noise".
        of: the channel that is damaged, or "all".
        rates: share of rows lost, probability of each channel to be lost, or the noise's
            loudness over that of the values; rising from 0.
        values: metric to a figure for each rate.
        area: metric to the mean height of its curve.
        kept: metric to the share of its gain over the floor that is kept on average.
    """

    damage: str
    of: str
    rates: tuple[float, ...]
    values: Mapping[str, tuple[Figure, ...]]
    area: Mapping[str, float]
    kept: Mapping[str, float]

    def line(self, name: str, rates: Sequence[float], width: int) -> str:
        """One metric at some of the rates, for a terminal."""
        told = dict(zip(self.rates, self.values[name], strict=True))
        cells = "".join(f"{number(told[rate].value):>{width}}" for rate in rates)
        ends = f"{number(self.area[name]):>9}{share(self.kept[name]):>7}"
        return f"{f'{self.damage}, {self.of}':<20}{cells:<42}{ends}"

    def to_json(self) -> dict[str, object]:
        """Plain data; noise has its level in dB too, None for no noise."""
        noise = self.damage == "noise"
        levels = {"snr_db": [known(LOUDNESS[rate]) for rate in self.rates]} if noise else {}
        return {
            "damage": self.damage,
            "of": self.of,
            "rates": list(self.rates),
            **levels,
            "values": {name: [plain(one) for one in line] for name, line in self.values.items()},
            "area": {name: known(value) for name, value in self.area.items()},
            "floor_relative_area": {name: known(value) for name, value in self.kept.items()},
        }


@dataclass(frozen=True)
class Robustness:
    """What is left of a model where less is there.

    Args:
        seed: of what is lost.
        channels: those that the model reads.
        floors: metric to what the best constant guess scores.
        curves: one for each damage and channel.
        patterns: channels that are there to the figures; all of them first.
    """

    seed: int
    channels: tuple[str, ...]
    floors: Mapping[str, float]
    curves: tuple[Curve, ...]
    patterns: Mapping[tuple[str, ...], Mapping[str, Figure]]

    def curve(self, damage: str, of: str = ALL) -> Curve:
        """One of the curves."""
        return next(one for one in self.curves if (one.damage, one.of) == (damage, of))

    def to_json(self) -> dict[str, object]:
        """Plain data; a value that is not defined is None."""
        return {
            "seed": self.seed,
            "channels": list(self.channels),
            "floors": {name: known(value) for name, value in self.floors.items()},
            "curves": [curve.to_json() for curve in self.curves],
            "patterns": [
                {
                    "channels": list(channels),
                    "values": {name: plain(value) for name, value in values.items()},
                }
                for channels, values in self.patterns.items()
            ],
        }

    def to_lines(self) -> Iterator[str]:
        """The main metric as a compact table, for a terminal."""
        name, floor = next(iter(self.floors.items()))
        yield f"robustness: {name}, where a constant guess scores {number(floor)}"
        shown = [rate for rate in self.curves[0].rates if rate in SHOWN]
        for damages, rates, heads in (
            (("rows", "channels"), shown, [f"{rate:.0%}" for rate in shown]),
            (("noise",), tuple(LOUDNESS), [decibels(level) for level in LOUDNESS.values()]),
        ):
            width = 42 // len(rates)
            cells = "".join(f"{head:>{width}}" for head in heads)
            yield f"{'lost' if len(damages) > 1 else 'SNR':<20}{cells:<42}{'area':>9}{'kept':>7}"
            for curve in self.curves:
                if curve.damage in damages:
                    yield curve.line(name, rates, width)
        yield ""
        yield f"{'channels that are there':<30}{name:>8}   95 % interval"
        for channels, values in self.patterns.items():
            found = values[name]
            ends = between(found.low, found.high)
            yield f"{' + '.join(channels):<30}{number(found.value):>8}   {ends}"


def study(
    models: Sequence[Reader],
    store: Store,
    split: str,
    channels: Sequence[str],
    *,
    rates: Sequence[float] = RATES,
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
        draws: resamples for each interval; at most 200 are taken.
        seed: of what is lost, and of the resamples.
        tell: called with the damage at hand and the share that is done, 0 to 1.

    Raises:
        DataError: no clip of the split has a target, or a clip can have several classes.
        ModelError: the store's rows are not those the models read.
    """
    measure = Measure(
        models, store, split, tuple(channels), tuple(rates), min(draws, DRAWS), seed, tell
    )
    curves = tuple(curves_of(measure))
    patterns = {
        pattern: measure.under(KeepOnly(pattern), " + ".join(pattern))
        for pattern in patterns_of(channels)
    }
    return Robustness(seed, tuple(channels), measure.floors, curves, patterns)


class Measure:
    """What is the same at every point: who is asked, about which rows, and what is measured."""

    def __init__(
        self,
        models: Sequence[Reader],
        store: Store,
        split: str,
        channels: tuple[str, ...],
        rates: tuple[float, ...],
        draws: int,
        seed: int,
        tell: Tell | None,
    ) -> None:
        self.models, self.store, self.channels, self.rates = models, store, channels, rates
        self.draws, self.seed, self.tell, self.done = draws, seed, tell, 0
        self.rows = known_rows(store, split)
        self.groups = groups_of(store, self.rows)
        self.metrics = main_metrics(store.task)
        self.total = points_of(channels, rates)
        runs, true = self.read(KeepOnly(channels), "nothing lost")
        self.clean = self.figures(runs, true)
        train = train_targets(store, self.rows)
        floors = floors_of(store.task, self.metrics, true, train)["majority"]
        self.floors = {name: 0.0 if name == "pearson" else floors[name] for name in self.metrics}

    def under(self, damage: Damage, name: str) -> dict[str, Figure]:
        """Every metric under one damage."""
        return self.figures(*self.read(damage, name))

    def read(self, damage: Damage, name: str) -> tuple[list[np.ndarray], np.ndarray]:
        """What the models say under one damage, and what is true."""
        if self.tell is not None:
            self.tell(name, self.done / self.total)
        self.done += 1
        return read_under(self.models, self.store, self.rows, damage, self.channels, self.seed)

    def figures(self, runs: Sequence[np.ndarray], true: np.ndarray) -> dict[str, Figure]:
        """Every metric's mean over the seeds, with its interval."""
        return {
            name: figure(metric, runs, true, self.groups, self.draws, self.seed)
            for name, metric in self.metrics.items()
        }

    def curve(
        self, name: str, of: str, rates: Sequence[float], damage: Callable[[float], Damage]
    ) -> Curve:
        """One damage at rates that rise from 0, where nothing is lost."""
        found = [self.clean]
        found += [self.under(damage(rate), f"{name} of {of} {rate:.0%}") for rate in rates[1:]]
        values = {metric: tuple(one[metric] for one in found) for metric in self.metrics}
        heights = {metric: [one.value for one in line] for metric, line in values.items()}
        at = list(rates)
        kept = {
            metric: floor_relative_area(
                at, line, self.floors[metric], higher_is_better=metric not in LOWER
            )
            for metric, line in heights.items()
        }
        area = {metric: normalised_area(at, line) for metric, line in heights.items()}
        return Curve(name, of, tuple(rates), values, area, kept)


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


def decibels(level: float) -> str:
    """A level over noise, as words."""
    return f"{level:.0f} dB" if math.isfinite(level) else "none"


def share(value: float) -> str:
    """A share of 1 as per cent, or a dash."""
    return f"{value:.0%}" if math.isfinite(value) else "-"
