"""What people see of a table: its columns, their words, and the sentences under it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from tritone.assess.page import spanned
from tritone.assess.report import FIRST, counted, number
from tritone.recipes.benchmark.cells import ABLATED
from tritone.recipes.benchmark.studied import (
    robust_area,
    robust_metric,
    robust_rows,
)
from tritone.recipes.benchmark.table import FLOOR, LEVEL, Block, Row, Table

FROM = " from "  # in the name of a model that was trained on other data
COLUMNS = 3  # metrics in a table for people; the CSV and the JSON hold all
ALSO = ("f1_macro", "pearson", "acc2_nonzero", "f1_weighted")
TIED = "tie"
APART = "no channel in common"
COSTS = ("parameters", "train_samples_per_s", "latency_ms", "train_seconds")


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


def parted_text(row: Row) -> str:
    """How far a model on some channels is from the same on all, and how sure that is."""
    if row.parted is None:
        return ""
    ends = f"[{signed(row.parted.low)}, {signed(row.parted.high)}]"
    return f"{signed(row.parted.difference)} {ends}, p {number(row.parted_adjusted)}"


def signed(value: float) -> str:
    """A difference with its sign, or a dash."""
    return f"{value:+.3f}" if math.isfinite(value) else "-"


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
    return "-" if found is None else spanned(found[1])


def headline(block: Block) -> str:
    """What the rows are about, in one line."""
    about = block.about
    groups = f" in {about['groups']} groups" if about.get("groups") else ""
    trained = "" if about["train"] is None else f", trained on {about['train']:,}"
    return (
        f"{block.data.called}: {about['target']} of {about['n']:,} {about['split']} clips{groups}"
        f"{trained}{trainings(block)}"
    )


def trainings(block: Block) -> str:
    """Of how many trainings the figures are the mean; nothing where no model could be done."""
    counts = sorted({row.seeds for row in block.rows if row.kind != FLOOR})
    if len(counts) < 2:
        return "".join(f", {counted(count)}" for count in counts)
    return f", mean of {counts[0]} to {counts[-1]} trainings"


def floors_told(block: Block) -> str:
    """What looking at nothing scores by the metric that ranks, where the floors are not rows."""
    told = [f"{row.model} {cell_text(row, block.by)}" for row in block.rows if row.kind == FLOOR]
    return f"Floors: {', '.join(told)}." if told else ""


def below(block: Block) -> Iterator[str]:
    """What stands under a table: what the rows can show, and what to keep in mind."""
    if block.smallest is not None:
        yield block.smallest.sentence()
    if any(row.discordant for row in block.ranked):
        yield from discordance_told(block)
    ties = [row.model for row in block.ranked if row.is_tie]
    if ties and block.best:
        yield f"Not told apart from {block.best} by {block.by}: {', '.join(ties)}."
    yield from block.notes


def discordance_told(block: Block) -> Iterator[str]:
    """Where McNemar's test says otherwise than the bootstrap, and what it takes for granted."""
    apart = [
        row.model
        for row in block.ranked
        if row.discordant is not None and row.is_tie != (row.discordant_adjusted >= LEVEL)
    ]
    groups = " (it takes the rows to be independent; they come in groups)"
    aside = groups if block.about.get("groups") else ""
    if apart:
        yield f"McNemar's test says otherwise of: {', '.join(apart)}{aside}."
    else:
        yield f"McNemar's test on the first trainings, by Holm likewise, agrees{aside}."


@dataclass(frozen=True)
class Matrix:
    """A table of the same models on several data.

    Args:
        title: what its cells are.
        heads: the first column's, then the data reported on.
        lines: what was trained on, and a cell for each of the data; then the floors, how many
            clips were asked, and the smallest difference that these can show.
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
                APART if FROM in name else "-",
            )
            for block in table.blocks
        ]
        lines.append((f"{name} (floor)" if is_floor else name, *cells))
    small = [block.smallest for block in table.blocks]
    lines += [
        ("clips", *(f"{block.about['n']:,}" for block in table.blocks)),
        ("smallest difference", *("-" if one is None else number(one.value) for one in small)),
    ]
    heads = ("trained on", *(block.data.called for block in table.blocks))
    title = f"{by}: trained on one corpus, reported on another{trainings(table.blocks[0])}"
    return Matrix(title, heads, tuple(lines))
