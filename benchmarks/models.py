"""All models on one page: what they read, their sizes, what they learn of made tasks and of real.

    python benchmarks/models.py --out docs/models.md [--models a,b] [--seeds 3] [--workers 2]
        [--keep made.json] [--measured BENCHMARK.json ...] [--rows]

Each model is trained on two made tasks (see tritone.recipes.made), by the loop of `tritone train`,
with the settings that it has by itself but for dropout. `--keep` holds what has been measured, so
that a run that was cut off goes on and new models join; `--measured` takes the JSON of
`tritone benchmark`. Each seed of all models takes some minutes on two cores. With `--rows` the page
at `--out` stays as it stands but for the made tasks' rows of the models that were measured, and,
with `--measured`, for all other parts.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

import torch
from models_made import BRIEFLY, Found, by_construction, left_out, with_made_of, with_rows
from models_page import page

from tritone.catalogue import MODELS, find
from tritone.core.errors import TritoneError
from tritone.core.files import whole_file
from tritone.recipes.made import MADE, QUICK, Made, accuracy_of, build, pair_for


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--models", help="train only these on the made tasks; a,b")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="what was measured; read, and written as it goes")
    parser.add_argument("--measured", type=Path, nargs="*", default=[], metavar="BENCHMARK.json")
    parser.add_argument("--rows", action="store_true", help="change only these models' made rows")
    options = parser.parse_args()
    torch.set_num_threads(1)
    names = options.models.split(",") if options.models else list(MODELS)
    names = [name for name in names if not left_out(name)]
    for name in names:
        find("model", name)
    found: Found = json.loads(options.keep.read_text()) if exists(options.keep) else {}
    measure(names, options.seeds, options.workers, found, options.keep)
    if options.rows:
        text = with_rows(options.out.read_text(encoding="utf-8"), found, options.seeds)
        if options.measured:
            text = with_made_of(page(found, options.seeds, options.measured), text)
    else:
        text = page(found, options.seeds, options.measured)
    write(options.out, text)


def exists(path: Path | None) -> bool:
    return path is not None and path.is_file()


def write(path: Path | None, text: str) -> None:
    """A file whole, or none."""
    if path is not None:
        with whole_file(path) as file:
            file.write(text.encode())


def measure(
    names: Sequence[str], seeds: int, workers: int, found: Found, keep: Path | None
) -> None:
    """Fill in what is not there yet."""
    left = [
        (name, task, seed)
        for seed in range(seeds)
        for name in names
        for task in MADE
        if str(seed) not in found.get(name, {}).get(task, {})
    ]
    with ProcessPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        asked: dict[Future[float], tuple[str, str, int]] = {
            pool.submit(accuracy_of, name, as_long(name, task), seed): (name, task, seed)
            for name, task, seed in left
        }
        for count, done in enumerate(as_completed(asked), start=1):
            name, task, seed = asked[done]
            try:
                share = done.result()
            except TritoneError as error:
                print(f"{name} {task}: left out: {error}", file=sys.stderr)
                continue
            print(f"{count}/{len(left)} {name} {task} seed {seed}: {share:.3f}", flush=True)
            found.setdefault(name, {}).setdefault(task, {})[str(seed)] = share
            write(keep, json.dumps(found, indent=1))


def as_long(name: str, task: str) -> Made:
    """The task; for a model that cannot learn it by construction, with less time to try."""
    made = MADE[task]
    model = build(name, {})
    if not by_construction(name, task, model, pair_for(model, made)):
        return made
    return replace(made, settings=replace(made.settings, epochs=BRIEFLY), paces=QUICK)


if __name__ == "__main__":
    main()
