"""The default model, or one like it, trained on with the user's own data.

tritone train tritone --data manifest:my.csv
tritone train tritone --data manifest:my.csv --set target=emotion --set freeze=true
tritone train tritone --data manifest:my.csv --set start=FOLDER
"""

from dataclasses import replace

from tritone.catalogue import find
from tritone.core.errors import RecipeError
from tritone.features.preprocess import Preprocessor
from tritone.learn.pretrained import folder_of, read_config
from tritone.learn.recipe import WHOLE, Recipe
from tritone.learn.settings import Fit

FIT = Fit(epochs=12, batch=16, lr=1e-3, warmup=0.1, patience=4)


def tritone() -> Recipe:
    """The default model's three judges under heads for the user's own classes.

    Run: tritone train tritone --data manifest:my.csv
    """
    return Recipe("tritone_tuned", start={WHOLE: "default"}, fit=FIT)


def came_from(recipe: Recipe) -> str | None:
    """What a reader must know of figures of a model that goes on from another one."""
    if WHOLE not in recipe.start:
        return None
    return (
        f"It went on from {recipe.start[WHOLE]}, which had learned from other data before "
        "(its card.md names them): figures on clips of those flatter."
    )


def started(recipe: Recipe) -> Recipe:
    """The recipe with all that follows from the model it starts from: its shape and extractors.

    Raises:
        ModelError: the folder holds no such model.
        RecipeError: it holds a model of another kind.
    """
    of = find("model", recipe.model).starts_from
    if not of:
        return recipe
    folder = recipe.start.get(WHOLE, "default")
    config = read_config(folder_of(folder))
    if config["model"] != of:
        raise RecipeError(
            f"{recipe.model} starts from a {of} model, and {folder} holds a {config['model']}. "
            "Set start=default, or start= the folder of one that python -m "
            "tritone.recipes.default has made."
        )
    front = Preprocessor.load(folder_of(folder))
    face = {"side": front.face.side, "grey": True, "margin": front.face.margin}
    extracting = {
        "text": {"folder": folder},
        "audio": {"folder": folder, "dim": front.voice.columns},
        "vision": face,
    }
    extractors = {"text": "word_pieces", "audio": "voice_rows", "vision": "face_crop"}
    base = {"dims": config["dims"], **config["arguments"]}
    freeze = {"freeze": "all"} if recipe.freeze else {}
    return replace(
        recipe,
        arguments={"base": base, **freeze, **recipe.arguments},
        extractors={**extractors, **recipe.extractors},
        extracting={**extracting, **recipe.extracting},
    )
