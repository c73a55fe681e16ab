"""Pictures of what is left of a benchmark's rows as more is lost, and of mended confidence."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from tritone.assess.curves import Robustness
from tritone.assess.plots import SOFT, panels_of, plain, png
from tritone.recipes.benchmark.pictures import THIN, hues, legend
from tritone.recipes.benchmark.studied import calibrated_rows, robust_metric, robust_rows, whole
from tritone.recipes.benchmark.table import Block

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDE = (11.0, 3.4)
OF_ALL = {
    "rows": "share of all rows lost",
    "channels": "chance of a channel to be lost",
    "noise": "noise over values; 1 is 0 dB",
}


def robust_png(block: Block) -> bytes:
    """All channels damaged: rows lost, whole channels lost, noise; a line for each row."""
    rows = robust_rows(block)
    several = any(len(found.channels) > 1 for found in rows.values())
    damages = tuple(OF_ALL) if several else ("rows", "noise")
    figure, axes = panels_of(WIDE, len(damages), sharey=True)
    for damage, axis in zip(damages, axes, strict=True):
        lines(axis, block, rows, damage, None)
        axis.set_xlabel(OF_ALL[damage])
    axes[0].set_ylabel(robust_metric(block, next(iter(rows.values()))))
    legend(figure, block)
    return png(figure)


def channels_png(block: Block) -> bytes:
    """One channel at a time loses its rows; a control of that channel alone beside it."""
    rows = robust_rows(block)
    channels = list(dict.fromkeys(c for found in rows.values() for c in found.channels))
    figure, axes = panels_of(WIDE, len(channels), sharey=True)
    axes = np.atleast_1d(axes)
    for channel, axis in zip(channels, axes, strict=True):
        lines(axis, block, rows, "rows", channel)
        axis.set_xlabel(f"share of rows of {plain(channel)} lost")
    axes[0].set_ylabel(robust_metric(block, next(iter(rows.values()))))
    legend(figure, block)
    return png(figure)


def lines(
    axis: "Axes", block: Block, rows: Mapping[str, Robustness], damage: str, channel: str | None
) -> None:
    """The curve of each row under one damage, and the floor.

    Args:
        axis: to draw on.
        block: whose rows they are.
        rows: what was studied of them.
        damage: "rows", "channels" or "noise".
        channel: which is damaged; all that the row reads for None.
    """
    for hue, style, row in hues(block):
        found = rows.get(row.model)
        if found is None:
            continue
        metric = robust_metric(block, found)
        of = channel or whole(found)
        for curve in found.curves:
            if (curve.damage, curve.of) == (damage, of):
                band = curve.values[metric]
                heights = [one.value for one in band]
                (line,) = axis.plot(curve.rates, heights, color=hue, linestyle=style)
                line.set(**THIN)
                low, high = ([one.low for one in band], [one.high for one in band])
                axis.fill_between(curve.rates, low, high, color=hue, alpha=0.05, linewidth=0)
        axis.axhline(found.floors[metric], color=SOFT, linestyle=":", linewidth=1.2)


def mended_png(block: Block) -> bytes:
    """Accuracy over confidence before and after the mend, a line for each row."""
    rows = calibrated_rows(block)
    figure, axes = panels_of((9.4, 4.2), 2, sharex=True, sharey=True)
    for axis, side in zip(axes, ("before", "after"), strict=True):
        axis.plot([0, 1], [0, 1], color=SOFT, linestyle=":", linewidth=1.2)
        for hue, style, row in hues(block):
            found = rows.get(row.model)
            if found is not None and side in found.diagrams:
                bins = found.diagrams[side]
                heights = bins.accuracy
                axis.plot(bins.confidence, heights, color=hue, linestyle=style, marker="o", **THIN)
        axis.set_title(f"{side} the temperature")
        axis.set_xlabel("confidence")
    axes[0].set_ylabel("share that is right")
    legend(figure, block)
    return png(figure)
