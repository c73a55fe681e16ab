"""Which modalities of a store are pictures, for the models that look at them themselves."""

import inspect
from dataclasses import replace

from tritone.catalogue import find
from tritone.core.store import Store
from tritone.learn.recipe import Recipe

FEWEST_AXES = 2  # height and width


def pictured(recipe: Recipe, store: Store) -> Recipe:
    """The recipe with the modalities that are pictures, for a model that asks which are."""
    asked = inspect.signature(find("model", recipe.model)).parameters
    if "pictures" not in asked or "pictures" in recipe.arguments:
        return recipe
    held = store.layout.modalities
    found = [m for m in recipe.modalities or held if len(held[m].shape) >= FEWEST_AXES]
    return replace(recipe, arguments={**recipe.arguments, "pictures": found})
