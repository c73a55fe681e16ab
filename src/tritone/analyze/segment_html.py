"""One segment on the page: when, what was said and felt, and which channel said so."""

import base64
from collections.abc import Iterator, Sequence

from tritone.analyze.chart import kind, scale, spans
from tritone.analyze.result import Channel, ClipResult, SegmentResult
from tritone.analyze.terminal import clock, strongest
from tritone.core.labels import SENTIMENTS
from tritone.core.markup import safe

LEVELS = (0.03, 0.1, 0.25)  # how far a word must move the valence for each depth of tint
EMOTIONS = 4
LEAST_SHARE = 0.05
LONG_TEXT = 240
JPEG = b"\xff\xd8\xff"


def signed(value: float | None) -> str:
    """+0.43, with a true minus sign; a dash where there is no number."""
    if value is None:
        return "\u2013"
    return ("\u2212" if round(value, 2) < 0 else "+") + f"{abs(value):.2f}"


def when(segment: SegmentResult, place: int) -> str:
    """The segment's start, or its number where it has no time."""
    return str(place + 1) if segment.start is None else clock(segment.start)


def hue(sentiment: str | None) -> str:
    """The class that tints a sentiment; an unknown one is left grey."""
    return sentiment if sentiment is not None and sentiment in SENTIMENTS else "neutral"


def segment_rows(clip: ClipResult, number: int, names: Sequence[str]) -> Iterator[str]:
    """The segments of clip `number` as list items; `names` are the channels to show."""
    speaker = None
    for place, (segment, span) in enumerate(zip(clip.segments, spans(clip), strict=True)):
        yield (
            f'<li class="segment" id="c{number}s{place}" data-from="{span[0]:.3f}" '
            f'data-to="{span[1]:.3f}">{_when(segment, number, place)}'
            f"{_said(segment, segment.speaker != speaker)}"
            f"{_scale(segment, names, is_first=place == 0)}</li>"
        )
        speaker = segment.speaker


def _when(segment: SegmentResult, number: int, place: int) -> str:
    label = when(segment, place)
    span = label if segment.end is None else f"{label}\u2013{clock(segment.end)}"
    face = ""
    if segment.thumbnail and segment.thumbnail.startswith(JPEG):
        data = base64.b64encode(segment.thumbnail).decode()
        face = f'<img alt="the face at {label}" src="data:image/jpeg;base64,{data}">'
    return f'<div class="when"><a href="#c{number}s{place}" title="{span}">{label}</a>{face}</div>'


def _said(segment: SegmentResult, is_new: bool) -> str:
    speaker = ""
    if segment.speaker and is_new:
        speaker = f'<p class="speaker"><bdi>{safe(segment.speaker)}</bdi></p>'
    if segment.text:
        look = "text long" if len(segment.text) > LONG_TEXT else "text"
        text = f'<p class="{look}" dir="auto">{_words(segment)}</p>'
    else:
        text = '<p class="text none">no words</p>'
    return f"<div>{speaker}{text}{_felt(segment)}</div>"


def _words(segment: SegmentResult) -> str:
    """The text, its words tinted by how far each moves the valence."""
    words = (segment.text or "").split()
    if segment.highlights is None:
        return " ".join(map(safe, words))
    return " ".join(
        _word(word, effect) for word, effect in zip(words, segment.highlights, strict=True)
    )


def _word(word: str, effect: float) -> str:
    level = sum(abs(effect) >= least for least in LEVELS)
    if not level:
        return safe(word)
    look = "g" if effect > 0 else "b"
    return f'<mark class="{look}{level}" title="{signed(effect)}">{safe(word)}</mark>'


def _felt(segment: SegmentResult) -> str:
    """The strongest emotions, each with a bar."""
    some = [
        (name, share)
        for place, (name, share) in enumerate(strongest(segment.emotions, EMOTIONS))
        if share >= LEAST_SHARE or place == 0
    ]
    items = (
        f'<li>{safe(name)}<svg aria-hidden="true"><rect class="trough" width="100%" '
        f'height="100%"/><rect class="share" width="{share:.0%}" height="100%"/></svg>'
        f"{share:.0%}</li>"
        for name, share in some
    )
    return f'<ul class="felt" aria-label="emotions">{"".join(items)}</ul>' if some else ""


def _scale(segment: SegmentResult, names: Sequence[str], *, is_first: bool) -> str:
    """The verdict and, below it on the same axis, what each channel says and adds."""
    tint = hue(segment.sentiment)
    said = _valences(segment)
    apart = (min(said.values()), max(said.values())) if len(said) > 1 else (0.0, 0.0)
    rows = "".join(_row(name, segment.modalities.get(name)) for name in names)
    head = ""
    if is_first:
        head = '<div class="facts"><dt></dt><dd></dd><dd>says</dd><dd>adds</dd></div>'
    whole = ""
    if segment.valence is not None:
        line = scale(segment.valence, None, apart, f"{tint}-fill")
        whole = f'<div><dt>all</dt><dd class="verdict-line">{line}</dd></div>'
    return (
        f'<div class="scale"><p class="said-so"><span class="called {tint}">{_called(segment)}'
        f"</span>{_sure(segment)}</p>"
        f'<dl class="channels">{head}{whole}{rows}</dl>{_mixed(segment, said)}</div>'
    )


def _called(segment: SegmentResult) -> str:
    """The verdict in a word, and its number."""
    if segment.sentiment is None:
        return safe(segment.own_words or "nothing to read")
    return f"{safe(segment.sentiment)} {signed(segment.valence)}"


def _sure(segment: SegmentResult) -> str:
    if segment.confidence is None:
        return ""
    return f'<span class="sure">{segment.confidence:.0%} sure</span>'


def _row(name: str, channel: Channel | None) -> str:
    """One channel: a dot where it stands, a bar as long as what it adds."""
    called = safe(name.replace("_", " "))  # a narrow column breaks it between its words
    if channel is None or not channel.present:
        reason = safe((channel and channel.reason) or "absent")
        return f'<div><dt>{called}</dt><dd class="absent"><bdi>{reason}</bdi></dd></div>'
    gave = channel.contribution
    line = scale(channel.valence, gave, (0.0, 0.0), f"{kind(name)}-fill")
    return (
        f"<div><dt>{called}</dt><dd>{line}</dd><dd>{signed(channel.valence)}</dd>"
        f'<dd class="gave">{signed(channel.share if gave is None else gave)}</dd></div>'
    )


def _mixed(segment: SegmentResult, said: dict[str, float]) -> str:
    """Why a segment is marked: who stands against whom, or that the verdict is open."""
    if not segment.mixed:
        return ""
    high, low = (max(said, key=said.__getitem__), min(said, key=said.__getitem__)) if said else "  "
    if len(said) > 1 and said[high] > 0 > said[low]:
        return f'<p class="mixed">{safe(high)} says good, {safe(low)} says bad</p>'
    if len(said) > 1 and segment.conflict > 0:
        return (
            f'<p class="mixed">{safe(high)} stands {2 * segment.conflict:.2f} above {safe(low)}</p>'
        )
    return '<p class="mixed">the verdict is open</p>'


def _valences(segment: SegmentResult) -> dict[str, float]:
    return {
        name: channel.valence
        for name, channel in segment.modalities.items()
        if channel.present and channel.valence is not None
    }
