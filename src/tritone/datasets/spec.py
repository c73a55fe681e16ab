"""From "name:path" to a Corpus."""

from pathlib import Path

from tritone import catalogue
from tritone.core.errors import DataError, RecipeError
from tritone.datasets.corpus import Corpus


def parse_spec(spec: str) -> tuple[str, Path]:
    """The name of a corpus and where it lies, from "name:path".

    Raises:
        RecipeError: `spec` is not of that form.
        UnknownName: no corpus is called so; the message offers the nearest one.
    """
    name, colon, path = spec.partition(":")
    known = ", ".join(sorted(catalogue.DATASETS))
    if not colon or not path or not name:
        raise RecipeError(
            f"{spec!r} does not say what it is. Write it as name:path, for example "
            f"emotions:data/emotions. Known: {known}."
        )
    catalogue.find("dataset", name)
    return name, Path(path).expanduser()


def read_corpus(spec: str, split: str = "all") -> Corpus:
    """The clips of one split of the corpus that `spec` names.

    Args:
        spec: "name:path", for example "meld:data/meld".
        split: train, val (or dev, valid, validation), test or all.

    Raises:
        DataError: the corpus is not there or not in its layout, or lacks the split; the message
            names the file or the folder.
        UnknownName: no corpus is called so.
    """
    name, path = parse_spec(spec)
    try:
        return catalogue.find("dataset", name)(path, split)
    except DataError as error:
        # What is said of a corpus as a whole does not say where it lies.
        if not str(error).startswith(f"{name} "):
            raise
        raise DataError(f"{path}: {error}") from None
