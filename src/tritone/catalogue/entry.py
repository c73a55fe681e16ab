"""One line of the catalogue."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One line of the catalogue.

    Args:
        path: "package.module:Name" of what the name stands for.
        summary: what it is, in one line.
        source: the paper, corpus page or rule that it follows.
    """

    path: str
    summary: str
    source: str
