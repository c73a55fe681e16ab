"""`tritone tune`: a search over a recipe's settings, on val only, every trial written down.

OUT/recipe.json      what was searched from
    trials.journal   every trial, so that a search can be gone on with
    trial-3/ ...     a run each
    best.json        the recipe that scored best: train it with `tritone train OUT/best.json`
    budget.json      how many trials, how long, what was tried: comparisons need equal budgets
"""

import inspect
import json
import logging
import math
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tritone.catalogue import find
from tritone.core.errors import MissingExtra, ModelError, RecipeError
from tritone.core.store import Store
from tritone.learn.figures import LOWER_IS_BETTER
from tritone.learn.recipe import Recipe, read_recipe
from tritone.learn.record import write_json
from tritone.learn.run import train_once
from tritone.recipes.data import plan_of, store_of
from tritone.recipes.lineage import BUDGET
from tritone.recipes.training import RECIPE, STORES, floors_on_val, named, traceless
from tritone.recipes.tuned import started

if TYPE_CHECKING:
    from optuna import Study, Trial

BEST, JOURNAL = "best.json", "trials.journal"
LR, DECAY = (1e-4, 1e-2), (1e-4, 1e-1)
BATCHES, WIDTHS, DROPOUT = (16, 32, 64), (16, 32, 64, 128), (0.0, 0.5)

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Tuned:
    """What a search found.

    Args:
        folder: what it left.
        best: the recipe that scored best on val.
        score: its score; lower is better.
        budget: what budget.json says.
    """

    folder: Path
    best: Recipe
    score: float
    budget: dict[str, Any]


def tune(
    recipe: Recipe | str,
    data: str | None = None,
    *,
    trials: int,
    out: Path | str | None = None,
    settings: tuple[str, ...] = (),
    resume: bool = False,
    tell: Tell | None = None,
) -> Tuned:
    """Search step size, decay, batch, and the model's width and dropout where it has them.

    Each trial is a training with the recipe's first seed, scored by what the recipe selects on.
    Nothing but train and val is read.

    Source: Bergstra et al. 2011, "Algorithms for Hyper-Parameter Optimization", NeurIPS (TPE), by
        Optuna (Akiba et al. 2019, KDD). https://arxiv.org/abs/1907.10902

    Args:
        recipe: a recipe, a model's name, or the path of a recipe.json.
        data: "name:path"; the recipe's own by default.
        trials: how many in all, those of earlier calls included.
        out: the folder to write; runs/tune-<model> by default.
        settings: "KEY=VALUE" each, held fixed.
        resume: go on with what an earlier call began.
        tell: told of the trials.

    Raises:
        MissingExtra: Optuna is not installed.
        RecipeError: no such recipe, no data, nothing to search, or the folder holds another search.
        DataError: the data cannot be read.
    """
    if trials < 1:
        raise RecipeError(f"trials is at least 1, got {trials}.")
    made = (recipe if isinstance(recipe, Recipe) else named(recipe)).changed(settings)
    made = started(replace(made, data=data or made.data, seeds=1))
    if not made.data:
        raise RecipeError("There are no data to tune on. Name them: --data name:path.")
    free = free_settings(made, {setting.partition("=")[0].strip() for setting in settings})
    folder = Path(out) if out is not None else Path("runs") / f"tune-{made.model}"
    with traceless(folder, (RECIPE, JOURNAL), "trial-*/*"):
        return searched(opened(folder, made, resume), made, free, folder, trials, tell)


def searched(
    study: "Study",
    made: Recipe,
    free: tuple[str, ...],
    folder: Path,
    trials: int,
    tell: Tell | None = None,
) -> Tuned:
    """Try what is left to try of a search."""
    plan = plan_of(made)
    store = store_of(made.data, made.target, folder.parent / STORES, fold=made.fold, plan=plan)
    began = time.perf_counter()

    def attempt(trial: "Trial") -> float:
        proposed = proposal(made, trial, free)
        if tell is not None:
            tell(f"trial {trial.number}", trial.number, trials)
        try:
            run = train_once(proposed, store, folder / f"trial-{trial.number}", made.seed)
        except ModelError as error:  # settings that make the loss run away are no good settings
            trial.set_user_attr("failed", str(error))
            return math.inf
        return scored(run.summary, made)

    study.optimize(attempt, n_trials=max(0, trials - done(study)), gc_after_trial=False)
    return finished(folder, made, study, time.perf_counter() - began, free, store)


