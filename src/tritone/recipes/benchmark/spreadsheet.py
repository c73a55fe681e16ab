"""The table as CSV: every figure of the JSON, and nothing that could be taken for a formula."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

from tritone.recipes.benchmark.shown import COSTS
from tritone.recipes.benchmark.studied import robust_area
from tritone.recipes.benchmark.table import Block, Row, Table
from tritone.recipes.benchmark.versus import UNKNOWN


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
    *("data", "spec", "split", "target", "n", "groups", "train"),
    *("smallest_metric", "smallest_difference"),
    *("model", "kind", "channels", "seeds"),
    *("marks", "best", "tie", "p_holm", "p_mcnemar_holm"),
    *("from_all_channels", "from_all_channels_low", "from_all_channels_high"),
    "from_all_channels_p_holm",
)
ROBUST = ("robust_metric", "robust_area", "robust_area_low", "robust_area_high")


def csv_line(block: Block, row: Row, names: Sequence[str]) -> list[Any]:
    """The cells of one row."""
    about = block.about
    cells: list[Any] = [block.data.called, block.data.spec, about["split"], about["target"]]
    cells += ["" if about.get(key) is None else about[key] for key in ("n", "groups", "train")]
    cells += [block.smallest.metric, *blanked(block.smallest.value)] if block.smallest else ["", ""]
    cells += [row.model, row.kind, " ".join(row.channels), row.seeds]
    cells += [" ".join(row.marks), block.is_best(row), row.is_tie]
    cells += blanked(row.adjusted, row.discordant_adjusted)
    parted = row.parted or UNKNOWN
    cells += blanked(parted.difference, parted.low, parted.high, row.parted_adjusted)
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
    return [metric, *blanked(area.value, area.low, area.high)]


def blanked(*values: float) -> list[Any]:
    """Numbers as cells, those that are not defined left empty."""
    return ["" if math.isnan(value) else value for value in values]


def harmless(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    risky = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{value}" if risky else value
