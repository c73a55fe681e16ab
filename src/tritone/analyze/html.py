"""The result as one page: no network, no external file, nothing of the user's that can act.

All that comes from outside passes through `safe`. The page's policy allows only the style and
the script that stand in it, by their hashes, so that even a slip there could run nothing.
"""

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from pathlib import PurePath

from tritone.analyze.about import is_sure, sentences
from tritone.analyze.chart import MOST_COLUMNS, curve, sample, small_curve
from tritone.analyze.result import ClipResult, Result
from tritone.analyze.segment_html import hue, segment_rows, signed, when
from tritone.analyze.terminal import absences, clock
from tritone.core.markup import one_line, safe

OPEN_AT_MOST = 60  # segments on a page of several clips, above which they begin folded
READING = (
    "A channel is one way to read a person: what is said (text), how it is said (audio), "
    "how it looks (vision).",
    "Valence runs from \u22121, bad, over 0 to +1, good. Each dot stands where a channel puts "
    "the moment; the large dot is the verdict of all.",
    "The grey band reaches from the lowest channel to the highest. Where it is wide, they "
    "disagree; a segment whose verdict is open is marked \u2260.",
    "The bar beside a channel is what it adds to the verdict. The bars sum to the verdict, "
    "less what the model would say having heard nothing.",
    "A word with a solid line made the text read as better, one with a dashed line as worse; "
    "the deeper the tint, the more.",
    "A share of 80% sure means: of the segments marked so, about 80 in 100 should be right. "
    "The model reads signs, not minds.",
)
ADDS = (
    "The figure beside a channel is what it adds to the share that the model gives its answer, "
    "or to its score. The figures sum to it, less what the model would say having heard nothing."
)
SIGNS = "The model reads signs, not minds."


def page(result: Result) -> str:
    """The whole page as HTML text."""
    style, script = _asset("page.css"), _asset("page.js")
    several = len(result.clips) != 1
    title = f"{len(result.clips)} clips" if several else _name(result.clips[0])
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; "
        f"script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    )
    body = [*_head(result, title), *_errors(result)]
    count = sum(len(clip.segments) for clip in result.clips)
    for place, clip in enumerate(result.clips):
        body += _clip(clip, place, several=several, is_open=not several or count <= OPEN_AT_MOST)
    body += _foot(result)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f'<title>{safe(title)} \u00b7 Tritone</title>\n<link rel="icon" href="data:,">\n'
        f"<style>{style}</style>\n</head>\n"
        f'<body class="{"several" if several else "single"}">\n'
        + "\n".join(body)
        + f"\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _head(result: Result, title: str) -> Iterator[str]:
    yield f'<header><p class="brand">Tritone</p><h1><bdi>{safe(title)}</bdi></h1>'
    if len(result.clips) > 1:
        yield '<nav class="index" aria-label="Clips">'
        for place, clip in enumerate(result.clips):
            is_drawn = len(clip.segments) > 1 and has_valence(clip)
            line = small_curve(clip) if is_drawn else "<span></span>"
            yield (
                f'<a href="#c{place}"><span class="name"><bdi>{safe(clip.path)}</bdi></span>'
                f'{line}<span class="total">{_total(clip)}</span></a>'
            )
        yield "</nav>"
    yield "</header>"


def _errors(result: Result) -> Iterator[str]:
    if not result.errors:
        return
    count = len(result.errors)
    things = "input" if count == 1 else "inputs"
    yield f'<section class="errors"><h2>{count} {things} could not be analysed</h2>'
    for one in result.errors:
        yield f"<p><bdi>{safe(one.sentence)}</bdi></p>"
    yield "</section>"


def _clip(clip: ClipResult, place: int, *, several: bool, is_open: bool) -> Iterator[str]:
    """One clip: verdict, what to know, curve, segments; a fold where there are several."""
    if several:
        yield f'<details class="clip" id="c{place}"{" open" if is_open else ""}><summary>'
        yield f'<h2><bdi>{safe(clip.path)}</bdi></h2><p class="facts">{_facts(clip)}</p></summary>'
    else:
        yield f'<main class="clip" id="c{place}"><p class="facts">'
        folder = "" if clip.path == _name(clip) else f"<bdi>{safe(clip.path)}</bdi> \u00b7 "
        yield f"{folder}{_facts(clip)}</p>"
    yield f'<p class="verdict">{_verdict(clip, place)}</p>'
    yield from _notes(clip)
    names = _present(clip)
    if len(clip.segments) > 1 and has_valence(clip):
        yield from _figure(clip, names)
    if clip.segments:
        # Beyond this a browser is slow unless it may leave out what is not in sight.
        many = " many" if len(clip.segments) > OPEN_AT_MOST else ""
        yield f'<ol class="segments{many}">'
        yield from segment_rows(clip, place, names)
        yield "</ol>"
    yield "</details>" if several else "</main>"


