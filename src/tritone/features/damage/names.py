"""Damage by name, as a study or a recipe writes it: "rows:0.3", "noise:10:audio", "lost:0.5"."""

from collections.abc import Callable, Mapping

from tritone.core.errors import RecipeError, UnknownName
from tritone.features.damage.pictures import Blur, Occlude, Shrink
from tritone.features.damage.rows import (
    Damage,
    DropBlock,
    DropModality,
    DropRows,
    KeepOnly,
    Noise,
    Shift,
)

Make = Callable[[float, tuple[str, ...]], Damage]

# Name to what it makes of a strength and of the channels that it is for.
DAMAGES: Mapping[str, Make] = {
    "rows": DropRows,
    "block": DropBlock,
    "lost": DropModality,
    "noise": Noise,
    "late": lambda seconds, modalities: Shift(seconds, only_one("late", modalities)),
    "blur": lambda share, modalities: Blur(share, only_one("blur", modalities)),
    "shrink": lambda factor, modalities: Shrink(factor, only_one("shrink", modalities)),
    "occlude": lambda share, modalities: Occlude(share, only_one("occlude", modalities)),
}


def damage(text: str) -> Damage:
    """The damage that NAME:STRENGTH or NAME:STRENGTH:MODALITY,... describes.

    "only:text,audio" loses every channel but these.

    Raises:
        UnknownName: no damage is called so.
        RecipeError: the strength is no number, or beyond what the damage takes.
    """
    name, _, rest = text.partition(":")
    if name == "only":
        return KeepOnly(listed(rest))
    if name not in DAMAGES:
        raise UnknownName(f"No damage is named {name!r}. Known: only, {', '.join(DAMAGES)}.")
    strength, _, modalities = rest.partition(":")
    try:
        value = float(strength)
    except ValueError:
        raise RecipeError(
            f"{text!r} has no strength. Write it as {name}:NUMBER or {name}:NUMBER:MODALITY."
        ) from None
    return DAMAGES[name](value, listed(modalities))


def listed(names: str) -> tuple[str, ...]:
    """Names parted by commas."""
    return tuple(name.strip() for name in names.split(",") if name.strip())


def only_one(name: str, modalities: tuple[str, ...]) -> str:
    """The one modality that a damage is for.

    Raises:
        RecipeError: there is none, or more than one.
    """
    if len(modalities) != 1:
        raise RecipeError(
            f"{name} is for one channel, got {list(modalities)}: {name}:NUMBER:MODALITY."
        )
    return modalities[0]
