"""The timeline on a terminal: one line for each segment, readable without colour.

    0:04 ─────┼━━╸── +.52   81% T+.70 A+.31 V -   joy     I love this
    when -1   0   +1 fused sure each one's own    felt    said

What users write cannot move the cursor, set a colour or turn the line around: it is stripped
of control characters and never read as markup.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from tritone.analyze.about import sentences
from tritone.analyze.glyphs import Glyphs, glyphs_for
from tritone.analyze.result import ClipResult, Overall, Result, SegmentResult

TINT = {"negative": "red", "neutral": "bright_black", "positive": "green"}
NEAR_ZERO = 0.05  # a valence this small is shown as neither good nor bad
LONG = 12  # segments above which a clip's header carries its whole curve
CURVE = 48
WIDE_FOR_CHANNELS = 50
WIDE_FOR_EMOTIONS = 72
WIDE_FOR_SHARES = 100


def show(result: Result, console: Console | None = None) -> None:
    """Print the timeline; the terminal's own width, colours and encoding are used."""
    console = console or Console(highlight=False)
    colour = console.color_system is not None and not console.no_color
    console.print(
        render(result, width=console.width, colour=colour, encoding=console.encoding),
        soft_wrap=False,
    )


def render(
    result: Result, *, width: int = 80, colour: bool = True, encoding: str = "utf-8"
) -> RenderableType:
    """The timeline of every clip, then the errors.

    Args:
        width: cells of the terminal; what does not fit is left out, the text last.
        colour: whether to tint by valence; signs and sides say the same without it.
        encoding: of the terminal; where it cannot hold line drawing, ASCII is used.
    """
    width = max(20, width)
    glyphs = glyphs_for(encoding)
    parts: list[RenderableType] = []
    names = list(
        dict.fromkeys(n for clip in result.clips for s in clip.segments for n in s.modalities)
    )
    if names:
        parts += [_legend(names, glyphs, width), Text()]
    for clip in result.clips:
        parts += [*_clip(clip, glyphs, width), Text()]
    told = sentences(result.model) if result.clips else []
    parts += [_note("", glyphs.safe(sentence), "dim") for sentence in told]
    parts += [_note(glyphs.failed, glyphs.safe(one.sentence), "red") for one in result.errors]
    if not parts:
        parts = [Text("Nothing was analysed.")]
    return Group(*(parts if colour else map(_without_colour, parts)))


def _legend(names: list[str], glyphs: Glyphs, width: int) -> Text:
    """What the letters and signs stand for."""
    arm = glyphs.axis * 3
    parts = [f"{glyphs.minus}1 {arm}{glyphs.centre}{arm} +1"]
    if width >= WIDE_FOR_CHANNELS:
        parts += ["  ".join(f"{name[:1].upper()} {name}" for name in names)]
        parts += [f"{glyphs.absent} absent"]
    parts += [f"{glyphs.mixed} mixed"]
    return Text(glyphs.fit("   ".join(parts), width).rstrip(), style="dim")


def _clip(clip: ClipResult, glyphs: Glyphs, width: int) -> Iterator[RenderableType]:
    yield _header(clip, glyphs, width)
    layout = _Layout.of(clip, width)
    speaker = None
    for place, segment in enumerate(clip.segments, 1):
        yield layout.line(place, segment, glyphs, new_speaker=segment.speaker != speaker)
        speaker = segment.speaker
    for name, reason, count in absences(clip):
        where = "" if count == len(clip.segments) else f" in {count} of {len(clip.segments)}"
        yield _note(glyphs.absent, f"no {name}{where}: {glyphs.safe(reason)}", "dim")
    for warning in clip.warnings:
        yield _note("!", glyphs.safe(warning), "yellow")


