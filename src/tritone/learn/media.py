"""What a training keeps so that its model can later be asked about raw media.

store ─┬─ its extractors, and what they learned ─▶ preprocessor.json, extractors/
       └─ val ─ how sure the model may be ───────▶ calibration in config.json
"""

from pathlib import Path
from typing import Any

import numpy as np

from tritone.core.store import Store
from tritone.core.task import Classes
from tritone.features.kept import LEARNED, keep_front_end, read_arrays
from tritone.learn.feed import Feed
from tritone.learn.figures import predictions
from tritone.metrics.reliability import fit_temperature
from tritone.models.base import FusionModel

TINY = 1e-300  # a probability that the softmax rounded to 0 still has a logarithm
COLDEST = 0.1  # a val split that is all right says nothing of how sure one may be


def keep_media(folder: Path, store: Store, model: FusionModel) -> None:
    """Write how the rows that a model reads are made of media, where that is known.

    Of published vectors nobody knows it: then nothing is written, and the model cannot be
    asked about media.

    Raises:
        DataError: what the store's extractors learned cannot be read.
        OSError: a file cannot be written.
    """
    plan, channels = store.provenance, tuple(model.dims)
    extractors = plan.get("extractors")
    if not isinstance(extractors, dict) or not set(channels) <= set(extractors):
        return
    files = {name: store.folder / LEARNED / f"{name}.npz" for name in channels}
    learned = {name: read_arrays(file) for name, file in files.items() if file.is_file()}
    rows = {name: store.layout.modalities[name] for name in channels}
    keep_front_end(folder, {"align": "none", "fps": 5.0, **plan}, rows, learned)


def calibrated(model: FusionModel, val: Feed) -> dict[str, Any] | None:
    """The temperature that makes a model as sure as it is right on val; None where none does.

    Scores have no probabilities, and clips of several classes no one truth.
    """
    if not isinstance(model.task, Classes) or model.task.multi:
        return None
    said, true = predictions(model, val)
    temperature = fit_temperature(np.log(np.maximum(said, TINY)), true)
    if temperature < COLDEST:
        return None
    return {"temperature": temperature, "split": "val", "clips": len(true)}
