"""A model that a training left: its weights, its normaliser, and how its rows were made."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.torch import load_file

from tritone.catalogue import find
from tritone.core.errors import ModelError, TritoneError
from tritone.core.pretrained import Bare
from tritone.core.store import Store
from tritone.core.task import Task, task_from_json
from tritone.learn.build import dims_of
from tritone.learn.feed import Feed
from tritone.learn.figures import predictions
from tritone.learn.normalise import Normaliser
from tritone.learn.pretrained import device_of, read_config
from tritone.learn.record import CONFIG, ENCODERS, NORMALISER, PROVENANCE, WEIGHTS
from tritone.models.base import FusionModel

BATCH = 128


@dataclass(frozen=True)
class Trained:
    """A model that reads the rows of a store.

    Args:
        name: of the model in the catalogue.
        model: in evaluation mode.
        normaliser: what its rows go through first.
        target: what it predicts.
        provenance: how the rows that it was trained on were made.
        folder: where it was loaded from.
    """

    name: str
    model: FusionModel
    normaliser: Normaliser
    target: str
    provenance: dict[str, Any]
    folder: Path

    @property
    def task(self) -> Task:
        """What is predicted."""
        return self.model.task

    def predict(self, store: Store, rows: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """What the model says of some rows of a store, decoded, and what is true of them.

        Raises:
            ModelError: the store's rows are not those the model reads.
            DataError: a row has no target.
        """
        held = dims_of(store, tuple(self.model.dims))
        if held != self.model.dims:
            raise ModelError(
                f"{self.folder} reads rows of width {self.model.dims}, {store.folder} holds "
                f"{held}. Extract the store as the model's was: see provenance.json in its folder."
            )
        talks = self.model.reads_dialogues
        cut = self.model.tokens if self.model.reads_tokens else None
        feed = Feed(store, rows, BATCH, prepare=self.normaliser, dialogues=talks, cut=cut)
        return predictions(self.model, feed)


def load_trained(folder: Path, *, device: str = "cpu") -> Trained:
    """The model in a folder that `tritone train` left.

    Raises:
        ModelError: a file is missing, damaged, or names code from outside the catalogue.
    """
    lacking = [name for name in (CONFIG, WEIGHTS, NORMALISER) if not (folder / name).is_file()]
    if lacking:
        raise ModelError(f"{folder} holds no trained model: {', '.join(lacking)} missing in it.")
    config = read_config(folder)
    try:
        made = find("model", config["model"])
        arguments = config["arguments"] | carried_in(folder)
        model = made(config["dims"], task_from_json(config["task"]), **arguments)
        model.load_state_dict(load_file(folder / WEIGHTS))
        normaliser = Normaliser(config["normalised"])
        normaliser.load_state_dict(load_file(folder / NORMALISER))
        provenance = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
        target = str(config["target"])
    except (KeyError, TypeError, ValueError, RuntimeError, OSError, SafetensorError) as fault:
        if isinstance(fault, TritoneError):
            raise
        raise ModelError(f"The files in {folder} do not fit together: {str(fault)[:300]}") from None
    where = device_of(device)
    model = model.to(where).eval().requires_grad_(False)
    return Trained(config["model"], model, normaliser.to(where), target, provenance, folder)


def carried_in(folder: Path) -> dict[str, Bare]:
    """The pretrained encoders of a model, by argument: told by what stands beside its weights."""
    kept = folder / ENCODERS
    return {one.name: Bare(one) for one in sorted(kept.iterdir())} if kept.is_dir() else {}
