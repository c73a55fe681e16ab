"""`tritone extract`: a corpus as it lies on disk becomes a feature store.

    corpus ─ clips ─┬─ process ─┐
                    ├─ process ─┼─ in order ─ store
                    └─ process ─┘        └─── extraction.json: what failed, and why

A run that is killed leaves its whole parts; run again with `resume`, it does what is left, and
tries once more what failed.
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from tritone import __version__
from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip
from tritone.core.devices import device_of
from tritone.core.errors import DataError, ModelError
from tritone.core.files import whole_file
from tritone.core.head import HEAD
from tritone.core.parts import Rows
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Classes, Task
from tritone.datasets.corpus import Corpus
from tritone.datasets.spec import read_corpus
from tritone.features.extractor import Extractor
from tritone.prepare.plan import DEFAULTS, Plan, keep_learned, learned
from tritone.prepare.workers import Arrays, Extracted, Work, results

OUTCOME = "extraction.json"
PART_BYTES = 1 << 25  # of samples that a kill can cost
FEW = 32  # clips that are not worth a process of their own

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Failed:
    """A clip that is not in the store, and why."""

    id: str
    path: str
    error: str


@dataclass(frozen=True)
class Outcome:
    """What an extraction left behind.

    Args:
        store: the folder.
        written: clips in the store, those of earlier runs too.
        failed: clips that are not, each with its reason.
        notes: what the reader of the corpus left out, and what was guessed.
    """

    store: Path
    written: int
    failed: tuple[Failed, ...]
    notes: tuple[str, ...]


def extract(
    spec: str,
    to: Path | str,
    plan: Plan | None = None,
    *,
    workers: int | None = None,
    resume: bool = False,
    tell: Tell | None = None,
) -> Outcome:
    """Extract every clip of a corpus into a store, in the corpus's order.

    Args:
        spec: "name:path", such as "meld:data/meld".
        to: the folder of the store.
        plan: extractors, settings and alignment; the defaults where none is given.
        workers: processes; as many as there are cores, and none for a handful of clips.
        resume: go on with a store that an earlier run began.
        tell: called with a clip's id, how many clips are done, and how many there are.

    Raises:
        DataError: the corpus cannot be read; or the folder holds a store and `resume` is not
            set, or was begun otherwise; or not one clip could be extracted.
        RecipeError: the plan does not fit the corpus.
        ModelError: the encoder that is to read a channel is not there, or is of another kind.
        OSError: the store cannot be written, such as on a full disk.
    """
    plan, folder = plan or Plan(), Path(to)
    if (folder / HEAD).exists() and not resume:
        raise DataError(f"{folder} holds a store. Go on with --resume, or write to a new folder.")
    corpus = read_corpus(spec, "all")
    built = with_encoders(plan, plan.build(corpus))
    extractors = learned(built, corpus.clips, folder, taught=plan.taught)
    work = Work(extractors, plan.align, plan.fps)
    rows = {modality: rows_of(plan, modality, one) for modality, one in extractors.items()}
    provenance = describe(spec, corpus) | plan.describe(corpus, extractors)
    failed, spread, shortened, tasks = [], 0, Counter[str](), corpus.tasks
    clips, strays = fitting(corpus.clips, tasks)
    with StoreWriter(
        folder, rows, tasks=tasks, provenance=provenance, part_bytes=PART_BYTES
    ) as writer:
        keep_learned(extractors, folder)
        clips = [clip for clip in clips if clip.id not in writer.ids]
        done = len(corpus.clips) - len(clips)
        usual = 1 if on_gpu(extractors) else cores_for(len(clips))
        for clip, found in results(work, clips, workers=workers or usual):
            if found.error is None:
                sample = sample_of(clip, found)
                writer.append(sample, clip, sources=found.sources, cut=found.cut)
            else:
                failed.append(Failed(clip.id, path_of(clip), found.error))
            spread += found.spread
            shortened.update(found.cut)
            done += 1
            if tell is not None:
                tell(clip.id, done, len(corpus.clips))
        if not writer.ids:
            first = failed[0].error if failed else "it has none."
            raise DataError(f"Not one clip of {corpus.name} could be extracted. The first: {first}")
        count = len(writer)
    notes = corpus.notes + strays + guessed(spread) + too_long(shortened)
    outcome = Outcome(folder, count, tuple(failed), notes)
    write_outcome(outcome)
    return outcome


def with_encoders(plan: Plan, extractors: Mapping[str, Extractor]) -> Mapping[str, Extractor]:
    """The same extractors, once their encoders are seen to be there.

    Raises:
        ModelError: one is not there, or is of another kind.
    """
    for modality, extractor in extractors.items():
        # What is still to learn may not know its rows yet; it reads no encoder.
        if not hasattr(type(extractor), "fit"):
            rows_of(plan, modality, extractor)
    return extractors


def rows_of(plan: Plan, modality: str, extractor: Extractor) -> Rows:
    """What is stored of a channel.

    Raises:
        ModelError: its encoder cannot be had; the message says whose it is, and where to set it.
    """
    try:
        return plan.rows(extractor)
    except ModelError as error:
        name = plan.extractors.get(modality, DEFAULTS.get(modality, ""))
        places = [f"{modality}.{key}" for key in ("folder", "run") if hasattr(extractor, key)]
        where = "".join(f" The setting is {p}, in a recipe extracting.{p}." for p in places)
        raise ModelError(f"{name} cannot read {modality}: {error}{where}") from None


def fitting(clips: Sequence[Clip], tasks: Mapping[str, Task]) -> tuple[list[Clip], tuple[str, ...]]:
    """The clips without labels that their corpus has no class for, and how many those are.

    MOSI has two sentiments and some clips whose score is exactly 0: they keep the score.
    """
    kept, strays = [], Counter()
    for clip in clips:
        wrong = [
            name
            for name, task in tasks.items()
            if isinstance(task, Classes)
            and (label := clip.labels.get(name)) is not None
            and label not in task.names
        ]
        strays.update((name, str(clip.labels[name])) for name in wrong)
        labels = {name: label for name, label in clip.labels.items() if name not in wrong}
        kept.append(replace(clip, labels=labels) if wrong else clip)
    notes = (
        f"{count} clips have the {name} {label!r}, which is no class here; it is left out."
        for (name, label), count in strays.items()
    )
    return kept, tuple(notes)


def cores_for(clips: int) -> int:
    """Processes for so many clips: each costs a few seconds to begin."""
    return max(1, min(os.cpu_count() or 1, clips // FEW))


def on_gpu(extractors: Mapping[str, Extractor]) -> bool:
    """Whether an encoder computes on a GPU: each further process would load it there anew."""
    return any(
        device_of(device).type == "cuda"
        for extractor in extractors.values()
        for part in (extractor, *getattr(extractor, "parts", {}).values())
        if (device := getattr(part, "device", None))
    )


def describe(spec: str, corpus: Corpus) -> dict[str, Any]:
    """Where the samples come from, for the store's provenance."""
    return {
        "tritone": __version__,
        "spec": spec,
        "corpus": corpus.name,
        "sheet": asdict(corpus.sheet),
        "marks": list(corpus.marks),
        "fingerprint": fingerprint(corpus.clips),
    }


