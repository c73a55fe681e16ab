"""One cell of a benchmark: one model on one corpus, all its seeds, and what it then says.

CELL/recipe.json, seed-0/ ...   as `tritone train` leaves them
     said.npz                   what each seed says of the reported rows, and what is true
     cell.json                  figures, marks, cost; written last, so that it means: done
"""

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tritone import __version__
from tritone.assess.trained import evaluate_rows, groups_of
from tritone.core.errors import DataError
from tritone.core.files import whole_file
from tritone.core.labels import SPLITS
from tritone.core.store import Store
from tritone.core.task import Task, task_from_json
from tritone.learn.recipe import Recipe
from tritone.learn.record import write_json
from tritone.learn.run import Run
from tritone.learn.trained import Trained
from tritone.recipes.benchmark.asking import Asked, facts_of
from tritone.recipes.benchmark.suite import CONTROL, Contender, Data, Suite, folder_name
from tritone.recipes.data import parted, with_target
from tritone.recipes.scoring import opened, trained_in
from tritone.recipes.training import begin, one_seed

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
            RecipeError: a setting that no recipe has.
        """
        said = (*self.settings, *self.data.settings, *self.contender.settings)
        made = Recipe(self.contender.model, self.data.spec, target=self.data.target).changed(said)
        channels = self.channels or made.modalities
        return replace(made, modalities=channels, seeds=self.seeds)


@dataclass(frozen=True)
class Done:
    """A cell that is done.

    Args:
        cell: which.
        facts: what cell.json says.
        runs: decoded predictions of each seed.
        true: what is true of the same rows.
        groups: number of each row's group; None where the data have none.
    """

    cell: Cell
    facts: dict[str, Any]
    runs: tuple[np.ndarray, ...]
    true: np.ndarray
    groups: np.ndarray | None

    @property
    def task(self) -> Task:
        """What is predicted."""
        return task_from_json(self.facts["task"])


def cells_of(
    suite: Suite, data: Data, store: Store, folder: Path, *, ablate: bool = False
) -> list[Cell]:
    """The cells of one corpus: its models, one channel at a time, and all subsets to ablate."""
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


def reported_split(store: Store) -> str:
    """The split that is reported on: test where there is one, else val.

    Raises:
        DataError: there is neither.
    """
    for split in reversed(SPLITS):
        if split != "train" and split in store.splits:
            return split
    raise DataError(f"{store.folder} has neither a test nor a val split to report on.")


def fill(cell: Cell) -> Done:
    """Train the cell and ask it; what an earlier call did is not done again.

    Raises:
        DataError, ModelError, RecipeError, OSError: it cannot be trained or asked.
    """
    torch.set_num_threads(1)
    recipe = cell.recipe
    done = filled(cell)
    if done is not None:
        return done
    store = parted(with_target(cell.store, cell.data.target), recipe.fold)
    begin(cell.folder, recipe, True)
    seeds = range(recipe.seed, recipe.seed + recipe.seeds)
    runs = [one_seed(recipe, store, cell.folder / f"seed-{n}", n, None) for n in seeds]
    done = ask(cell, store, runs, trained_in(cell.folder, "cpu"))
    keep_said(cell.folder / SAID, done.runs, done.true, done.groups)
    write_json(cell.folder / CELL, done.facts)
    return done


def ask(
    cell: Cell,
    store: Store,
    runs: Sequence[Run],
    models: Sequence[Trained],
    chosen_here: bool = True,
) -> Done:
    """What trained models say of the reported split of a store, and what that is worth.

    Args:
        cell: whose models they are; an opening of a test split is written down in its folder.
        store: opened with the models' target.
        runs: the trainings that gave the models.
        models: one for each seed.
        chosen_here: their epochs were chosen on the val split of this very store.

    Raises:
        DataError: the store has no split to report on.
        ModelError: its rows are not those that the models read.
    """
    split = reported_split(store)
    asked = [Asked(model, store, split) for model in models]
    report = evaluate_rows(
        asked, store, split, spec=cell.data.spec, version=__version__, draws=cell.draws
    )
    if split == "test":
        report = opened(report, cell.folder, store, list(models))
    elif chosen_here and "selected_on_reported_split" not in report.marks:
        report = replace(report, marks=(*report.marks, "selected_on_reported_split"))
    facts = facts_of(cell.called, cell.recipe, store, runs, asked, report)
    groups = groups_of(store, asked[0].rows)
    return Done(cell, facts, tuple(one.said for one in asked), asked[0].true, groups)


def keep_said(
    path: Path, runs: Sequence[np.ndarray], true: np.ndarray, groups: np.ndarray | None
) -> None:
    """Write what the seeds said, whole or not at all."""
    # An empty array stands for rows without groups.
    held = np.empty(0, np.int64) if groups is None else groups
    with whole_file(path) as file:
        np.savez_compressed(file, runs=np.stack(runs), true=true, groups=held)


def filled(cell: Cell) -> Done | None:
    """The cell as an earlier call left it; None where it is not done, or of another recipe."""
    try:
        facts = json.loads((cell.folder / CELL).read_text(encoding="utf-8"))
        with np.load(cell.folder / SAID, allow_pickle=False) as held:
            runs, true = held["runs"], held["true"]
            groups = held["groups"] if held["groups"].size else None
        same = facts["recipe"] == cell.recipe.to_json()
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return None
    return Done(cell, facts, tuple(runs), true, groups) if same else None
