"""A feature store as a corpus: what it knows of its clips beside their numbers."""

from pathlib import Path

from tritone.core.errors import DataError
from tritone.core.store import Store
from tritone.core.task import Classes, Regression
from tritone.datasets.corpus import Corpus, Sheet, only, splits_of

SHEET = Sheet(
    needs="a folder that tritone extract or tritone import wrote",
    ask="nobody: it is your own",
    licence="that of the corpus it was made from",
    counts="those of the corpus",
    splits="those of the corpus",
    floors="those of the corpus",
    source="this project",
)


def read(path: Path, split: str = "all") -> Corpus:
    """The clips of one split of a store: texts, labels, speakers; their media are not part of it.

    Raises:
        DataError: no complete store lies there, it has no labels, or lacks the split.
    """
    store = Store(path)
    if store.target is None:
        raise DataError(f"{path} has no labels, so it cannot be read as a corpus.")
    tasks = store.layout.tasks
    clips = tuple(store.clip(row) for row in range(len(store)))
    corpus = Corpus(
        name=str(store.provenance.get("corpus", "store")),
        clips=clips,
        classes={name: task.names for name, task in tasks.items() if isinstance(task, Classes)},
        scales={
            name: (float(task.low), float(task.high))
            for name, task in tasks.items()
            if isinstance(task, Regression)
        },
        splits=splits_of(clips),
        default_target=store.target,
        modalities=tuple(store.layout.modalities),
        sheet=sheet_of(store),
        marks=tuple(map(str, store.provenance.get("marks", ()))),
    )
    return only(corpus, split)


def sheet_of(store: Store) -> Sheet:
    """The sheet of the corpus that a store was made from, where it is written down."""
    try:
        return Sheet(**store.provenance["sheet"])
    except (KeyError, TypeError):
        return SHEET
