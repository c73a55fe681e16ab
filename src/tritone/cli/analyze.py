"""`tritone analyze` and `tritone demo`: media in, timeline out."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tritone.cli.door import FAILED, check_outputs, complain, emit, wrong_call

if TYPE_CHECKING:
    from tritone.analyze.job import Options
    from tritone.analyze.result import Result

SEGMENTS = ("cues", "pauses", "windows")
Html = Annotated[str | None, typer.Option("--html", metavar="OUT", help="Write an HTML report.")]
Json = Annotated[str | None, typer.Option("--json", metavar="OUT|-", help="Write JSON.")]
Csv = Annotated[str | None, typer.Option("--csv", metavar="OUT|-", help="Write a table.")]
Model = Annotated[str, typer.Option(metavar="NAME|DIR", help="Which model reads; a training too.")]
Device = Annotated[str, typer.Option(help="auto, cpu or cuda.")]


def analyze(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(help="Video, audio, image or text files, folders, globs."),
    ] = None,
    text: Annotated[
        list[str] | None,
        typer.Option(metavar="STR", help="Words to read; with one INPUT, the words of it."),
    ] = None,
    lines: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Each line of FILE is one clip.")
    ] = None,
    transcript: Annotated[
        Path | None, typer.Option(metavar="FILE", help="SRT, VTT, ASS, TextGrid, JSON or text.")
    ] = None,
    segment: Annotated[
        str | None, typer.Option(metavar="cues|pauses|windows", help="How media are cut.")
    ] = None,
    asr: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Transcribe with this faster-whisper model.")
    ] = None,
    vad: Annotated[bool, typer.Option("--vad", help="Find speech with silero-vad.")] = False,
    model: Model = "default",
    fps: Annotated[
        float | None,
        typer.Option(help="Pictures read in each second of video; as the model was trained, or 5."),
    ] = None,
    detector: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Another face detector's model file.")
    ] = None,
    device: Device = "auto",
    json_out: Json = None,
    csv_out: Csv = None,
    html_out: Html = None,
) -> None:
    """Read sentiment and emotion from media and text, segment by segment."""
    if not (inputs or text or lines):
        raise wrong_call("nothing to analyse. Name files or folders, or give --text or --lines.")
    if segment is not None and segment not in SEGMENTS:
        raise wrong_call(f"--segment takes {', '.join(SEGMENTS)}, got {segment!r}.")
    if fps is not None and not 0 < fps <= 60:
        raise wrong_call(f"--fps takes more than 0 and at most 60 pictures a second, got {fps:g}.")
    check_outputs(json_out, csv_out, html_out)
    from tritone.analyze.job import Options

    options = Options(
        segment=segment, transcript=transcript, asr=asr, vad=vad, fps=fps, detector=detector
    )
    result = _read(model, device, inputs or [], text or [], lines or [], options, html_out)
    _deliver(result, json_out, csv_out, html_out)


def demo(
    html_out: Html = "demo.html",
    json_out: Json = None,
    model: Model = "default",
    device: Device = "auto",
) -> None:
    """Analyse the sample clip that ships with Tritone, and write its HTML report."""
    check_outputs(json_out, html_out)
    from importlib.resources import as_file, files

    from tritone.analyze.job import Options

    with as_file(files("tritone") / "sample") as folder:
        result = _read(model, device, [str(folder)], [], [], Options(), html_out)
    _deliver(result, json_out, None, html_out)


def _read(
    model: str,
    device: str,
    inputs: list[str],
    texts: list[str],
    lines: list[Path],
    options: "Options",
    html_out: str | None,
) -> "Result":
    from tritone.analyze.analyzer import load
    from tritone.analyze.job import jobs_of
    from tritone.cli.progress import progress

    try:
        jobs, failures = jobs_of(inputs, texts, lines, transcript=options.transcript)
    except ValueError as error:
        raise wrong_call(str(error)) from None
    analyzer = load(model, device=device)
    with progress() as tell:
        return analyzer.run(jobs, options, failures=failures, words=html_out is not None, tell=tell)


def _deliver(
    result: "Result", json_out: str | None, csv_out: str | None, html_out: str | None
) -> None:
    """Write what was asked for, show the timeline unless stdout is taken, and leave."""
    if json_out is not None:
        ascii_only = json_out == "-" and (sys.stdout.encoding or "").lower() not in UTF8
        emit(result.json_text(ascii_only=ascii_only), json_out)
    if csv_out is not None:
        emit(result.csv_text(), csv_out)
    if html_out is not None:
        result.save_html(html_out)
    if "-" not in (json_out, csv_out):
        result.print()
        for output in (json_out, csv_out, html_out):
            if output is not None:
                typer.echo(f"wrote {output}")
    else:
        for failure in result.errors:
            complain(f"{failure.path}: {failure.error}")
    if result.errors:
        raise typer.Exit(FAILED)


UTF8 = ("utf-8", "utf8")
