"""`tritone list` and `tritone info`: what is here to use, and what it runs on."""

import json
import sys
from typing import Annotated

import typer

from tritone.cli.door import check_outputs, emit

WIDTH = 96

Kind = Annotated[
    str | None, typer.Argument(help="models, extractors, datasets, recipes or metrics.")
]
Json = Annotated[str | None, typer.Option("--json", metavar="OUT|-", help="Write JSON.")]


def list_names(kind: Kind = None, json_out: Json = None) -> None:
    """List every name that can be used, and where each comes from."""
    from tritone.catalogue import entries

    check_outputs(json_out)
    found = entries(kind)
    if kind in ("dataset", "datasets"):
        found = [{**entry, **sheet_of(entry["name"])} for entry in found]
    if json_out is not None:
        emit(json.dumps(found, ensure_ascii=False, indent=1), json_out)
    if json_out == "-":
        return
    if kind in ("dataset", "datasets"):
        typer.echo("\n\n".join(told(entry) for entry in found))
        return
    if not found:
        typer.echo("Nothing of that kind yet.")
        return
    rows = [(entry["name"], entry["kind"], entry["summary"], entry["source"]) for entry in found]
    print_table(("name", "kind", "what it is", "source"), rows)


def print_table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Columns for a terminal; for a file or a pipe a line for each row, so that grep can read.

    The first column, the names to type, is never cut.
    """
    if not sys.stdout.isatty():
        widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
        for row in (heads, *rows):
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            typer.echo("  ".join(cells).rstrip())
        return
    from rich.console import Console
    from rich.table import Column, Table

    first = Column(heads[0], no_wrap=True, min_width=max(len(row[0]) for row in rows))
    table = Table(first, *heads[1:], box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def sheet_of(name: str) -> dict[str, str]:
    """What a person must know of a corpus before having it."""
    from dataclasses import asdict

    from tritone.catalogue import DATASETS, load

    return asdict(load("sheet", DATASETS[name].path.replace(":read", ":SHEET")))


def told(entry: dict[str, str]) -> str:
    """A corpus and its sheet as lines for a terminal."""
    from textwrap import fill

    facts = {key: entry[key] for key in entry if key not in ("name", "kind", "summary")}
    lines = [f"{entry['name']}: {entry['summary']}"]
    for key, value in facts.items():
        lead = f"  {key:<8}"
        lines.append(
            fill(
                value,
                WIDTH,
                initial_indent=lead,
                subsequent_indent=" " * len(lead),
                break_long_words=False,
                break_on_hyphens=False,
            )
        )
    return "\n".join(lines)


def info(json_out: Json = None) -> None:
    """Show versions, the device, and the licences of what is installed."""
    from tritone.cli.installed import describe

    check_outputs(json_out)
    found = describe()
    if json_out is not None:
        emit(json.dumps(found, ensure_ascii=False, indent=1), json_out)
    if json_out == "-":
        return
    typer.echo(f"tritone {found['tritone']}, Python {found['python']}, {found['platform']}")
    device = found["device"]
    typer.echo(f"device: {device['name']} ({device['kind']}), threads: {device['threads']}")
    rows = [
        (row["name"], row["version"] or "not installed", row["extra"] or "", row["licence"] or "")
        for row in found["packages"]
    ]
    print_table(("package", "version", "extra", "licence"), rows)
    typer.echo("the default model's weights: for non-commercial use only; see its card.md")
