"""What is found of a model as less is there: a curve for each damage, figures for each subset."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tritone.assess.report import Figure, between, known, number, plain, read_figure, unknown_as_nan

LOUDNESS = {0.0: math.inf, 0.1: 20.0, 10**-0.5: 10.0, 1.0: 0.0}  # noise over values to SNR in dB
SHOWN = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
ALL = "all"


@dataclass(frozen=True)
class Curve:
    """A model's figures over rates of one damage.

    Args:
        damage: "rows", "channels" or "noise"; of media also "hidden": a part of each picture.
        of: the channel that is damaged, or "all".
        rates: share of rows lost, probability of each channel to be lost, or the noise's
            loudness over that of the values; rising from 0.
        values: metric to a figure for each rate.
        area: metric to the mean height of its curve, with its interval.
        kept: metric to the share of its gain over the floor that is kept on average.
    """

    damage: str
    of: str
    rates: tuple[float, ...]
    values: Mapping[str, tuple[Figure, ...]]
    area: Mapping[str, Figure]
    kept: Mapping[str, float]

    def line(self, name: str, rates: Sequence[float], width: int) -> str:
        """One metric at some of the rates, for a terminal."""
        told = dict(zip(self.rates, self.values[name], strict=True))
        cells = "".join(f"{number(told[rate].value):>{width}}" for rate in rates)
        ends = f"{number(self.area[name].value):>9}{share(self.kept[name]):>7}"
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
            "area": {name: plain(value) for name, value in self.area.items()},
            "floor_relative_area": {name: known(value) for name, value in self.kept.items()},
        }


@dataclass(frozen=True)
class Robustness:
    """What is left of a model where less is there.

    Args:
        seed: of what is lost.
        n: clips that were asked about.
        channels: those that the model reads.
        floors: metric to what the best constant guess scores.
        curves: one for each damage and channel.
        patterns: channels that are there to the figures; all of them first.
    """

    seed: int
    n: int
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
            "n": self.n,
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
        yield f"robustness: {name}, where a constant guess scores {number(floor)}; {self.n} clips"
        yield from curve_lines(self.curves, name)
        yield ""
        yield f"{'channels that are there':<30}{name:>8}   95 % interval"
        for channels, values in self.patterns.items():
            found = values[name]
            ends = between(found.low, found.high)
            yield f"{' + '.join(channels):<30}{number(found.value):>8}   {ends}"


def curve_lines(curves: Sequence[Curve], name: str) -> Iterator[str]:
    """One metric of some curves as a compact table, for a terminal."""
    rates = next((one.rates for one in curves if one.damage != "noise"), ())
    shown = [rate for rate in rates if rate in SHOWN or len(rates) <= len(SHOWN)]
    for damages, rates, heads in (
        (("rows", "channels", "hidden"), shown, [f"{rate:.0%}" for rate in shown]),
        (("noise",), tuple(LOUDNESS), [decibels(level) for level in LOUDNESS.values()]),
    ):
        if not any(curve.damage in damages for curve in curves):
            continue
        width = 42 // len(rates)
        cells = "".join(f"{head:>{width}}" for head in heads)
        yield f"{'lost' if len(damages) > 1 else 'SNR':<20}{cells:<42}{'area':>9}{'kept':>7}"
        for curve in curves:
            if curve.damage in damages:
                yield curve.line(name, rates, width)


def read_curve(said: Mapping[str, Any]) -> Curve:
    """A curve from what `Curve.to_json` gave.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    return Curve(
        str(said["damage"]),
        str(said["of"]),
        tuple(map(float, said["rates"])),
        {name: tuple(map(read_figure, line)) for name, line in said["values"].items()},
        {name: read_figure(one) for name, one in said["area"].items()},
        {name: unknown_as_nan(one) for name, one in said["floor_relative_area"].items()},
    )


def read_robustness(said: Mapping[str, Any]) -> Robustness:
    """What `Robustness.to_json` gave, as it was.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    return Robustness(
        int(said["seed"]),
        int(said["n"]),
        tuple(map(str, said["channels"])),
        {name: unknown_as_nan(floor) for name, floor in said["floors"].items()},
        tuple(map(read_curve, said["curves"])),
        {
            tuple(map(str, one["channels"])): {
                name: read_figure(value) for name, value in one["values"].items()
            }
            for one in said["patterns"]
        },
    )


def decibels(level: float) -> str:
    """A level over noise, as words."""
    return f"{level:.0f} dB" if math.isfinite(level) else "none"


def share(value: float) -> str:
    """A share of 1 as per cent, or a dash."""
    return f"{value:.0%}" if math.isfinite(value) else "-"
