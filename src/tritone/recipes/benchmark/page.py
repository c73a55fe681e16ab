"""The benchmark as one page: tables, and pictures of what figures alone do not show."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape

from tritone.assess.page import MARKS, STEPS, STYLE, picture
from tritone.assess.page import table as grid
from tritone.core.markup import safe
from tritone.core.task import Classes
from tritone.recipes.benchmark.ablation import ablation, ablation_lines
from tritone.recipes.benchmark.cells import ABLATED
from tritone.recipes.benchmark.fading import channels_png, mended_png, robust_png
from tritone.recipes.benchmark.pictures import (
    cost_png,
    learning_png,
    reliability_png,
    roc_png,
)
from tritone.recipes.benchmark.shown import (
    COSTS,
    below,
    cell_text,
    cost_text,
    headline,
    matrix,
    metrics_shown,
    robust_head,
    robust_text,
    spread_text,
    standing,
)
from tritone.recipes.benchmark.studied import (
    Studied,
    areas,
    calibrated_rows,
    mended,
    patterns,
    promised,
    robust_rows,
)
from tritone.recipes.benchmark.table import FLOOR, Block, Row, Table

OWN = """
body { max-width: 84rem; } h3 { font-weight: 400; font-family: var(--serif); font-size: 1.15rem;
  margin: 2rem 0 0; }
tr.best th, tr.best td { font-weight: 600; } tr.floor th, tr.floor td { color: var(--soft); }
td small { color: var(--soft); font-size: .8em; } td { padding-left: 1.1rem; }
th small { display: block; color: var(--warning); font-weight: 400; }
.several { display: flex; flex-wrap: wrap; gap: 0 3rem; } summary { cursor: pointer;
  color: var(--soft); margin-top: 1.2rem; } img { max-width: 56rem; width: 100%; }
