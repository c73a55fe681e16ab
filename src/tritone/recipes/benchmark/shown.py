"""The table for people and for programs: what its columns are, as lines, CSV and a terminal."""

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tritone.assess.report import FIRST, number
from tritone.recipes.benchmark.cells import ABLATED
from tritone.recipes.benchmark.studied import (
    figure_text,
    robust_area,
    robust_metric,
    robust_rows,
)
from tritone.recipes.benchmark.table import FLOOR, Block, Row, Table

if TYPE_CHECKING:
    from rich.console import RenderableType

FROM = " from "  # in the name of a model that was trained on other data
COLUMNS = 3  # metrics in a table for people; the CSV and the JSON hold all
ALSO = ("f1_macro", "pearson", "acc2_nonzero", "f1_weighted")
TIED = "tie"


def metrics_shown(block: Block) -> list[str]:
    """The metric that ranks, and two more that mean something here."""
    there = [name for name in (block.by, *ALSO, *FIRST) if name in block.task.metrics]
    return list(dict.fromkeys(there))[:COLUMNS]


def cell_text(row: Row, metric: str) -> str:
    """A value with its interval, or a dash."""
    found = row.metrics.get(metric)
    if found is None or found.get("value") is None:
        return "-"
    if found.get("low") is None:
        return number(found["value"])
    return f"{number(found['value'])} [{number(found['low'])}, {number(found['high'])}]"


def spread_text(row: Row, metric: str) -> str:
    """The standard deviation over seeds, or a dash."""
    found = row.metrics.get(metric, {}).get("spread")
    return "-" if found is None else number(found)


def standing(block: Block, row: Row) -> str:
    """What the row is beside the best: "best", "tie", or how sure it is that it is not."""
    if row.kind == FLOOR:
        return "floor"
    if row.kind == ABLATED:
        return ""
    if block.is_best(row):
        return "best"
    if row.is_tie:
        return TIED
    return f"p {row.adjusted:.3f}"


def cost_text(row: Row, name: str) -> str:
    """A cost in few characters, or a dash."""
    value = row.cost.get(name)
    if value is None:
        return "-"
    if name == "parameters":
        return f"{int(value):,}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def robust_head(block: Block) -> str:
    """The head of the column of robustness; nothing where no row was studied."""
    found = next(iter(robust_rows(block).values()), None)
    return "" if found is None else f"{robust_metric(block, found)} as rows are lost"


def robust_text(block: Block, row: Row) -> str:
    """The mean height of the row's curve as rows are lost, with its interval; or a dash."""
    found = robust_area(block, row)
    return "-" if found is None else figure_text(found[1])


def headline(block: Block) -> str:
    """What the rows are about, in one line."""
    about = block.about
    groups = f" in {about['groups']} groups" if about.get("groups") else ""
    trained = "" if about["train"] is None else f", trained on {about['train']:,}"
    return (
        f"{block.data.called}: {about['target']} of {about['n']:,} {about['split']} clips{groups}"
        f"{trained}"
    )


def below(block: Block) -> Iterator[str]:
    """What stands under a table: what the rows can show, and what to keep in mind."""
    if block.smallest is not None:
        yield block.smallest.sentence()
    ties = [row.model for row in block.ranked if row.is_tie]
    if ties and block.best:
        yield f"Not told apart from {block.best} by {block.by}: {', '.join(ties)}."
    yield from block.notes


@dataclass(frozen=True)
class Matrix:
    """A table of the same models on several data.

    Args:
        title: what its cells are.
        heads: the first column's, then the data reported on.
        lines: what was trained on, and a cell for each of the data; the floors last.
    """

    title: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


def matrix(table: Table) -> Matrix | None:
    """Trained on, down; reported on, across. None where each model met its own data alone."""
    names = list(dict.fromkeys(row.model for b in table.blocks for row in b.ranked))
    if not any(FROM in name for name in names) or not table.blocks:
        return None
    by = table.blocks[0].by
    kinds = [(name, False) for name in sorted(names)]
    kinds += [(row.model, True) for row in table.blocks[0].rows if row.kind == FLOOR]
    lines = []
    for name, is_floor in kinds:
        cells = [
            next(
                (
                    cell_text(row, by)
                    for row in block.rows
                    if row.model == name and (row.kind == FLOOR) == is_floor
                ),
                "-",
            )
            for block in table.blocks
        ]
        lines.append((f"{name} (floor)" if is_floor else name, *cells))
    heads = ("trained on", *(block.data.called for block in table.blocks))
    return Matrix(f"{by}: trained on one corpus, reported on another", heads, tuple(lines))


