"""`tritone benchmark`: every cell of a suite, in several processes, gone on with after a stop.

OUT/suite.json                  what is compared
    stores/                     what the data were extracted or imported to
    cells/<data>/<model>/       a training each, and what it says of the reported split
    benchmark.json .csv .tex .html

One cell that fails is listed with its reason; the rest is done. What the table says depends on
the cells alone, not on the order or the number of processes in which they were done.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from tritone.core.errors import RecipeError
from tritone.core.store import Store
from tritone.datasets.spec import parse_spec
from tritone.learn.record import write_json
from tritone.prepare.extract import extract
from tritone.recipes.benchmark.borrowed import borrowed
from tritone.recipes.benchmark.cells import Cell, Done, cells_of
from tritone.recipes.benchmark.comparing import table_of
from tritone.recipes.benchmark.faults import FAULTS, reason
from tritone.recipes.benchmark.filling import fill, filled
from tritone.recipes.benchmark.suite import Data, Suite, folder_name
from tritone.recipes.benchmark.table import Failure, Table
from tritone.recipes.benchmark.transfer import named, transfers
from tritone.recipes.data import is_complete, is_published, key_of, store_of, with_target
from tritone.recipes.training import STORES

SUITE, CELLS = "suite.json", "cells"
DIED = "its process died, as one does without memory"

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Prepared:
    """The data of a suite, ready to be read.

    Args:
        stores: name of the data to its store.
        failed: data that cannot be read, with the reason.
    """

    stores: dict[str, Store]
    failed: tuple[Failure, ...]


def benchmark(
    suite: Suite,
    out: Path | str,
    *,
    ablate: bool = False,
    studies: tuple[str, ...] = (),
    resume: bool = False,
    workers: int = 1,
    tell: Tell | None = None,
    before: Callable[[Sequence[Cell]], None] | None = None,
) -> Table:
    """Train and ask every cell of a suite, and put what came of it in one table.

    Args:
        suite: what is compared.
        out: the folder to write.
        ablate: train each model on every subset of its channels too.
        studies: further ones of each cell; see `studies`.
        resume: go on with what an earlier call began; the table is the one that an
            uninterrupted call gives.
        workers: processes.
        tell: told of the work: what, how much is done, of how much.
        before: called with the cells, once the data are ready.

    Raises:
        RecipeError: the folder holds another benchmark, or this one and `resume` is not set.
    """
    folder = Path(out)
    begin(folder, suite, resume)
    ready = prepare(suite, folder, tell)
    cells = [
        cell
        for data in suite.data
        if data.called in ready.stores and not data.trained_on
        for cell in cells_of(
            suite,
            data,
            ready.stores[data.called],
            folder / CELLS,
            ablate=ablate,
            studies=studies,
        )
    ]
    if suite.across:
        cells = named(cells)
    if before is not None:
        before(cells)
    done, failed = [], list(ready.failed)
    for cell, found in ordered(cells, workers):
        if isinstance(found, str):
            failed.append(Failure(cell.data.called, cell.called, found))
        else:
            done.append(found)
        if tell is not None:
            tell(f"{cell.data.called}: {cell.called}", len(done) + len(failed), len(cells))
    if suite.across:
        for found in list(transfers(done)):
            (failed if isinstance(found, Failure) else done).append(found)  # type: ignore[arg-type]
    folders = {name: store.folder for name, store in ready.stores.items()}
    for found in list(borrowed(suite, folders, done)):
        (failed if isinstance(found, Failure) else done).append(found)  # type: ignore[arg-type]
    return table_of(suite, done, failed)


def begin(folder: Path, suite: Suite, resume: bool) -> None:
    """Write the suite down, or see that it is the one that was begun.

    Raises:
        RecipeError: the folder holds another benchmark, or this one and `resume` is not set.
    """
    path = folder / SUITE
    if path.exists():
        if not resume:
            raise RecipeError(f"{folder} holds a benchmark. Go on with --resume, or give --out.")
        try:
            before = json.loads(path.read_text(encoding="utf-8")).get("name")
        except (OSError, ValueError, AttributeError) as error:
            raise RecipeError(f"{path} cannot be read: {error}. Give another --out.") from None
        if before != suite.name:
            raise RecipeError(
                f"{folder} holds the benchmark {before!r}, not {suite.name!r}. Give another --out."
            )
    folder.mkdir(parents=True, exist_ok=True)
    write_json(path, asdict(suite))


def prepare(suite: Suite, folder: Path, tell: Tell | None = None) -> Prepared:
    """The stores of a suite; what cannot be read is told, and is no reason to stop."""
    stores, failed = {}, []
    for data in suite.data:
        try:
            stores[data.called] = opened(data, folder / STORES, tell)
        except FAULTS as error:
            failed.append(Failure(data.called, None, reason(error)))
    return Prepared(stores, tuple(failed))


def opened(data: Data, stores: Path, tell: Tell | None) -> Store:
    """The store of some data, made where it is not there yet."""
    path = parse_spec(data.spec)[1]
    if data.plan is None or not is_published(path):
        return store_of(data.spec, data.target, stores, plan=data.plan, tell=tell)
    # Published features travel with the words of their clips, which can be read anew.
    features = store_of(data.spec, None, stores)
    folder = stores / f"{folder_name(data.called)}-{key_of(data.spec, path, data.plan)}"
    if not is_complete(folder):
        extract(f"store:{features.folder}", folder, data.plan, resume=True, tell=tell)
    return with_target(folder, data.target)


def ordered(cells: Sequence[Cell], workers: int) -> Iterator[tuple[Cell, Done | str]]:
    """The results of all cells; those that start from another one come after all others."""
    yield from results([cell for cell in cells if not cell.contender.start], workers)
    yield from results([cell for cell in cells if cell.contender.start], workers)


def results(cells: Sequence[Cell], workers: int) -> Iterator[tuple[Cell, Done | str]]:
    """Each cell with what came of it, or why nothing did."""
    left = list(cells)
    if workers > 1:
        for cell, found in pooled(left, workers):
            left.remove(cell)
            yield cell, found
    # What is left was lost with a process that died: alone, the one that kills it is found.
    for cell in left:
        if workers > 1:
            yield cell, next((found for _, found in pooled([cell], 1)), DIED)
        else:
            yield cell, attempt(cell)


def pooled(cells: Sequence[Cell], workers: int) -> Iterator[tuple[Cell, Done | str]]:
    """Cells as they are done, until one of the processes dies."""
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        places: dict[Future[str | None], Cell] = {pool.submit(fault, c): c for c in cells}
        try:
            for future in as_completed(places):
                said, cell = future.result(), places[future]
                yield cell, said if said is not None else kept(cell)
        except BrokenProcessPool:
            return
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def fault(cell: Cell) -> str | None:
    """In a process: fill the cell; only the reason of a failure travels back."""
    found = attempt(cell)
    return found if isinstance(found, str) else None


def kept(cell: Cell) -> Done | str:
    """The cell as its process left it."""
    return filled(cell) or f"{cell.folder} holds no whole result. Run again with --resume."


def attempt(cell: Cell) -> Done | str:
    """The cell, or why it could not be filled."""
    try:
        return fill(cell)
    except FAULTS as error:
        return reason(error)


def with_seeds(suite: Suite, seeds: int | None) -> Suite:
    """The suite with another number of trainings, where one is asked for."""
    return suite if seeds is None else replace(suite, seeds=seeds)
