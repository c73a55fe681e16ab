"""One cell of a benchmark: one model on one corpus, all its seeds, and what it then says.

CELL/recipe.json, seed-0/ ...   as `tritone train` leaves them
     said.npz                   what each seed says of the reported rows, and what is true
     cell.json                  figures, marks, cost; written last, so that it means: done
     robustness.json ...        further studies, where they are asked for; see `studies`
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from tritone.assess.curves import Robustness
from tritone.assess.promises import Calibration
from tritone.assess.report import Part
from tritone.core.store import Store
from tritone.core.task import Task, task_from_json
from tritone.learn.recipe import Recipe
from tritone.recipes.benchmark.suite import CONTROL, Contender, Data, Suite, folder_name
from tritone.recipes.names import recipe_named
from tritone.recipes.tuned import started

CELL, SAID = "cell.json", "said.npz"
MODEL, ONE_CHANNEL, ABLATED = "model", "control", "ablation"


@dataclass(frozen=True)
class Cell:
    """One model on one corpus.

    Args:
        data: on what.
        contender: which model.
        channels: those that it reads; all for ().
        kind: "model", "control" (one channel alone) or "ablation" (some of the channels).
        store: the folder of the rows.
        folder: what the cell leaves.
        seeds: trainings.
        settings: of the suite.
        draws: resamples of the intervals.
        studies: further ones: "robustness", "calibration".
    """

    data: Data
    contender: Contender
    channels: tuple[str, ...]
    kind: str
    store: Path
    folder: Path
    seeds: int
    settings: tuple[str, ...]
    draws: int
    studies: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """How it is called in the table."""
        if self.kind == MODEL:
            return self.contender.called
        return f"{self.contender.called} ({' + '.join(self.channels)})"

    @property
    def recipe(self) -> Recipe:
        """What is trained.

        Raises:
            RecipeError: a setting that no recipe has, or a name of no recipe.
        UnknownName: no model or recipe is called so.
        """
        said = (*self.settings, *self.data.settings, *self.contender.settings)
        named = recipe_named(self.contender.model)
        made = started(replace(named, data=self.data.spec, target=self.data.target).changed(said))
        channels = self.channels or made.modalities
        models = self.folder.parent.parent / MODEL
        start = {
            channel: str(models / folder_name(name))
            for channel, name in self.contender.start.items()
            if not channels or channel in channels
        }
        return replace(made, modalities=channels, seeds=self.seeds, start=start or made.start)


@dataclass(frozen=True)
class Done:
    """A cell that is done.

    Args:
        cell: which.
        facts: what cell.json says.
        runs: decoded predictions of each seed.
        true: what is true of the same rows.
        groups: number of each row's group; None where the data have none.
        parts: what the further studies found, or in a sentence why one could not be made.
    """

    cell: Cell
    facts: dict[str, Any]
    runs: tuple[np.ndarray, ...]
    true: np.ndarray
    groups: np.ndarray | None
    parts: Mapping[str, Part | str] = field(default_factory=dict)

    @property
    def robustness(self) -> Robustness | None:
        """What is left where less is there, if that was studied."""
        found = self.parts.get("robustness")
        return found if isinstance(found, Robustness) else None

    @property
    def calibration(self) -> Calibration | None:
        """How far the confidence can be trusted, if that was studied."""
        found = self.parts.get("calibration")
        return found if isinstance(found, Calibration) else None

    @property
    def task(self) -> Task:
        """What is predicted."""
        return task_from_json(self.facts["task"])


def cells_of(
    suite: Suite,
    data: Data,
    store: Store,
    folder: Path,
    *,
    ablate: bool = False,
    studies: tuple[str, ...] = (),
) -> list[Cell]:
    """The cells of one corpus: its models, one channel at a time, and all subsets to ablate.

    Args:
        suite: what is compared.
        data: one of its data.
        store: their rows.
        folder: the folder of all cells.
        ablate: train each model on every subset of its channels too.
        studies: of models and controls; an ablation is not studied further.
    """
    held = tuple(store.layout.modalities)

    def cell(one: Contender, channels: tuple[str, ...], kind: str) -> Cell:
        name = folder_name(one.called) + "".join(f"+{channel}" for channel in channels)
        return Cell(
            data,
            one,
            channels,
            kind,
            store.folder,
            folder / folder_name(data.called) / kind / name,
            suite.seeds,
            suite.settings,
            suite.draws,
            () if kind == ABLATED else studies,
        )

    models = suite.models_on(data)
    cells = [cell(one, (), MODEL) for one in models]
    asked = tuple(cells[0].recipe.modalities) or held
    plain = [one for one in models if one.model == CONTROL and not one.settings]
    if not (plain and len(asked) == 1):
        cells += [cell(Contender(CONTROL), (channel,), ONE_CHANNEL) for channel in asked]
    if ablate:
        # The control is the plain model on one channel, which is not trained twice.
        cells += [
            cell(one, some, ABLATED)
            for one in models
            for some in parts_of(asked)
            if len(some) > 1 or one not in plain
        ]
    return cells


def parts_of(channels: Sequence[str]) -> list[tuple[str, ...]]:
    """Every subset of some channels but none and all, the smallest first."""
    numbers = range(1, (1 << len(channels)) - 1)
    found = [tuple(c for i, c in enumerate(channels) if n >> i & 1) for n in numbers]
    return sorted(found, key=len)
