"""`tritone audit`: what is wrong with a dataset and its split, before any training."""

from typing import Annotated

import typer

from tritone.audit.kinds import listing
from tritone.cli.door import FAILED, check_outputs, emit


def audit(
    spec: Annotated[
        str,
        typer.Argument(
            metavar="SPEC",
            help="name:path of a corpus or a feature file, or store:FOLDER.",
        ),
    ],
    strict: Annotated[
        bool, typer.Option("--strict", help="Leave with 1 when there are errors.")
    ] = False,
    html_out: Annotated[
        str | None, typer.Option("--html", metavar="OUT|-", help="Write an HTML report.")
    ] = None,
    json_out: Annotated[
        str | None, typer.Option("--json", metavar="OUT|-", help="Write JSON.")
    ] = None,
) -> None:
    """Find leaks, copies, conflicts, shortcuts and faults of a dataset before any training."""
    check_outputs(json_out, html_out)
    import json

    from tritone.audit.page import page
    from tritone.audit.run import audit as examine
    from tritone.cli.progress import progress

    with progress() as tell:
        report = examine(spec, tell=tell)
    if json_out is not None:
        emit(json.dumps(report.to_json(), ensure_ascii=False, indent=1, allow_nan=False), json_out)
    if html_out is not None:
        emit(page(report), html_out)
    if "-" not in (json_out, html_out):
        typer.echo(report.to_text())
        for output in (json_out, html_out):
            if output is not None:
                typer.echo(f"wrote {output}")
    if strict and report.errors:
        raise typer.Exit(FAILED)


# Click keeps the lines of a paragraph that begins with a backspace.
audit.__doc__ = f"{audit.__doc__}\n\n\b\nFindings, by their stable ids:\n{listing()}\n"
