"""Pictures of a benchmark's rows: cost, learning, ROC and reliability, a line for each model."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tritone.assess.plots import GROUND, HUES, LINES, SOFT, panels_of, png
from tritone.core.errors import DataError
from tritone.learn.figures import LOWER_IS_BETTER
from tritone.metrics.curves import roc_curves
from tritone.metrics.reliability import equal_mass_bins
from tritone.recipes.benchmark.cells import MODEL, Done
from tritone.recipes.benchmark.table import FLOOR, Block, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BINS = 10
DASHED = "--"
ROUNDS = ("-", ":", "-.")  # where there are more models than colours
THIN = {"linewidth": 1.0, "alpha": 0.8}
TALL = (8.6, 3.6)
# How many times the dearest costs the cheapest, to the ticks within a power of ten.
TICKS = ((4.0, range(1, 10)), (30.0, (1, 2, 5)), (np.inf, (1,)))
STEPS = np.linspace(0, 1, 101)  # false alarms at which the curves of classes are averaged


def cost_png(block: Block) -> bytes:
    """The metric that ranks over parameters, and over the time of one clip."""
    figure, axes = panels_of(TALL, 2, sharey=True)
    for axis, (name, label) in zip(
        axes,
        (("parameters", "parameters"), ("latency_ms", "milliseconds a clip, one CPU thread")),
        strict=True,
    ):
        for hue, style, row in hues(block):
            found = row.metrics[block.by]
            if found["value"] is None:
                continue
            ends = [found["low"], found["high"]]
            if None not in ends:
                axis.plot([row.cost[name]] * 2, ends, color=hue, alpha=0.35, linewidth=1.2)
            inside = hue if style != DASHED else GROUND
            at = (row.cost[name], found["value"])
            axis.plot(*at, "o", color=hue, markerfacecolor=inside, markersize=5)
        floor(axis, block)
        in_powers(axis)
        axis.set_xlabel(label)
    axes[0].set_ylabel(block.by)
    legend(figure, block)
    return png(figure)


def in_powers(axis: "Axes") -> None:
    """Make the axis of costs logarithmic, with numbers on it however close the costs lie."""
    from matplotlib.ticker import FixedLocator, NullLocator

    axis.set_xscale("log")
    low, high = axis.get_xlim()
    within = next(ticks for widest, ticks in TICKS if high / low < widest)
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    at = [tick * 10.0**power for power in powers for tick in within]
    axis.xaxis.set_major_locator(FixedLocator([each for each in at if low <= each <= high]))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter("{x:,.10g}")


def learning_png(block: Block) -> bytes:
    """Loss on train and score on val over the epochs; a line for each training."""
    figure, (loss, score) = panels_of(TALL, 2)
    select = ""
    for hue, style, row in hues(block):
        for done in of(row):
            select = done.facts["recipe"]["select"]
            sign = 1 if select in LOWER_IS_BETTER else -1
            for history in done.facts["histories"]:
                told = [line for line in history if "score" in line]
                loss.plot(*xy(history, "loss", 1), color=hue, linestyle=style, **THIN)
                score.plot(*xy(told, "score", sign), color=hue, linestyle=style, **THIN)
    loss.set_title("loss on train")
    score.set_title(f"{select} on val, by which the epoch is chosen")
    for axis in (loss, score):
        axis.set_xlabel("epoch")
        axis.locator_params(axis="x", integer=True)
    legend(figure, block)
    return png(figure)


def xy(
    lines: Sequence[dict[str, int | float]], name: str, sign: int
) -> tuple[list[int | float], list[int | float]]:
    """Epochs and what was measured in them."""
    return [line["epoch"] for line in lines], [sign * line[name] for line in lines]


def roc_png(block: Block) -> bytes:
    """Recall over false alarms: the mean over the classes of the first training."""
    figure, axis = panels_of((5.4, 4.2), 1)
    axis.plot([0, 1], [0, 1], color=SOFT, linestyle=":", linewidth=1.2)
    for hue, style, row in hues(block):
        for done in of(row):
            try:
                curves = roc_curves(done.runs[0], done.true).values()
            except DataError:
                continue
            heights = [np.interp(STEPS, one.false_alarms, one.recall) for one in curves]
            axis.plot(STEPS, np.mean(heights, axis=0), color=hue, linestyle=style, **THIN)
    axis.set_xlabel("share of false alarms")
    axis.set_ylabel("recall, mean over the classes")
    legend(figure, block)
    return png(figure)


def reliability_png(block: Block) -> bytes:
    """Accuracy over confidence of the first training; on the diagonal, a word is kept."""
    figure, axis = panels_of((5.4, 4.2), 1)
    axis.plot([0, 1], [0, 1], color=SOFT, linestyle=":", linewidth=1.2)
    for hue, style, row in hues(block):
        for done in of(row):
            bins = equal_mass_bins(done.runs[0], done.true, bins=BINS)
            axis.plot(
                bins.confidence,
                bins.accuracy,
                color=hue,
                linestyle=style,
                marker="o",
                markersize=3,
                **THIN,
            )
    axis.set_xlabel("confidence")
    axis.set_ylabel("share that is right")
    legend(figure, block)
    return png(figure)


def hues(block: Block) -> Iterator[tuple[str, str, Row]]:
    """Each model with a colour and a full line; each control dashed, in its channel's colour."""
    # By name, so that a model has the same colour on all data.
    models = sorted((r for r in block.ranked if r.kind == MODEL), key=lambda row: row.model)
    for place, row in enumerate(models):
        yield LINES[place % len(LINES)], ROUNDS[place // len(LINES) % len(ROUNDS)], row
    for place, row in enumerate(row for row in block.ranked if row.kind != MODEL):
        yield HUES.get(row.channels[0], LINES[place % len(LINES)]), DASHED, row


def of(row: Row) -> tuple[Done, ...]:
    """Where the figures of a row come from."""
    return () if row.done is None else (row.done,)


def floor(axis: "Axes", block: Block) -> None:
    """A dotted line at the best guess that looks at nothing."""
    values = [row.value(block.by) for row in block.rows if row.kind == FLOOR]
    known = [value for value in values if np.isfinite(value)]
    if known:
        best = min(known) if block.by in LOWER_IS_BETTER else max(known)
        axis.axhline(best, color=SOFT, linestyle=":", linewidth=1.2)


def legend(figure: "Figure", block: Block) -> None:
    """What the colours are, beside the panels."""
    from matplotlib.lines import Line2D

    keys, lines = list(hues(block)), []
    for hue, style, _ in keys:
        lines.append(Line2D([], [], color=hue, linewidth=1.4))
        lines[-1].set_linestyle(style)
    figure.legend(
        lines,
        [row.model for _, _, row in keys],
        loc="outside right center",
        frameon=False,
        fontsize=8,
        facecolor=GROUND,
    )
