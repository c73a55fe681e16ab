"""The clips of a published feature file as a Corpus: texts, labels and splits, no features."""

from dataclasses import replace
from pathlib import Path

from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.task import Classes, Regression
from tritone.datasets.corpus import Corpus, Sheet, only, splits_of
from tritone.datasets.published.reading import read_published


def corpus_of(path: Path, *, name: str, split: str, sheet: Sheet) -> Corpus:
    """The clips of one split of a feature file; `import_features` gives their features.

    Text that is all in capitals, as MOSI's was published, is given in small letters.

    Args:
        path: the file or folder, in any layout that `read_published` knows.
        name: of the corpus.
        split: train, val, test or all.
        sheet: what there is to know of the corpus.

    Raises:
        DataError: the file cannot be read, has no labels, or lacks the split.
    """
    found = read_published(path, name=name)
    if not found.tasks:
        raise DataError(f"{path} has no labels, so it is no corpus. Import it: tritone import.")
    corpus = Corpus(
        name=name,
        clips=tuple(map(in_small_letters, found.clips)),
        classes={n: task.names for n, task in found.tasks.items() if isinstance(task, Classes)},
        scales={
            n: (float(task.low), float(task.high))
            for n, task in found.tasks.items()
            if isinstance(task, Regression)
        },
        splits=splits_of(found.clips),
        default_target="sentiment" if "sentiment" in found.tasks else next(iter(found.tasks)),
        modalities=tuple(found.modalities),
        sheet=sheet,
        notes=found.notes,
    )
    return only(corpus, split)


def in_small_letters(clip: Clip) -> Clip:
    """The clip, its text in small letters if it was all in capitals."""
    shouted = clip.text is not None and clip.text.isupper()
    return replace(clip, text=clip.text.lower()) if shouted and clip.text else clip
