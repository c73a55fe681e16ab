"""`tritone evaluate`: how good a model is on data whose answers are known."""

from typing import Annotated

import typer

from tritone.cli.door import FAILED, check_outputs, emit


def evaluate(
    model: Annotated[str, typer.Argument(help="A model's name, or a checkpoint's folder.")],
    data: Annotated[
        str, typer.Option(metavar="SPEC", help="name:path, such as emotions:data/emotions_text.")
    ],
    split: Annotated[str, typer.Option(help="train, val, test or all.")] = "test",
    target: Annotated[
        str | None, typer.Option(help="sentiment or emotion; the corpus's own by default.")
    ] = None,
    robustness: Annotated[
        bool, typer.Option("--robustness", help="Also with rows, channels and clean numbers lost.")
    ] = False,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Also mend the confidence on val, and check it.")
    ] = False,
    controls: Annotated[
        bool,
        typer.Option("--controls", help="Also train a plain model on each channel alone, beside."),
    ] = False,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    json_out: Annotated[
        str | None, typer.Option("--json", metavar="OUT|-", help="Write JSON.")
    ] = None,
    html_out: Annotated[
        str | None, typer.Option("--html", metavar="OUT|-", help="Write one self-contained page.")
    ] = None,
) -> None:
    """Score a model on a dataset, with floors and intervals."""
    check_outputs(json_out, html_out)
    import json

    from tritone.assess.page import page
    from tritone.cli.progress import progress
    from tritone.recipes.scoring import evaluate as score

    with progress() as tell:
        report = score(
            model,
            data,
            split,
            target,
            device=device,
            robustness=robustness,
            calibrate=calibrate,
            controls=controls,
            tell=tell,
        )
    if json_out is not None:
        emit(json.dumps(report.to_json(), ensure_ascii=False, indent=1, allow_nan=False), json_out)
    if html_out is not None:
        emit(page(report), html_out)
    if "-" not in (json_out, html_out):
        typer.echo(report.to_text())
    if report.errors:
        raise typer.Exit(FAILED)
