"""Cross-corpus: train on one corpus, report on all, with one target and the same rows.

              reported on   emotions   meld   mosi
    trained on emotions        x         .      .      x: its own kind of clips
               meld            .         x      .
               mosi            .         .      x
               floors

The words of all are read by one extractor that learns nothing, so that a row means the same
everywhere; epoch and normalisation come from the corpus that is trained on.
"""

from dataclasses import replace
from pathlib import Path

from tritone.core.errors import DataError
from tritone.learn.run import Run
from tritone.prepare.extract import extract
from tritone.prepare.imports import import_features
from tritone.prepare.plan import Plan
from tritone.recipes.benchmark.cells import MODEL, Cell, Done, ask
from tritone.recipes.benchmark.comparing import table_of
from tritone.recipes.benchmark.real import PLACES
from tritone.recipes.benchmark.run import CELLS, FAULTS, Tell, attempt, begin, reason
from tritone.recipes.benchmark.shown import FROM
from tritone.recipes.benchmark.suite import Contender, Data, Suite
from tritone.recipes.benchmark.table import Failure, Table
from tritone.recipes.data import is_complete, is_published, key_of, with_target
from tritone.recipes.scoring import trained_in
from tritone.recipes.training import STORES

TARGET = "sentiment2"
WORDS = ("emotions_text", "meld_text", "mosi_features")
PLAN = Plan(
    extractors={"text": "hashed_words", "audio": "none", "vision": "none"},
)
MODELS = ("concat_mlp",)
SETTINGS = ("fit.epochs=12", "fit.patience=3", "fit.batch=64")
NOTES = (
    "hashed_words reads all corpora alike and learns nothing; epoch and normalisation come from "
    "the corpus that is trained on.",
    "RAVDESS is left out: its two sentences say the same of every emotion, and no second corpus "
    "here has its sounds.",
)


def across(
    root: Path,
    out: Path,
    seeds: int,
    *,
    resume: bool = False,
    draws: int = 1000,
    tell: Tell | None = None,
) -> Table:
    """Train on the words of each corpus below a folder, and report on each.

    Args:
        root: the folder that holds the corpora.
        out: the folder to write.
        seeds: trainings on each corpus.
        resume: go on with what an earlier call began.
        draws: resamples of each interval and comparison.
        tell: told of the work: what, how much is done, of how much.

    Raises:
        DataError: fewer than two of the corpora are there.
        RecipeError: the folder holds another benchmark, or this one and `resume` is not set.
    """
    data = found_below(root)
    models = tuple(Contender(name) for name in MODELS)
    suite = Suite("cross", data, models, seeds, SETTINGS, draws=draws, notes=NOTES)
    begin(out, suite, resume)
    stores, failed, done = {}, [], []
    for one in data:
        try:
            stores[one.called] = words_of(one, out / STORES, tell)
        except FAULTS as error:
            failed.append(Failure(one.called, None, reason(error)))
    cells = [cell_on(suite, one, stores[one.called], out) for one in data if one.called in stores]
    for place, cell in enumerate(cells):
        if tell is not None:
            tell(cell.called, place, len(cells))
        own = attempt(cell)
        if isinstance(own, str):
            failed.append(Failure(cell.data.called, cell.called, own))
            continue
        done.append(own)
        for other in cells:
            if other is not cell:
                found = on_other(cell, other)
                (failed if isinstance(found, Failure) else done).append(found)  # type: ignore[arg-type]
    return table_of(suite, done, failed)


def found_below(root: Path) -> tuple[Data, ...]:
    """The corpora whose words are read.

    Raises:
        DataError: fewer than two.
    """
    there = [
        place
        for place in PLACES
        if place.folder in WORDS and (root / place.folder).is_dir()
        if place.is_it(root / place.folder)
    ]
    if len(there) < 2:
        raise DataError(
            f"{root} holds {len(there)} of the corpora {', '.join(WORDS)}; at least two are needed."
        )
    return tuple(Data(f"{p.spec}:{root / p.folder}", target=TARGET, name=p.spec) for p in there)


def words_of(data: Data, stores: Path, tell: Tell | None) -> Path:
    """The store of a corpus's words, made where it is not there yet."""
    path = Path(data.spec.partition(":")[2])
    key = key_of(data.spec, path, PLAN)
    folder, spec = stores / f"words-{data.called}-{key}", data.spec
    if is_complete(folder):
        return folder
    if is_published(path):
        # A file of features holds the words too; they travel with the imported clips.
        features = stores / f"{data.called}-{key}"
        import_features(path, features, name=data.called)
        spec = f"store:{features}"
    extract(spec, folder, PLAN, resume=True, tell=tell)
    return folder


def cell_on(suite: Suite, data: Data, store: Path, out: Path) -> Cell:
    """The training on one corpus."""
    one = suite.models[0]
    named = replace(one, name=f"{one.called}{FROM}{data.called}")
    folder = out / CELLS / data.called / one.called
    return Cell(data, named, (), MODEL, store, folder, suite.seeds, suite.settings, suite.draws)


def on_other(cell: Cell, other: Cell) -> Done | Failure:
    """What the models of one corpus say of another one."""
    try:
        store = with_target(other.store, other.data.target)
        models = trained_in(cell.folder, "cpu")
        runs = [Run.of(model.folder.parent) for model in models]
        return ask(replace(cell, data=other.data), store, runs, models, chosen_here=False)
    except FAULTS as error:
        return Failure(other.data.called, cell.called, reason(error))
