"""`tritone train`: a recipe on data, for one seed or several, in a folder that can be gone on with.

OUT/recipe.json     what was asked, in full; `tritone train OUT/recipe.json` repeats it
    search.json     which search it came from, if from one
    seed-0/ ...     a run each, with curves.png beside its summary
    summary.json    figures of all seeds on val, with their spread
OUT/../stores/      what the data were extracted or imported to
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tritone.assess.history import History
from tritone.assess.overfitting import overfitting
from tritone.assess.plots import training_png
from tritone.assess.rows import floors_of, metrics_of
from tritone.assess.trained import targets_at, train_targets
from tritone.catalogue import MODELS, RECIPES, find
from tritone.core.errors import RecipeError
from tritone.core.files import whole_file
from tritone.core.store import Store
from tritone.learn.figures import LOWER_IS_BETTER, known
from tritone.learn.recipe import Recipe, read_recipe
from tritone.learn.record import write_json
from tritone.learn.run import SUMMARY, Run, train_once
from tritone.learn.tracking import check_tracker
from tritone.metrics.seeds import seeds_interval
from tritone.recipes.benchmark.suite import folder_name
from tritone.recipes.data import plan_of, store_of
from tritone.recipes.lineage import SEARCH, note_search
from tritone.recipes.names import recipe_named
from tritone.recipes.tuned import came_from, started

RECIPE, STORES, CURVES = "recipe.json", "stores", "curves.png"

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Training:
    """A training that is done.

    Args:
        folder: what it left.
        runs: one for each seed.
        summary: what summary.json says.
    """

    folder: Path
    runs: tuple[Run, ...]
    summary: dict[str, Any]


def train(
    recipe: Recipe | str,
    data: str | None = None,
    *,
    out: Path | str | None = None,
    settings: tuple[str, ...] = (),
    seeds: int | None = None,
    resume: bool = False,
    track: str | None = None,
    tell: Tell | None = None,
) -> Training:
    """Train a recipe for each of its seeds; seeds that are done are not trained again.

    Args:
        recipe: a recipe; a name, as `tritone list recipes` shows it, or a model's, which stands
            for its default recipe ("tfn", "tfn@mosi", "mosi:tfn"); or the path of a recipe.json.
        data: "name:path"; the recipe's own by default.
        out: the folder to write; runs/<name> by default.
        settings: "KEY=VALUE" each, such as "fit.lr=5e-4".
        seeds: how many trainings; the recipe's own number by default.
        resume: go on with what an earlier call began.
        track: "tensorboard" or "mlflow" (extra `track`), told of loss and figures of each epoch.
        tell: told of the work: what, how much is done, of how much.

    Raises:
        RecipeError: no such recipe, no data, or the folder holds another one.
        DataError, ModelError: as `train_once`.
    """
    made = (recipe if isinstance(recipe, Recipe) else named(recipe)).changed(settings)
    made = started(replace(made, data=data or made.data, seeds=seeds or made.seeds))
    if not made.data:
        raise RecipeError("There are no data to train on. Name them: --data name:path.")
    if track is not None:
        check_tracker(track)
    folder = Path(out) if out is not None else usual_folder(recipe, made)
    stores, plan = folder.parent / STORES, plan_of(made)
    with traceless(folder, (RECIPE, SEARCH), "seed-*/*"):
        begin(folder, made, resume)
        if isinstance(recipe, str) and is_file(recipe):
            note_search(folder, Path(recipe))
        store = store_of(made.data, made.target, stores, fold=made.fold, plan=plan, tell=tell)
        runs = [
            one_seed(made, store, folder / f"seed-{seed}", seed, tell, track)
            for seed in range(made.seed, made.seed + made.seeds)
        ]
    summary = gathered(made, runs, floors_on_val(store))
    write_json(folder / SUMMARY, summary)
    return Training(folder, tuple(runs), summary)


def named(recipe: str) -> Recipe:
    """The recipe of a name or of a file.

    Raises:
        RecipeError: the file cannot be read.
        UnknownName: neither a recipe nor a model is called so.
    """
    if is_file(recipe):
        path = Path(recipe)
        return read_recipe(path / RECIPE if path.is_dir() else path)
    return recipe_named(recipe)


def is_file(recipe: str) -> bool:
    """It is the path of a recipe, or of the folder of a training."""
    known = recipe in MODELS or recipe in RECIPES
    return recipe.endswith(".json") or (Path(recipe).is_dir() and not known)


def usual_folder(recipe: Recipe | str, made: Recipe) -> Path:
    """Where a training is kept if nobody says where: under the name that it was asked by."""
    asked = recipe if isinstance(recipe, str) and not is_file(recipe) else made.model
    return Path("runs") / folder_name(asked)


def begin(folder: Path, recipe: Recipe, resume: bool) -> None:
    """Write the recipe down, or see that it is the one that was begun.

    One that stopped before its first epoch ended has left nothing, and another takes its place.

    Raises:
        RecipeError: the folder holds another training, or this one and `resume` is not set.
    """
    path = folder / RECIPE
    if path.exists() and any(folder.glob("seed-*/*")):
        before = read_recipe(path)
        if not resume:
            raise RecipeError(f"{folder} holds a training. Go on with --resume, or give --out.")
        # More seeds of the same are no other recipe.
        if replace(before, seeds=recipe.seeds) != recipe:
            raise RecipeError(
                f"{folder} holds a training of another recipe; see {path}. Give another --out."
            )
    folder.mkdir(parents=True, exist_ok=True)
    write_json(path, recipe.to_json())


@contextmanager
def traceless(folder: Path, files: Sequence[str], work: str) -> Iterator[None]:
    """See that what stops before there is anything to go on with leaves no trace.

    Args:
        folder: that is worked in.
        files: what is written there first.
        work: pattern of what there is to go on with.
    """
    fresh = [folder / name for name in files if not (folder / name).exists()]
    try:
        yield
    except BaseException:
        if fresh and not any(folder.glob(work)):
            for file in fresh:
                file.unlink(missing_ok=True)
            for empty in (*folder.glob(work.partition("/")[0]), folder):
                with suppress(OSError):  # what others put there stays
                    empty.rmdir()
        raise


def one_seed(
    recipe: Recipe,
    store: Store,
    folder: Path,
    seed: int,
    tell: Tell | None = None,
    track: str | None = None,
) -> Run:
    """The run of one seed: as it was left, gone on with, or new."""
    if (folder / SUMMARY).is_file():
        return Run.of(folder)

    clips = len(store.known_rows("train"))

    def told(epoch: int, step: int, loss: float) -> None:
        if tell is not None:
            done = epoch * clips + min(step * recipe.fit.batch, clips)
            tell(f"seed {seed} epoch {epoch + 1} loss {loss:.3f}", done, clips * recipe.fit.epochs)

    run = train_once(recipe, store, folder, seed, tell=told, track=track)
    with whole_file(folder / CURVES) as file:
        file.write(training_png(history_of([run], recipe.select)))
    return run


def history_of(runs: Sequence[Run], select: str) -> History:
    """The epochs of some runs, as they are drawn."""
    return History(
        select,
        select not in LOWER_IS_BETTER,
        {run.folder.name: run.summary["history"] for run in runs},
        {run.folder.name: run.summary["selected_on"]["epoch"] for run in runs},
    )


def advice_on(recipe: Recipe, runs: Sequence[Run]) -> str | None:
    """What to do about the gap between train and val, where most of the runs have a wide one."""
    made = find("model", recipe.model)
    if made.is_solved:
        return None  # there is nothing to make smaller
    defaults = inspect.signature(made).parameters
    options = {name: one.default for name, one in defaults.items()} | dict(recipe.arguments)
    found = [
        overfitting(
            run.summary["history"],
            run.summary["metrics"]["train"],
            run.summary["metrics"]["val"],
            options=options,
        )
        for run in runs
    ]
    told = [one for one in found if one is not None]
    return told[0].sentence if len(told) > len(runs) / 2 else None


def gathered(
    recipe: Recipe, runs: list[Run], floors: dict[str, dict[str, float | None]]
) -> dict[str, Any]:
    """The val figures of all seeds: mean, spread, and each of them."""
    first = runs[0].summary
    names = first["metrics"]["val"]
    each = {name: [run.summary["metrics"]["val"][name] for run in runs] for name in names}
    return {
        "schema": 1,
        "recipe": recipe.to_json(),
        "data": first["data"],
        "clips_cut": first.get("clips_cut", {}),
        "losses_by_part": first.get("losses_by_part", []),
        "came_from": came_from(recipe),
        "parameters": first["parameters"],
        "seeds": len(runs),
        "selected_on": {"split": "val", "by": recipe.select},
        "val": {name: over_seeds(values) for name, values in each.items()},
        "floors": floors,
        "runs": [run.folder.name for run in runs],
        "advice": advice_on(recipe, runs),
        "versions": first["versions"],
        "hardware": first["hardware"],
    }


def floors_on_val(store: Store) -> dict[str, dict[str, float | None]]:
    """What predictors that look at nothing score on val."""
    rows = store.rows("val")
    true = targets_at(store, rows)
    found = floors_of(store.task, metrics_of(store.task), true, train_targets(store, rows))
    return {
        floor: {name: known(value) for name, value in figures.items()}
        for floor, figures in found.items()
    }


def over_seeds(values: list[float | None]) -> dict[str, float | None]:
    """Mean and standard deviation of a figure over seeds; None where one of them has none."""
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return {"mean": None, "deviation": None}
    spread = seeds_interval(known)
    return {"mean": spread.mean, "deviation": spread.deviation if len(known) > 1 else None}
