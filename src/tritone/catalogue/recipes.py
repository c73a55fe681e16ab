"""Named experiments."""

from tritone.catalogue.entry import Entry

RECIPES = {
    "default": Entry(
        "tritone.recipes.default.__main__:main",
        "the default model, trained and packed: python -m tritone.recipes.default DATA",
        "this project",
    ),
}
