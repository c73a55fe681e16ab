"""A progress bar on stderr, only where a person watches."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tell = Callable[[str, float], None]
"""Called with the clip at hand and the share of the whole work that is done, 0 to 1."""


@contextmanager
def progress() -> Iterator[Tell]:
    """What to tell of the work; a bar on a terminal, silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda name, done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=1.0)
        yield lambda name, done: bar.update(task, description=name, completed=done)
