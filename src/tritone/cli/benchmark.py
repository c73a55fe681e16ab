"""`tritone benchmark`: many models on the same data, one table, with floors and intervals."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tritone.cli.door import FAILED, check_outputs, complain, emit

if TYPE_CHECKING:
    from tritone.recipes.benchmark.table import Table


def benchmark(
    suite: Annotated[
        str, typer.Argument(help="quick, real, cross, papers-NAME, or a suite's JSON file.")
    ],
    data: Annotated[
        Path | None, typer.Option(metavar="ROOT", help="The folder that holds the corpora.")
    ] = None,
    seeds: Annotated[int | None, typer.Option(min=1, help="Trainings of each model.")] = None,
    ablate: Annotated[
        bool, typer.Option("--ablate", help="Train on every subset of the channels too.")
    ] = False,
    robustness: Annotated[
        bool, typer.Option("--robustness", help="Also with rows, channels and clean numbers lost.")
    ] = False,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Also mend the confidence on val, and check it.")
    ] = False,
    fast: Annotated[bool, typer.Option("--fast", help="One seed and a few models.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder to write; runs/benchmark-SUITE.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where it stopped.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; one for each core by default.")
    ] = None,
    json_out: Annotated[
        str | None, typer.Option("--json", metavar="OUT|-", help="Write the table as JSON.")
    ] = None,
) -> None:
    """Compare models on the same data, with floors, intervals, ties and cost."""
    check_outputs(json_out)
    import json
    import os

    from tritone.cli.progress import counting
    from tritone.recipes.benchmark.job import Job, do

    job = Job(
        suite,
        root=data,
        seeds=seeds,
        ablate=ablate,
        studies=("robustness",) * robustness + ("calibration",) * calibrate,
        fast=fast,
        out=out or Path("runs") / f"benchmark-{Path(suite).stem}",
        resume=resume,
        workers=workers or os.cpu_count() or 1,
    )
    try:
        with counting("trainings") as tell:
            found = do(job, tell=tell, say=complain)
    except KeyboardInterrupt:
        complain("stopped; what is done is kept. Go on with the same command and --resume.")
        raise typer.Exit(130) from None
    if json_out is not None:
        emit(json.dumps(found.table.to_json(), ensure_ascii=False, indent=1), json_out)
    if json_out != "-":
        show(found.table)
        typer.echo(f"Written: {', '.join(str(path) for path in found.files)}")
    if found.table.failed:
        raise typer.Exit(FAILED)


def show(table: "Table") -> None:
    """The table on the terminal, as wide as it needs where nobody watches."""
    import sys

    from rich.console import Console

    from tritone.recipes.benchmark.terminal import terminal

    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False, emoji=False)
    for part in terminal(table):
        console.print(part)
