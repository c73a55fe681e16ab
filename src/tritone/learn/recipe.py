"""A recipe: everything that decides a training, as plain data that can be written and repeated."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from tritone.core.errors import RecipeError
from tritone.learn.settings import Fit

LONGEST = 1 << 20  # bytes of a recipe's JSON
WHOLE = "model"  # in `start`: not the encoder of one channel, but a model as a whole


@dataclass(frozen=True)
class Recipe:
    """What is trained, on what, and how.

    Args:
        model: a name of the catalogue.
        arguments: the model's own options.
        data: "name:path" of the corpus, feature file or store.
        target: what is predicted; the data's own by default.
        fold: parts the clips anew by group: "session:5" (leave one out), "group:2/5" (one of
            five parts); the data's own splits by default.
        modalities: channels that the model reads; all that the data have by default.
        extractors: channel to what reads it of a corpus as it lies on disk, such as "mfcc+pitch";
            the defaults of `tritone extract` where none is named.
        extracting: channel to the extractor's settings, as in extracting.text.folder=DIR.
        align: one clock for all channels of such a corpus: "none", "words" or a rate in Hz.
        fit: how the loop runs.
        normalise: bring every column to mean 0 and spread 1, by the train split.
        class_weights: weigh clips by the inverse share of their class in the train split.
        drop_modality: probability of a channel to be lost for a clip in training.
        augment: augmentations in training, in order, such as ("spec_augment", "noise:0.1").
        select: what chooses the epoch on the val split: "loss", or a metric's name.
        start: channel to the folder of a model that was trained on it alone, whose encoder the
            model starts from (S000); or "model" to the folder of a whole one ("default").
        freeze: leave what it starts from as it is.
        seed: of the first training; the next ones count on from it.
        seeds: trainings.
    """

    model: str
    data: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    target: str | None = None
    fold: str = ""
    modalities: tuple[str, ...] = ()
    extractors: Mapping[str, str] = field(default_factory=dict)
    extracting: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    align: str = "none"
    fit: Fit = field(default_factory=lambda: Fit(patience=8))
    normalise: bool = True
    class_weights: bool = False
    drop_modality: float = 0.0
    augment: tuple[str, ...] = ()
    select: str = "loss"
    start: Mapping[str, str] = field(default_factory=dict)
    freeze: bool = False
    seed: int = 0
    seeds: int = 1

    def __post_init__(self) -> None:
        if self.seeds < 1:
            raise RecipeError(f"seeds is at least 1, got {self.seeds}.")
        if not 0 <= self.drop_modality <= 1:
            raise RecipeError(f"drop_modality is from 0 to 1, got {self.drop_modality}.")

    def to_json(self) -> dict[str, Any]:
        """Plain data that `from_json` reads back."""
        return {"schema": 1, **json.loads(json.dumps(asdict(self)))}

    def changed(self, settings: Sequence[str]) -> "Recipe":
        """The recipe with some values replaced.

        Args:
            settings: "KEY=VALUE" each: "fit.lr=5e-4", "model.width=64", "model.encoders.text=cnn",
                "target=emotion".

        Raises:
            RecipeError: no such key, or a value that does not fit it.
        """
        recipe = self
        for one in settings:
            key, equals, value = one.partition("=")
            if not equals:
                raise RecipeError(
                    f"{one!r} is no setting. Write it as KEY=VALUE, as in fit.lr=5e-4."
                )
            recipe = recipe.with_value(key.strip(), value.strip())
        return recipe

    def with_value(self, key: str, text: str) -> "Recipe":
        """The recipe with one value replaced."""
        room, dot, name = key.partition(".")
        if room == "model" and dot:
            return replace(self, arguments=with_entry(self.arguments, name, text))
        if key == "start":
            return replace(self, start={WHOLE: text})
        if room == "start" and dot:
            return replace(self, start={**self.start, name: text})
        if room == "extractors" and dot:
            return replace(self, extractors={**self.extractors, name: text})
        if room == "extracting" and dot:
            return self.with_extracting(name, text)
        part, inner, of = name.partition(".")
        if room == "fit" and part in ("scales", "thaw") and inner:
            value = read_as(key, text, 1.0)
            held = {**getattr(self.fit, part), of: value}
            return replace(self, fit=replace(self.fit, **{part: held}))
        if room == "fit" and dot:
            return replace(self, fit=replaced(self.fit, name, text, "fit."))
        if key in ("fit", "arguments", "model", "data", "extractors", "extracting"):
            raise RecipeError(
                f"{key} cannot be set as a whole. Set fit.NAME, model.NAME, start.CHANNEL, "
                f"extractors.CHANNEL or extracting.CHANNEL.NAME."
            )
        return replaced(self, key, text, "")

    def with_extracting(self, name: str, text: str) -> "Recipe":
        """The recipe with one setting of one channel's extractor.

        Raises:
            RecipeError: no setting is named.
        """
        channel, dot, setting = name.partition(".")
        if not dot:
            raise RecipeError(f"extracting.{name} names no setting. Write extracting.{name}.NAME.")
        own = {**self.extracting.get(channel, {}), setting: read_value(text)}
        return replace(self, extracting={**self.extracting, channel: own})


def from_json(data: Mapping[str, Any]) -> Recipe:
    """The recipe that `to_json` wrote.

    Raises:
        RecipeError: it is of another schema, or holds what no recipe has.
    """
    if data.get("schema") != 1:
        raise RecipeError(f"A recipe has schema 1, got {data.get('schema')!r}.")
    given = {key: value for key, value in data.items() if key != "schema"}
    try:
        given["fit"] = Fit(**given.get("fit", {}))
        for name in ("modalities", "augment"):
            given[name] = tuple(given.get(name, ()))
        return Recipe(**given)
    except TypeError as error:
        raise RecipeError(f"This is no recipe: {error}.") from None


def read_recipe(path: Path) -> Recipe:
    """The recipe in a JSON file, such as the recipe.json beside a run's weights.

    Raises:
        RecipeError: the file cannot be read, or holds no recipe.
    """
    try:
        if path.stat().st_size > LONGEST:
            raise RecipeError(f"{path} has {path.stat().st_size} bytes; a recipe has few.")
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RecipeError(f"{path} cannot be read: {error}.") from None
    if not isinstance(said, dict):
        raise RecipeError(f"{path} holds no recipe, but a {type(said).__name__}.")
    return from_json(said)


def replaced(settings: Any, name: str, text: str, room: str) -> Any:
    """Settings with one of their values replaced, read as the type of the value that was there.

    Raises:
        RecipeError: there is no such value, or the text cannot be read as one.
    """
    known = {entry.name: getattr(settings, entry.name) for entry in fields(settings)}
    known = {key: value for key, value in known.items() if not isinstance(value, Fit | dict)}
    if name not in known:
        raise RecipeError(f"There is no {room}{name}. Known: {', '.join(room + k for k in known)}.")
    return replace(settings, **{name: read_as(f"{room}{name}", text, known[name])})


def with_entry(arguments: Mapping[str, Any], name: str, text: str) -> dict[str, Any]:
    """The arguments with one replaced; "encoders.text" is one entry of the table `encoders`.

    Raises:
        RecipeError: what the entry should go into is no table.
    """
    room, dot, entry = name.partition(".")
    if not dot:
        return {**arguments, name: read_value(text)}
    table = arguments.get(room, {})
    if not isinstance(table, Mapping):
        raise RecipeError(
            f"model.{room} is {table!r}, which has no {entry}. Set model.{room} as a whole, or "
            f"leave it out and set model.{name} for each."
        )
    return {**arguments, room: {**table, entry: read_value(text)}}


def read_as(name: str, text: str, before: Any) -> Any:
    """A text as a value of the type of another one.

    Raises:
        RecipeError: it cannot be read so.
    """
    if isinstance(before, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    value = read_value(text)
    if isinstance(before, bool) != isinstance(value, bool):
        fits = False
    elif isinstance(before, int | float) and not isinstance(before, bool):
        whole = isinstance(before, int) and not isinstance(value, int)
        fits = isinstance(value, int | float) and not whole
        value = float(value) if fits and isinstance(before, float) else value
    elif before is None:
        fits = True
    else:
        fits = isinstance(value, type(before)) or isinstance(before, str)
        value = text if isinstance(before, str) else value
    if not fits:
        raise RecipeError(
            f"{name} takes {type(before).__name__}, got {text!r}. It is {before} now."
        )
    return value


def read_value(text: str) -> Any:
    """A text as the number, truth value, list or null that it looks like, else as itself."""
    try:
        return json.loads(text)
    except ValueError:
        return {"True": True, "False": False, "None": None}.get(text, text)
