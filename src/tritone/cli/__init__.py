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
COMMANDS = {
    "analyze": analyze,
    "demo": demo,
    "train": train,
    "tune": tune,
    "evaluate": evaluate,
    "benchmark": benchmark,
    "audit": audit,
    "import": import_features,
    "export": export,
    "extract": extract,
    "init-manifest": init_manifest,
    "list": list_names,
    "info": info,
}
for name, command in COMMANDS.items():
    # Given as short help, the first sentence is wrapped, where it would be cut to fit one line.
    app.command(name, short_help=(command.__doc__ or "").partition("\n\n")[0])(guarded(command))


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
