"""`tritone extract`: from a corpus on disk to a feature store."""

from pathlib import Path
from typing import Annotated

import typer

from tritone.cli.door import FAILED, check_outputs, complain, emit, wrong_call

MOST_TOLD = 10  # failed clips that are named on the terminal; extraction.json names all


def extract(
    data: Annotated[str, typer.Argument(metavar="SPEC", help="name:path, such as meld:data/meld.")],
    to: Annotated[Path, typer.Option(metavar="STORE", help="The folder to write.")],
    use: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODALITY=NAME",
            help="Which extractor reads a channel; several are joined by '+', none leaves the "
            "channel out. By default text=hashed_words, vision=face_cnn and "
            "audio=mfcc+pitch+intensity+voice_quality. See: tritone list extractors.",
        ),
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="MODALITY.K=V", help="A setting: audio.hop=0.01."),
    ] = None,
    align: Annotated[
        str, typer.Option(metavar="none|words|HZ", help="One clock for all channels.")
    ] = "none",
    fps: Annotated[float, typer.Option(help="Pictures read in each second of video.")] = 5.0,
    half: Annotated[bool, typer.Option("--float16", help="Half the size, three digits.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; as many as cores by default.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a store, and try again what failed.")
    ] = False,
    json_out: Annotated[
        str | None, typer.Option("--json", metavar="OUT|-", help="Write JSON.")
    ] = None,
) -> None:
    """Extract the features of a corpus into a store."""
    check_outputs(json_out)
    import json
    from dataclasses import asdict

    from tritone.cli.progress import counting
    from tritone.prepare.extract import extract as run
    from tritone.prepare.plan import Plan

    plan = Plan(pairs(use or [], "--use"), settings(change or []), rate(align), fps, half)
    with counting() as tell:
        outcome = run(data, to, plan, workers=workers, resume=resume, tell=tell)
    if json_out is not None:
        said = {"schema": 1, **asdict(outcome), "store": str(outcome.store)}
        emit(json.dumps(said, ensure_ascii=False, indent=1), json_out)
    if json_out != "-":
        typer.echo(f"{outcome.written} clips in {outcome.store}")
        for note in outcome.notes:
            typer.echo(f"note: {note}")
    for one in outcome.failed[:MOST_TOLD]:
        complain(f"{one.id}: {one.error}")
    if outcome.failed:
        complain(f"{len(outcome.failed)} clips failed; all are in {outcome.store}/extraction.json.")
        raise typer.Exit(FAILED)


def pairs(given: list[str], option: str) -> dict[str, str]:
    """KEY=VALUE of an option that may come several times."""
    found = {}
    for one in given:
        key, equals, value = one.partition("=")
        if not equals or not key or not value:
            raise wrong_call(f"{option} takes KEY=VALUE, got {one!r}.")
        if key in found:
            raise wrong_call(f"{option} names {key!r} twice.")
        found[key] = value
    return found


def settings(given: list[str]) -> dict[str, dict[str, str]]:
    """MODALITY.KEY=VALUE as modality to its settings."""
    nested: dict[str, dict[str, str]] = {}
    for key, value in pairs(given, "--set").items():
        modality, dot, name = key.partition(".")
        if not dot:
            raise wrong_call(f"--set takes MODALITY.KEY=VALUE, got {key}={value}.")
        nested.setdefault(modality, {})[name] = value
    return nested


def rate(align: str) -> str | float:
    """ "none", "words", or a rate in Hz."""
    try:
        return float(align)
    except ValueError:
        return align
