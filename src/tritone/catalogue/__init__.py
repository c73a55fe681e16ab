"""Every name in the house. To add a thing: write its file, then its line in the list of its kind.

    paper_models  field_models  extractors  datasets  paper_recipes  field_recipes  metrics

The lines are plain text: nothing is imported before it is asked for, so that a list of all
models costs no torch.
"""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from importlib import import_module
from typing import Any

from tritone.catalogue.datasets import DATASETS
from tritone.catalogue.entry import Entry
from tritone.catalogue.extractors import EXTRACTORS
from tritone.catalogue.field_models import FIELD_MODELS
from tritone.catalogue.metrics import METRICS
from tritone.catalogue.paper_models import PAPER_MODELS
from tritone.catalogue.recipes import RECIPES
from tritone.core.errors import UnknownName

__all__ = [
    "DATASETS",
    "EXTRACTORS",
    "METRICS",
    "MODELS",
    "RECIPES",
    "TABLES",
    "Entry",
    "entries",
    "find",
    "load",
    "metric_named",
]

MODELS = {**PAPER_MODELS, **FIELD_MODELS}

NEAR, FEW = 3, 20  # names that a wrong one may have meant; names that are listed in a sentence

TABLES: Mapping[str, Mapping[str, Entry]] = {
    "model": MODELS,
    "extractor": EXTRACTORS,
    "dataset": DATASETS,
    "recipe": RECIPES,
    "metric": METRICS,
}


def find(kind: str, name: str) -> Any:
    """The class or function that `name` stands for; "package.module:Name" of your own is one.

    Args:
        kind: "model", "extractor", "dataset", "recipe" or "metric".
        name: a name of the catalogue, or the path of something of your own.

    Raises:
        UnknownName: the catalogue has no such name (the message offers the nearest ones), or
            nothing is to be found at the path.
    """
    table = TABLES[kind]
    if name in table:
        return load(kind, table[name].path)
    if ":" in name:
        return load(kind, name)
    near = get_close_matches(name, table, n=NEAR)
    hint = f"Did you mean {' or '.join(map(repr, near))}? " if near else ""
    known = f"Known: {', '.join(sorted(table))}."
    if len(table) > FEW:
        known = f"tritone list {kind}s names all {len(table)}."
    raise UnknownName(f"No {kind} is named {name!r}. {hint}{known}")


def metric_named(name: str, classes: Sequence[str] = ()) -> Callable[..., float]:
    """The metric of a name; "f1_joy" is the F1 of the class joy, where there is one.

    So are "precision_joy" and "recall_joy".

    Raises:
        UnknownName: no metric is called so.
    """
    kind, _, wanted = name.partition("_")
    if name in METRICS or kind not in ("precision", "recall", "f1") or wanted not in classes:
        return find("metric", name)
    one = load("metric", f"tritone.metrics.classification:{kind}_class")
    return partial(one, label=list(classes).index(wanted))


def load(kind: str, path: str) -> Any:
    """What stands at "package.module:Name".

    Raises:
        UnknownName: no such module, or no such name in it.
    """
    module, _, attribute = path.partition(":")
    if not all(part.isidentifier() for part in module.split(".")) or not attribute:
        raise UnknownName(f"{path!r} is no {kind}: write it as package.module:Name.")
    try:
        found = import_module(module)
    except ModuleNotFoundError as error:
        # A package that the module itself lacks is another fault, with its own message.
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        raise UnknownName(
            f"{path!r} is no {kind}: there is no module {error.name!r}. "
            f"Is its folder on PYTHONPATH?"
        ) from None
    if not hasattr(found, attribute):
        raise UnknownName(f"{path!r} is no {kind}: module {module!r} has no {attribute!r}.")
    return getattr(found, attribute)


def entries(kind: str | None = None) -> list[dict[str, str]]:
    """What `tritone list` shows: name, kind, summary and source of each line.

    Args:
        kind: one kind only, "model" or "models"; all of them by default.

    Raises:
        UnknownName: there is no such kind.
    """
    wanted = list(TABLES) if kind is None else [kind.removesuffix("s")]
    if wanted[0] not in TABLES:
        raise UnknownName(f"There are no {kind!r}. Known: {', '.join(f'{k}s' for k in TABLES)}.")
    return [
        {"name": name, "kind": one, "summary": entry.summary, "source": entry.source}
        for one in wanted
        for name, entry in sorted(TABLES[one].items())
    ]
