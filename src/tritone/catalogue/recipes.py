"""Named experiments: our own, the rows of the papers' tables, and models for a corpus."""

from tritone.catalogue.entry import Entry
from tritone.catalogue.field_recipes import FIELD_RECIPES
from tritone.catalogue.paper_recipes import PAPER_RECIPES

RECIPES = {
    "default": Entry(
        "tritone.recipes.default.__main__:main",
        "the default model, trained and packed: python -m tritone.recipes.default DATA",
        "this project",
    ),
    "tritone": Entry(
        "tritone.recipes.tuned:tritone",
        "the default model trained on with your own data and classes (--data manifest:my.csv)",
        "this project",
    ),
    **PAPER_RECIPES,
    **FIELD_RECIPES,
}