def _header(clip: ClipResult, glyphs: Glyphs, width: int) -> Text:
    """The clip's name and length to the left, its verdict to the right, its curve below."""
    count = len(clip.segments)
    facts = [] if clip.duration is None else [clock(clip.duration)]
    facts.append(f"{count} segment" + "s" * (count != 1))
    left = glyphs.dot.join([glyphs.safe(clip.path), *facts])
    verdict = _verdict(clip.overall, glyphs)
    room = max(8, width - cell_len(verdict.plain) - 2)
    if cell_len(left) > room:  # the end of a path says more than its beginning
        left = left[-room:]
        while cell_len(left) > room - len(glyphs.cut):
            left = left[1:]
        left = glyphs.cut + left
    line = Text(set_cell_size(left, room) + "  ", style="bold").append_text(verdict)
    line.truncate(width)
    if count > LONG and glyphs.curve:
        line.append("\n").append_text(_curve(clip.segments, glyphs, min(width, CURVE)))
    return line


def _verdict(overall: Overall | None, glyphs: Glyphs) -> Text:
    if overall is None:
        return Text("nothing to say", style="dim")
    if overall.valence is None:
        return Text(glyphs.safe(overall.own_words or "nothing to say"), style="bold")
    said = f"{overall.sentiment} {_signed(overall.valence, glyphs, 2, whole=True)}"
    return Text(said, style=f"bold {TINT.get(overall.sentiment or '', '')}".strip())


