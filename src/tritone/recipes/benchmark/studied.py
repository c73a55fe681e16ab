"""What the further studies of a benchmark's rows say, as tables: robustness and calibration."""

from collections.abc import Mapping
from dataclasses import dataclass

from tritone.assess.curves import ALL, Curve, Robustness, share
from tritone.assess.page import spanned
from tritone.assess.promises import Calibration
from tritone.assess.report import Figure, number
from tritone.recipes.benchmark.table import Block, Row


@dataclass(frozen=True)
class Studied:
    """A table of what was studied of some data.

    Args:
        title: what its cells are.
        heads: the first column's, then those of the figures.
        lines: the first cell, and a figure in words for each other column.
        notes: how it was measured, in sentences.
    """

    title: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def robust_rows(block: Block) -> dict[str, Robustness]:
    """Name of each model and control that was studied to what is left of it."""
    return {
        row.model: row.done.robustness
        for row in block.ranked
        if row.done is not None and row.done.robustness is not None
    }


def calibrated_rows(block: Block) -> dict[str, Calibration]:
    """Name of each model and control to how far its confidence can be trusted."""
    return {
        row.model: row.done.calibration
        for row in block.ranked
        if row.done is not None and row.done.calibration is not None
    }


def robust_metric(block: Block, found: Robustness) -> str:
    """The metric whose curves are shown: the one that ranks, where it was measured."""
    return block.by if block.by in found.floors else next(iter(found.floors))


def main_curve(found: Robustness) -> Curve:
    """Rows lost here and there in all channels, which every model has."""
    return found.curve("rows", whole(found))


def whole(found: Robustness) -> str:
    """How a curve is called whose damage is to all channels that a row reads."""
    return found.channels[0] if len(found.channels) == 1 else ALL


def robust_area(block: Block, row: Row) -> tuple[str, Figure] | None:
    """The metric and its mean height as rows are lost; None where that was not studied."""
    found = None if row.done is None else row.done.robustness
    if found is None:
        return None
    metric = robust_metric(block, found)
    return metric, main_curve(found).area[metric]


def areas(block: Block) -> Studied | None:
    """The mean height of every curve, a row for each damage; None where none was studied."""
    rows = robust_rows(block)
    if not rows:
        return None
    first = next(iter(rows.values()))
    metric = robust_metric(block, first)
    curves = {
        name: {(one.damage, one.of): one for one in found.curves} for name, found in rows.items()
    }
    damages = dict.fromkeys(key for held in curves.values() for key in held)
    lines = [
        (
            f"{damage}, {of}",
            *(area_text(held.get((damage, of)), metric) for held in curves.values()),
        )
        for damage, of in sorted(damages, key=lambda key: DAMAGES.index(key[0]))
    ]
    notes = (
        f"Mean height of the curve with its 95 % interval, and what is kept of the gain over the "
        f"floor ({number(first.floors[metric])}). Of {first.n:,} clips, evenly taken.",
    )
    return Studied(f"{metric} as more is lost", ("damage", *rows), tuple(lines), notes)


DAMAGES = ("rows", "channels", "noise")


def area_text(curve: Curve | None, metric: str) -> str:
    """A curve's area with its interval and the share of the gain that is kept, or a dash."""
    if curve is None:
        return "-"
    return f"{spanned(curve.area[metric])}, {share(curve.kept[metric])}"


def patterns(block: Block) -> Studied | None:
    """The figure with each subset of the channels there; None where there are no subsets."""
    rows = {name: found for name, found in robust_rows(block).items() if len(found.channels) > 1}
    if not rows:
        return None
    metric = robust_metric(block, next(iter(rows.values())))
    order = dict.fromkeys(pattern for found in rows.values() for pattern in found.patterns)
    lines = [
        (" + ".join(pattern), *(pattern_text(found, pattern, metric) for found in rows.values()))
        for pattern in order
    ]
    title = f"{metric} with some of the channels there, without any training anew"
    return Studied(title, ("channels that are there", *rows), tuple(lines))


def pattern_text(found: Robustness, pattern: tuple[str, ...], metric: str) -> str:
    """The figure of one subset, or a dash."""
    held: Mapping[str, Figure] | None = found.patterns.get(pattern)
    return "-" if held is None else spanned(held[metric])


def mended(block: Block) -> Studied | None:
    """The calibration error before and after the temperature; None where there is none."""
    rows = {name: found for name, found in calibrated_rows(block).items() if found.whole.before}
    if not rows:
        return None
    lines = [
        (
            name,
            ", ".join(number(heat) for heat in found.whole.temperature),
            *(
                spanned(side[metric])
                for metric in ("ece", "nll")
                for side in (found.whole.before, found.whole.after)
            ),
        )
        for name, found in rows.items()
    ]
    heads = ("model", "temperature", "ece before", "ece after", "nll before", "nll after")
    fitting = next(iter(rows.values())).fitting
    return Studied("Is it as sure as it is right?", heads, tuple(lines), (f"All was {fitting}.",))


def promised(block: Block) -> Studied | None:
    """The share of truths that the sets hold, by the channels that are there."""
    rows = calibrated_rows(block)
    if not rows:
        return None
    first = next(iter(rows.values()))
    order = dict.fromkeys(pattern for found in rows.values() for pattern in found.promises)
    lines = [
        (" + ".join(pattern), *(promise_text(found, pattern) for found in rows.values()))
        for pattern in order
    ]
    kind = "classes in a set" if first.whole.before else "width of an interval"
    return Studied(
        f"Sets that should hold the truth of {1 - first.alpha:.0%} of {first.measured:,} clips",
        ("channels that are there", *rows),
        tuple(lines),
        (f"Share of truths held with its 95 % interval, and the mean {kind}; {first.fitting}.",),
    )


def promise_text(found: Calibration, pattern: tuple[str, ...]) -> str:
    """What is held with these channels there, and how much is said by it; or a dash."""
    one = found.promises.get(pattern)
    return "-" if one is None else f"{spanned(one.coverage)}, {number(one.size)}"
