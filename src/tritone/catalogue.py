"""Every name in the house, on one page. To add a thing: write its file, then its line here.

The lines are plain text: nothing is imported before it is asked for, so that a list of all
models costs no torch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import Any

from tritone.core.errors import UnknownName


@dataclass(frozen=True)
class Entry:
    """One line of the catalogue.

    Args:
        path: "package.module:Name" of what the name stands for.
        summary: what it is, in one line.
        source: the paper, corpus page or rule that it follows.
    """

    path: str
    summary: str
    source: str


MODELS = {
    "tritone": Entry(
        "tritone.models.tritone:TritoneModel",
        "three small branches, one for each channel; the unsure weigh less (the default)",
        "this project",
    ),
    "concat_mlp": Entry(
        "tritone.models.concat:ConcatMLP",
        "average over time, concatenate, MLP",
        "Ngiam et al. 2011, ICML",
    ),
    "lmf": Entry(
        "tritone.models.tensor:LowRankFusion",
        "outer product of all modalities, by low-rank factors",
        "Liu et al. 2018, ACL",
    ),
}

EXTRACTORS: dict[str, Entry] = {}

DATASETS: dict[str, Entry] = {}

RECIPES: dict[str, Entry] = {}

METRICS: dict[str, Entry] = {}

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
        UnknownName: the catalogue has no such name (the message offers the nearest one), or
            nothing is to be found at the path.
    """
    table = TABLES[kind]
    if name in table:
        return load(kind, table[name].path)
    if ":" in name:
        return load(kind, name)
    near = get_close_matches(name, table, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    raise UnknownName(f"No {kind} is named {name!r}. {hint}Known: {', '.join(sorted(table))}.")


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
