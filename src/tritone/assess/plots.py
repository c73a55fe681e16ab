"""Pictures of figures, as PNG bytes: curves of a training, of robustness, and of confidence.

matplotlib is drawn to memory, without pyplot, so that nothing is kept between two calls and no
display is looked for.
"""

import io
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tritone.assess.curves import ALL, Robustness
from tritone.assess.history import History
from tritone.assess.promises import Calibration

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GROUND, INK, SOFT, LINE = "#fbfaf6", "#1f1d1a", "#6b675f", "#e2dfd6"
HUES = {"text": "#3d55a5", "audio": "#94660f", "vision": "#8b3f7f", ALL: INK}
LINES = ("#3d55a5", "#94660f", "#8b3f7f", "#4f6b2f", "#17695d", "#a63d22", "#77726a")
SPARE = ("#4f6b2f", "#17695d", "#a63d22", "#77726a")
DPI = 144
FIRST_UNDRAWN = "\u0530"  # matplotlib's own font has Latin, Greek and Cyrillic letters before it
ROW = (11.0, 3.0)  # inches: several pictures side by side
TWO = (8.6, 3.0)
PANELS = {"rows": {"rows", "hidden"}, "channels": {"channels"}, "noise": {"noise"}}


def training_png(found: History) -> bytes:
    """Loss on train and score on val over the epochs, a line for each run."""
    figure, (loss, score) = panels_of(TWO, 2)
    runs = found.epochs
    for place, (name, history) in enumerate(runs.items()):
        hue = INK if len(runs) == 1 else LINES[place % len(LINES)]
        loss.plot(
            [line["epoch"] for line in history], [line["loss"] for line in history], color=hue
        )
        judged = found.scores(name)
        score.plot(list(judged), list(judged.values()), color=hue, label=name)
        if found.best[name] in judged:
            score.plot(found.best[name], judged[found.best[name]], "o", color=hue, markersize=5)
    loss.set_title("loss on train")
    score.set_title(f"{found.select} on val; a dot is the epoch that was kept")
    for axes in (loss, score):
        axes.set_xlabel("epoch")
        axes.locator_params(axis="x", integer=True)
    if 1 < len(runs) <= len(LINES):
        score.legend(frameon=False, fontsize=8)
    return png(figure)


def robustness_png(
    found: Robustness, metric: str, trained: Mapping[str, Robustness] | None = None
) -> bytes:
    """One metric as rows, channels and clean numbers are lost, beside floor and controls.

    Args:
        found: of the model.
        metric: which.
        trained: channel to what is left of a plain model that was trained on it alone.
    """
    several = len(found.channels) > 1
    panels = [name for name, held in PANELS.items() if held & {c.damage for c in found.curves}]
    of_media = any(curve.damage == "hidden" for curve in found.curves)
    names = {
        "rows": "share of words lost, or of faces hidden" if of_media else "share of rows lost",
        "channels": "chance of a channel to be lost",
        "noise": "noise over values; 1 is 0 dB",
    }
    figure, axes = panels_of(ROW if several else TWO, len(panels), sharey=True)
    axes = np.atleast_1d(axes)
    for damage, axis in zip(panels, axes, strict=True):
        for of in (*found.channels, ALL):
            for curve in found.curves:
                if curve.damage in PANELS[damage] and curve.of == of:
                    draw_curve(axis, curve.rates, curve.values[metric], hue_of(of, found))
        for of, control in (trained or {}).items():
            for curve in control.curves:
                if curve.damage in PANELS[damage]:
                    hue = hue_of(of, found)
                    draw_curve(axis, curve.rates, curve.values[metric], hue, "--")
        controls(axis, found, metric)
        axis.set_xlabel(names[damage])
    axes[0].set_ylabel(metric)
    legend(figure, found, several, bool(trained))
    return png(figure)


def draw_curve(
    axis: "Axes", rates: Sequence[float], figures: Sequence[Any], hue: str, style: str = "-"
) -> None:
    """A line through the figures, in the band of their intervals."""
    low, high = [one.low for one in figures], [one.high for one in figures]
    heights = [one.value for one in figures]
    axis.plot(rates, heights, color=hue, linestyle=style, marker="o", markersize=2.5)
    if hue == INK:
        axis.fill_between(rates, low, high, color=hue, alpha=0.09, linewidth=0)


