"""What is audited: clips with what is known of them, and features where there are some."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from torch import Tensor

from tritone import catalogue
from tritone.core.batch import Sample
from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.labels import SPLITS, sentiment_of_score
from tritone.core.store import Store
from tritone.core.task import Classes, Regression, Task
from tritone.datasets.corpus import Corpus
from tritone.datasets.published.reading import read_published
from tritone.datasets.spec import parse_spec, read_corpus

Pairs = Iterator[tuple[Sample, Clip]]
STORE = "store:"
FEATURE_FILES = (".pkl", ".pickle", ".npz", ".h5", ".hdf5", ".csd", ".p")


@dataclass(frozen=True)
class Subject:
    """A corpus, a store or a published feature file, as the checks see it.

    Args:
        spec: what was asked for.
        name: the corpus's name.
        clips: every clip of every split; those of features are known after the pass.
        tasks: what can be predicted, the default target first.
        modalities: channels that it gives.
        licence: on what terms it may be used; "" where nobody says.
        notes: what the reader skipped or changed.
        marks: words of warning that it carries.
        files: the files that it was read from, as far as they are few.
        samples: gives features one clip after the other; None where there are none.
        changes: what was changed in the numbers, once all samples have passed.
    """

    spec: str
    name: str
    clips: tuple[Clip, ...]
    tasks: Mapping[str, Task]
    modalities: tuple[str, ...]
    licence: str = ""
    notes: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    samples: Callable[[], Pairs] | None = field(default=None, repr=False)
    changes: Callable[[], tuple[str, ...]] = field(default=tuple, repr=False)

    @property
    def target(self) -> str | None:
        """What is predicted where nobody says."""
        return next(iter(self.tasks), None)

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits that hold clips, in the usual order."""
        held = {clip.split for clip in self.clips}
        return tuple(split for split in SPLITS if split in held)


def read_subject(spec: str) -> Subject:
    """What a spec names: "store:FOLDER", a published feature file, or a corpus.

    Raises:
        DataError: it is not there, or not in its layout.
        RecipeError, UnknownName: the spec is wrong.
    """
    if spec.startswith(STORE):
        return of_store(spec, Store(Path(spec.removeprefix(STORE)).expanduser()))
    name, path = parse_spec(spec)
    if is_feature_file(path):
        return of_published(spec, name, path)
    return of_corpus(spec, read_corpus(spec))


def is_feature_file(path: Path) -> bool:
    """Whether a path is a published feature file, or a folder of them and no table."""
    if not path.is_dir():
        return path.suffix.lower() in FEATURE_FILES
    suffixes = {file.suffix.lower() for file in path.iterdir() if file.is_file()}
    return bool(suffixes & set(FEATURE_FILES)) and ".csv" not in suffixes


def of_corpus(spec: str, corpus: Corpus) -> Subject:
    """A corpus of raw media or text."""
    return Subject(
        spec,
        corpus.name,
        corpus.clips,
        corpus.tasks,
        corpus.modalities,
        licence=corpus.sheet.licence,
        notes=corpus.notes,
        marks=corpus.marks,
    )


def of_store(spec: str, store: Store) -> Subject:
    """A feature store; its provenance says what it was made from."""
    told: Mapping[str, Any] = store.provenance
    sheet, marks, notes = told.get("sheet"), told.get("marks"), told.get("notes")

    def samples() -> Pairs:
        for row in range(len(store)):
            sample = store[row]
            yield sample, with_targets(store.clip(row), sample, store.layout.tasks, store.target)

    return Subject(
        spec,
        str(told.get("corpus") or store.folder.name),
        (),
        {name: store.layout.tasks[name] for name in store.layout.tasks},
        tuple(store.layout.modalities),
        licence=str(sheet.get("licence") or "") if isinstance(sheet, Mapping) else "",
        notes=words_of(notes),
        marks=words_of(marks),
        samples=samples,
    )


def of_published(spec: str, name: str, path: Path) -> Subject:
    """A feature file as its authors publish it, read without being imported first."""
    published = read_published(path, name=name)
    reader = catalogue.find("dataset", name)
    sheet = getattr(import_module(reader.__module__), "SHEET", None)

    def samples() -> Pairs:
        for sample, clip in published.samples():
            yield sample, with_targets(clip, sample, published.tasks, None)

    return Subject(
        spec,
        name,
        (),
        dict(published.tasks),
        tuple(published.modalities),
        licence=getattr(sheet, "licence", ""),
        notes=published.notes,
        files=published.sources,
        samples=samples,
        changes=lambda: published.changes.notes,
    )


def words_of(value: object) -> tuple[str, ...]:
    """The words of a list; nothing of anything else."""
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()


def with_targets(clip: Clip, sample: Sample, tasks: Mapping[str, Task], target: str | None) -> Clip:
    """The clip with the labels that only its sample's tensors hold."""
    given: dict[str, Tensor] = dict(sample.targets)
    if sample.target is not None:
        given[target or next(iter(tasks), "target")] = sample.target
    labels = dict(clip.labels)
    for name, value in given.items():
        label = label_of(tasks.get(name), value)
        if name not in labels and label is not None:
            labels[name] = label
    return replace(clip, labels=labels, group=clip.group or sample.group)


def label_of(task: Task | None, value: Tensor) -> str | float | None:
    """A target tensor as the label it was made from; None where it is unknown."""
    if isinstance(task, Regression):
        score = float(value.reshape(-1)[0])
        return None if math.isnan(score) else score
    if isinstance(task, Classes) and not task.multi and value.numel() == 1:
        place = int(value)
        return task.names[place] if 0 <= place < len(task.names) else None
    return None


def classes_of_clips(subject: Subject, target: str | None = None) -> list[str | None]:
    """The class of each clip: its label, or the sign of its score where 0 is on the scale.

    A scale without a sign is cut at its median: "low" and "high".

    Raises:
        DataError: there is no such target.
    """
    target = target or subject.target
    if target is None:
        return [None] * len(subject.clips)
    if target not in subject.tasks:
        raise DataError(f"{subject.spec} has no target {target!r}: {', '.join(subject.tasks)}.")
    task = subject.tasks[target]
    labels = [clip.labels.get(target) for clip in subject.clips]
    if isinstance(task, Classes):
        return [str(label) if str(label) in task.names else None for label in labels]
    scores = [score_of(label) for label in labels]
    if task.low < 0 < task.high:
        return [None if math.isnan(score) else sentiment_of_score(score) for score in scores]
    middle = median([score for score in scores if not math.isnan(score)])
    return [None if math.isnan(s) else ("low" if s < middle else "high") for s in scores]


def median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else math.nan


def score_of(label: str | float | None) -> float:
    """A label as a number; NaN where it is none."""
    return float(label) if isinstance(label, int | float) else math.nan


def rows_by_split(clips: Sequence[Clip]) -> dict[str, list[int]]:
    """The places of the clips of each split, in the usual order of splits."""
    rows: dict[str, list[int]] = defaultdict(list)
    for place, clip in enumerate(clips):
        if clip.split is not None:
            rows[clip.split].append(place)
    return {split: rows[split] for split in SPLITS if split in rows}
