"""What benchmarks measured, as tables of the page of benchmarks/models.py."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tritone.catalogue import MODELS, RECIPES, find

NONE = "-"
SHOWN = 4  # metrics of a table

Row = Mapping[str, Any]


def rows_of(paths: Sequence[Path]) -> list[Row]:
    """The rows of the JSON files that `tritone benchmark` wrote, with the metric that ranks them.

    Args:
        paths: the files.
    """
    found = []
    for path in paths:
        table = json.loads(path.read_text(encoding="utf-8"))
        ranks = {(data["name"], data["target"]): data["ranked_by"] for data in table["data"]}
        for row in table["rows"]:
            found.append({**row, "ranked_by": ranks.get((row["name"], row["target"]))})
    return found


def by_model(rows: Sequence[Row]) -> dict[str, str]:
    """Model to the figure that ranks it, on each data; controls and ablations are left out."""
    found: dict[str, list[str]] = {}
    for row in rows:
        name, figures = row["ranked_by"], row["metrics"]
        if row["kind"] == "model" and name in figures:
            model = model_of(row["model"])
            recipe = "" if model == row["model"] else f", as {row['model']}"
            about = f"{row['name']} ({row['target']}, {row['split']}{recipe})"
            found.setdefault(model, []).append(f"{about} {name} {figure(figures[name])}")
    return {model: "; ".join(told) for model, told in found.items()}


def model_of(name: str) -> str:
    """The model of a recipe; a name that is no recipe's is a model's."""
    return find("recipe", name)().model if name in RECIPES and name not in MODELS else name


def real(rows: Sequence[Row]) -> Iterator[str]:
    """What benchmarks measured, a table for each of their data."""
    yield "## On real data\n"
    told: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        told.setdefault((row["name"], row["target"], row["split"]), []).append(row)
    if not told:
        yield "Nothing measured yet: give `--measured` the JSON of `tritone benchmark`."
    for (name, target, split), each in told.items():
        yield from real_block(f"{name}: {target} of {each[0]['n']:,} {split} clips", each)


def real_block(title: str, rows: Sequence[Row]) -> Iterator[str]:
    """One table of measured figures."""
    measured = (name for row in rows for name in row["metrics"])
    names = [*dict.fromkeys((rows[0]["ranked_by"], *measured))][:SHOWN]
    yield f"### {title}\n"
    yield f"| model | | channels | seeds | {' | '.join(names)} | marks |"
    yield f"|---|---|---|---|{'---|' * len(names)}---|"
    for row in rows:
        figures = [figure(row["metrics"].get(name)) for name in names]
        cells = (row["model"], row["kind"], " ".join(row["channels"]) or NONE, str(row["seeds"]))
        yield f"| {' | '.join((*cells, *figures, ' '.join(row['marks'])))} |"
    yield ""


def figure(found: Mapping[str, float | None] | None) -> str:
    """A figure with its interval; a dash where there is none."""
    if not found or found.get("value") is None:
        return NONE
    low, high = found.get("low"), found.get("high")
    between = "" if low is None or high is None else f" [{low:.3f}, {high:.3f}]"
    return f"{found['value']:.3f}{between}"
