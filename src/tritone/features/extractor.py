"""An extractor: one channel of a clip as rows of numbers, with its settings written down.

    Clip ──decode──▶ Material ──track──▶ Track

Extractors are frozen dataclasses whose fields are their settings, so that a store can say how it
was made and a checkpoint can do the same to media that it never saw. One that must first learn
from the training clips (a vocabulary, word vectors) is a `Learning` one: `fit` gives another
extractor, whose arrays are saved beside the settings.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from math import isfinite
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float32

from tritone.catalogue import find
from tritone.core.batch import Track
from tritone.core.clip import Clip, Source, Word
from tritone.core.errors import RecipeError
from tritone.core.parts import Rows
from tritone.media.video import Frame

RATE_HZ = 16_000


def no_frames() -> Iterator[Frame]:
    """The pictures of a clip that has none."""
    return iter(())


@dataclass(frozen=True)
class Material:
    """One clip, decoded; what is not there is None or empty.

    Args:
        id: the clip's id.
        text: what is said or written.
        words: the words of `text` on the media's clock; NaN times where they are unknown.
        sound: mono at `RATE_HZ`, in [-1, 1].
        start: seconds on the media's clock at which the sound and the pictures begin.
        end: seconds at which they end; None for a still picture or for text alone.
        frames: gives the pictures one by one; a still picture is one at NaN seconds. Each call
            decodes anew, so that no film is held in memory.
        fps: pictures a second that `frames` gives.
        files: files of features made by other software, such as "openface".
    """

    id: str
    text: str | None = None
    words: tuple[Word, ...] = ()
    sound: Float32[np.ndarray, " sample"] | None = None
    start: float = 0.0
    end: float | None = None
    frames: Callable[[], Iterator[Frame]] = no_frames
    fps: float = 5.0
    files: Mapping[str, Source] | None = None


@runtime_checkable
class Extractor(Protocol):
    """What turns one channel of a clip into rows."""

    @property
    def modality(self) -> str:
        """The channel: "text", "audio" or "vision"."""
        ...

    @property
    def version(self) -> int:
        """Rises when the same input gives other numbers."""
        ...

    @property
    def reads(self) -> tuple[str, ...]:
        """What is used of a Material, so that nothing else is decoded.

        Some of "words", "text", "sound", "frames" and "files".
        """
        ...

    @property
    def rows(self) -> Rows:
        """What each row is."""
        ...

    def track(self, material: Material) -> Track:
        """The channel's rows on the media's clock; no row where the clip does not have it."""
        ...


@runtime_checkable
class Cutting(Protocol):
    """An extractor that leaves out the end of what is too long."""

    def cuts(self, material: Material) -> bool:
        """Whether this clip is."""
        ...


@runtime_checkable
class Learning(Extractor, Protocol):
    """An extractor that first learns from the training clips.

    Before that, `track` raises RecipeError; `rows` follows from the settings alone.
    """

    def fit(self, clips: Iterable[Clip]) -> "Learning":
        """The extractor that has learned from clips, which are those of `train` only."""
        ...

    def state(self) -> dict[str, np.ndarray]:
        """What was learned, as plain arrays of numbers."""
        ...

    def restored(self, state: Mapping[str, np.ndarray]) -> "Learning":
        """The extractor with what `state` of another one gave."""
        ...


def settings_of(extractor: Extractor) -> dict[str, Any]:
    """Version and every setting, as plain data; `build` takes it back.

    What was learned is no setting. The settings of joined extractors are led by the name of
    theirs, as in "mfcc.count".
    """
    parts = getattr(extractor, "parts", None)
    if isinstance(parts, dict):
        each = {name: settings_of(part) for name, part in parts.items()}
        given = {f"{name}.{key}": value for name in each for key, value in each[name].items()}
    else:
        given = {name: getattr(extractor, name) for name in settable(type(extractor))}
    return {"version": extractor.version, **given}


def settable(made: Any) -> dict[str, Any]:
    """The settings of a class of extractors and their defaults."""
    listed = fields(made) if is_dataclass(made) else ()
    return {field.name: field.default for field in listed if field.init}


def build(name: str, settings: Mapping[str, Any] | None = None) -> Extractor:
    """The extractor of a name in the catalogue, with some settings of its own.

    Args:
        name: such as "mfcc"; or several of one channel, as in "mfcc+pitch", whose rows are put
            side by side.
        settings: field to value; values that are text are read as the field's type. Of several
            extractors each is named, as in "mfcc.count".

    Raises:
        UnknownName: the catalogue has no such extractor.
        RecipeError: it has no such setting, or the value does not fit it; or several do not
            go together.
    """
    given = {
        key: value
        for key, value in (settings or {}).items()
        if key.rpartition(".")[2] != "version"  # as `settings_of` gives it
    }
    if "+" in name:
        # Here, not above: what joins extractors needs to know what an extractor is.
        from tritone.features.joined import joined

        return joined({one: build(one, own) for one, own in divided(name, given).items()})
    made = find("extractor", name)
    known = settable(made)
    for key, value in given.items():
        if key not in known:
            has = f"It has: {', '.join(known)}." if known else "It has none."
            raise RecipeError(f"{name} has no setting {key!r}. {has}")
        given[key] = fitted(f"{name}.{key}", value, known[key])
    try:
        return made(**given)
    except (TypeError, ValueError) as error:
        raise RecipeError(f"{name} cannot be set so: {error}") from None


def divided(name: str, settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Each extractor of "mfcc+pitch" and its own settings."""
    parts = {one.strip(): {} for one in name.split("+")}
    if "" in parts or len(parts) <= name.count("+"):
        raise RecipeError(f"{name!r} is no list of extractors. Write each once, as mfcc+pitch.")
    for key, value in settings.items():
        one, dot, field = key.rpartition(".")
        if not dot or one not in parts:
            first = next(iter(parts))
            raise RecipeError(
                f"{name} has no setting {key!r}. Name the extractor too, as in {first}.SETTING."
            )
        parts[one][field] = value
    return parts


def fitted(name: str, value: Any, default: Any) -> Any:
    """A value as the type of the default that it replaces."""
    wrong = f"{name} takes {kind_of(default)}, got {value!r}. It is {default!r} now."
    if isinstance(default, bool):
        words = {"true": True, "false": False}
        value = words.get(value.lower(), value) if isinstance(value, str) else value
        if not isinstance(value, bool):
            raise RecipeError(wrong)
    elif isinstance(default, int | float):
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise RecipeError(wrong)
        try:
            number = float(value)
        except ValueError:
            raise RecipeError(wrong) from None
        if not isfinite(number) or (isinstance(default, int) and number != int(number)):
            raise RecipeError(wrong)
        value = type(default)(number)
    elif isinstance(default, str) and not isinstance(value, str):
        raise RecipeError(wrong)
    return value


def kind_of(default: Any) -> str:
    """What a setting is to be, in words."""
    if isinstance(default, bool):
        return "true or false"
    names = {int: "a whole number", float: "a number", str: "text"}
    return names.get(type(default), type(default).__name__)
