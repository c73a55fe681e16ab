"""The figures of docs/papers.md in a file beside it: one suite is measured anew, the rest stay.

Only what the page shows is kept, and neither where runs lay nor what their clips are called.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tritone.core.errors import DataError
from tritone.core.files import whole_file
from tritone.metrics.significance import Comparison
from tritone.recipes.papers.attention import Attention
from tritone.recipes.papers.claims import PAPERS, Where
from tritone.recipes.papers.found import LARGEST, Block, Found

SCHEMA, JOIN = 1, "+"
ABOUT = ("name", "split", "target", "n", "train", "groups", "fast", "smallest_difference")
ROW = ("model", "kind", "channels", "seeds", "marks", "robustness")
FIGURE = ("value", "low", "high", "spread")

Studied = Mapping[Where, Attention | str]


def shown(found: Found) -> dict[tuple[str, str], set[str]]:
    """The blocks of which the page tells, each with the metrics that it shows."""
    metrics: dict[tuple[str, str], set[str]] = {}
    for where in (where for paper in PAPERS for study in paper.studies for where in study.measured):
        if found.block(where) is not None:
            metrics.setdefault((where.suite, where.data), set()).add(where.metric)
    return metrics


def keep(file: Path, found: Found, studied: Studied) -> None:
    """Write what the page shows.

    Raises:
        OSError: the file cannot be written.
    """
    said = {
        "schema": SCHEMA,
        "blocks": [
            block_json(suite, found.blocks[suite, data], metrics)
            for (suite, data), metrics in shown(found).items()
        ],
        "attention": [
            {"suite": where.suite, "data": where.data, "study": attention_json(told)}
            for where, told in studied.items()
            if isinstance(told, Attention)
        ],
    }
    with whole_file(file) as opened:
        opened.write((json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode())


def read_kept(file: Path) -> tuple[Found, dict[tuple[str, str], Attention]]:
    """What was kept: blocks, and by suite and data the studies of attention; none without a file.

    Raises:
        DataError: the file is no such file.
    """
    if not file.is_file():
        return Found({}), {}
    try:
        if file.stat().st_size > LARGEST:
            raise DataError(f"{file} has {file.stat().st_size} bytes; figures have fewer.")
        said = json.loads(file.read_text(encoding="utf-8"))
        if said["schema"] != SCHEMA:
            raise DataError(f"{file} is of schema {said['schema']}; this Tritone reads {SCHEMA}.")
        blocks = {
            (one["suite"], one["about"]["name"]): Block(
                file.parent, one["about"], {row["model"]: row for row in one["rows"]}
            )
            for one in said["blocks"]
        }
        studies = {
            (one["suite"], one["data"]): attention_from(one["study"]) for one in said["attention"]
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{file} holds no figures of the page: {error}. Delete it.") from None
    return Found(blocks), studies


def block_json(suite: str, block: Block, metrics: set[str]) -> dict[str, Any]:
    """A block as plain data."""
    rows = [
        {key: row[key] for key in ROW if row.get(key) is not None}
        | {"metrics": {name: figure_json(row["metrics"].get(name)) for name in sorted(metrics)}}
        for row in block.rows.values()
    ]
    return {"suite": suite, "about": {key: block.about.get(key) for key in ABOUT}, "rows": rows}


def figure_json(said: Mapping[str, Any] | None) -> dict[str, Any]:
    """A figure with its interval and spread."""
    return {key: said[key] for key in FIGURE if said.get(key) is not None} if said else {}


def attention_json(told: Attention) -> dict[str, Any]:
    """A study of attention as plain data; channels that are there are joined by "+"."""
    return {
        "n": told.n,
        "areas": told.areas,
        "curves": {of: asdict(one) for of, one in told.curves.items()},
        "patterns": {JOIN.join(one): said for one, said in told.patterns.items()},
        "apart": {JOIN.join(one): asdict(said) for one, said in told.apart.items()},
        "adjusted": {JOIN.join(one): value for one, value in told.adjusted.items()},
    }


def attention_from(said: Mapping[str, Any]) -> Attention:
    """A study of attention as it was kept."""
    return Attention(
        said["n"],
        said["areas"],
        {of: Comparison(**one) for of, one in said["curves"].items()},
        {tuple(one.split(JOIN)): found for one, found in said["patterns"].items()},
        {tuple(one.split(JOIN)): Comparison(**found) for one, found in said["apart"].items()},
        {tuple(one.split(JOIN)): value for one, value in said["adjusted"].items()},
    )
