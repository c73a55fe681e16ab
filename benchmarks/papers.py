"""What the four founding papers claim beside what we measured, written as docs/papers.md.

    tritone benchmark papers-mosi --data DATA_ROOT --out RUNS/papers-mosi
    tritone benchmark papers-mmmo --data DATA_ROOT --out RUNS/papers-mmmo
    tritone benchmark papers-s002 --data DATA_ROOT --out RUNS/papers-s002
    python benchmarks/papers.py RUNS --out docs/papers.md

RUNS is one or several folders that a benchmark wrote, or a folder of such. What the page shows is
kept beside it, as papers.json: figures of suites that are not among the RUNS stay as they were,
so that one suite can be run anew. What was never run is said to be not run. S000's question about
attention is measured anew from the weights that the runs left, about a minute a corpus on one core.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from tritone.core.errors import TritoneError
from tritone.core.files import whole_file
from tritone.recipes.papers.attention import Attention, attention_in
from tritone.recipes.papers.claims import Where
from tritone.recipes.papers.claims.s000 import MMMO, MOSI
from tritone.recipes.papers.found import Found, read_found
from tritone.recipes.papers.kept import keep, read_kept, shown
from tritone.recipes.papers.page import page


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("runs", type=Path, nargs="*")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    figures = options.out.with_suffix(".json")
    try:
        fresh, (kept, studies) = read_found(options.runs), read_kept(figures)
    except TritoneError as error:
        sys.exit(f"papers: {error}")
    found = Found(kept.blocks | fresh.blocks)
    found = Found({place: found.blocks[place] for place in shown(found)})
    studied = {where: study(fresh, where, studies) for where in (MOSI, MMMO)}
    keep(figures, found, studied)
    with whole_file(options.out) as file:
        file.write(page(found, studied).encode())


def study(fresh: Found, where: Where, kept: Mapping[tuple[str, str], Attention]) -> Attention | str:
    """A2 beside A1 as channels are lost, or why it could not be studied."""
    block = fresh.block(where)
    if block is None and (where.suite, where.data) in kept:
        return kept[where.suite, where.data]
    if block is None:
        return f"`tritone benchmark {where.suite}` was not run."
    try:
        return attention_in(block)
    except (TritoneError, OSError) as error:
        print(f"papers: {where.data}: {error}", file=sys.stderr)
        return "the weights or the data of the run are no longer where they were."


if __name__ == "__main__":
    main()