.several figure { flex: 1 1 24rem; max-width: 34rem; }
"""


def page(table: Table) -> str:
    """The whole page as HTML text."""
    style = STYLE + OWN
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>Benchmark {safe(table.suite.name)} \u00b7 Tritone</title>\n"
        f"<style>{style}</style>\n</head>\n<body>\n"
        + "\n".join(sections(table))
        + "\n</body>\n</html>\n"
    )


def sections(table: Table) -> Iterator[str]:
    """The parts of the page."""
    yield '<header><p class="brand">Tritone benchmark</p>'
    yield f"<h1>{safe(table.suite.name)}</h1>"
    count = sum(len(block.ranked) for block in table.blocks)
    seeds = f"{table.suite.seeds} training{'s' if table.suite.seeds > 1 else ''}"
    sets = f"{len(table.blocks)} set{'s' if len(table.blocks) > 1 else ''}"
    yield (
        f'<p class="verdict">{count} models and controls on {sets} of data, {seeds} of each.</p>'
    )
    yield (
        "<p>Intervals are of 95 %, over seeds and rows at once, by groups where the data have "
        "them. A tie cannot be told from the best on these rows (p above .05, Holm over all "
        "comparisons on the data). A floor looks at nothing; a control sees one channel.</p>"
    )
    yield "</header>"
    if (found := matrix(table)) is not None:
        yield f"<h2>{safe(found.title)}</h2>" + grid(found.heads, found.lines)
    for block in table.blocks:
        yield from of_block(block)
    yield from foot(table)


def of_block(block: Block) -> Iterator[str]:
    """All that there is to see of some data."""
    yield f"<h2>{safe(headline(block))}</h2>"
    yield f'<p class="soft">{safe(block.data.spec)}</p>'
    yield main_table(block)
    yield from (f'<p class="soft">{safe(sentence)}</p>' for sentence in below(block))
    yield from ablation_table(block)
    yield picture(cost_png(block), "cost", f"{block.by} over the cost of each model")
    yield picture(learning_png(block), "training", "Loss on train and score on val over epochs")
    if isinstance(block.task, Classes) and not block.task.multi:
        yield '<div class="several">'
        yield picture(roc_png(block), "roc", "Recall over false alarms")
        yield picture(reliability_png(block), "reliable", "Accuracy over confidence")
        yield "</div>"
        yield from confusions(block)
    yield from robustness(block)
    yield from calibration(block)


def robustness(block: Block) -> Iterator[str]:
    """How every model falls as less is there, beside floor and controls, where it was studied."""
    rows = robust_rows(block)
    if not rows:
        return
    yield "<h3>What is left where less is there</h3>"
    yield picture(robust_png(block), "robustness", "All channels damaged, a line for each model")
    if any(len(found.channels) > 1 for found in rows.values()):
        yield picture(channels_png(block), "robustness", "One channel at a time loses its rows")
    yield (
        '<p class="soft">Full lines: models. Dashed: a control that was trained on one channel '
        "alone. Dotted: a constant guess. Bands: 95 %.</p>"
    )
    yield from studied(areas(block))
    yield from studied(patterns(block))


def calibration(block: Block) -> Iterator[str]:
    """Whether a confidence means what it says, where it was studied."""
    rows = calibrated_rows(block)
    if any(found.diagrams for found in rows.values()):
        yield "<h3>Confidence, mended on val</h3>"
        yield picture(mended_png(block), "reliable", "Accuracy over confidence, before and after")
    yield from studied(mended(block))
    yield from studied(promised(block))


def studied(found: Studied | None) -> Iterator[str]:
    """A table of a study under its title; nothing where it was not made."""
    if found is None:
        return
    yield f"<p>{safe(found.title)}</p>"
    yield grid(found.heads, found.lines)
    yield from (f'<p class="soft">{safe(note)}</p>' for note in found.notes)


def main_table(block: Block) -> str:
    """The rows with every figure's interval, the cost, and the marks under the name."""
    shown = metrics_shown(block)
    heads = ["model", shown[0], "spread", *shown[1:], "beside the best", "parameters"]
    heads += ["samples/s", "ms a clip"]
    heads += [head] if (head := robust_head(block)) else []
    top = "".join(f"<th>{safe(head)}</th>" for head in heads)
    lines = "".join(main_line(block, row, shown) for row in block.rows if row.kind != ABLATED)
    return (
        f'<div class="wide"><table><thead><tr>{top}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def main_line(block: Block, row: Row, shown: Sequence[str]) -> str:
    """One row of the table."""
    kind = "floor" if row.kind == FLOOR else "best" if block.is_best(row) else "other"
    cells = [small_interval(row, shown[0]), spread_text(row, shown[0])]
    cells += [small_interval(row, metric) for metric in shown[1:]]
    words = [standing(block, row), *(cost_text(row, cost) for cost in COSTS[:3])]
    words += [robust_text(block, row)] if robust_head(block) else []
    cells += [safe(word) for word in (words if kind != "floor" else [""] * len(words))]
    name = f"{row.model} (floor)" if kind == "floor" else row.model
    marks = "".join(f"<small>{safe(mark)}</small>" for mark in row.marks)
    told = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr class="{kind}"><th>{safe(name)}{marks}</th>{told}</tr>'


def small_interval(row: Row, metric: str) -> str:
    """A figure with its interval in small type."""
    value, space, ends = cell_text(row, metric).partition(" ")
    return f"{value}{space}<small>{ends}</small>" if ends else value


def ablation_table(block: Block) -> Iterator[str]:
    """Every model on every subset of its channels, where that was asked for."""
    found = ablation(block)
    if found is None:
        return
    yield f"<h3>What each channel adds: {safe(block.by)}</h3>"
    yield grid(["channels", *found.models], ablation_lines(found, block.by))
    yield (
        '<p class="soft">After each figure: its difference from the same model on all channels, '
        "with the paired 95 % interval and p by Holm over all of them.</p>"
    )


def confusions(block: Block) -> Iterator[str]:
    """What is taken for what, of each model and control; the counts are over all seeds."""
    yield "<details><summary>What is taken for what, by each model</summary>"
    yield '<div class="several">'
    for row in block.ranked:
        held = row.done.facts["confusion"] if row.done else {}
        if held:
            yield f"<div><h3>{safe(row.model)}</h3>{confusion(held['classes'], held['counts'])}"
            yield "</div>"
    yield "</div></details>"


def confusion(classes: Sequence[str], counts: Sequence[Sequence[int]]) -> str:
    """True classes down, predicted ones across; the tint is the share of the true class."""
    top = "".join(f"<th>said {safe(name)}</th>" for name in classes)
    lines = []
    for name, row in zip(classes, counts, strict=True):
        total = max(1, sum(row))
        cells = "".join(f'<td class="t{round(STEPS * n / total)}">{n:,}</td>' for n in row)
        lines.append(f"<tr><th>is {safe(name)}</th>{cells}</tr>")
    return (
        f'<div class="wide"><table class="confusion"><thead><tr><th></th>{top}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def foot(table: Table) -> Iterator[str]:
    """What the marks mean, what failed, and what was left out."""
    marks = dict.fromkeys(m for block in table.blocks for row in block.rows for m in row.marks)
    if marks:
        told = "".join(f"<li><b>{safe(m)}</b> {safe(MARKS.get(m, ''))}</li>" for m in marks)
        yield f'<h2>Marks</h2><ul class="marks">{told}</ul>'
    if table.failed:
        yield f"<h2>{len(table.failed)} could not be done</h2>"
    for one in table.failed:
        where = one.data if one.model is None else f"{one.data}, {one.model}"
        yield f"<p>{safe(where)}: {safe(one.error)}</p>"
    if table.suite.notes:
        yield "<h2>To keep in mind</h2>"
    yield from (f"<p>{safe(note)}</p>" for note in table.suite.notes)