def _facts(clip: ClipResult) -> str:
    count = len(clip.segments)
    length = [] if clip.duration is None else [clock(clip.duration)]
    return " \u00b7 ".join([*length, f"{count} segment" + "s" * (count != 1)])


def _total(clip: ClipResult) -> str:
    if clip.overall is None:
        return "nothing to say"
    if clip.overall.sentiment is None:
        return f"<span>{safe(clip.overall.own_words or 'nothing to say')}</span>"
    return (
        f'<span class="{hue(clip.overall.sentiment)}">{safe(clip.overall.sentiment)} '
        f"{signed(clip.overall.valence)}</span>"
    )


def _verdict(clip: ClipResult, place: int) -> str:
    """The clip in two or three sentences."""
    if clip.overall is None or not clip.segments:
        return "Nothing could be said about it."
    if clip.overall.sentiment is None:
        return f"<b>{safe(clip.overall.own_words or 'nothing to say')}</b>"
    name = safe(clip.overall.sentiment)
    said = [
        f'<b class="{hue(clip.overall.sentiment)}">{name[:1].upper()}{name[1:]} overall, '
        f"{signed(clip.overall.valence)}.</b>"
    ]
    if len(clip.segments) > 1:
        known = {n: s.valence for n, s in enumerate(clip.segments) if s.valence is not None}
        order = sorted(known, key=known.__getitem__)
        high, low = (
            f'<a href="#c{place}s{n}">{when(clip.segments[n], n)}</a>'
            for n in (order[-1], order[0])
        )
        at = "at" if clip.segments[0].start is not None else "in segment"
        said.append(f"Highest {at} {high}, lowest {at} {low}.")
    mixed = sum(segment.mixed for segment in clip.segments)
    if mixed and len(clip.segments) > 1:
        said.append(f"Mixed in {mixed} of {len(clip.segments)} segments.")
    return " ".join(said)


def _notes(clip: ClipResult) -> Iterator[str]:
    notes = []
    for name, reason, count in absences(clip):
        where = "" if count == len(clip.segments) else f" in {count} of {len(clip.segments)}"
        notes.append(
            f'<li data-mark="\u2013">No {safe(name)}{where}: <bdi>{safe(reason)}</bdi></li>'
        )
    notes += [
        f'<li class="warning" data-mark="!"><bdi>{safe(warning)}</bdi></li>'
        for warning in clip.warnings
    ]
    if notes:
        yield f'<ul class="notes">{"".join(notes)}</ul>'


def _figure(clip: ClipResult, names: list[str]) -> Iterator[str]:
    key = [f"<span>{sample('fused')}all together</span>"] if len(names) > 1 else []
    key += [f"<span>{sample(name)}{safe(name)}</span>" for name in names]
    if len(names) > 1:
        key.append(
            '<span><svg aria-hidden="true"><rect class="apart" width="28" height="10"/></svg>'
            "between the channels</span>"
        )
    each = -(-len(clip.segments) // MOST_COLUMNS)
    if each > 1:
        key.append(f"<span>each point is the mean of {each} segments</span>")
    yield f'<figure class="curve">{curve(clip, names)}<figcaption class="key">{"".join(key)}'
    yield (
        '</figcaption><p class="readout" aria-live="polite">Point at the curve to see who '
        "said what; click to go there.</p></figure>"
    )


def _foot(result: Result) -> Iterator[str]:
    model = " ".join(filter(None, (result.model.get("name"), result.model.get("version"))))
    told = sentences(result.model)
    if told:
        yield '<footer class="reading"><h2>The model</h2><div>'
        yield from (f"<p><bdi>{safe(sentence)}</bdi></p>" for sentence in told)
        yield "</div><h2>How to read this</h2><div>"
    else:
        yield '<footer class="reading"><h2>How to read this</h2><div>'
    yield from (f"<p>{sentence}</p>" for sentence in reading(result))
    yield f"</div><p>Read by the model {safe(model)}.</p></footer>"


def reading(result: Result) -> Iterator[str]:
    """How to read the page, as far as this model has anything to read of that kind."""
    is_felt = not result.clips or any(has_valence(clip) for clip in result.clips)
    yield READING[0]
    yield from READING[1:-1] if is_felt else (ADDS,)
    yield READING[-1] if is_sure(result.model) else SIGNS


def has_valence(clip: ClipResult) -> bool:
    """Whether the model says good or bad of it."""
    return any(segment.valence is not None for segment in clip.segments)


def _present(clip: ClipResult) -> list[str]:
    """The channels that say something somewhere in the clip."""
    return list(
        dict.fromkeys(n for s in clip.segments for n, one in s.modalities.items() if one.present)
    )


def _name(clip: ClipResult) -> str:
    """The last part of a path, which is what people call a file; else the path."""
    return one_line(PurePath(clip.path).name) or clip.path


def _asset(name: str) -> str:
    return files("tritone.analyze").joinpath("page", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
