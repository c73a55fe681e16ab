"""An extractor: one channel of a clip as rows of numbers, with its settings written down.

    Clip ──decode──▶ Material ──track──▶ Track

Extractors are frozen dataclasses whose fields are their settings, so that a store can say how it
was made and a checkpoint can do the same to media that it never saw. One that must first learn
from the training clips (a vocabulary, word vectors) is a `Learning` one: `fit` gives another
extractor, whose arrays are saved beside the settings.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

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
    """What turns one channel of a clip into rows.

    `version` rises when the same input gives other numbers; `reads` names what is used of a
    Material ("words", "text", "sound", "frames", "files"), so that nothing else is decoded.
    """

    modality: ClassVar[str]
    version: ClassVar[int]
    reads: ClassVar[tuple[str, ...]]

    @property
    def rows(self) -> Rows:
        """What each row is."""
        ...

    def track(self, material: Material) -> Track:
        """The channel's rows on the media's clock; no row where the clip does not have it."""
        ...


@runtime_checkable
class Learning(Extractor, Protocol):
    """An extractor that first learns from the training clips."""

    def fit(self, clips: Iterable[Clip]) -> Self:
        """The extractor that has learned from clips, which are those of `train` only."""
        ...

    def state(self) -> dict[str, np.ndarray]:
        """What was learned, as plain arrays."""
        ...

    def restored(self, state: Mapping[str, np.ndarray]) -> Self:
        """The extractor with what `state` of another one gave."""
        ...


def settings_of(extractor: Extractor) -> dict[str, Any]:
    """Name of the class, version, and every setting, as plain data."""
    given = asdict(extractor) if is_dataclass(extractor) else {}
    return {"version": extractor.version, **given}


def build(name: str, settings: Mapping[str, Any] | None = None) -> Extractor:
    """The extractor of a name in the catalogue, with some settings of its own.

    Args:
        name: such as "mfcc".
        settings: field to value; values that are text are read as the field's type.

    Raises:
        UnknownName: the catalogue has no such extractor.
        RecipeError: it has no such setting, or the value does not fit it.
    """
    made = find("extractor", name)
    known = {field.name: field for field in fields(made) if field.init}
    given = {}
    for key, value in (settings or {}).items():
        if key not in known:
            raise RecipeError(f"{name} has no setting {key!r}. It has: {', '.join(known)}.")
        given[key] = fitted(f"{name}.{key}", value, known[key].default)
    try:
        return made(**given)
    except (TypeError, ValueError) as error:
        raise RecipeError(f"{name} cannot be set so: {error}") from None


def fitted(name: str, value: Any, default: Any) -> Any:
    """A value as the type of the default that it replaces."""
    if isinstance(default, bool) and isinstance(value, str):
        if value.lower() not in ("true", "false"):
            raise RecipeError(f"{name} takes true or false, got {value!r}. It is {default} now.")
        return value.lower() == "true"
    if isinstance(default, int | float) and not isinstance(default, bool):
        try:
            return type(default)(value)
        except (TypeError, ValueError):
            kind = type(default).__name__
            raise RecipeError(f"{name} takes {kind}, got {value!r}. It is {default} now.") from None
    return value
