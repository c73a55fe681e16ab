"""Tritone reads sentiment and emotion from what people say, how they say it and how they look.

    model = tritone.load("default")
    result = model.analyze("clip.mp4")

The names below are imported when they are first used, so that `import tritone` stays quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tritone import metrics
    from tritone.analyze.analyzer import load
    from tritone.recipes.scoring import evaluate
    from tritone.recipes.training import train

__version__ = "0.1.0"
__all__ = ["__version__", "evaluate", "load", "metrics", "train"]

_HOMES = {
    "evaluate": "tritone.recipes.scoring",
    "load": "tritone.analyze.analyzer",
    "train": "tritone.recipes.training",
}


def __getattr__(name: str) -> object:
    if name == "metrics":
        return import_module("tritone.metrics")
    if name not in _HOMES:
        raise AttributeError(f"module 'tritone' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
