"""Plain models that were trained on one channel alone, beside a model that reads several."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tritone.assess.curves import Robustness, curve_lines
from tritone.assess.report import FIRST, Figure, between, counted, known_spread, number, plain

SHOWN = 2  # metrics that a table has room for
MAIN = ("mae", "pearson", "accuracy", "f1_macro", *FIRST)
HOW = "--controls trains a plain model on each of its channels alone, to compare with"


@dataclass(frozen=True)
class Control:
    """A plain model that was trained on one channel alone, scored on the rows of the report.

    Args:
        channel: which.
        metrics: name to figure.
        marks: stable words of warning, of its own figures.
        seeds: trainings.
        test_opened: how often its own test split was opened; None where it was not.
        robustness: what is left of it where less is there, if that was studied.
    """

    channel: str
    metrics: Mapping[str, Figure]
    marks: tuple[str, ...]
    seeds: int
    test_opened: int | None = None
    robustness: Robustness | None = None

    def to_json(self) -> dict[str, object]:
        """Plain data."""
        opened = {} if self.test_opened is None else {"test_opened": self.test_opened}
        studied = {} if self.robustness is None else {"robustness": self.robustness.to_json()}
        return {
            "channels": [self.channel],
            "seeds": self.seeds,
            "metrics": {
                name: {**plain(figure), "spread": known_spread(figure)}
                for name, figure in self.metrics.items()
            },
            "marks": list(self.marks),
            **opened,
            **studied,
        }


@dataclass(frozen=True)
class Controls:
    """The controls of a model, beside its own figures.

    Args:
        name: of the plain model that they all are.
        beside: how the model itself is called.
        metrics: the model's own figures.
        marks: the model's own.
        seeds: the model's own trainings.
        of: one for each channel that has been trained.
        lacking: channels that have none yet.
    """

    name: str
    beside: str
    metrics: Mapping[str, Figure]
    marks: tuple[str, ...]
    seeds: int
    of: tuple[Control, ...]
    lacking: tuple[str, ...] = ()

    @property
    def shown(self) -> list[str]:
        """The few metrics that a table has room for."""
        return [name for name in MAIN if name in self.metrics][:SHOWN]

    @property
    def studied(self) -> dict[str, Robustness]:
        """Channel to what is left of its control where less is there."""
        return {one.channel: one.robustness for one in self.of if one.robustness is not None}

    @property
    def hint(self) -> str:
        """How those that are lacking are had; nothing where none is."""
        if not self.lacking:
            return ""
        return f"no control of {', '.join(self.lacking)} yet: {HOW}"

    def table(self) -> Iterator[tuple[str, ...]]:
        """A row for the model, then for each control: name, value and interval of each, marks."""
        rows = [(self.beside, self.metrics, self.seeds, self.marks)]
        rows += [(f"{self.name} ({o.channel})", o.metrics, o.seeds, o.marks) for o in self.of]
        for name, metrics, seeds, marks in rows:
            yield name, *self.cells(metrics), ", ".join((counted(seeds), *marks))

    def cells(self, metrics: Mapping[str, Figure]) -> Iterator[str]:
        """Value and interval of each metric that is shown."""
        for name in self.shown:
            yield number(metrics[name].value)
            yield between(metrics[name].low, metrics[name].high)

    def to_json(self) -> dict[str, object]:
        """Plain data."""
        rows = [{"model": self.name, **one.to_json()} for one in self.of]
        return {"rows": rows, "lacking": list(self.lacking)}

    def to_lines(self) -> Iterator[str]:
        """What a terminal shows: the table, and the main curve of those that were studied."""
        if self.of:
            heads = "".join(f"{name:>12}   {'95 % interval':<16}" for name in self.shown)
            yield f"{'trained on one channel':<24}{heads}".rstrip()
            for name, *cells, told in self.table():
                pairs = zip(cells[::2], cells[1::2], strict=True)
                row = "".join(f"{value:>12}   {ends:<16}" for value, ends in pairs)
                yield f"{name:<24}{row}  {told}".rstrip()
        for channel, found in self.studied.items():
            yield ""
            yield f"{self.name} ({channel}) as its rows are lost or noisy"
            yield from curve_lines(found.curves, next(iter(found.floors)))
        if self.hint:
            yield self.hint
