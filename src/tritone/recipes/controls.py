"""What a training is compared with: the plain model on each of its channels alone.

RUN/controls/text/recipe.json, seed-0/ ...   as `tritone train` leaves them
                  test_opened.json           its own openings of the test; not the training's

They are the controls of `tritone benchmark`: its plain model by its default recipe, on the very
rows that the training has learned from, for as many seeds.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from tritone import __version__
from tritone.assess.controls import Control, Controls
from tritone.assess.curves import Robustness
from tritone.assess.predict import Tell
from tritone.assess.report import Report
from tritone.assess.trained import evaluate_rows
from tritone.core.errors import RecipeError
from tritone.core.store import Store
from tritone.learn.recipe import Recipe, read_recipe
from tritone.learn.record import WEIGHTS
from tritone.learn.run import MODEL, SUMMARY
from tritone.learn.seal import open_test
from tritone.learn.trained import Trained, load_trained
from tritone.recipes.benchmark.suite import CONTROL, folder_name
from tritone.recipes.data import plan_of, store_of
from tritone.recipes.names import recipe_named
from tritone.recipes.training import RECIPE, STORES, begin, one_seed

FOLDER = "controls"

Study = Callable[..., Robustness]
Score = Callable[[Sequence[Trained]], Report]


def controls_of(
    folder: Path,
    models: Sequence[Trained],
    store: Store,
    report: Report,
    *,
    train: bool,
    device: str = "cpu",
    draws: int = 1000,
    seed: int = 0,
    study: Study | None = None,
    tell: Tell | None = None,
) -> Controls | None:
    """The controls of a training on the rows of its report; None where it is one itself.

    Args:
        folder: of the training.
        models: its models.
        store: whose rows are reported.
        report: what was found of the training.
        train: those that are not there yet; otherwise only those that are there are scored.
        device: that scores them.
        draws: resamples of the bootstrap.
        seed: of the bootstrap.
        study: what is left of a control where less is there; not studied by default.
        tell: called with the work at hand and the share that is done, 0 to 1.

    Raises:
        DataError, ModelError: as `evaluate`, of a control.
        RecipeError: the folder of a control holds one of another training.
    """
    wanted = wanted_of(read_recipe(folder / RECIPE), models)
    if not wanted:
        return None
    if train:
        train_controls(folder, wanted, tell)
    split = str(report.data["split"])
    score = partial(
        evaluate_rows,
        store=store,
        split=split,
        spec=str(report.data["spec"]),
        version=__version__,
        draws=draws,
        seed=seed,
    )
    held = [channel for channel in wanted if is_there(folder_of(folder, channel), wanted[channel])]
    found = [
        control(folder_of(folder, channel), wanted[channel], store, split, score, study, device)
        for channel in held
    ]
    lacking = tuple(channel for channel in wanted if channel not in held)
    name = report.model["name"]
    own = (report.metrics, report.marks, report.seeds)
    return Controls(CONTROL, name, *own, tuple(found), lacking)


def wanted_of(recipe: Recipe, models: Sequence[Trained]) -> dict[str, Recipe]:
    """Channel to the recipe of its control; empty for what is such a control itself."""
    plan = plan_of(recipe)
    shared = replace(
        recipe_named(CONTROL),
        data=recipe.data,
        target=models[0].target,
        fold=recipe.fold,
        # What the model itself asks of its rows, its control is given as well.
        extractors={} if plan is None else dict(plan.extractors),
        extracting=recipe.extracting,
        align=recipe.align,
        seed=recipe.seed,
        seeds=len(models),
    )
    wanted = {channel: replace(shared, modalities=(channel,)) for channel in models[0].model.dims}
    (first, *others) = wanted.values()
    asked = {"target": first.target, "extractors": first.extractors, "seeds": first.seeds}
    itself = replace(recipe, modalities=first.modalities, **asked)
    return {} if itself == first and not others else wanted


def train_controls(folder: Path, wanted: dict[str, Recipe], tell: Tell | None) -> None:
    """Train those that are not there yet, on the rows that the training has learned from.

    Raises:
        RecipeError: the folder of one holds one of another training.
    """
    store: Store | None = None
    for channel, recipe in wanted.items():
        place = folder_of(folder, channel)
        if is_there(place, recipe):
            continue
        if store is None:
            store = home_of(folder, recipe)
        check_same(place, recipe)
        begin(place, recipe, True)
        told = None if tell is None else partial(step_told, tell, channel)
        for seed in seeds_of(recipe):
            one_seed(recipe, store, place / f"seed-{seed}", seed, told)


def home_of(folder: Path, recipe: Recipe) -> Store:
    """The rows that a training has learned from, in the store that it made or found."""
    plan = plan_of(read_recipe(folder / RECIPE))
    stores = folder.parent / STORES
    return store_of(recipe.data, recipe.target, stores, fold=recipe.fold, plan=plan)


def step_told(tell: Tell, channel: str, what: str, done: int, of: int) -> None:
    """Tell of the training of a control."""
    tell(f"control of {channel}: {what}", done / of)


def control(
    folder: Path,
    recipe: Recipe,
    store: Store,
    split: str,
    score: Score,
    study: Study | None,
    device: str,
) -> Control:
    """One control on the rows of the report; its openings of the test are counted by themselves."""
    models = [load_trained(folder / f"seed-{n}" / MODEL, device=device) for n in seeds_of(recipe)]
    for model in models:
        model.expect(store)
    report = score(models)
    marks, count = report.marks, None
    if split in ("test", "all"):
        data = str(store.provenance.get("fingerprint") or store.folder.name)
        opening = open_test(folder, data, [model.folder / WEIGHTS for model in models])
        count = opening.count
        marks = (*marks, "test_reused") if opening.reused else marks
    if split != "test":
        marks = (*marks, "selected_on_reported_split")
    channels = tuple(models[0].model.dims)
    found = None if study is None else study(models, channels=channels)
    return Control(channels[0], report.metrics, marks, len(models), count, found)


def folder_of(folder: Path, channel: str) -> Path:
    """Where the control of a channel is kept."""
    return folder / FOLDER / folder_name(channel)


def seeds_of(recipe: Recipe) -> range:
    """The seeds of a recipe's trainings."""
    return range(recipe.seed, recipe.seed + recipe.seeds)


def is_there(folder: Path, recipe: Recipe) -> bool:
    """A control is whole: of this very recipe, with all its seeds."""
    done = all((folder / f"seed-{seed}" / SUMMARY).is_file() for seed in seeds_of(recipe))
    return done and same(folder, recipe)


def same(folder: Path, recipe: Recipe) -> bool:
    """The recipe in a folder is this one, but for the number of seeds."""
    return replace(read_recipe(folder / RECIPE), seeds=recipe.seeds) == recipe


def check_same(folder: Path, recipe: Recipe) -> None:
    """See that a folder holds no control of another training.

    Raises:
        RecipeError: it does.
    """
    if (folder / RECIPE).is_file() and not same(folder, recipe):
        raise RecipeError(
            f"{folder} holds the control of another training. Delete it: it is trained anew."
        )