def fingerprint(clips: Sequence[Clip]) -> str:
    """The SHA-256 of what the tables say: ids, texts, labels, splits and times, in order."""
    digest = hashlib.sha256()
    for clip in clips:
        facts = [clip.id, clip.text, clip.split, clip.start, clip.end, dict(clip.labels)]
        digest.update(json.dumps(facts).encode())
    return digest.hexdigest()


def sample_of(clip: Clip, found: Extracted) -> Sample:
    """The rows of a clip as a Sample."""
    tracks = {modality: track_of(arrays) for modality, arrays in found.tracks.items()}
    return Sample(clip.id, tracks, group=clip.group, position=clip.position)


def track_of(arrays: Arrays) -> Track:
    """A track from the arrays of another process."""
    values, mask, spans = (torch.from_numpy(array) for array in arrays)
    return Track(values, mask, spans)


def path_of(clip: Clip) -> str:
    """Where a clip's media lie, or its id where it has none."""
    return str(next(iter(clip.media.values()), clip.id))


def guessed(spread: int) -> tuple[str, ...]:
    """What a reader should know of how words got their times."""
    if not spread:
        return ()
    return (f"{spread} clips have words without times, spread evenly over the clip.",)


def too_long(shortened: Mapping[str, int]) -> tuple[str, ...]:
    """How many clips lost their end, of each channel."""
    return tuple(
        f"Clips too long for the extractor of {channel}, which left out their end: {count}."
        for channel, count in sorted(shortened.items())
    )


def write_outcome(outcome: Outcome) -> None:
    """Write what failed and what was noted beside the samples."""
    said: Mapping[str, Any] = {
        "written": outcome.written,
        "failed": [asdict(one) for one in outcome.failed],
        "notes": list(outcome.notes),
    }
    with whole_file(outcome.store / OUTCOME) as file:
        file.write(json.dumps(said, ensure_ascii=False, indent=1).encode())
