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
        typer.echo("\n".join(told(found.budget)))
        typer.echo(f"Next: tritone train {found.folder}/best.json --seeds 5 --out DIR")


def told(budget: dict) -> list[str]:
    """What a search found, in its metric's own direction, beside what looking at nothing has."""
    best, by = budget["best"], budget["selected_on"]["by"]
    floors = [
        f"{name} {value:.4f}" for name, value in budget["floors"].items() if value is not None
    ]
    beside = f" (floors: {', '.join(floors)})" if floors else ""
    return [
        f"{budget['trials']} trials in {budget['seconds']:.0f} s; trial {best['trial']} is best "
        f"on the {budget['clips']['val']} clips of val: {by} {best['value']:.4f}{beside}",
        *(f"  {name} = {value:.3g}" for name, value in best["settings"].items()),
        "It was chosen for this figure among the trials, so the figure flatters.",
    ]
