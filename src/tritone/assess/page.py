"""The report as one page: no network, no script, nothing of the data's that can act."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape

from tritone.assess.controls import Controls
from tritone.assess.curves import Robustness, share
from tritone.assess.history import History
from tritone.assess.plots import reliability_png, robustness_png, training_png
from tritone.assess.promises import Calibration
from tritone.assess.report import Figure, Report, between, number, spread_text
from tritone.assess.shares import Shares
from tritone.core.markup import safe

STEPS, DEEPER = 8, 0.09  # tints of a confusion matrix, and how much each adds
MARKS = {
    "below_floor": "The figures are not above those of a guess that looks at nothing.",
    "near_floor": "The interval reaches down to the guess that looks at nothing.",
    "within_noise": "These clips cannot tell it from the best of the table.",
    "degenerate": "The model says nearly the same of every clip.",
    "above_ceiling": "The figures are better than the labels themselves are sure of.",
    "synthetic_pairing": "The channels of a clip come from different people; only the label is "
    "shared.",
    "seen_in_train": "Many of these clips, or nearly the same texts, are in the train split too.",
    "test_reused": "The test split was looked at before these weights were made.",
    "selected_on_reported_split": "The weights were chosen on the very clips that are reported.",
}
FLOORS = {
    "majority": "the constant that fits these clips best",
    "prior": "the shares of the classes as probabilities",
    "mean": "the train split's mean",
    "median": "the train split's median",
}
STYLE = """
:root { color-scheme: light dark; --ground: #fbfaf6; --ink: #1f1d1a; --soft: #6b675f;
  --line: #e2dfd6; --warning: #94660f; --tint: 61, 85, 165;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", Georgia, serif; }
@media (prefers-color-scheme: dark) { :root { --ground: #171614; --ink: #ece8df;
  --soft: #a29d92; --line: #35332e; --warning: #d9ac55; --tint: 152, 171, 240; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 3.5rem 2rem 5rem; max-width: 66rem; background: var(--ground);
  color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
h1, h2 { font-weight: 400; font-family: var(--serif); line-height: 1.2; margin: 0; }
h1 { font-size: clamp(1.7rem, 4.5vw, 2.6rem); } h2 { font-size: 1.5rem; margin-top: 3.2rem; }
p { margin: .35rem 0 0; max-width: 46rem; } .brand, .soft, dt, th { color: var(--soft); }
.brand { font-size: .8rem; letter-spacing: .08em; margin: 0 0 .75rem; }
.verdict { font-family: var(--serif); font-size: 1.3rem; margin-top: 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.5rem;
  margin: 1.2rem 0 0; } dd { margin: 0; }
.marks { list-style: none; margin: 1.4rem 0 0; padding: 0 0 0 1rem;
  border-left: 3px solid var(--warning); } .marks b { color: var(--warning); font-weight: 600; }
.wide { overflow-x: auto; } table { border-collapse: collapse; margin-top: .9rem; }
th, td { text-align: right; font-weight: 400; padding: .28rem 0 .28rem 1.6rem; white-space: nowrap;
  border-bottom: 1px solid var(--line); } th:first-child { text-align: left; padding-left: 0; }
thead th { vertical-align: bottom; } tbody th { color: var(--ink); }
.confusion td { padding: .45rem .9rem; text-align: center; border: 1px solid var(--ground); }
.confusion th { border: 0; padding-right: .9rem; }
.confusion thead th { text-align: center; padding: 0 .9rem .3rem; }
figure { margin: 1rem 0 0; } img { display: block; max-width: 100%; height: auto; }
figure.training img, figure.reliability img { max-width: 50rem; width: 100%; }
@media (prefers-color-scheme: dark) { img { border-radius: 4px; filter: brightness(.92); } }
@media (max-width: 40rem) { body { padding: 2rem 1rem; } figure { overflow-x: auto; }
  figure.robustness img { max-width: none; width: 52rem; } }
""" + "".join(
    f".t{step} {{ background: rgba(var(--tint), {step * 0.09:.2f}); }}\n"
    for step in range(STEPS + 1)
)


def page(report: Report) -> str:
    """The whole page as HTML text."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'"
    )
    title = f"{report.model['name']} on {report.data['spec']}"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{safe(title)} \u00b7 Tritone</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(sections(report))
        + "\n</body>\n</html>"
    )


def sections(report: Report) -> Iterator[str]:
    """The parts of the page, from the verdict to the small print."""
    yield from head(report)
    beside = next((part for part in report.parts.values() if isinstance(part, Controls)), None)
    yield from figures(report)
    yield from () if beside is None else controls(beside)
    yield from confusion(report)
    for part in report.parts.values():
        if isinstance(part, Calibration):
            yield from calibration(part)
        elif isinstance(part, Robustness):
            yield from robustness(part, beside)
        elif isinstance(part, History):
            yield "<h2>How it was trained</h2>"
            yield from (f"<p>{safe(line.capitalize())}.</p>" for line in part.to_lines())
            yield picture(training_png(part), "training", "Loss and score over the epochs")
        elif isinstance(part, Shares):
            yield from shares(part)
    yield from foot(report)


def head(report: Report) -> Iterator[str]:
    """What was measured, on what, and what to beware of."""
    data, main = report.data, report.table()[0]
    floor = "" if main[3] == "-" else f"; a constant guess has {main[3]}"
    yield f'<header><p class="brand">Tritone evaluate</p><h1>{safe(data["spec"])}</h1>'
    yield (
        f'<p class="verdict">{safe(main[0])} {main[1]} on {safe(data["split"])}, between '
        f"{main[2].replace(' - ', ' and ')} with 95 % confidence{floor}.</p><dl>"
    )
    facts = {
        "model": f"{report.model['name']} {report.model['version']}",
        "predicts": data["target"],
        "clips": f"{data['n']:,}",
        "groups": data.get("groups"),
        "trainings": report.seeds,
        "chosen on": next(
            (f"val, by {p.select}" for p in report.parts.values() if isinstance(p, History)), None
        ),
        "test opened": data.get("test_opened"),
    }
    for name, fact in facts.items():
        yield "" if fact is None else f"<dt>{name}</dt><dd>{safe(fact)}</dd>"
    yield "</dl>"
    if report.marks:
        told = (f"<li><b>{safe(m)}</b> {safe(MARKS.get(m, ''))}</li>" for m in report.marks)
        yield f'<ul class="marks">{"".join(told)}</ul>'
    yield "</header>"


def figures(report: Report) -> Iterator[str]:
    """Every metric with its interval, beside the floors."""
    yield "<h2>Figures</h2>"
    heads = ("metric", "value", "95 % interval", "spread", *report.floors)
    names = [row[0] for row in report.table()]
    rows = [
        (
            name,
            *pair(report.metrics[name]),
            spread_text(report.metrics[name]),
            *(number(floor.get(name, float("nan"))) for floor in report.floors.values()),
        )
        for name in names
    ]
    yield table(heads, rows)
    yield '<p class="soft">Spread: the standard deviation over trainings; - of one alone.</p>'
    if report.smallest is not None:
        yield f'<p class="soft">{safe(report.smallest.sentence())}</p>'
    told = [f"{name}: {FLOORS[name]}" for name in report.floors if name in FLOORS]
    if told:
        yield f'<p class="soft">What needs no model: {"; ".join(told)}.</p>'


def confusion(report: Report) -> Iterator[str]:
    """True classes down, predicted ones across; the tint is the share of the true class."""
    classes, counts = report.confusion.get("classes"), report.confusion.get("counts")
    if not isinstance(classes, list) or not isinstance(counts, list):
        return
    yield "<h2>What is taken for what</h2>"
    yield '<div class="wide"><table class="confusion"><thead><tr><th></th>'
    yield "".join(f"<th>said {safe(name)}</th>" for name in classes) + "</tr></thead><tbody>"
    for name, row in zip(classes, counts, strict=True):
        total = max(1, sum(row))
        yield f"<tr><th>is {safe(name)}</th>"
        for count in row:
            tint = round(STEPS * count / total)
            yield f'<td class="t{tint}" title="{count / total:.0%}">{count:,}</td>'
        yield "</tr>"
    yield "</tbody></table></div>"
    several = f", over {report.seeds} trainings" if report.seeds > 1 else ""
    yield f'<p class="soft">Clips{several}; the deeper, the larger the share of the row.</p>'


def calibration(found: Calibration) -> Iterator[str]:
    """Whether a confidence means what it says, and sets that hold the truth."""
    yield "<h2>Is it as sure as it is right?</h2>"
    yield f"<p>All was {safe(found.fitting)}; the figures are of {found.measured:,} clips.</p>"
    whole = found.whole
    if whole.before:
        heats = ", ".join(f"{heat:.2f}" for heat in whole.temperature)
        yield f"<p>Dividing the logits by {heats} makes the confidence fit.</p>"
        rows = [
            (name, *pair(value), *pair(whole.after[name])) for name, value in whole.before.items()
        ]
        yield table(("metric", "before", "95 % interval", "after", "95 % interval"), rows)
    if found.band is not None:
        ends = between(found.band.low, found.band.high)
        yield f'<p class="soft">The ece of a perfectly calibrated model would lie in {ends}.</p>'
        yield picture(reliability_png(found), "reliability", "Accuracy over confidence")
        yield '<p class="soft">The first training; bins of equally many clips, 95 % intervals.</p>'
    size = "classes in a set" if whole.before else "width"
    yield f"<p>Sets that should hold the truth of {1 - found.alpha:.0%} of the clips:</p>"
    rows = [
        (" + ".join(channels), *pair(one.coverage), f"{one.size:.2f}", number(one.unaware))
        for channels, one in found.promises.items()
    ]
    yield table(("channels that are there", "held", "95 % interval", size, "unaware"), rows)
    yield (
        '<p class="soft">Unaware: what is held by thresholds that were fitted with all channels '
        "there, and do not know that some are lost.</p>"
    )


def controls(found: Controls) -> Iterator[str]:
    """The model beside plain ones that were trained on one channel alone."""
    yield "<h2>Beside one channel alone</h2>"
    if found.of:
        heads = [word for metric in found.shown for word in (metric, "95 % interval")]
        yield table(("model (trained on)", *heads, "trainings, marks"), list(found.table()))
    if found.hint:
        yield f'<p class="soft">{safe(found.hint.capitalize())}.</p>'


def robustness(found: Robustness, beside: Controls | None = None) -> Iterator[str]:
    """How the figures fall as less is there."""
    yield "<h2>What is left where less is there</h2>"
    for metric in found.floors:
        drawn = robustness_png(found, metric, {} if beside is None else beside.studied)
        yield picture(drawn, "robustness", f"{metric} as more is lost")
    dashed = " Dashed: a plain model that was trained on that channel alone."
    yield (
        '<p class="soft">Lines: one channel, or all, lose rows, are lost as a whole, or get '
        "noisy. Band: 95 % interval of all channels damaged. Dashes and dots: the model with one "
        f"channel alone.{dashed if beside is not None and beside.studied else ''}</p>"
    )
    heads = ["damage"] + [word for metric in found.floors for word in (f"{metric}: area", "kept")]
    rows = [
        (
            f"{curve.damage}, {curve.of}",
            *(
                word
                for metric in found.floors
                for word in (spanned(curve.area[metric]), share(curve.kept[metric]))
            ),
        )
        for curve in found.curves
    ]
    yield table(heads, rows)
    yield (
        f'<p class="soft">Of {found.n:,} clips. Area: mean height of the curve, with its 95 % '
        "interval. Kept: of what the model has over a constant guess, how much is left on "
        "average; 100 % is nothing lost.</p>"
    )
    heads = ["channels that are there"]
    heads += [word for metric in found.floors for word in (metric, "95 % interval")]
    rows = [
        (" + ".join(channels), *(word for metric in found.floors for word in pair(values[metric])))
        for channels, values in found.patterns.items()
    ]
    yield table(heads, rows)


def shares(found: Shares) -> Iterator[str]:
    """The columns that added most to the answers."""
    yield "<h2>What the answers are made of</h2>"
    rows = [(s.column, s.channel, number(s.size), f"{s.mean:+.3f}") for s in found.shown]
    yield table(("column", "channel", "size", "mean"), rows)
    yield f'<p class="soft">{safe(found.sentence.capitalize())}.</p>'


def foot(report: Report) -> Iterator[str]:
    """The small print: what was left out, and what failed."""
    if report.notes:
        yield "<h2>To keep in mind</h2>"
    yield from (f"<p>{safe(note)}</p>" for note in report.notes)
    if report.errors:
        count = len(report.errors)
        yield f"<h2>{count} clip{'s' * (count != 1)} could not be read</h2>"
    yield from (f"<p>{safe(one.error)}</p>" for one in report.errors)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose first column names its rows."""
    top = "".join(f"<th>{safe(head)}</th>" for head in heads)
    lines = (
        f"<tr><th>{safe(row[0])}</th>" + "".join(f"<td>{safe(c)}</td>" for c in row[1:]) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide"><table><thead><tr>{top}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def pair(value: Figure) -> tuple[str, str]:
    """A value and its interval."""
    return number(value.value), between(value.low, value.high)


def spanned(value: Figure) -> str:
    """A value with its interval, in one cell."""
    return f"{number(value.value)} [{number(value.low)}, {number(value.high)}]"


def picture(data: bytes, kind: str, alt: str) -> str:
    """A PNG within the page."""
    held = base64.b64encode(data).decode()
    source = f"data:image/png;base64,{held}"
    return f'<figure class="{kind}"><img alt="{safe(alt)}" src="{source}"></figure>'
