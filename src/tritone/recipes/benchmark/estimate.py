"""How long a benchmark will take at most: a few real steps of each cell, times their number."""

import time
from collections.abc import Sequence

import torch

from tritone.datasets.spec import parse_spec, read_corpus
from tritone.features.extractor import Learning
from tritone.learn.build import build_model, dims_of
from tritone.learn.feed import Feed
from tritone.learn.pictured import pictured
from tritone.prepare.plan import Plan
from tritone.prepare.workers import Work, attempt
from tritone.recipes.benchmark.cells import CELL, Cell
from tritone.recipes.benchmark.faults import FAULTS
from tritone.recipes.benchmark.suite import Data
from tritone.recipes.data import is_published, parted, with_target

STEPS, CLIPS = 3, 6


def extraction_seconds(data: Data) -> float:
    """Seconds to extract a corpus in one process, from a few of its clips; 0 where none are read.

    Raises:
        DataError: the corpus cannot be read.
    """
    name, path = parse_spec(data.spec)
    if name == "store" or is_published(path):
        return 0.0
    corpus = read_corpus(data.spec)
    plan = data.plan or Plan()
    ready = {m: e for m, e in plan.build(corpus).items() if not isinstance(e, Learning)}
    if not ready:
        return 0.0
    work = Work(ready, plan.align, plan.fps)
    spaced = corpus.clips[:: max(1, len(corpus.clips) // CLIPS)][: CLIPS + 1]
    attempt(work, spaced[0])  # pays for what is loaded once
    began = time.perf_counter()
    for clip in spaced[1:]:
        attempt(work, clip)
    return (time.perf_counter() - began) / max(1, len(spaced) - 1) * len(corpus.clips)


def training_seconds(cells: Sequence[Cell]) -> float:
    """Seconds for all seeds of the cells that are not done, if no training stops early."""
    return sum(cell_seconds(cell) for cell in cells if not (cell.folder / CELL).exists())


def cell_seconds(cell: Cell) -> float:
    """Seconds for one cell; 0 where it cannot be tried, as the run itself will say."""
    try:
        return tried(cell)
    except FAULTS:
        return 0.0


def tried(cell: Cell) -> float:
    """A few steps forward and back, times the steps of all epochs and seeds."""
    recipe = cell.recipe
    store = parted(with_target(cell.store, cell.data.target), recipe.fold)
    rows = store.known_rows("train")
    size = recipe.fit.batch
    model = build_model(pictured(recipe, store), dims_of(store, recipe.modalities), store.task)
    cut = model.tokens if model.reads_tokens else None
    batches = list(Feed(store, rows[: size * STEPS], size, cut=cut))
    began = 0.0
    for place, batch in enumerate(batches):
        if place == min(1, len(batches) - 1):
            began = time.perf_counter()
        terms = model.losses(model(batch), batch)
        torch.stack(list(terms.values())).sum().backward()
    each = (time.perf_counter() - began) / max(1, len(batches) - 1)
    # A third more for the judging on val and the optimiser.
    return each * -(-len(rows) // size) * recipe.fit.epochs * recipe.seeds * 4 / 3
