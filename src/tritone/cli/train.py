"""`tritone train`: a recipe on data, with progress, and a summary at the end."""

from pathlib import Path
from typing import Annotated

import typer

from tritone.cli.door import check_outputs, complain, emit

SHOWN = 8  # metrics in the table; summary.json holds all


def train(
    recipe: Annotated[
        str,
        typer.Argument(
            help="A recipe's name (tritone list recipes), a model's, either for a corpus "
            "(tfn@mosi), or a recipe.json of an earlier training."
        ),
    ],
    data: Annotated[
        str | None, typer.Option(metavar="SPEC", help="name:path; the recipe's own by default.")
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="K=V", help="fit.lr=5e-4, model.width=64, target=emotion."),
    ] = None,
    seeds: Annotated[int | None, typer.Option(min=1, help="How many trainings.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder to write; runs/<name>.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where it stopped.")] = False,
    track: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="tensorboard or mlflow: tell it of each epoch."),
    ] = None,
    json_out: Annotated[
        str | None, typer.Option("--json", metavar="OUT|-", help="Write the summary as JSON.")
    ] = None,
) -> None:
    """Train a model on your data, choosing on val; the test split stays sealed."""
    check_outputs(json_out)
    import json

    from tritone.cli.progress import counting
    from tritone.recipes.training import train as run

    try:
        with counting() as tell:
            done = run(
                recipe,
                data,
                out=out,
                settings=tuple(change or ()),
                seeds=seeds,
                resume=resume,
                track=track,
                tell=tell,
            )
    except KeyboardInterrupt:
        complain("stopped; the run is saved. Go on with the same command and --resume.")
        raise typer.Exit(130) from None
    if json_out is not None:
        emit(json.dumps(done.summary, ensure_ascii=False, indent=1), json_out)
    if json_out != "-":
        typer.echo(told(done.summary, done.folder))


def told(summary: dict, folder: Path) -> str:
    """What came of a training, as lines for a terminal."""
    data, recipe = summary["data"], summary["recipe"]
    lines = [
        f"{recipe['model']} on {data['spec']}: {data['target']}, "
        f"{data['clips']['train']} train and {data['clips']['val']} val clips, "
        f"{summary['parameters']:,} parameters, {summary['seeds']} seed(s)",
        "",
        *figures(summary["val"], summary["floors"]),
    ]
    absent = ", ".join(data.get("absent_from_train", ()))
    lines += ["", f"train has no clip of {absent}, so this cannot be learned."] if absent else []
    read, others = data.get("read", ()), data.get("left_out", ())
    if others:
        line = (
            f"No clip of train has {' or '.join(others)}: the model reads {', '.join(read)} only."
        )
        lines += ["", line]
    cut, clips = summary.get("clips_cut", {}).get("train", 0), data["clips"]["train"]
    lines += ["", f"Clips of train cut to fit: {cut} of {clips}."] if cut else []
    lines += by_part(summary)
    lines += ["", before] if (before := summary.get("came_from")) else []
    lines += ["", summary["advice"]] if summary["advice"] else []
    lines += [
        "",
        f"The epoch was chosen on val by {recipe['select']}, so these figures flatter a little.",
        "Next: " + next_step(data, folder),
    ]
    return "\n".join(lines)


def figures(val: dict, floors: dict) -> list[str]:
    """The first metrics on val with their spread over seeds, and what each floor has of them."""
    lines = [f"{'val':<20}{'mean':>8}{'spread':>9}" + "".join(f"{name:>10}" for name in floors)]
    for name, value in list(val.items())[:SHOWN]:
        told = "".join(f"{number(floor.get(name)):>10}" for floor in floors.values())
        lines.append(f"{name:<20}{number(value['mean']):>8}{number(value['deviation']):>9}{told}")
    return lines


def by_part(summary: dict) -> list[str]:
    """What a reader must know of a training in several processes."""
    terms = ", ".join(summary.get("losses_by_part", ()))
    if not terms:
        return []
    count = summary["recipe"]["fit"]["processes"]
    return [
        "",
        f"Each of the {count} processes took a part of every batch for these losses: {terms}.",
        "With fit.processes=1 they compare whole batches, and this is another training.",
    ]


def next_step(data: dict, folder: Path) -> str:
    """The command that scores a training: on test, or on val where there is no test split."""
    # Trainings of before this key was kept are taken to have a test split.
    split = "test" if "test" in data.get("splits", ["test"]) else "val"
    return f"tritone evaluate {folder} --data {data['spec']} --split {split}"


def number(value: float | None) -> str:
    """Three decimals, or a dash."""
    return "-" if value is None else f"{value:.3f}"
