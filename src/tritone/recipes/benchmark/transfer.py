"""What models that were trained on one corpus say of the others of a suite."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tritone.recipes.benchmark.borrowed import reported
from tritone.recipes.benchmark.cells import MODEL, Cell, Done
from tritone.recipes.benchmark.shown import FROM
from tritone.recipes.benchmark.table import Failure


def named(cells: Sequence[Cell]) -> list[Cell]:
    """The trainings of whole models, each under the name of what it was trained on."""
    return [
        replace(
            cell,
            contender=replace(
                cell.contender, name=f"{cell.contender.called}{FROM}{cell.data.called}"
            ),
        )
        for cell in cells
        if cell.kind == MODEL
    ]


def transfers(trained: Sequence[Done]) -> Iterator[Done | Failure]:
    """Every training asked about the data of all others with which it shares a channel."""
    others = {one.cell.data.called: one for one in trained}
    for one in trained:
        for name, other in others.items():
            shared = set(one.facts["channels"]) & set(other.facts["channels"])
            if name != one.cell.data.called and shared:
                yield from reported(
                    one.cell, other.cell.data, other.cell.store, other.cell.recipe.fold
                )
