"""A Corpus: the clips of one split, what their labels can be, and what was left out.

Each reader's module also has a SHEET: what a person must know of the corpus before having it.

Readers give all clips that they understand; rows that they do not are counted in `notes`, never
fatal. A split that is absent, or a layout that is not the corpus's, is an error.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.labels import EMOTIONS, SENTIMENTS, SPLIT_ALIASES, read_split
from tritone.core.labels import SPLITS as PARTS
from tritone.core.task import Classes, Regression, Task

SPLITS = (*PARTS, "all")
OTHER_SPLITS = SPLIT_ALIASES


@dataclass(frozen=True)
class Sheet:
    """What a person must know of a corpus before having it; `tritone list datasets` shows it.

    Args:
        needs: what must lie on disk, by file and folder names.
        ask: where to ask for it: an address, or whom.
        licence: on what terms it may be used, in the fewest words.
        counts: how many clips, by split where it is split.
        splits: who made the splits, and by what they are apart (video, dialogue, actor, none).
        floors: what a constant guess scores, with the split that it was counted on.
        source: the paper, and where it is to be read.
    """

    needs: str
    ask: str
    licence: str
    counts: str
    splits: str
    floors: str
    source: str


@dataclass(frozen=True)
class Corpus:
    """Clips of one split of a labelled collection.

    Args:
        name: name of the corpus, as in a spec.
        clips: the clips of the split that was asked for.
        classes: target to the classes that its labels can have, in the shared order.
        scales: target to the lowest and highest score that its labels can have.
        splits: splits that are there to be asked for.
        default_target: what is predicted where nobody says.
        modalities: channels that the corpus gives.
        sheet: who made it, on what terms it may be used, and more.
        notes: what was skipped or changed, in sentences.
        marks: stable words of warning for every report made from it: "synthetic_pairing".
    """

    name: str
    clips: tuple[Clip, ...]
    classes: Mapping[str, tuple[str, ...]]
    splits: tuple[str, ...]
    default_target: str
    modalities: tuple[str, ...]
    sheet: Sheet
    scales: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def tasks(self) -> dict[str, Task]:
        """What can be predicted, by target; the default target first."""
        tasks: dict[str, Task] = {
            name: Classes(classes) for name, classes in self.classes.items() if len(classes) > 1
        }
        tasks |= {name: Regression(low, high) for name, (low, high) in self.scales.items()}
        first = self.default_target
        return {name: tasks[name] for name in sorted(tasks, key=lambda name: name != first)}


def split_name(word: str) -> str:
    """The shared name of a split, or "all": dev, valid and validation are val.

    Raises:
        DataError: no split is called so.
    """
    return "all" if word.strip().lower() == "all" else read_split(word)


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
