"""The table for a terminal: a rich table for each of the data, and lines under it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tritone.recipes.benchmark.ablation import ablation, ablation_lines
from tritone.recipes.benchmark.shown import (
    COSTS,
    Matrix,
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
from tritone.recipes.benchmark.table import FLOOR, Block, Row, Table

if TYPE_CHECKING:
    from rich.console import RenderableType


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
        if (parts := ablation(block)) is not None:
            title = f"What each channel adds: {block.by}, and the difference from all channels"
            lines = tuple(ablation_lines(parts, block.by))
            yield from matrix_grid(Matrix(title, ("channels", *parts.models), lines))
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
