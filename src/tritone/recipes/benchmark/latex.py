"""The table as LaTeX: a booktabs table for each of the data, every word of it escaped."""

import math
from collections.abc import Iterator

from tritone.assess.report import number
from tritone.core.markup import one_line
from tritone.recipes.benchmark.ablation import Ablation, ablation, ablation_lines
from tritone.recipes.benchmark.shown import (
    below,
    floors_told,
    headline,
    metrics_shown,
    robust_head,
    spread_text,
    standing,
)
from tritone.recipes.benchmark.studied import robust_area
from tritone.recipes.benchmark.table import FLOOR, Block, Row, Table

SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    **{one: f"\\{one}" for one in "&%$#_{}"},
}


def latex(table: Table) -> str:
    r"""The tables, to be taken into a paper by \input."""
    lines = [f"% tritone benchmark {one_line(table.suite.name)}; needs \\usepackage{{booktabs}}"]
    for block in table.blocks:
        lines += ["", *block_lines(block)]
        if (found := ablation(block)) is not None:
            lines += ["", *ablation_table(block, found)]
    lines += ["", *comments(table)]
    return "\n".join(lines) + "\n"


def comments(table: Table) -> Iterator[str]:
    """What failed, and what must be kept in mind of all tables."""
    for one in table.failed:
        where = one.data if one.model is None else f"{one.data}, {one.model}"
        yield f"% failed: {escaped(where)}: {escaped(one.error)}"
    yield from (f"% note: {escaped(note)}" for note in table.suite.notes)


def escaped(text: str) -> str:
    """A text that LaTeX prints as it is; what is no letter, digit or sign becomes a space."""
    return "".join(SPECIAL.get(one, one) for one in one_line(text))


def block_lines(block: Block) -> Iterator[str]:
    """The table of some data."""
    shown = metrics_shown(block)
    yield r"\begin{table}"
    yield r"\centering"
    yield rf"\caption{{{escaped(headline(block))}. {escaped(' '.join(below(block)))}}}"
    robust = [head] if (head := robust_head(block)) else []
    yield rf"\begin{{tabular}}{{l{'r' * (len(shown) + len(robust))}rrl}}"
    yield r"\toprule"
    heads = ["model", shown[0], "spread", *shown[1:], *robust, "parameters", "beside the best"]
    yield " & ".join(escaped(head) for head in heads) + r" \\"
    yield r"\midrule"
    floors = False
    for row in block.rows:
        if row.kind == FLOOR and not floors:
            yield r"\midrule"
            floors = True
        yield " & ".join(cells(block, row, shown)) + r" \\"
    yield r"\bottomrule"
    yield r"\end{tabular}"
    yield r"\end{table}"


def ablation_table(block: Block, found: Ablation) -> Iterator[str]:
    """Every model on every subset of its channels, beside the same on all."""
    yield r"\begin{table}"
    yield r"\centering"
    smallest = block.smallest.sentence() if block.smallest else ""
    told = f"{block.by} by channels. {headline(block)}. {floors_told(block)} {smallest}"
    yield rf"\caption{{{escaped(told.strip())}}}"
    yield rf"\begin{{tabular}}{{l{'r' * len(found.models)}}}"
    yield r"\toprule"
    heads = ["channels", *found.models]
    yield " & ".join(escaped(head) for head in heads) + r" \\"
    yield r"\midrule"
    for line in ablation_lines(found, block.by):
        yield " & ".join(escaped(cell) for cell in line) + r" \\"
    yield r"\bottomrule"
    yield r"\end{tabular}"
    yield r"\end{table}"


def cells(block: Block, row: Row, shown: list[str]) -> Iterator[str]:
    """The cells of one row: each figure with its interval as a small index."""
    name = escaped(row.model)
    yield rf"\textbf{{{name}}}" if block.is_best(row) else name
    yield figure(row, shown[0])
    yield "--" if (spread := spread_text(row, shown[0])) == "-" else spread
    for metric in shown[1:]:
        yield figure(row, metric)
    if robust_head(block):
        area = robust_area(block, row)
        yield "--" if area is None else interval(area[1].value, area[1].low, area[1].high)
    count = row.cost.get("parameters")
    yield "--" if count is None else f"{int(count):,}"
    said = [standing(block, row), *row.marks]
    yield escaped(", ".join(word for word in said if word and word != FLOOR))


def figure(row: Row, metric: str) -> str:
    """A value with its interval, or a dash."""
    found = row.metrics.get(metric, {})
    if found.get("value") is None:
        return "--"
    ends = (math.nan if found.get(end) is None else found[end] for end in ("low", "high"))
    return interval(found["value"], *ends)


def interval(value: float, low: float, high: float) -> str:
    """A value with its ends as a small index, where it has some."""
    if math.isnan(low) or math.isnan(high):
        return number(value)
    return rf"{number(value)} {{\scriptsize [{number(low)}, {number(high)}]}}"
