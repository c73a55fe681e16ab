"""A benchmark from its name to the files that it leaves."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tritone.core.errors import RecipeError
from tritone.core.files import whole_file
from tritone.recipes.benchmark.cells import Cell
from tritone.recipes.benchmark.estimate import extraction_seconds, training_seconds
from tritone.recipes.benchmark.latex import latex
from tritone.recipes.benchmark.page import page
from tritone.recipes.benchmark.run import Tell, benchmark, with_seeds
from tritone.recipes.benchmark.spreadsheet import csv_text
from tritone.recipes.benchmark.suite import Suite, read_suite
from tritone.recipes.benchmark.suites import KNOWN, MADE, SUITES, WRITTEN
from tritone.recipes.benchmark.table import Table
from tritone.recipes.training import STORES

FILE = "benchmark"
SHORTENED = "Run with --fast, in the suite's shortened form: fewer seeds, models, clips or epochs."

Say = Callable[[str], None]


@dataclass(frozen=True)
class Job:
    """What is asked for.

    Args:
        suite: a name of `suites.SUITES`, or the path of a suite's JSON.
        out: the folder to write.
        root: the folder that holds the corpora.
        seeds: trainings of each model; the suite's own number by default.
        ablate: train on every subset of the channels too.
        studies: further ones of each model; see `studies`.
        fast: one seed and a few models.
        resume: go on with what an earlier call began.
        workers: processes.
    """

    suite: str
    out: Path
    root: Path | None = None
    seeds: int | None = None
    ablate: bool = False
    studies: tuple[str, ...] = ()
    fast: bool = False
    resume: bool = False
    workers: int = 1


@dataclass(frozen=True)
class Found:
    """What a benchmark left.

    Args:
        table: its table.
        files: what was written of it.
    """

    table: Table
    files: tuple[Path, ...]


def do(job: Job, *, tell: Tell | None = None, say: Say = lambda line: None) -> Found:
    """Run the benchmark and write its table in every form.

    Args:
        job: what is asked for.
        tell: told of the work: what, how much is done, of how much.
        say: told what a person should know before the work begins, line by line.

    Raises:
        RecipeError: no such suite, or the folder holds another benchmark.
    """
    suite = with_seeds(suite_of(job), job.seeds)

    def before(cells: Sequence[Cell]) -> None:
        seconds = training_seconds(cells) / job.workers
        say(f"training takes about {minutes(seconds)} at most, in {job.workers} processes.")

    is_long = job.suite in SUITES and job.suite not in MADE
    if is_long:
        seconds = sum(extraction_seconds(data) for data in suite.data) / job.workers
        say(f"extracting takes about {minutes(seconds)}, where it was not done before.")
    table = benchmark(
        suite,
        job.out,
        ablate=job.ablate,
        studies=job.studies,
        resume=job.resume,
        workers=job.workers,
        tell=tell,
        before=before if is_long else None,
    )
    return Found(table, write(table, job.out))


def minutes(seconds: int | float) -> str:
    """A time in words."""
    return f"{seconds:.0f} seconds" if seconds < 100 else f"{seconds / 60:.0f} minutes"


def rooted(job: Job) -> Path:
    """The folder that holds the corpora.

    Raises:
        RecipeError: none was named.
    """
    if job.root is None:
        raise RecipeError(f"The suite {job.suite} reads corpora. Say where they lie: --data ROOT.")
    return job.root


def suite_of(job: Job) -> Suite:
    """The suite of a name or a file.

    Raises:
        RecipeError: there is none, or one of a file is asked for in its shortened form.
    """
    if job.suite in SUITES:
        root = job.out / STORES if job.suite in MADE else rooted(job)
        more = {"out": job.out / STORES} if job.suite in WRITTEN else {}
        suite = SUITES[job.suite](root, fast=job.fast, **more)
        return replace(suite, fast=True, notes=(*suite.notes, SHORTENED)) if job.fast else suite
    if job.suite.endswith(".json"):
        if job.fast:
            raise RecipeError(
                f"--fast shortens a suite that ships. {job.suite} says its seeds, models and "
                "settings itself: change them there, or give --seeds 1."
            )
        return read_suite(Path(job.suite))
    raise RecipeError(f"No suite is named {job.suite!r}. Known: {KNOWN}, or the path of a .json.")


def write(table: Table, folder: Path) -> tuple[Path, ...]:
    """The table in every form, each file whole or not at all."""
    forms = {
        "json": json.dumps(table.to_json(), ensure_ascii=False, indent=1, allow_nan=False) + "\n",
        "csv": csv_text(table),
        "tex": latex(table),
        "html": page(table),
    }
    paths = []
    for ending, text in forms.items():
        paths.append(folder / f"{FILE}.{ending}")
        with whole_file(paths[-1]) as file:
            file.write(text.encode("utf-8", "replace"))
    return tuple(paths)
