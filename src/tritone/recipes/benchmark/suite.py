"""A suite: what is compared. Data x models x seeds, under one name, as plain data.

{"name": "mine", "data": ["mosi:features.npz", {"spec": "store:DIR", "target": "emotion"}],
 "models": ["concat_mlp", {"model": "tfn", "name": "wide tfn", "settings": ["model.width=64"]}],
 "seeds": 5, "settings": ["fit.epochs=20"]}
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from tritone.core.errors import RecipeError
from tritone.prepare.plan import UNALIGNED, Plan

LONGEST = 1 << 20  # bytes of a suite's JSON
CONTROL = "concat_mlp"
FAST = "fast"  # is asked for with --fast, not in a file
BORROWING = ("trained_on", "channel", "against")


@dataclass(frozen=True)
class Contender:
    """A model or a recipe with its settings, under a name of its own.

    Args:
        model: a name that `tritone train` takes: a model's, a recipe's, "tfn@mosi".
        settings: "KEY=VALUE" each, as for `tritone train --set`.
        name: how it is called in the table; the model's name by default.
        start: channel to the contender on the same data from whose encoder it starts (S000);
            that one is trained before it.
    """

    model: str
    settings: tuple[str, ...] = ()
    name: str = ""
    start: Mapping[str, str] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """Its name in the table."""
        return self.name or self.model


@dataclass(frozen=True)
class Data:
    """One corpus, feature file or store, and what is predicted of it.

    Args:
        spec: "name:path".
        target: what is predicted; the data's own by default.
        settings: "KEY=VALUE" each, for every model on these data.
        name: how they are called in the table; the spec's name by default.
        extractors: channel to the extractor of a corpus; the defaults where none is named.
        extracting: channel to its extractor's settings.
        rate: rows a second to which all channels are averaged; each row as it is by default.
        trained_on: other data of the suite, whose models are reported on here; nothing is
            trained on these.
        channel: only the clips that have it are reported on, where models are borrowed.
        against: the contender that the others are to beat; the notes say whether the one that
            did best on val does.
        models: the models that are tried here; the suite's by default.
        note: what a reader must know of these data, in a sentence.
    """

    spec: str
    target: str | None = None
    settings: tuple[str, ...] = ()
    name: str = ""
    extractors: Mapping[str, str] = field(default_factory=dict)
    extracting: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    rate: int | float | None = None
    trained_on: str = ""
    channel: str = ""
    against: str = ""
    models: tuple[Contender, ...] = ()
    note: str = ""

    @property
    def called(self) -> str:
        """Their name in the table."""
        return self.name or self.spec.partition(":")[0]

    @property
    def plan(self) -> Plan | None:
        """How a corpus is extracted; None for the defaults."""
        if not (self.extractors or self.extracting or self.rate):
            return None
        align = UNALIGNED if self.rate is None else float(self.rate)
        return Plan(dict(self.extractors), dict(self.extracting), align)


@dataclass(frozen=True)
class Suite:
    """What is compared.

    Args:
        name: of the suite.
        data: on what.
        models: what is tried on all of them.
        seeds: trainings of each.
        settings: "KEY=VALUE" each, for all; those of the data and of the model come after them.
        by: the metric that ranks; accuracy for classes and the mean absolute error for scores by
            default.
        draws: resamples of each interval and comparison.
        notes: what was left out, in sentences.
        across: every training is reported on all of the data, not on its own alone.
        fast: it is the shortened form of a suite that ships.

    Raises:
        RecipeError: nothing to compare, or two things under one name.
    """

    name: str
    data: tuple[Data, ...]
    models: tuple[Contender, ...]
    seeds: int = 5
    settings: tuple[str, ...] = ()
    by: str | None = None
    draws: int = 1000
    notes: tuple[str, ...] = ()
    across: bool = False
    fast: bool = False

    def __post_init__(self) -> None:
        if not self.data or not (self.models or all(one.models for one in self.data)):
            raise RecipeError(f"The suite {self.name} has no data or no models to compare.")
        if self.seeds < 1 or self.draws < 1:
            raise RecipeError(f"seeds and draws are at least 1, got {self.seeds} and {self.draws}.")
        alone("data", [folder_name(one.called) for one in self.data])
        trained = [one.called for one in self.data if not one.trained_on]
        for one in self.data:
            if one.trained_on and one.trained_on not in trained:
                raise RecipeError(
                    f"{one.called} borrows the models of {one.trained_on!r}, which are none of "
                    f"the data that are trained on: {', '.join(trained) or 'there are none'}."
                )
            models = self.models_on(one)
            alone("models", [folder_name(model.called) for model in models])
            check_starts(models)

    def models_on(self, data: Data) -> tuple[Contender, ...]:
        """What is tried on some of the data."""
        return data.models or self.models


def check_starts(models: Sequence[Contender]) -> None:
    """What a contender starts from is another one, which starts from nothing.

    Raises:
        RecipeError: it is not.
    """
    plain = [model.called for model in models if not model.start]
    for model in models:
        lacking = [name for name in model.start.values() if name not in plain]
        if lacking:
            raise RecipeError(
                f"{model.called} starts from {lacking[0]!r}, which is none of the contenders that "
                f"start from nothing: {', '.join(plain)}."
            )


def alone(what: str, names: Sequence[str]) -> None:
    """Each name is there once, since each is a folder.

    Raises:
        RecipeError: two are the same.
    """
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise RecipeError(f"Two {what} are called {twice[0]!r}. Give each a name of its own.")


def folder_name(name: str) -> str:
    """A name as that of a folder: no separators, no dots in front."""
    return re.sub(r"[^\w.+-]+", "-", name).strip(".-") or "unnamed"


def read_suite(path: Path) -> Suite:
    """The suite in a JSON file.

    Raises:
        RecipeError: the file cannot be read, or holds no suite.
    """
    try:
        if path.stat().st_size > LONGEST:
            raise RecipeError(f"{path} has {path.stat().st_size} bytes; a suite has few.")
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RecipeError(f"{path} cannot be read: {error}.") from None
    if not isinstance(said, dict):
        raise RecipeError(f"{path} holds no suite, but a {type(said).__name__}.")
    return from_json({"name": path.stem, **said})


def from_json(said: Mapping[str, Any]) -> Suite:
    """The suite of plain data: each of the data a SPEC or an object, each model likewise.

    Raises:
        RecipeError: it holds what no suite has.
    """
    shared = {"target": said.get("target")}
    given = {key: value for key, value in said.items() if key not in (*shared, "data", "models")}
    data = [
        part(Data, {"spec": one} if isinstance(one, str) else one, shared)
        for one in listed(said, "data")
    ]
    models = [contender(one) for one in listed(said, "models")]
    return part(Suite, {**given, "data": tuple(numbered(data)), "models": tuple(models)}, {})


def contender(said: object) -> Contender:
    """A model by its name, or by an object."""
    return part(Contender, {"model": said} if isinstance(said, str) else said, {})


def listed(said: Mapping[str, Any], name: str) -> list[Any]:
    """What a key of a suite lists.

    Raises:
        RecipeError: it is no list.
    """
    found = said.get(name, [])
    if not isinstance(found, list):
        raise RecipeError(f"{name} of a suite is a list, got {type(found).__name__}.")
    return found


def part(kind: type, said: object, shared: Mapping[str, Any]) -> Any:
    """An object of the suite from plain data.

    Raises:
        RecipeError: it has what no such object has, or lacks what each has.
    """
    if not isinstance(said, Mapping):
        raise RecipeError(f"{said!r} is no {kind.__name__.lower()} of a suite.")
    known = {entry.name: entry.type for entry in fields(kind) if entry.name != FAST}
    stray = [name for name in said if name not in known]
    if stray:
        what = "suite" if kind is Suite else f"{kind.__name__.lower()} of a suite"
        takes = [*known, "target"] if kind is Suite else known
        raise RecipeError(f"A {what} has no {stray[0]!r}. It has: {', '.join(takes)}.")
    given = {**shared, **said}
    for name in ("settings", "notes"):
        if name in given:
            given[name] = words(name, given[name])
    if kind is Data and "models" in given:
        given["models"] = tuple(contender(one) for one in listed(given, "models"))
    for name, types in (
        *(("seeds", int), ("draws", int), ("rate", int | float | None)),
        *(("extractors", Mapping), ("extracting", Mapping), ("start", Mapping)),
        ("across", bool),
    ):
        if name in given and not isinstance(given[name], types):
            raise RecipeError(f"{name} of a suite cannot be {given[name]!r}.")
    for name in ("spec", "model", "name", "target", "by", "note", *BORROWING):
        if not isinstance(given.get(name), str | None):
            raise RecipeError(f"{name} of a suite is a word, got {given[name]!r}.")
    try:
        return kind(**given)
    except TypeError as error:
        raise RecipeError(f"This is no {kind.__name__.lower()} of a suite: {error}.") from None


def words(name: str, value: object) -> tuple[str, ...]:
    """A list of words.

    Raises:
        RecipeError: it is none.
    """
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise RecipeError(f"{name} of a suite is a list of words, got {value!r}.")
    return tuple(value)


def numbered(data: Sequence[Data]) -> list[Data]:
    """The data, those of one name told apart by their target or by a number."""
    made: list[Data] = []
    for one in data:
        held = {folder_name(other.called) for other in made}
        tries = [one.called, f"{one.called} {one.target or ''}".strip()]
        tries += [f"{one.called} {place}" for place in range(2, len(data) + 2)]
        name = next(name for name in tries if folder_name(name) not in held)
        made.append(one if name == one.called else Data(**{**vars(one), "name": name}))
    return made
