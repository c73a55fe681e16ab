"""What is found of a training's confidence: promises by the channels that are there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tritone.assess.report import (
    Band,
    Figure,
    between,
    known,
    number,
    plain,
    read_figure,
    unknown_as_nan,
)
from tritone.metrics.reliability import Bins


@dataclass(frozen=True)
class Promise:
    """What holds of the confidence with some channels there.

    Args:
        coverage: share of truths in their set or interval, by thresholds fitted on val with the
            same channels there.
        size: mean number of classes in a set, or mean width of an interval in the label's unit.
        unaware: the coverage by thresholds fitted on val with all channels there.
        temperature: of each seed, fitted with the same channels there; none for scores.
        before: metric to figure as the model says it; none for scores.
        after: the same with the temperature.
    """

    coverage: Figure
    size: float
    unaware: float
    temperature: tuple[float, ...] = ()
    before: Mapping[str, Figure] = field(default_factory=dict)
    after: Mapping[str, Figure] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """Plain data; a value that is not defined is None."""
        return {
            "coverage": plain(self.coverage),
            "coverage_of_all_channels": known(self.unaware),
            "size": known(self.size),
            "temperature": list(self.temperature),
            "before": {name: plain(value) for name, value in self.before.items()},
            "after": {name: plain(value) for name, value in self.after.items()},
        }


@dataclass(frozen=True)
class Calibration:
    """How far a training's confidence can be trusted.

    Args:
        alpha: share of truths that may be missed.
        fitted: clips of val that temperature and thresholds were fitted on.
        folds: 1 where val and the asked split are apart, else how many parts val was cut in.
        measured: clips that the figures are of.
        promises: channels that are there to what holds; all of them first.
        band: of the calibration error of a perfect model after the mend; None for scores.
        diagrams: "before" and "after" to the bins of the first seed; none for scores.
    """

    alpha: float
    fitted: int
    folds: int
    measured: int
    promises: Mapping[tuple[str, ...], Promise]
    band: Band | None = None
    diagrams: Mapping[str, Bins] = field(default_factory=dict)

    @property
    def whole(self) -> Promise:
        """What holds with all channels there."""
        return next(iter(self.promises.values()))

    @property
    def fitting(self) -> str:
        """How it was fitted, in words."""
        if self.folds == 1:
            return f"fitted on the {self.fitted} clips of val"
        return f"cross-fitted over {self.folds} parts of the {self.fitted} clips of val"

    def to_json(self) -> dict[str, object]:
        """Plain data; a value that is not defined is None."""
        band = self.band and {"low": known(self.band.low), "high": known(self.band.high)}
        return {
            "alpha": self.alpha,
            "fitted_on": {"split": "val", "n": self.fitted, "folds": self.folds},
            "n": self.measured,
            "ece_band": band,
            "patterns": [
                {"channels": list(channels), **promise.to_json()}
                for channels, promise in self.promises.items()
            ],
            "reliability": {
                name: [
                    {"confidence": c, "accuracy": a, "n": n, "low": low, "high": high}
                    for c, a, n, low, high in rows_of(bins)
                ]
                for name, bins in self.diagrams.items()
            },
        }

    def to_lines(self) -> Iterator[str]:
        """What a terminal shows."""
        whole = self.whole
        yield f"calibration: {self.fitting}"
        if whole.before:
            heat = ", ".join(f"{value:.2f}" for value in whole.temperature)
            yield f"{f'temperature {heat}':<30}{'before':>8}{'after':>8}"
            for name, value in whole.before.items():
                yield f"{name:<30}{number(value.value):>8}{number(whole.after[name].value):>8}"
        if self.band is not None:
            yield f"(a perfectly calibrated model's ece: {between(self.band.low, self.band.high)})"
        yield ""
        head = f"{1 - self.alpha:.0%} asked, channels there"
        yield f"{head:<30}{'held':>8}   95 % interval   size   unaware"
        for channels, one in self.promises.items():
            ends = between(one.coverage.low, one.coverage.high)
            held = f"{' + '.join(channels):<30}{number(one.coverage.value):>8}"
            yield f"{held}   {ends:<16}{number(one.size)}{number(one.unaware):>10}"
        if len(self.promises) > 1:
            yield "(unaware: the share held by thresholds that were fitted with all channels there)"


def read_promise(said: Mapping[str, Any]) -> Promise:
    """A promise from what `Promise.to_json` gave.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    return Promise(
        read_figure(said["coverage"]),
        unknown_as_nan(said["size"]),
        unknown_as_nan(said["coverage_of_all_channels"]),
        tuple(map(float, said["temperature"])),
        {name: read_figure(value) for name, value in said["before"].items()},
        {name: read_figure(value) for name, value in said["after"].items()},
    )


def read_calibration(said: Mapping[str, Any]) -> Calibration:
    """What `Calibration.to_json` gave, as it was.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    band = said["ece_band"]
    return Calibration(
        float(said["alpha"]),
        int(said["fitted_on"]["n"]),
        int(said["fitted_on"]["folds"]),
        int(said["n"]),
        {tuple(map(str, one["channels"])): read_promise(one) for one in said["patterns"]},
        None if band is None else Band(unknown_as_nan(band["low"]), unknown_as_nan(band["high"])),
        {name: read_bins(lines) for name, lines in said["reliability"].items()},
    )


def read_bins(lines: Sequence[Mapping[str, float]]) -> Bins:
    """The bins of a diagram, side by side again."""
    names = ("confidence", "accuracy", "n", "low", "high")
    confidence, accuracy, count, low, high = (
        np.array([one[name] for one in lines]) for name in names
    )
    return Bins(confidence, accuracy, count.astype(np.int64), low, high)


def rows_of(bins: Bins) -> Iterator[tuple[float, ...]]:
    """The bins one by one, as plain numbers."""
    columns = (bins.confidence, bins.accuracy, bins.count, bins.low, bins.high)
    return zip(*(column.tolist() for column in columns), strict=True)
