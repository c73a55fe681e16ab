"""From a SPEC to a store: one that is there, or one that is made of a corpus or a feature file."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from tritone.catalogue import find
from tritone.core.errors import DataError
from tritone.core.head import HEAD
from tritone.core.store import Store
from tritone.datasets.spec import parse_spec
from tritone.datasets.targets import TARGETS
from tritone.features.kept import PREPROCESSOR, digest
from tritone.learn.recipe import Recipe
from tritone.learn.trained import Trained
from tritone.prepare.extract import extract
from tritone.prepare.imports import import_features
from tritone.prepare.plan import DEFAULTS, UNALIGNED, Plan
from tritone.recipes.folds import fold_of
from tritone.recipes.retarget import Retargeted

FEATURE_FILES = (".pkl", ".pickle", ".npz", ".h5", ".hdf5", ".csd")
RAW = "label.csv"  # where it lies beside feature files, the folder is the corpus itself

Tell = Callable[[str, int, int], None]


def store_of(
    spec: str,
    target: str | None,
    stores: Path,
    *,
    fold: str = "",
    plan: Plan | None = None,
    tell: Tell | None = None,
) -> Store:
    """The store of a SPEC, made in `stores` where it is not one already, and kept there.

    Args:
        spec: "store:DIR", or "name:path" of a corpus or a feature file.
        target: what is predicted: one of the data's own (the first by default), or one that a
            paper makes of them, such as "sentiment3_cut1".
        stores: folder in which stores are made and found again.
        fold: parts the clips anew, as "session:5"; see `folds`.
        plan: how a corpus is extracted.
        tell: told of the clips that are done.

    Raises:
        DataError: the data cannot be read, or have no such target.
        UnknownName: no corpus is called so.
    """
    name, path = parse_spec(spec)
    if name == "store":
        return parted(with_target(path, target), fold)
    folder = stores / f"{name}-{key_of(spec, path, plan)}"
    if is_published(path):
        import_features(path, folder, name=name)
    elif not is_complete(folder):
        extract(spec, folder, plan, resume=True, tell=tell)
    return parted(with_target(folder, target), fold)


def plan_of(recipe: Recipe) -> Plan | None:
    """How a recipe has a corpus extracted; None where it leaves that to the defaults.

    A model that is built for other rows than the usual ones gets them, unless the recipe names
    others.

    Raises:
        RecipeError: `align` is none of those that there are.
        UnknownName: no model is called so.
    """
    wants = getattr(find("model", recipe.model), "wants", {})
    read = {m: name for m, name in wants.items() if m in (recipe.modalities or wants)}
    extractors = {**read, **recipe.extractors}
    if not (extractors or recipe.extracting) and recipe.align == UNALIGNED:
        return None
    try:
        align = float(recipe.align)
    except ValueError:
        align = recipe.align
    return Plan(extractors, dict(recipe.extracting), align)


def plan_like(trained: Trained) -> Plan | None:
    """How the rows of a trained model were made, with what its extractors learned.

    None where nobody knows: it was trained on published vectors.

    Raises:
        ModelError: the folder of the model is damaged.
    """
    if not (trained.folder / PREPROCESSOR).is_file():
        return None
    front = trained.front_end()
    named = {name: trained.provenance["extractors"][name]["name"] for name in front.extractors}
    return Plan(
        {**dict.fromkeys(DEFAULTS, "none"), **named},
        align=front.align,
        fps=front.fps,
        half=bool(front.halved),
        taught=front.extractors,
        mark=digest(trained.folder / PREPROCESSOR),
    )


def parted(store: Store, fold: str) -> Store:
    """The store with the splits of a fold in place of its own."""
    if fold:
        clips = [store.clip(row) for row in range(len(store))]
        store.resplit(fold_of(clips, fold).splits)
    return store


def with_target(folder: Path, target: str | None) -> Store:
    """A store with one of its own targets, or one that a paper makes of its labels."""
    if target in TARGETS and target not in Store(folder).layout.tasks:
        return Retargeted(folder, target)
    return Store(folder, target=target)


def is_published(path: Path) -> bool:
    """A file of features that someone published, or a folder of such files."""
    if path.is_file():
        return path.suffix.lower() in FEATURE_FILES
    if not path.is_dir() or (path / RAW).exists():
        return False
    return any(file.suffix.lower() in FEATURE_FILES for file in path.iterdir())


def is_complete(folder: Path) -> bool:
    """A whole store lies there."""
    if not (folder / HEAD).exists():
        return False
    try:
        Store(folder)
    except DataError:
        return False
    return True


def key_of(spec: str, path: Path, plan: Plan | None) -> str:
    """What tells the stores of one corpus apart: where it lies, how it is extracted, its age."""
    changed = path.stat().st_mtime_ns if path.exists() else 0
    said = f"{spec}\0{path.resolve()}\0{changed}\0{plan}"
    return hashlib.sha256(said.encode()).hexdigest()[:12]
