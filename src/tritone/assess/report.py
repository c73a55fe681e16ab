"""A Report: figures with their intervals, what a constant would score, and what to be wary of."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from tritone.assess.predict import Failed

SCHEMA = 1
# Shown first, where they are there; the rest follows in its own order.
FIRST = ("accuracy", "balanced_accuracy", "f1_macro", "f1_weighted", "acc2_nonzero", "mae", "ece")


@dataclass(frozen=True)
class Figure:
    """A measured value and its 95 % interval; nan where it is not defined.

    Args:
        spread: standard deviation over seeds; None of one seed.
    """

    value: float
    low: float
    high: float
    spread: float | None = None


@dataclass(frozen=True)
class Smallest:
    """The smallest difference between two models that the rows can show, in some metric."""

    metric: str
    value: float

    def to_json(self) -> dict[str, object]:
        """Plain data."""
        return {"metric": self.metric, "value": known(self.value)}

    def sentence(self) -> str:
        """What stands under a table."""
        return (
            f"The smallest difference in {self.metric} that these rows can show: "
            f"{number(self.value)}."
        )


@dataclass(frozen=True)
class Band:
    """The 95 % band of the calibration error of a perfectly calibrated model."""

    low: float
    high: float


@runtime_checkable
class Part(Protocol):
    """A further study within a report, such as of robustness."""

    def to_json(self) -> object:
        """Plain data."""
        ...

    def to_lines(self) -> Iterable[str]:
        """What a terminal shows of it."""
        ...


@dataclass(frozen=True)
class Report:
    """How good a model is on data whose answers are known.

    Args:
        model: "name" and "version".
        data: "spec", "split", "target", "n" and more about the rows.
        metrics: name to figure.
        floors: what predictors that look at nothing score: "majority", "prior".
        marks: stable words of warning, such as "below_floor".
        band: of the calibration error; None where there are no probabilities to check.
        confusion: "classes" and "counts"[true][predicted].
        errors: clips that could not be read.
        notes: what was left out or must be kept in mind, in sentences.
        seeds: trainings that the figures are over.
        parts: further studies by the key that they have in the JSON: "robustness",
            "calibration", "training".
        smallest: what the rows can show at all; None where rows are not right or wrong.
    """

    model: Mapping[str, str]
    data: Mapping[str, object]
    metrics: Mapping[str, Figure]
    floors: Mapping[str, Mapping[str, float]]
    marks: tuple[str, ...] = ()
    band: Band | None = None
    confusion: Mapping[str, object] = field(default_factory=dict)
    errors: tuple[Failed, ...] = ()
    notes: tuple[str, ...] = ()
    seeds: int = 1
    parts: Mapping[str, Part] = field(default_factory=dict)
    smallest: Smallest | None = None

    def to_json(self) -> dict[str, object]:
        """Plain data; a value that is not defined is None."""
        metrics: dict[str, dict[str, object]] = {
            name: {**plain(figure), "spread": known_spread(figure)}
            for name, figure in self.metrics.items()
        }
        if self.band is not None and "ece" in metrics:
            metrics["ece"]["band"] = {"low": known(self.band.low), "high": known(self.band.high)}
            metrics["ece"]["within_band"] = self.within_band
        return {
            "schema": SCHEMA,
            "model": dict(self.model),
            "data": dict(self.data),
            "seeds": self.seeds,
            "metrics": metrics,
            "floors": {
                floor: {name: known(value) for name, value in values.items()}
                for floor, values in self.floors.items()
            },
            "marks": list(self.marks),
            "smallest_difference": self.smallest and self.smallest.to_json(),
            "confusion": dict(self.confusion),
            "errors": [{"id": e.id, "path": e.path, "error": e.error} for e in self.errors],
            "notes": list(self.notes),
            **{name: part.to_json() for name, part in self.parts.items()},
        }

    @property
    def within_band(self) -> bool:
        """The calibration error is no larger than chance gives a perfectly calibrated model."""
        return self.band is not None and self.metrics["ece"].value <= self.band.high

    def table(self) -> list[tuple[str, str, str, str]]:
        """Rows to show: metric, value, interval, majority floor."""
        names = [name for name in FIRST if name in self.metrics]
        names += [name for name in self.metrics if name not in names]
        majority = self.floors.get("majority", {})
        return [
            (name, number(f.value), between(f.low, f.high), number(majority.get(name, math.nan)))
            for name, f in ((name, self.metrics[name]) for name in names)
        ]

    def lines(self) -> Iterator[str]:
        """The figures for a terminal: value, spread over seeds, interval, and every floor."""
        heads = "".join(f"{name:>10}" for name in self.floors)
        yield f"{'metric':<20}{'value':>8}{'spread':>8}   {'95 % interval':<16}{heads}".rstrip()
        for name, value, ends, _ in self.table():
            spread = spread_text(self.metrics[name])
            floors = (number(floor.get(name, math.nan)) for floor in self.floors.values())
            told = "".join(f"{one:>10}" for one in floors)
            yield f"{name:<20}{value:>8}{spread:>8}   {ends:<16}{told}".rstrip()

    def to_text(self) -> str:
        """The report as plain lines, for a terminal."""
        data, model = self.data, self.model
        groups = f" in {data['groups']} groups" if data.get("groups") else ""
        lines = [
            f"{model['name']} {model['version']} on {data['spec']}, {data['split']}: "
            f"{data['target']} of {data['n']} clips{groups}, {counted(self.seeds)}",
            "",
            *self.lines(),
        ]
        if self.band is not None:
            place = "within" if self.within_band else "above"
            lines += ["", f"ece lies {place} {between(self.band.low, self.band.high)}, the band of"]
            lines += ["a perfectly calibrated model with the same confidences (15 equal bins)."]
        lines += ["", self.smallest.sentence()] if self.smallest else []
        for part in self.parts.values():
            told = list(part.to_lines())
            lines += ["", *told] if told else []
        lines += ["", f"marks: {', '.join(self.marks)}"] if self.marks else []
        lines += ["", *(f"note: {note}" for note in self.notes)] if self.notes else []
        lines += [f"failed: {one.error}" for one in self.errors]
        return "\n".join(lines)


def plain(value: Figure) -> dict[str, float | None]:
    """A figure for JSON."""
    return {"value": known(value.value), "low": known(value.low), "high": known(value.high)}


def known_spread(value: Figure) -> float | None:
    """The spread over seeds for JSON."""
    return None if value.spread is None else known(value.spread)


def spread_text(value: Figure) -> str:
    """The spread over seeds, or a dash."""
    return "-" if value.spread is None else number(value.spread)


def counted(seeds: int) -> str:
    """How many trainings a figure is the mean of, in words."""
    return "1 training" if seeds == 1 else f"mean of {seeds} trainings"


def read_figure(said: Mapping[str, float | None]) -> Figure:
    """A figure from what `plain` gave."""
    return Figure(*(unknown_as_nan(said[name]) for name in ("value", "low", "high")))


def unknown_as_nan(value: float | None) -> float:
    """A number of JSON, where None stands for one that is not defined."""
    return math.nan if value is None else float(value)


def known(value: float) -> float | None:
    """A number for JSON, which has no NaN."""
    return float(value) if math.isfinite(value) else None


def number(value: float) -> str:
    """Three decimals, or a dash where it is not defined."""
    return f"{value:.3f}" if math.isfinite(value) else "-"


def between(low: float, high: float) -> str:
    """An interval."""
    return f"{number(low)} - {number(high)}"