def _curve(segments: tuple[SegmentResult, ...], glyphs: Glyphs, width: int) -> Text:
    """All segments' valences as one row of blocks; neighbours are averaged to fit."""
    columns = min(width, len(segments))
    line = Text()
    for column in range(columns):
        first = column * len(segments) // columns
        some = segments[first : (column + 1) * len(segments) // columns]
        known = [segment.valence for segment in some if segment.valence is not None]
        mean = sum(known) / len(known) if known else 0.0
        height = round((mean + 1) / 2 * (len(glyphs.curve) - 1))
        line.append(glyphs.curve[max(0, min(7, height))], style=_tint(mean))
    return line


@dataclass(frozen=True)
class _Layout:
    """What the lines of one clip show, and how many cells the columns take."""

    width: int
    time: int
    arm: int
    sure: bool
    names: tuple[str, ...]
    emotions: int
    shares: bool

    @classmethod
    def of(cls, clip: ClipResult, width: int) -> "_Layout":
        labels = [_label(place, segment) for place, segment in enumerate(clip.segments, 1)]
        heard = (n for s in clip.segments for n, channel in s.modalities.items() if channel.present)
        return cls(
            width,
            time=max(map(len, labels), default=1),
            arm=3 if width < 60 else 5 if width < WIDE_FOR_SHARES else 10,
            sure=width >= 60,
            names=tuple(dict.fromkeys(heard)) if width >= WIDE_FOR_CHANNELS else (),
            emotions=0 if width < WIDE_FOR_EMOTIONS else 1 if width < 120 else 2,
            shares=width >= WIDE_FOR_SHARES,
        )

    def line(
        self, place: int, segment: SegmentResult, glyphs: Glyphs, *, new_speaker: bool
    ) -> Text:
        line = Text(no_wrap=True)
        line.append(_label(place, segment).rjust(self.time) + " ", style="dim")
        if segment.own_words is not None:
            line.append(glyphs.fit(glyphs.safe(segment.own_words), 2 * self.arm + 6), style="bold")
        else:
            valence = segment.valence or 0.0
            line.append_text(_bar(valence, self.arm, glyphs)).append(" ")
            line.append(_signed(valence, glyphs), style=_tint(valence))
        line.append(f" {glyphs.mixed if segment.mixed else ' '}", style="yellow")
        if self.sure:
            sure = segment.confidence
            line.append("    " if sure is None else f"{sure:4.0%}")
        for name in self.names:
            line.append(f" {name[:1].upper()}", style="dim")
            line.append_text(_opinion(segment, name, glyphs))
        line.append("  ")
        is_empty = not any(channel.present for channel in segment.modalities.values())
        if is_empty and segment.modalities:
            line.append("nothing to read")
            line.truncate(self.width)
            return line
        for name, share in strongest(segment.emotions, self.emotions):
            felt = f"{glyphs.safe(name)} {share:.0%}" if self.shares else glyphs.safe(name)
            line.append(glyphs.fit(felt, 12 if self.shares else 8) + " ")
        room = self.width - cell_len(line.plain)
        if room >= 6:
            line.append_text(_said(segment, room, glyphs, new_speaker=new_speaker))
        line.truncate(self.width)
        line.rstrip()
        return line


def _bar(valence: float, arm: int, glyphs: Glyphs) -> Text:
    """An arm to the left for bad, to the right for good, in steps of half a cell."""
    halves = min(2 * arm, round(abs(valence) * 2 * arm))
    full, half = divmod(halves, 2)
    rest = glyphs.axis * (arm - full - half)
    if valence < 0:
        left, tip = glyphs.full * full, glyphs.half_left * half
        parts = [(rest, "dim"), (tip + left, _tint(valence)), (glyphs.centre, "dim")]
        return Text.assemble(*parts, (glyphs.axis * arm, "dim"))
    right = glyphs.full * full + glyphs.half_right * half
    parts = [(glyphs.axis * arm, "dim"), (glyphs.centre, "dim"), (right, _tint(valence))]
    return Text.assemble(*parts, (rest, "dim"))


def _opinion(segment: SegmentResult, name: str, glyphs: Glyphs) -> Text:
    """A channel's own valence, or what it adds to the model's own words; else a dash."""
    channel = segment.modalities.get(name)
    said = None if channel is None or not channel.present else channel.valence
    if channel is not None and channel.present and said is None:
        said = channel.share
    if said is None:
        return Text(f"{glyphs.absent:>3} ", style="dim")
    return Text(_signed(said, glyphs), style=_tint(said))


def _said(segment: SegmentResult, room: int, glyphs: Glyphs, *, new_speaker: bool) -> Text:
    """The beginning of the text, its words tinted where their effect is known."""
    text = glyphs.safe((segment.text or "")[: 8 * room])
    speaker = f"{glyphs.safe(segment.speaker)}: " if segment.speaker and new_speaker else ""
    whole = Text(glyphs.fit(speaker + text, room))
    if segment.highlights:
        top = max(map(abs, segment.highlights)) or 1.0
        place = len(speaker)
        for word, effect in zip((segment.text or "").split(), segment.highlights, strict=True):
            length = len(glyphs.safe(word))
            if abs(effect) > top / 3:
                whole.stylize(_tint(effect), place, min(place + length, len(whole)))
            place += length + 1
    return whole


def absences(clip: ClipResult) -> list[tuple[str, str, int]]:
    """Each absent channel with its reason, and in how many segments."""
    counts: dict[tuple[str, str], int] = {}
    for segment in clip.segments:
        for name, channel in segment.modalities.items():
            if not channel.present:
                key = (name, channel.reason or "not given")
                counts[key] = counts.get(key, 0) + 1
    return [(name, reason, count) for (name, reason), count in counts.items()]


def _note(mark: str, text: str, style: str) -> Table:
    """A remark that wraps under itself."""
    table = Table.grid(padding=(0, 1))
    table.add_column(width=2, justify="right")
    table.add_column(overflow="fold")
    table.add_row(Text(mark, style=style), Text(text, style=style))
    return table


def clock(seconds: float) -> str:
    """0:04, 12:34 or 1:02:03."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def strongest(emotions: Mapping[str, float], count: int) -> list[tuple[str, float]]:
    """The `count` most probable emotions, the strongest first."""
    return sorted(emotions.items(), key=lambda pair: -pair[1])[:count]


def _label(place: int, segment: SegmentResult) -> str:
    return f"{place}" if segment.start is None else clock(segment.start)


def _signed(value: float, glyphs: Glyphs, digits: int = 2, *, whole: bool = False) -> str:
    """+.43; with `whole`, +0.43."""
    sign = glyphs.minus if value < 0 else "+"
    size = f"{abs(value):.{digits}f}"
    if whole:
        return sign + size
    return sign + (size[1:] if size.startswith("0") else size[: digits + 1])


def _tint(valence: float) -> str:
    if abs(valence) < NEAR_ZERO:
        return TINT["neutral"]
    return TINT["positive"] if valence > 0 else TINT["negative"]


def _without_colour(part: RenderableType) -> RenderableType:
    if isinstance(part, Text):
        return Text(part.plain, no_wrap=part.no_wrap)
    return part
