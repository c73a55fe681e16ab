"""A training that a search led to: what its test split shows, the search has been shown too.

SEARCH/budget.json       what was tried
       test_opened.json  the openings of all trainings of its recipes
RUN/search.json          which search the recipe of this training came from

A search that goes on after one of its trainings was tested gives recipes whose makers have seen
the test: what is trained by them is marked `test_reused`.
"""

import json
from pathlib import Path

from tritone.core.errors import ModelError
from tritone.learn.record import write_json

BUDGET, SEARCH = "budget.json", "search.json"


def note_search(folder: Path, recipe: Path) -> None:
    """Write down in a training's folder which search its recipe came from, if from one.

    Args:
        folder: of the training.
        recipe: the file of its recipe, or the folder that holds it.
    """
    search = recipe if recipe.is_dir() else recipe.parent
    if (search / BUDGET).is_file():
        write_json(folder / SEARCH, {"schema": 1, "folder": str(search.resolve())})


def search_of(folder: Path) -> Path | None:
    """The search that led to a training; None where none did, or where it is gone.

    Raises:
        ModelError: what was written down of it cannot be read.
    """
    noted = folder / SEARCH
    if not noted.is_file():
        return None
    try:
        search = Path(json.loads(noted.read_text(encoding="utf-8"))["folder"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{noted} cannot be read: {error}. It says which search led to this training; "
            "train anew in another folder."
        ) from None
    return search if search.is_dir() else None
