"""What each channel adds: every model on every subset of its channels, in one table."""

from collections.abc import Mapping
from dataclasses import dataclass

from tritone.recipes.benchmark.cells import ABLATED, MODEL, ONE_CHANNEL
from tritone.recipes.benchmark.shown import cell_text, parted_text
from tritone.recipes.benchmark.suite import CONTROL
from tritone.recipes.benchmark.table import Block, Row

WORDS = {1: "unimodal", 2: "bimodal", 3: "trimodal"}


@dataclass(frozen=True)
class Ablation:
    """The rows of some data by model and by channels.

    Args:
        subsets: the channels, the fewest first; all of them last.
        models: name of a model to its row for each subset that could be done.
    """

    subsets: tuple[tuple[str, ...], ...]
    models: Mapping[str, Mapping[tuple[str, ...], Row]]

    def heading(self, channels: tuple[str, ...]) -> str:
        """A subset in words."""
        return f"{' + '.join(channels)} ({WORDS.get(len(channels), f'{len(channels)} channels')})"


def ablation(block: Block) -> Ablation | None:
    """The ablations of a block; None where there are none."""
    if not any(row.kind == ABLATED for row in block.rows):
        return None
    models: dict[str, dict[tuple[str, ...], Row]] = {}
    for row in block.rows:
        if row.done is not None and row.kind in (MODEL, ABLATED):
            models.setdefault(row.done.cell.contender.called, {})[row.channels] = row
    for row in block.rows:
        if row.kind == ONE_CHANNEL and CONTROL in models:
            models[CONTROL].setdefault(row.channels, row)
    whole = max((row.channels for row in block.ranked), key=len)
    subsets = {channels for rows in models.values() for channels in rows}
    order = sorted(subsets, key=lambda some: (len(some), [whole.index(one) for one in some]))
    return Ablation(tuple(order), {name: models[name] for name in sorted(models)})


def ablation_lines(found: Ablation, by: str) -> list[tuple[str, ...]]:
    """A line for each subset: every model's figure, and its difference from all channels."""
    return [
        (
            found.heading(channels),
            *(
                figure_and_difference(rows[channels], by) if channels in rows else "-"
                for rows in found.models.values()
            ),
        )
        for channels in found.subsets
    ]


def figure_and_difference(row: Row, by: str) -> str:
    """A figure with its interval; of a part, how far it is from the whole; and its marks."""
    told = (cell_text(row, by), parted_text(row), " ".join(row.marks))
    return "; ".join(word for word in told if word)
