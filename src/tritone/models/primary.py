"""Which channel a model is built around, where its paper is built around the words."""

from collections.abc import Iterable


def primary_of(dims: Iterable[str]) -> str:
    """Text where there is text, else the first channel."""
    channels = tuple(dims)
    return "text" if "text" in channels else channels[0]
