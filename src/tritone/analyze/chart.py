"""Valence over time as SVG: a line for each channel, a heavy one for all, a band between.

    +1 ┤      ▁▁▁ text          The band reaches from the lowest channel to the highest:
     0 ┤ ░░░░━━━━━ fused        where it is wide, the channels disagree.
    -1 ┤ ▁▁▁ vision

Places are given in percent, so that the drawing fits any width without a script.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tritone.analyze.result import ClipResult, SegmentResult
from tritone.analyze.terminal import clock

KNOWN = ("text", "audio", "vision", "fused")  # lines with a look of their own
MOST_NOTES = 40  # up to here the channels are strokes of their own, like notes on a stave
MOST_COLUMNS = 100  # above this neighbours are averaged, or the lines turn to fur
GAP = 0.2  # percent; a shorter silence does not break a line
TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
MOST_TICKS = 6
TOP, BOTTOM = 8.0, 92.0  # percent of the height at which +1 and -1 lie


@dataclass(frozen=True)
class Column:
    """One step of the curve: where it lies, 0 to 100, and what is said there."""

    left: float
    right: float
    fused: float | None
    channels: dict[str, float]


def spans(clip: ClipResult) -> list[tuple[float, float]]:
    """Where each segment lies on the curve, 0 to 100; written text counts by its place."""
    segments = clip.segments
    ends = [(one.start, one.end) for one in segments]
    timed = [(start, end) for start, end in ends if start is not None and end is not None]
    if len(timed) < len(ends) or not timed:
        return [(100 * n / len(ends), 100 * (n + 1) / len(ends)) for n in range(len(ends))]
    whole = max([clip.duration or 0.0, *(end for _, end in timed)]) or 1.0
    return [(100 * max(0.0, start) / whole, 100 * end / whole) for start, end in timed]


def columns(clip: ClipResult) -> list[Column]:
    """The curve's steps: one for each segment, or the mean of some neighbours."""
    places = spans(clip)
    each = -(-len(places) // MOST_COLUMNS)
    return [
        _column(clip.segments[first : first + each], places[first : first + each])
        for first in range(0, len(places), each or 1)
    ]


def curve(clip: ClipResult, names: Sequence[str]) -> str:
    """The chart of one clip; `names` are the channels to draw."""
    steps = columns(clip)
    paths = [f'<path class="band" d="{_band(steps)}"/>']
    paths += [f'<path class="stroke-{kind(name)}" d="{_line(steps, name)}"/>' for name in names]
    paths.append(f'<path class="stroke-fused" d="{_line(steps, None)}"/>')
    return (
        f'<svg class="plot{"" if len(steps) <= MOST_NOTES else " dense"}" role="img" tabindex="0" '
        'aria-label="Valence over time. The segments below say the same in words.">'
        f'{_grid()}<rect class="cursor" x="0" y="{TOP}%" width="0" height="{BOTTOM - TOP}%"/>'
        f'<svg x="0" y="{TOP}%" width="100%" height="{BOTTOM - TOP}%" viewBox="0 0 1000 2" '
        f'preserveAspectRatio="none">{"".join(paths)}</svg>{_ticks(clip)}</svg>'
    )


def small_curve(clip: ClipResult) -> str:
    """The fused line alone, for the index."""
    line = _line(columns(clip), None)
    return (
        '<svg class="plot dense" width="100%" height="28" viewBox="0 0 1000 2" aria-hidden="true" '
        'preserveAspectRatio="none"><path class="zero" d="M0 1H1000"/>'
        f'<path class="stroke-fused" d="{line}"/></svg>'
    )


def sample(name: str) -> str:
    """A piece of a channel's line, for the key."""
    return (
        f'<svg aria-hidden="true"><line class="stroke-{kind(name)}" x1="0" x2="100%" '
        'y1="50%" y2="50%"/></svg>'
    )


def scale(valence: float | None, push: float | None, apart: tuple[float, float], look: str) -> str:
    """One line from -1 to 1: a dot at `valence`, a bar from 0 to `push`, a band over `apart`."""
    parts = ['<line class="axis" x1="1%" x2="99%" y1="50%" y2="50%"/>']
    if apart[0] < apart[1]:
        parts.append(
            f'<line class="apart-line" x1="{_across(apart[0])}%" x2="{_across(apart[1])}%" '
            'y1="50%" y2="50%"/>'
        )
    if push:
        left, right = sorted((_across(0.0), _across(push)))
        parts.append(
            f'<rect class="push {look}" x="{left}%" y="30%" width="{round(right - left, 1)}%" '
            'height="40%"/>'
        )
    parts.append('<line class="middle" x1="50%" x2="50%" y1="20%" y2="80%"/>')
    if valence is not None:
        size = 5 if look.startswith(("positive", "neutral", "negative")) else 3.5
        parts.append(f'<circle class="{look}" cx="{_across(valence)}%" cy="50%" r="{size}"/>')
    return f'<svg aria-hidden="true">{"".join(parts)}</svg>'


def kind(name: str) -> str:
    """The look of a channel: its own where it is one of the usual three."""
    return name if name in KNOWN else "other"


def mean_valence(some: Sequence[SegmentResult]) -> float | None:
    """The mean of those that have a valence; None where none has."""
    known = [segment.valence for segment in some if segment.valence is not None]
    return sum(known) / len(known) if known else None


def _column(some: Sequence[SegmentResult], places: Sequence[tuple[float, float]]) -> Column:
    said: dict[str, list[float]] = {}
    for segment in some:
        for name, channel in segment.modalities.items():
            if channel.present and channel.valence is not None:
                said.setdefault(name, []).append(channel.valence)
    return Column(
        left=min(left for left, _ in places),
        right=max(right for _, right in places),
        fused=mean_valence(some),
        channels={name: sum(values) / len(values) for name, values in said.items()},
    )


def _line(steps: Sequence[Column], name: str | None) -> str:
    """A line through the steps' valences, broken where nobody spoke or the channel is absent.

    A few steps are drawn as they are, the fused ones as a stair; many as a line through
    their middles.
    """
    path, last = [], None
    few = len(steps) <= MOST_NOTES
    for step in steps:
        value = step.fused if name is None else step.channels.get(name)
        if value is None:
            last = None
            continue
        height = round(1 - value, 3)
        joined = last is not None and step.left - last < GAP
        if few:
            stair = joined and name is None
            path.append(f"V{height}" if stair else f"M{_wide(step.left)} {height}")
            path.append(f"H{_wide(step.right)}")
        else:
            start = "" if joined else f"M{_wide(step.left)} {height}"
            path.append(f"{start}L{_wide((step.left + step.right) / 2)} {height}")
        last = step.right
    return "".join(path)


def _band(steps: Sequence[Column]) -> str:
    """From the lowest channel to the highest, wherever two or more speak."""
    heard = [step for step in steps if len(step.channels) > 1]
    if len(steps) <= MOST_NOTES:
        return "".join(_patch(step.left, step, step.right, step) for step in heard)
    middles = [((step.left + step.right) / 2, step) for step in heard]
    return "".join(
        _patch(*here, *there)
        for here, there in pairwise(middles)
        if there[1].left - here[1].right < GAP
    )


def _patch(left: float, first: Column, right: float, last: Column) -> str:
    """A piece of the band between two places."""
    (low, high), (low_after, high_after) = (
        (round(1 - min(one.channels.values()), 3), round(1 - max(one.channels.values()), 3))
        for one in (first, last)
    )
    return f"M{_wide(left)} {high}L{_wide(right)} {high_after}V{low_after}L{_wide(left)} {low}Z"


def _grid() -> str:
    middle = (TOP + BOTTOM) / 2
    lines = "".join(
        f'<line class="{look}" x1="0" x2="100%" y1="{height}%" y2="{height}%"/>'
        for height, look in ((TOP, "grid"), (middle, "zero"), (BOTTOM, "grid"))
    )
    return (
        f'{lines}<text x="0" y="{TOP}%" dy="-5">+1 positive</text>'
        f'<text x="0" y="{BOTTOM}%" dy="14">\u22121 negative</text>'
    )


def _ticks(clip: ClipResult) -> str:
    """Times along the bottom, at round numbers; none for written text."""
    if clip.duration is None or any(one.start is None for one in clip.segments):
        return ""
    whole = max([clip.duration, *(one.end or 0.0 for one in clip.segments)]) or 1.0
    step = next((tick for tick in TICKS if whole / tick <= MOST_TICKS), TICKS[-1])
    times = [float(step * n) for n in range(1, int(whole / step) + 1) if step * n <= whole * 0.97]
    return "".join(
        f'<text x="{round(100 * time / whole, 2)}%" y="{BOTTOM}%" dy="14" '
        f'text-anchor="middle">{clock(time)}</text>'
        for time in times
        if time / whole > 0.16  # the label of -1 stands there
    )


def _wide(percent: float) -> float:
    return round(10 * percent, 1)


def _across(valence: float) -> float:
    """Percent of the width of a scale at which a valence lies."""
    return round(50 + 48 * max(-1.0, min(1.0, valence)), 1)
