"""`tritone init-manifest`: a table of the user's own media, to be checked and filled in."""

from pathlib import Path
from typing import Annotated

import typer

from tritone.cli.door import check_outputs, emit, wrong_call


def init_manifest(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the media lie.")],
    pattern: Annotated[
        str | None,
        typer.Option(
            metavar="REGEX",
            help="Named groups are columns: '(?P<speaker>[^_/]+)_(?P<emotion>[a-z]+)'.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="DIR/manifest.csv by default.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is there.")
    ] = False,
    json_out: Annotated[
        str | None, typer.Option("--json", metavar="OUT|-", help="Write JSON.")
    ] = None,
) -> None:
    """Write a CSV of your own media, with labels from names and folders where they tell them."""
    check_outputs(json_out, None if out is None else str(out))
    written = folder / "manifest.csv" if out is None else out
    if written.exists() and not force:
        raise wrong_call(f"{written} is there already. Give --force to write over it, or --out.")
    import json
    from dataclasses import asdict

    from tritone.prepare.manifest import init_manifest as write
    from tritone.prepare.manifest import next_commands

    draft = write(folder, pattern=pattern, out=out, force=force)
    commands = list(next_commands(draft))
    if json_out is not None:
        said = {"schema": 1, **asdict(draft), "file": str(draft.file), "next": commands}
        emit(json.dumps(said, ensure_ascii=False, indent=1), json_out)
    if json_out == "-":
        return
    typer.echo(f"{draft.file}: {draft.rows:,} rows")
    for rule, count in draft.labelled.items():
        typer.echo(f"  {count:,} labelled by {rule}")
    blank = draft.rows - sum(draft.labelled.values())
    if blank:
        typer.echo(f"  {blank:,} without a label: fill in emotion, sentiment or score")
    for note in draft.notes:
        typer.echo(f"note: {note}")
    typer.echo("next: check the table, then")
    for command in commands:
        typer.echo(f"  {command}")
