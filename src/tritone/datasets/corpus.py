"""A Corpus: the clips of one split, what their labels can be, and what was left out.

Readers give all clips that they understand; rows that they do not are counted in `notes`, never
fatal. A split that is absent, or a layout that is not the corpus's, is an error.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.labels import EMOTIONS, SENTIMENTS

SPLITS = ("train", "val", "test", "all")
OTHER_SPLITS = {"training": "train", "dev": "val", "valid": "val", "validation": "val"}


@dataclass(frozen=True)
class Corpus:
    """Clips of one split of a labelled collection.

    Args:
        name: name of the corpus, as in a spec.
        clips: the clips of the split that was asked for.
        classes: target to the classes that its labels can have, in the shared order; a target
            that is a score is not among them.
        splits: splits that are there to be asked for.
        default_target: what is predicted where nobody says.
        modalities: channels that the corpus gives.
        source: who made it, and where it is described.
        licence: on what terms it may be used.
        notes: what was skipped or changed, in sentences.
    """

    name: str
    clips: tuple[Clip, ...]
    classes: Mapping[str, tuple[str, ...]]
    splits: tuple[str, ...]
    default_target: str
    modalities: tuple[str, ...]
    source: str
    licence: str
    notes: tuple[str, ...] = field(default=())


def split_name(word: str) -> str:
    """The shared name of a split: dev, valid and validation are val.

    Raises:
        DataError: no split is called so.
    """
    name = word.strip().lower()
    name = OTHER_SPLITS.get(name, name)
    if name not in SPLITS:
        raise DataError(f"No split is named {word!r}. Known: {', '.join(SPLITS)} (dev is val).")
    return name


def only(corpus: Corpus, split: str) -> Corpus:
    """The corpus with the clips of one split; "all" keeps them all.

    Raises:
        DataError: the corpus does not have that split, or has no clip at all.
    """
    wanted = split_name(split)
    if not corpus.clips:
        reasons = " ".join(corpus.notes)
        raise DataError(f"{corpus.name} holds no clip that can be used. {reasons}".strip())
    if wanted == "all":
        return corpus
    kept = tuple(clip for clip in corpus.clips if clip.split == wanted)
    if not kept:
        raise DataError(
            f"{corpus.name} has no split {wanted!r} here. Present: {', '.join(corpus.splits)}."
        )
    return replace(corpus, clips=kept)


def splits_of(clips: Collection[Clip]) -> tuple[str, ...]:
    """The splits that clips are in, in the usual order, and "all"."""
    held = {clip.split for clip in clips}
    return tuple(split for split in SPLITS if split in held or split == "all")


def classes_of(
    clips: Collection[Clip], declared: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Classes of each target: those the corpus declares, and those its labels hold.

    A small excerpt then still is judged on all classes of its corpus.
    """
    order = {"emotion": EMOTIONS, "sentiment": SENTIMENTS}
    return {
        target: tuple(
            name
            for name in order[target]
            if name in names or any(clip.labels.get(target) == name for clip in clips)
        )
        for target, names in declared.items()
    }


class Skips:
    """Counts rows that could not be used, by reason, with the first place of each."""

    def __init__(self) -> None:
        self.places: dict[str, list[str]] = {}

    def add(self, reason: str, place: str) -> None:
        self.places.setdefault(reason, []).append(place)

    @property
    def notes(self) -> tuple[str, ...]:
        """One sentence for each reason."""
        return tuple(
            f"{len(places)} skipped, {reason} (first: {places[0]})."
            for reason, places in self.places.items()
        )
