"""The command line: read media, prepare and audit data, train and evaluate models.

Every command imports what it needs when it runs, so that `tritone --help` answers at once.
"""

from typing import Annotated

import typer

from tritone.cli.analyze import analyze, demo
from tritone.cli.audit import audit
from tritone.cli.benchmark import benchmark
from tritone.cli.door import guarded
from tritone.cli.evaluate import evaluate
from tritone.cli.extract import extract
from tritone.cli.feature_files import export, import_features
from tritone.cli.inform import info, list_names
from tritone.cli.manifest import init_manifest
from tritone.cli.train import train
from tritone.cli.tune import tune

app = typer.Typer(
    name="tritone",
    help="Sentiment and emotion from what people say, how they say it and how they look.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("analyze")(guarded(analyze))
app.command("demo")(guarded(demo))
app.command("train")(guarded(train))
app.command("tune")(guarded(tune))
app.command("evaluate")(guarded(evaluate))
app.command("benchmark")(guarded(benchmark))
app.command("audit")(guarded(audit))
app.command("import")(guarded(import_features))
app.command("export")(guarded(export))
app.command("extract")(guarded(extract))
app.command("init-manifest")(guarded(init_manifest))
app.command("list")(guarded(list_names))
app.command("info")(guarded(info))


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is, and stop.")
    ] = False,
) -> None:
    if version:
        from tritone import __version__

        typer.echo(f"tritone {__version__}")
        raise typer.Exit


def main() -> None:
    """The console entry; leaves with 0, 1 (some inputs failed) or 2 (a wrong call)."""
    app()
