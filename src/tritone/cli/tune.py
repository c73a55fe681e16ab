"""`tritone tune`: search a recipe's settings on val."""

from pathlib import Path
from typing import Annotated

import typer

from tritone.cli.door import INTERRUPTED, check_outputs, complain, emit


def tune(
    recipe: Annotated[
        str, typer.Argument(help="A recipe's or a model's name, tfn@mosi, or a recipe.json.")
    ],
    trials: Annotated[int, typer.Option(min=1, help="How many trainings in all.")],
    data: Annotated[
        str | None, typer.Option(metavar="SPEC", help="name:path; the recipe's own by default.")
    ] = None,
    change: Annotated[
        list[str] | None, typer.Option("--set", metavar="K=V", help="Held fixed: fit.epochs=20.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder to write; runs/tune-<model>.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where it stopped.")] = False,
    json_out: Annotated[
        str | None, typer.Option("--json", metavar="OUT|-", help="Write the budget as JSON.")
    ] = None,
) -> None:
    """Search step size, decay, batch, width and dropout; only train and val are read."""
    check_outputs(json_out)
    import json

    from tritone.cli.progress import counting
    from tritone.recipes.tuning import tune as search

    try:
        with counting("trials") as tell:
            found = search(
                recipe,
                data,
                trials=trials,
                out=out,
                settings=tuple(change or ()),
                resume=resume,
                tell=tell,
            )
    except KeyboardInterrupt:
        complain("stopped; done trials are kept. Go on with the same command and --resume.")
        raise typer.Exit(INTERRUPTED) from None
    if json_out is not None:
        emit(json.dumps(found.budget, ensure_ascii=False, indent=1), json_out)
    if json_out != "-":
        best, by = found.budget["best"], found.budget["selected_on"]["by"]
        typer.echo(
            f"{found.budget['trials']} trials in {found.budget['seconds']:.0f} s; trial "
            f"{best['trial']} is best on val: {by} {best['score']:.4f}"
        )
        for name, value in best["settings"].items():
            typer.echo(f"  {name} = {value:.3g}")
        typer.echo(f"Next: tritone train {found.folder}/best.json --seeds 5 --out DIR")
