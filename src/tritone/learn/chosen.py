"""Which model a folder stands for: the one in it, or the best of a training's seeds on val."""

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tritone.core.errors import ModelError
from tritone.learn.figures import LOWER_IS_BETTER
from tritone.learn.record import CONFIG, NORMALISER
from tritone.learn.run import MODEL, SUMMARY

SEED = re.compile(r"seed-(\d{1,9})")
LONGEST = 1 << 26  # bytes of a summary; each epoch is a line of its history


@dataclass(frozen=True)
class Chosen:
    """One trained model, and what is written about its training.

    Args:
        folder: holds config.json and the weights.
        seeds: how many trainings it was chosen from.
        summary: of its own training; empty where it is not there.
        whole: of all seeds; empty where it is not there.
    """

    folder: Path
    seeds: int
    summary: dict[str, Any]
    whole: dict[str, Any]

    @property
    def seed(self) -> str:
        """The name of its training's folder; empty where it has none."""
        return self.folder.parent.name if SEED.fullmatch(self.folder.parent.name) else ""


def is_training(folder: Path) -> bool:
    """Whether a folder is what `tritone train` left, or a part of it that holds a model."""
    return bool(holds_model(folder) or holds_model(folder / MODEL) or seeds_in(folder))


def chosen_in(folder: Path) -> Chosen:
    """The model of a run, of one of its seeds, or of a model's own folder.

    Of several seeds the one with the best figure on val is taken: the recipe's own figure, by
    which each has chosen its epoch.

    Raises:
        ModelError: there is no trained model in it, or a summary cannot be read.
    """
    if holds_model(folder):
        return alone(folder)
    if holds_model(folder / MODEL):
        return alone(folder / MODEL)
    seeds = seeds_in(folder)
    if not seeds:
        raise ModelError(
            f"{folder} holds no trained model: there is neither {CONFIG} in it nor "
            f"seed-0/{MODEL}/{CONFIG}. Train it on with --resume, or name another folder."
        )
    summaries = {seed: summary_in(seed) for seed in seeds}
    best = min(seeds, key=lambda seed: rank(summaries[seed]))
    return Chosen(best / MODEL, len(seeds), summaries[best], summary_in(folder))


def alone(folder: Path) -> Chosen:
    """The model of a folder of its own, with what lies about it above, where it lies in a run."""
    above = folder.parent if folder.name == MODEL else None
    whole = summary_in(above.parent) if above is not None and SEED.fullmatch(above.name) else {}
    return Chosen(folder, 1, {} if above is None else summary_in(above), whole)


def holds_model(folder: Path) -> bool:
    """Whether a training left its model right here."""
    return (folder / CONFIG).is_file() and (folder / NORMALISER).is_file()


def seeds_in(folder: Path) -> list[Path]:
    """The seeds of a run whose model is there, in their order."""
    found = [
        (int(named[1]), path)
        for path in folder.glob("seed-*")
        if (named := SEED.fullmatch(path.name)) and holds_model(path / MODEL)
    ]
    return [path for _, path in sorted(found)]


def rank(summary: dict[str, Any]) -> float:
    """The figure on val by which a seed is chosen, lower is better; last where there is none."""
    try:
        by = summary["selected_on"]["by"]
        value = float(summary["metrics"]["val"][by])
    except (KeyError, TypeError, ValueError):
        return math.inf
    return value if by in LOWER_IS_BETTER else -value


def summary_in(folder: Path) -> dict[str, Any]:
    """What summary.json says; nothing where there is none.

    Raises:
        ModelError: it cannot be read.
    """
    path = folder / SUMMARY
    if not path.is_file():
        return {}
    try:
        if path.stat().st_size > LONGEST:
            raise ModelError(f"{path} has {path.stat().st_size} bytes; a summary has few.")
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError(f"{path} cannot be read: {str(error)[:200]}. Delete it.") from None
    return said if isinstance(said, dict) else {}
