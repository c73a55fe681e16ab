"""What the rows of a store must be for the models that are built for one kind of them.

Some look at pictures themselves, some hear samples or spectrograms, whose neighbouring numbers are
neighbouring pitches. Another extractor's rows, or published vectors, have a shape that fits, and
nothing in them is where such a model looks for it.
"""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tritone.catalogue import find
from tritone.core.errors import RecipeError
from tritone.core.parts import Rows
from tritone.core.store import Store
from tritone.learn.recipe import Recipe

FEWEST_AXES = 2  # height and width


@dataclass(frozen=True)
class Kind:
    """Rows that a model is built for.

    Args:
        reads: what the model does with them, for messages.
        extractors: those whose rows they are.
    """

    reads: str
    extractors: tuple[str, ...]


PICTURES = Kind("looks at pictures", ("face_crop", "picture"))
SPECTRA = Kind("reads spectrograms", ("log_spectrogram", "log_mel", "mfcc"))
SAMPLES = Kind("hears samples", ("waveform",))


def pictured(recipe: Recipe, store: Store) -> Recipe:
    """The recipe with the modalities that are pictures, for a model that asks which are.

    Raises:
        RecipeError: a model that is built for one kind of rows is given another.
    """
    refuse_other_rows(recipe, store)
    asked = inspect.signature(find("model", recipe.model)).parameters
    if "pictures" not in asked or "pictures" in recipe.arguments:
        return recipe
    held = store.layout.modalities
    found = [m for m in recipe.modalities or held if len(held[m].shape) >= FEWEST_AXES]
    return replace(recipe, arguments={**recipe.arguments, "pictures": found})


def refuse_other_rows(recipe: Recipe, store: Store) -> None:
    """See that a model that is built for one kind of rows gets it.

    Raises:
        RecipeError: the store has rows of another kind in that place.
    """
    wants = getattr(find("model", recipe.model), "wants", {})
    held = store.layout.modalities
    for usual, extractor in wants.items():
        name = recipe.arguments.get("modality", usual)
        if name not in (recipe.modalities or held) or name not in held:
            continue
        kind = kind_of(extractor)
        if what := other_rows(kind, held[name], made_by(store.provenance, name)):
            raise RecipeError(
                f"{recipe.model} {kind.reads} ({', '.join(kind.extractors)}), and {name} in "
                f"{store.folder} is {what}. Name the corpus itself with --data, and {extractor} "
                f"reads it, or train a model that reads vectors: concat_mlp, early_concat."
            )


def kind_of(extractor: str) -> Kind:
    """The kind of rows that an extractor makes."""
    return next(kind for kind in (PICTURES, SPECTRA, SAMPLES) if extractor in kind.extractors)


def other_rows(kind: Kind, rows: Rows, extractor: str | None) -> str:
    """What the rows are where they are of another kind; "" where they are not, or nobody knows.

    Args:
        kind: the one that is wanted.
        rows: of the store.
        extractor: that made them; "" for published vectors, None where the store does not say.
    """
    if kind is PICTURES:
        is_vector = rows.dtype != "uint8" and len(rows.shape) < FEWEST_AXES
        return f"a vector of {rows.size} numbers" if is_vector else ""
    if extractor is None or (extractor and set(extractor.split("+")) <= set(kind.extractors)):
        return ""
    return f"read by {extractor}" if extractor else f"a published vector of {rows.size} numbers"


def made_by(provenance: Mapping, name: str) -> str | None:
    """The extractor of a modality; "" where someone published it, None where a store is silent."""
    extractors = provenance.get("extractors") or {}
    if name in extractors:
        return str(extractors[name]["name"])
    return "" if "layout" in provenance else None
