"""What a recipe needs of a store: rows whose target is known, a model that fits, class weights."""

import inspect
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from tritone.catalogue import find
from tritone.core.errors import DataError, ModelError, RecipeError, UnknownName
from tritone.core.store import Store
from tritone.core.task import Classes, Task
from tritone.datasets import balance
from tritone.learn.pretrained import load
from tritone.learn.recipe import WHOLE, Recipe
from tritone.learn.record import WEIGHTS
from tritone.models.base import FusionModel


def dims_of(store: Store, modalities: tuple[str, ...]) -> dict[str, int]:
    """Modality to the numbers in a row of it, for the modalities that are asked for.

    A picture is as wide as it has numbers. Whether a model looks at pictures is its own to say.

    Raises:
        RecipeError: the store has no such modality.
    """
    held = store.layout.modalities
    lacking = [name for name in modalities if name not in held]
    if lacking:
        raise RecipeError(f"{store.folder} has no {lacking[0]!r}. It has: {', '.join(held)}.")
    return {name: held[name].size for name in modalities or held}


def heard_dims(store: Store, recipe: Recipe, rows: Sequence[int]) -> dict[str, int]:
    """Width of a row of each modality that a model is to read, all of them there in train.

    One that nobody asked for by name, and that no training clip has, is left out of a model that
    goes on from another one: it has nothing to learn of it. Any other model is refused.

    Raises:
        RecipeError: the store has no such modality, or all training clips lack it.
    """
    dims = dims_of(store, recipe.modalities)
    silent = [name for name in dims if not any(store.length(row, name) for row in rows)]
    others = {name: dim for name, dim in dims.items() if name not in silent}
    goes_on = bool(find("model", recipe.model).starts_from)
    if not silent or (others and goes_on and not recipe.modalities):
        return others
    rest = f"leave it out: --set modalities={','.join(others)}" if others else "take other data"
    raise RecipeError(
        f"None of the {len(rows)} train clips of {store.folder} has a row of "
        f"{' or '.join(silent)}, which the model is to read. Extract it, or {rest}."
    )


def float_dims(store: Store, dims: dict[str, int]) -> dict[str, int]:
    """The modalities that hold floats."""
    held = store.layout.modalities
    return {name: dim for name, dim in dims.items() if held[name].dtype != "uint8"}


def build_model(recipe: Recipe, dims: dict[str, int], task: Task) -> FusionModel:
    """The recipe's model.

    Raises:
        UnknownName: no model is called so.
        RecipeError: it has no such option, or a value does not fit it.
    """
    made = find("model", recipe.model)
    try:
        return made(dims, task, **recipe.arguments)
    except (TypeError, ValueError) as error:
        if isinstance(error, UnknownName | ModelError):
            raise
        raise RecipeError(f"{recipe.model} cannot be built so: {error}") from None


def sized(recipe: Recipe, clips: int) -> Recipe:
    """The recipe with the number of training clips, for a model that keeps a row for each."""
    asked = inspect.signature(find("model", recipe.model)).parameters
    if "clips" not in asked or "clips" in recipe.arguments:
        return recipe
    return replace(recipe, arguments={**recipe.arguments, "clips": clips})


def absent_classes(store: Store, rows: list[int]) -> list[str]:
    """The classes that no clip of these rows has; a model cannot learn them from these."""
    task = store.task
    if not isinstance(task, Classes) or task.multi:
        return []
    there = {int(target) for row in rows if (target := store.target_of(row)) is not None}
    return [name for place, name in enumerate(task.names) if place not in there]


def class_weights(store: Store, rows: list[int]) -> Tensor | None:
    """How much a clip of each class counts, so that all classes count alike; 1 on average.

    Raises:
        DataError: a class has no clip in train.
    """
    task = store.task
    if not isinstance(task, Classes) or task.multi:
        return None
    targets = [target for row in rows if (target := store.target_of(row)) is not None]
    named = [task.names[int(target)] for target in targets]
    weights = balance.class_weights(named, task.names)
    if absent := absent_classes(store, rows):
        raise DataError(
            f"The train split of {store.folder} has no clip of {', '.join(absent)}. Train without "
            "class_weights, or with data that have some."
        )
    return torch.tensor(weights)


def start_from(model: FusionModel, recipe: Recipe) -> None:
    """Let a model start from encoders that were trained on one channel each.

    Source: S000, whose A0 to A2 reuse the encoders of its three unimodal Transformers.

    Raises:
        RecipeError: the model has no such encoders, or a folder holds no trained model.
        ModelError: an encoder does not fit.
    """
    if model.starts_from:
        trained = load(recipe.start.get(WHOLE, "default")).model.state_dict()
        model.take_pretrained(trained)
        return
    if not recipe.start:
        return
    take = getattr(model, "take_unimodal", None)
    if take is None:
        raise RecipeError(f"{recipe.model} cannot start from encoders of single channels.")
    trained = {}
    for channel, folder in recipe.start.items():
        found = sorted(Path(folder).glob(f"**/{WEIGHTS}"))
        if not found:
            raise RecipeError(
                f"start.{channel}: {folder} holds no trained model ({WEIGHTS}). Train it there "
                f"first, or say where it is: --set start.{channel}=DIR."
            )
        trained[channel] = load_file(found[0])
    take(trained, freeze=recipe.freeze)
