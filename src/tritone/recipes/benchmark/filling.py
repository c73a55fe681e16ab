"""A cell is filled: its model is trained for each seed, asked, and studied; done work is kept."""

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from tritone import __version__
from tritone.assess.trained import evaluate_rows, groups_of
from tritone.core.errors import DataError
from tritone.core.files import whole_file
from tritone.core.labels import SPLITS
from tritone.core.store import Store
from tritone.learn.record import write_json
from tritone.learn.run import Run
from tritone.learn.trained import Trained
from tritone.recipes.benchmark.asking import Asked, facts_of
from tritone.recipes.benchmark.cells import CELL, SAID, Cell, Done
from tritone.recipes.benchmark.studies import kept_parts, study_cell
from tritone.recipes.data import parted, with_target
from tritone.recipes.scoring import opened, trained_in
from tritone.recipes.seen import peeking_told, seen_told
from tritone.recipes.training import begin, one_seed


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
    """Train the cell, ask it and study it; what an earlier call did is not done again.

    Raises:
        DataError, ModelError, RecipeError, OSError: it cannot be trained or asked.
    """
    torch.set_num_threads(1)
    recipe = cell.recipe
    done = filled(cell)
    store = parted(with_target(cell.store, cell.data.target), recipe.fold)
    if done is not None:
        return study_cell(cell, done, store, again=True)
    begin(cell.folder, recipe, True)
    seeds = range(recipe.seed, recipe.seed + recipe.seeds)
    runs = [one_seed(recipe, store, cell.folder / f"seed-{n}", n, None) for n in seeds]
    done = ask(cell, store, runs, trained_in(cell.folder, "cpu"), store)
    keep_said(cell.folder / SAID, done.runs, done.true, done.groups)
    write_json(cell.folder / CELL, done.facts)
    return study_cell(cell, done, store, again=False)


def ask(
    cell: Cell,
    store: Store,
    runs: Sequence[Run],
    models: Sequence[Trained],
    home: Store,
) -> Done:
    """What trained models say of the reported split of a store, and what that is worth.

    Args:
        cell: whose models they are; an opening of a test split is written down in its folder.
        store: opened with the models' target.
        runs: the trainings that gave the models.
        models: one for each seed.
        home: what they were trained on, and their epochs chosen on its val; often the same.

    Raises:
        DataError: the store has no split to report on.
        ModelError: its rows are not those that the models read.
    """
    split = reported_split(store)
    asked = [Asked(model, store, split) for model in models]
    report = evaluate_rows(
        asked, store, split, spec=cell.data.spec, version=__version__, draws=cell.draws
    )
    report = seen_told(report, store, split, home)
    if split == "test":
        report = opened(report, cell.folder, store, list(models))
    report = peeking_told(report, store, asked[0].rows, home)
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
    return Done(cell, facts, tuple(runs), true, groups, kept_parts(cell)) if same else None