def opened(folder: Path, recipe: Recipe, resume: bool) -> "Study":
    """The search of a folder: a new one, or the one that was begun there."""
    try:
        import optuna
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend
    except ImportError:
        raise MissingExtra("optuna", "tune", "tritone tune") from None
    path = folder / RECIPE
    if path.exists():
        if not resume:
            raise RecipeError(f"{folder} holds a search. Go on with --resume, or give --out.")
        if read_recipe(path) != recipe:
            raise RecipeError(f"{folder} holds a search from another recipe; see {path}.")
    folder.mkdir(parents=True, exist_ok=True)
    write_json(path, recipe.to_json())
    # Its warnings tell of a stopped trial with a traceback; what is stopped is told at the door.
    logging.getLogger("optuna").setLevel(logging.ERROR)
    storage = JournalStorage(JournalFileBackend(str(folder / JOURNAL)))
    study = optuna.create_study(
        study_name="tritone", storage=storage, load_if_exists=True, direction="minimize"
    )
    # Seeded by the number of trials, so that a search that is gone on with does not repeat itself.
    study.sampler = optuna.samplers.TPESampler(seed=recipe.seed + len(study.trials))
    return study


def done(study: "Study") -> int:
    """Trials that came to an end; one that was killed is tried anew."""
    return sum(trial.value is not None for trial in study.trials)


def free_settings(recipe: Recipe, held: Collection[str] = ()) -> tuple[str, ...]:
    """What is searched: the loop's settings, and those of the model that its constructor has.

    Raises:
        RecipeError: nothing is left to search.
    """
    made = find("model", recipe.model)
    options = inspect.signature(made).parameters
    of_model = [name for name in ("width", "dropout") if name in options]
    free = [f"model.{name}" for name in of_model if name not in recipe.arguments]
    of_loop = () if made.is_solved else ("fit.lr", "fit.weight_decay", "fit.batch")
    free = [*(name for name in of_loop if name not in held), *free]
    if not free:
        why = "is solved at once, without steps" if made.is_solved else "has every setting fixed"
        raise RecipeError(
            f"There is nothing to search: {recipe.model} {why}. Train it with tritone train."
        )
    return tuple(free)


def proposal(recipe: Recipe, trial: "Trial", free: tuple[str, ...]) -> Recipe:
    """The recipe with the settings that a trial proposes."""
    given = {
        "fit.lr": lambda name: trial.suggest_float(name, *LR, log=True),
        "fit.weight_decay": lambda name: trial.suggest_float(name, *DECAY, log=True),
        "fit.batch": lambda name: trial.suggest_categorical(name, BATCHES),
        "model.width": lambda name: trial.suggest_categorical(name, WIDTHS),
        "model.dropout": lambda name: trial.suggest_float(name, *DROPOUT),
    }
    return with_settings(recipe, {name: given[name](name) for name in free})


def with_settings(recipe: Recipe, values: dict[str, Any]) -> Recipe:
    """The recipe with proposed values in place of its own."""
    of_model = {name[6:]: value for name, value in values.items() if name.startswith("model.")}
    of_fit = {name[4:]: value for name, value in values.items() if name.startswith("fit.")}
    return replace(
        recipe,
        arguments={**recipe.arguments, **of_model},
        fit=replace(recipe.fit, **of_fit),
    )


def scored(summary: dict[str, Any], recipe: Recipe) -> float:
    """What a trial scored on val; lower is better."""
    value = summary["metrics"]["val"][recipe.select]
    if value is None:
        return math.inf
    return value if recipe.select in LOWER_IS_BETTER else -value


def finished(
    folder: Path,
    recipe: Recipe,
    study: "Study",
    seconds: float,
    free: tuple[str, ...],
    store: Store,
) -> Tuned:
    """Write down what was found and what it cost.

    Raises:
        RecipeError: not one trial could be trained.
    """
    found = [trial for trial in study.trials if trial.value is not None]
    finite = [trial for trial in found if math.isfinite(trial.value or math.inf)]
    if not finite:
        reasons = [trial.user_attrs.get("failed", "") for trial in found]
        raise RecipeError(f"Not one of {len(found)} trials could be trained. {reasons[0]}")
    top = min(finite, key=lambda trial: (trial.value, trial.number))
    best, score = with_settings(recipe, top.params), float(top.value or 0.0)
    write_json(folder / BEST, best.to_json())
    before = read_budget(folder / BUDGET)
    budget = {
        "schema": 1,
        "trials": len(found),
        "failed": len(found) - len(finite),
        "seconds": round(before + seconds, 1),
        "selected_on": {"split": "val", "by": recipe.select},
        "searched": list(free),
        "best": {
            "trial": top.number,
            "score": score,
            "value": score if recipe.select in LOWER_IS_BETTER else -score,
            "settings": dict(top.params),
        },
        "clips": {split: len(store.known_rows(split)) for split in ("train", "val")},
        "floors": {name: floor.get(recipe.select) for name, floor in floors_on_val(store).items()},
    }
    write_json(folder / BUDGET, budget)
    return Tuned(folder, best, score, budget)


def read_budget(path: Path) -> float:
    """Seconds that earlier calls took."""
    try:
        return float(json.loads(path.read_text(encoding="utf-8"))["seconds"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0