def controls(axis: "Axes", found: Robustness, metric: str) -> None:
    """The floor, and what the model scores with each channel by itself."""
    floor = found.floors[metric]
    if math.isfinite(floor):
        axis.axhline(floor, color=SOFT, linestyle=":", linewidth=1.2)
    for channels, values in found.patterns.items():
        if len(channels) == 1 < len(found.channels):
            hue = hue_of(channels[0], found)
            axis.axhline(values[metric].value, color=hue, linestyle="-.", linewidth=0.8)


def legend(figure: "Figure", found: Robustness, several: bool, trained: bool) -> None:
    """What the colours and the strokes are, under all panels."""
    from matplotlib.lines import Line2D

    keys: list[tuple[str, str, Any]] = [("all channels damaged", INK, "-")] if several else []
    keys += [(name, hue_of(name, found), "-") for name in found.channels]
    keys += [("only this channel there", SOFT, "-.")] if several else []
    keys += [("trained on this channel alone", SOFT, "--")] if trained else []
    keys.append(("constant guess", SOFT, ":"))
    figure.legend(
        [Line2D([], [], linewidth=1.2, color=hue, linestyle=style) for _, hue, style in keys],
        [plain(name) for name, _, _ in keys],
        loc="outside lower center",
        ncols=len(keys),
        frameon=False,
        fontsize=8,
    )


def reliability_png(found: Calibration) -> bytes:
    """Accuracy over confidence before and after the mend; on the diagonal, a word is kept."""
    figure, axes = panels_of(TWO, 2, sharey=True, sharex=True)
    for axis, (name, bins) in zip(axes, found.diagrams.items(), strict=True):
        least = min(float(one.confidence.min()) for one in found.diagrams.values())
        axis.plot([least, 1], [least, 1], color=SOFT, linestyle=":", linewidth=1.2)
        axis.vlines(bins.confidence, bins.low, bins.high, color=INK, alpha=0.35, linewidth=1.2)
        axis.plot(bins.confidence, bins.accuracy, "o-", color=INK, markersize=4, linewidth=0.8)
        axis.set_title(f"{name} the temperature")
        axis.set_xlabel("confidence")
    axes[0].set_ylabel("share that is right")
    return png(figure)


def panels_of(
    size: tuple[float, float], count: int, *, sharex: bool = False, sharey: bool = False
) -> tuple["Figure", Any]:
    """A figure with panels side by side, which belongs to no window and no global list."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, dpi=DPI, layout="constrained", facecolor=GROUND)
    FigureCanvasAgg(figure)
    return figure, figure.subplots(1, count, sharex=sharex, sharey=sharey)


def png(figure: "Figure") -> bytes:
    """The figure in the page's style, as the bytes of a PNG file."""
    for axis in figure.axes:
        axis.set_facecolor(GROUND)
        axis.grid(axis="y", color=LINE, linewidth=0.7)
        axis.set_axisbelow(True)
        axis.tick_params(colors=SOFT, labelsize=8, length=0)
        axis.spines[:].set_visible(False)
        axis.spines["bottom"].set_visible(True)
        axis.spines["bottom"].set_color(LINE)
        for text in (axis.title, axis.xaxis.label, axis.yaxis.label):
            text.set(color=SOFT, fontsize=9)
    held = io.BytesIO()
    figure.savefig(held, format="png")
    return held.getvalue()


def hue_of(name: str, found: Robustness) -> str:
    """The colour of a channel, the same in every picture of it."""
    others = [channel for channel in found.channels if channel not in HUES]
    return HUES[name] if name in HUES else SPARE[others.index(name) % len(SPARE)]


def plain(name: str) -> str:
    """A name that is drawn as it is: no formula, and no letter that the font lacks."""
    shown = (one if one.isprintable() and one < FIRST_UNDRAWN else "?" for one in name)
    return "".join(shown).replace("$", r"\$")
