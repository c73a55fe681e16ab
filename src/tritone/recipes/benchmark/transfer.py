"""What models that were trained on one corpus say of the others of a suite."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tritone.learn.run import Run
from tritone.recipes.benchmark.cells import MODEL, Cell, Done
from tritone.recipes.benchmark.faults import FAULTS, reason
from tritone.recipes.benchmark.filling import ask
from tritone.recipes.benchmark.shown import FROM
from tritone.recipes.benchmark.table import Failure
from tritone.recipes.benchmark.widened import Widened
from tritone.recipes.data import parted, with_target
from tritone.recipes.scoring import trained_in


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
                yield on_other(one.cell, other.cell)


def on_other(cell: Cell, other: Cell) -> Done | Failure:
    """What the models of one corpus say of another one."""
    try:
        store = parted(with_target(other.store, other.data.target), other.recipe.fold)
        models = trained_in(cell.folder, "cpu")
        store = Widened(store, models[0].model.dims)
        runs = [Run.of(model.folder.parent) for model in models]
        return ask(replace(cell, data=other.data), store, runs, models, chosen_here=False)
    except FAULTS as error:
        return Failure(other.data.called, cell.called, reason(error))
