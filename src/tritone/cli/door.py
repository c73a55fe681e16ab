"""Where every command enters and leaves: errors become one line and an exit code.

0    all was done
1    some inputs failed; each is named
2    the call itself is wrong
130  stopped with Ctrl-C
141  the reader of our output went away (128 + SIGPIPE)
"""

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec

import typer

from tritone.core.errors import MissingExtra, ModelError, RecipeError, TritoneError, UnknownName
from tritone.core.files import why_not

FAILED, WRONG_CALL, INTERRUPTED, NO_READER = 1, 2, 130, 141
WRONG = (UnknownName, RecipeError, MissingExtra, ModelError)
Arguments = ParamSpec("Arguments")


def guarded(command: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """The command, with this library's errors told in one line and no traceback."""

    @functools.wraps(command)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            command(*args, **kwargs)
            sys.stdout.flush()
        except BrokenPipeError:
            # Python flushes stdout once more at exit; there it must find an open end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(NO_READER) from None
        except TritoneError as error:
            complain(str(error))
            raise typer.Exit(WRONG_CALL if isinstance(error, WRONG) else FAILED) from None
        except OSError as error:
            complain(why_not(error))
            raise typer.Exit(FAILED) from None
        except KeyboardInterrupt:
            complain("stopped; nothing more was written.")
            raise typer.Exit(INTERRUPTED) from None

    return run


def complain(message: str) -> None:
    """One line on stderr, whatever a library or a file's name put into the message."""
    typer.echo("tritone: " + message.replace("\n", " "), err=True)


def wrong_call(message: str) -> typer.Exit:
    """Tell what is wrong with the call; the result is to be raised."""
    complain(message)
    return typer.Exit(WRONG_CALL)


def check_outputs(*outputs: str | None) -> None:
    """Refuse an output that cannot be written, before any work is done for it.

    Raises:
        typer.Exit: with 2, when a folder is missing or is not writable, when an output is
            itself a folder, or when two outputs are the same.
    """
    named = [output for output in outputs if output is not None]
    if len(set(named)) < len(named):
        raise wrong_call(f"two outputs have the same name: {', '.join(named)}. Name them apart.")
    for path in (Path(output) for output in named if output != "-"):
        if path.is_dir():
            raise wrong_call(f"{path} is a folder; the output needs the name of a file.")
        if not path.parent.is_dir():
            raise wrong_call(f"the folder {path.parent} does not exist; make it first.")
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise wrong_call(f"the folder {path.parent} cannot be written to by this user.")


def emit(text: str, output: str) -> None:
    """Text to stdout for "-", else to a file, whole or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    if output == "-":
        typer.echo(text)
        return
    from tritone.analyze.save import write_text

    write_text(output, text + "\n")
