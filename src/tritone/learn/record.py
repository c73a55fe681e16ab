"""What a run leaves: the model's folder, and what it ran on."""

import json
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from tritone import __version__
from tritone.core.files import whole_file
from tritone.core.store import Store
from tritone.learn.media import keep_media
from tritone.learn.normalise import Normaliser
from tritone.learn.recipe import Recipe
from tritone.models.base import FusionModel

CONFIG, WEIGHTS, NORMALISER = "config.json", "model.safetensors", "normaliser.safetensors"
PROVENANCE, ENCODERS = "provenance.json", "encoders"


def keep(
    folder: Path,
    recipe: Recipe,
    store: Store,
    model: FusionModel,
    normaliser: Normaliser,
    calibration: dict[str, Any] | None = None,
) -> None:
    """Write a model's folder: what `Trained` needs to read media, or rows like the store's.

    Args:
        folder: made where it is missing.
        recipe: what was trained.
        store: what it was trained on.
        model: whose weights are written.
        normaliser: fitted on the train split.
        calibration: how sure the model may be, as `calibrated` found it.

    Raises:
        DataError: what the store's extractors learned cannot be read.
        OSError: a file cannot be written; those that are there are whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, module in ((WEIGHTS, model), (NORMALISER, normaliser)):
        tensors = {key: value.contiguous() for key, value in module.state_dict().items()}
        fresh = folder / f".{name}.tmp"
        save_file(tensors, fresh)
        fresh.replace(folder / name)
    # Their weights are among the model's, so the folders that they came from may go.
    for argument, encoder in model.carried().items():
        encoder.keep(folder / ENCODERS / argument)
    write_json(folder / PROVENANCE, store.provenance)
    keep_media(folder, store, model)
    config = {
        "schema": 1,
        "name": recipe.model,
        "version": __version__,
        "model": recipe.model,
        "dims": model.dims,
        "normalised": normaliser.dims,
        "arguments": dict(recipe.arguments),
        "task": model.task.to_json(),
        "target": store.target,
        "calibration": calibration,
    }
    write_json(folder / CONFIG, config)


def write_json(path: Path, data: Any) -> None:
    """Write plain data, whole or not at all."""
    with whole_file(path) as file:
        file.write((json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode())


def versions() -> dict[str, str]:
    """What the numbers may depend on."""
    named = ("torch", "numpy", "scikit-learn", "pyarrow")
    return {"tritone": __version__, "python": platform.python_version()} | {
        name: version(name) for name in named
    }


def hardware() -> dict[str, Any]:
    """What the run ran on."""
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    return {
        "machine": platform.machine(),
        "system": platform.system(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "gpu": gpu,
    }
