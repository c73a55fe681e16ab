"""From a name to a recipe: a recipe's own, a model's, or either of them for a corpus.

s000_a2     a recipe of the catalogue
tfn         a model's default recipe
tfn@mosi    the recipe of tfn for mosi; the default one where mosi has none of its own
mosi:tfn    the same
"""

import inspect
from difflib import get_close_matches

from tritone.catalogue import DATASETS, MODELS, RECIPES, find
from tritone.core.errors import RecipeError, UnknownName
from tritone.learn.recipe import Recipe


def recipe_named(name: str) -> Recipe:
    """The recipe that a name stands for.

    Raises:
        RecipeError: the name is of a job that has a command of its own.
        UnknownName: nothing is called so; the message offers the nearest name.
    """
    if name in RECIPES:
        return made(name)
    base, corpus = parted(name)
    if not corpus:
        check_near(base)
        find("model", base)
        return Recipe(base)
    find("dataset", corpus)
    own = f"{base}@{corpus}"
    return made(own) if own in RECIPES else recipe_named(base)


def parted(name: str) -> tuple[str, str]:
    """A name without its corpus, and the corpus; "" where it names none."""
    base, at, corpus = name.partition("@")
    if at:
        return base, corpus
    first, _, rest = name.partition(":")
    # "package.module:Name" is a model of the user's own.
    return (rest, first) if rest and first in DATASETS else (name, "")


def made(name: str) -> Recipe:
    """What a line of the catalogue gives; one that serves several corpora is told which.

    Raises:
        RecipeError: it is a job that has a command of its own.
    """
    function = find("recipe", name)
    asked = inspect.signature(function)
    if asked.return_annotation is not Recipe:
        raise RecipeError(
            f"{name} is no recipe of one training, but a job of its own: {RECIPES[name].summary}."
        )
    return function(name.partition("@")[2]) if asked.parameters else function()


def check_near(name: str) -> None:
    """Offer a recipe where a name is no model and nearer to a recipe's than to any model's.

    Raises:
        UnknownName: it is.
    """
    if name in MODELS or ":" in name:
        return
    near = get_close_matches(name, [*MODELS, *RECIPES], n=1)
    if near and near[0] in RECIPES:
        raise UnknownName(
            f"No recipe is named {name!r}. Did you mean {near[0]!r}? See tritone list recipes."
        )
