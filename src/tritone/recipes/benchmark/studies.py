"""Further studies of a cell, from its saved weights and on the reported split; nothing is trained.

CELL/robustness.json     what is left where rows, channels or clean numbers are lost
     calibration.json    how far the confidence can be trusted once it is mended on val
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tritone.assess.calibration import calibration
from tritone.assess.curves import read_robustness
from tritone.assess.promises import read_calibration
from tritone.assess.report import Part
from tritone.assess.robustness import study
from tritone.core.store import Store
from tritone.learn.record import write_json
from tritone.learn.trained import Trained
from tritone.recipes.benchmark.cells import CELL, Cell, Done
from tritone.recipes.benchmark.faults import FAULTS, reason
from tritone.recipes.scoring import looked, trained_in

ROBUSTNESS, CALIBRATION = "robustness", "calibration"
RATES = (0.0, 0.25, 0.5, 0.75, 1.0)
MOST, DRAWS = 300, 100  # clips, and resamples of each of some forty points

READ: Mapping[str, Callable[[Mapping[str, Any]], Part]] = {
    ROBUSTNESS: read_robustness,
    CALIBRATION: read_calibration,
}


def study_cell(cell: Cell, done: Done, store: Store, *, again: bool) -> Done:
    """The cell with its studies; those that an earlier call made are not made again.

    Args:
        cell: which; the models that it trained are read from its folder.
        done: what they said of the reported split.
        store: opened with the models' target.
        again: the reported split was closed since the cell was done, so that to study it is to
            open it once more.
    """
    lacking = [name for name in cell.studies if name not in done.parts]
    if not lacking:
        return done
    models = trained_in(cell.folder, "cpu")
    if again and done.facts["data"]["split"] == "test":
        done.facts["data"]["test_opened"] = looked(cell.folder, store, models).count
        write_json(cell.folder / CELL, done.facts)
    for name in lacking:
        found = made(name, cell, models, store, done)
        write_json(file_of(cell, name), {"schema": 1, **key_of(cell), **found})
    return replace(done, parts=kept_parts(cell))


def made(
    name: str, cell: Cell, models: Sequence[Trained], store: Store, done: Done
) -> dict[str, object]:
    """What one study finds, or why it cannot be made."""
    split, channels = done.facts["data"]["split"], tuple(models[0].model.dims)
    draws = min(cell.draws, DRAWS)
    try:
        if name == ROBUSTNESS:
            part: Part = study(models, store, split, channels, rates=RATES, most=MOST, draws=draws)
        else:
            part = calibration(models, store, split, channels, draws=draws)
    except FAULTS as error:
        return {"failed": f"The {name} of {done.cell.called} is not measured: {reason(error)}"}
    return {"found": part.to_json()}


def kept_parts(cell: Cell) -> dict[str, Part | str]:
    """The studies that lie in the cell's folder, of these very trainings."""
    found: dict[str, Part | str] = {}
    for name in cell.studies:
        try:
            said = json.loads(file_of(cell, name).read_text(encoding="utf-8"))
            if {key: said[key] for key in key_of(cell)} == key_of(cell):
                found[name] = said["failed"] if "failed" in said else READ[name](said["found"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def key_of(cell: Cell) -> dict[str, object]:
    """What a study is of."""
    return {"recipe": cell.recipe.to_json()}


def file_of(cell: Cell, name: str) -> Path:
    """Where a study is kept."""
    return cell.folder / f"{name}.json"
