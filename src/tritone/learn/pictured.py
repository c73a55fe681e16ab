"""Which modalities of a store are pictures, for the models that look at them themselves."""

import inspect
from dataclasses import replace

from tritone.catalogue import find
from tritone.core.errors import RecipeError
from tritone.core.store import Store
from tritone.learn.recipe import Recipe

FEWEST_AXES = 2  # height and width
PICTURES = ("face_crop", "picture")  # extractors of what a model looks at itself


def pictured(recipe: Recipe, store: Store) -> Recipe:
    """The recipe with the modalities that are pictures, for a model that asks which are.

    Raises:
        RecipeError: a model that looks at pictures is given vectors.
    """
    refuse_vectors(recipe, store)
    asked = inspect.signature(find("model", recipe.model)).parameters
    if "pictures" not in asked or "pictures" in recipe.arguments:
        return recipe
    held = store.layout.modalities
    found = [m for m in recipe.modalities or held if len(held[m].shape) >= FEWEST_AXES]
    return replace(recipe, arguments={**recipe.arguments, "pictures": found})


def refuse_vectors(recipe: Recipe, store: Store) -> None:
    """See that what a model looks at are pictures: a vector folds into a square that shows nothing.

    Raises:
        RecipeError: the store has rows of numbers with a point in place of pictures.
    """
    wants = getattr(find("model", recipe.model), "wants", {})
    held = store.layout.modalities
    for usual, extractor in wants.items():
        name = recipe.arguments.get("modality", usual)
        if extractor not in PICTURES or name not in (recipe.modalities or held):
            continue
        rows = held.get(name)
        if rows is not None and rows.dtype != "uint8" and len(rows.shape) < FEWEST_AXES:
            raise RecipeError(
                f"{recipe.model} looks at pictures, and {name} in {store.folder} is a vector of "
                f"{rows.size} numbers. Name the corpus itself with --data, and {extractor} cuts "
                "its pictures out, or train a model that reads vectors: concat_mlp, early_concat."
            )