def csv_text(table: Table) -> str:
    """A line for each row, model and metric apart: every figure of the JSON."""
    names = list(
        dict.fromkeys(n for block in table.blocks for row in block.rows for n in row.metrics)
    )
    figures = [f"{name}{end}" for name in names for end in ("", "_low", "_high", "_spread")]
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow([*PLAIN, *COSTS, *ROBUST, *figures])
    for block in table.blocks:
        for row in block.rows:
            writer.writerow([harmless(value) for value in csv_line(block, row, names)])
    return held.getvalue()


PLAIN = (
    *("data", "spec", "split", "target", "n", "model", "kind", "channels", "seeds"),
    *("marks", "best", "tie", "p_holm"),
)
ROBUST = ("robust_metric", "robust_area", "robust_area_low", "robust_area_high")
COSTS = ("parameters", "train_samples_per_s", "latency_ms", "train_seconds")


def csv_line(block: Block, row: Row, names: Sequence[str]) -> list[Any]:
    """The cells of one row."""
    about = block.about
    cells: list[Any] = [block.data.called, block.data.spec, about["split"], about["target"]]
    cells += [about["n"], row.model, row.kind, " ".join(row.channels), row.seeds]
    cells += [" ".join(row.marks), block.is_best(row), row.is_tie]
    cells += ["" if math.isnan(row.adjusted) else row.adjusted]
    cells += [row.cost.get(name, "") for name in COSTS]
    cells += robust_cells(block, row)
    for name in names:
        found: Mapping[str, Any] = row.metrics.get(name, {})
        ends = [found.get(end) for end in ("value", "low", "high", "spread")]
        cells += ["" if end is None else end for end in ends]
    return cells


def robust_cells(block: Block, row: Row) -> list[Any]:
    """The area of the row's curve as rows are lost; empty where it was not studied."""
    found = robust_area(block, row)
    if found is None:
        return [""] * len(ROBUST)
    metric, area = found
    ends = (area.value, area.low, area.high)
    return [metric, *("" if math.isnan(end) else end for end in ends)]


def harmless(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    risky = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{value}" if risky else value


def terminal(table: Table) -> Iterator["RenderableType"]:
    """The table for a terminal: a rich table for each of the data, and lines under it."""
    from rich.table import Table as Grid
    from rich.text import Text

    for block in table.blocks:
        shown = metrics_shown(block)
        grid = Grid(title=Text(headline(block)), title_justify="left", box=None, pad_edge=False)
        for place, head in enumerate(heads(block, shown)):
            grid.add_column(head, justify="left" if place in (0, len(shown) + 2) else "right")
        for row in block.rows:
            style = "dim" if row.kind == FLOOR else "bold" if block.is_best(row) else ""
            grid.add_row(*[Text(cell) for cell in line(block, row, shown)], style=style)
        yield grid
        for sentence in below(block):
            yield Text(sentence, style="dim")
        yield Text("")
    if (found := matrix(table)) is not None:
        yield from matrix_grid(found)
    for one in table.failed:
        where = one.data if one.model is None else f"{one.data}, {one.model}"
        yield Text(f"failed: {where}: {one.error}")
    for note in table.suite.notes:
        yield Text(f"note: {note}", style="dim")


def matrix_grid(found: Matrix) -> Iterator["RenderableType"]:
    """Trained on, down; reported on, across; for a terminal."""
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(title=Text(found.title), title_justify="left", box=None, pad_edge=False)
    for place, head in enumerate(found.heads):
        grid.add_column(Text(head), justify="left" if place == 0 else "right")
    for one in found.lines:
        grid.add_row(*[Text(cell) for cell in one])
    yield grid
    yield Text("")


def heads(block: Block, shown: Sequence[str]) -> list[str]:
    """The heads of the columns that people see."""
    first = [f"{shown[0]} [95 %]", "spread"]
    rest = [f"{name} [95 %]" for name in shown[1:]]
    cost = ["parameters", "samples/s", "ms"]
    robust = [head] if (head := robust_head(block)) else []
    return ["model", *first, *rest, "beside the best", *cost, *robust, "marks"]


def line(block: Block, row: Row, shown: Sequence[str]) -> list[str]:
    """The cells that people see of one row."""
    name = f"{row.model} (floor)" if row.kind == FLOOR else row.model
    return [
        name,
        cell_text(row, shown[0]),
        spread_text(row, shown[0]),
        *(cell_text(row, metric) for metric in shown[1:]),
        standing(block, row),
        *(cost_text(row, cost) for cost in COSTS[:3]),
        *([robust_text(block, row)] if robust_head(block) else []),
        " ".join(row.marks),
    ]
