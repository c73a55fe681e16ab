"""A model that a training left: its weights, its normaliser, and how its rows were made."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from safetensors import SafetensorError
from safetensors.torch import load_file

from tritone.catalogue import find
from tritone.core.batch import Batch, Tokens
from tritone.core.errors import ModelError, TritoneError
from tritone.core.pretrained import Bare
from tritone.core.store import Store
from tritone.core.task import Task, task_from_json
from tritone.features.columns import columns_of
from tritone.features.front_end import FrontEnd
from tritone.features.kept import PREPROCESSOR, load_front_end
from tritone.learn.build import dims_of
from tritone.learn.devices import device_of
from tritone.learn.feed import Feed
from tritone.learn.figures import clips_cut, column_shares, predictions
from tritone.learn.normalise import Normaliser
from tritone.learn.pretrained import read_config
from tritone.learn.record import CONFIG, ENCODERS, NORMALISER, PROVENANCE, WEIGHTS
from tritone.models.base import FusionModel

BATCH = 128

Change = Callable[[Batch], Batch]


@runtime_checkable
class Muffled(Protocol):
    """A store whose texts lose words on their way to a model that cuts them into pieces."""

    def heard(self, tokens: Tokens, rows: Sequence[int]) -> Tokens:
        """What is left of the pieces of some rows' texts."""
        ...


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
        temperature: what its logits are divided by to be as sure as they are right; None where
            that was not found out.
    """

    name: str
    model: FusionModel
    normaliser: Normaliser
    target: str
    provenance: dict[str, Any]
    folder: Path
    temperature: float | None = None

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
        return predictions(self.model, self.feed(store, rows))

    def shares(self, store: Store, rows: Sequence[int]) -> dict[str, np.ndarray]:
        """What each column added to each answer, (clip, column), for each channel.

        Empty for a model that does not say so.

        Raises:
            ModelError: the store's rows are not those the model reads.
        """
        found = column_shares(self.model, self.feed(store, rows))
        return {channel: each.double().numpy() for channel, each in found.items()}

    def columns(self) -> dict[str, tuple[str, ...]]:
        """The name of each column of each channel: a number where the extractor is not known."""
        if not (self.folder / PREPROCESSOR).is_file():
            dims = self.model.dims.items()
            return {m: tuple(f"column {i}" for i in range(1, dim + 1)) for m, dim in dims}
        found = self.front_end().extractors
        return {m: columns_of(type(one).__name__, one) for m, one in found.items()}

    def feed(self, store: Store, rows: Sequence[int], prepare: Change | None = None) -> Feed:
        """Some rows of a store as the model reads them.

        Args:
            store: where they lie.
            rows: which.
            prepare: what is done to each batch, normalised as it is; nothing by default.

        Raises:
            ModelError: the store's rows are not those the model reads.
        """
        held = dims_of(store, tuple(self.model.dims))
        if held != self.model.dims:
            raise ModelError(
                f"{self.folder} reads rows of width {self.model.dims}, {store.folder} holds "
                f"{held}. Extract the store as the model's was: see provenance.json in its folder."
            )
        talks = self.model.reads_dialogues
        cut = partial(self.pieces, store, rows) if self.model.reads_tokens else None

        def ready(batch: Batch) -> Batch:
            normal = self.normaliser(batch)
            return normal if prepare is None else prepare(normal)

        return Feed(store, rows, BATCH, prepare=ready, dialogues=talks, cut=cut)

    def pieces(
        self, store: Store, rows: Sequence[int], texts: Sequence[str | None]
    ) -> Tokens | None:
        """The pieces of the texts of some rows, less what a damage of the store takes of them."""
        tokens = self.model.tokens(texts)
        if tokens is None or not isinstance(store, Muffled):
            return tokens
        return store.heard(tokens, rows)

    def clips_cut(self, store: Store, rows: Sequence[int]) -> int:
        """How many clips lose rows to fit the model."""
        return clips_cut(self.model, self.feed(store, rows))

    def expect(self, store: Store) -> None:
        """See that a store's rows were made as the model's were, as far as both say.

        Raises:
            ModelError: by another extractor, or by one that was set otherwise.
        """
        ours, theirs = (one.get("extractors") or {} for one in (self.provenance, store.provenance))
        for name in self.model.dims:
            if name in ours and name in theirs and ours[name] != theirs[name]:
                raise ModelError(
                    f"{self.folder} reads {name} by {told(ours[name])}; {store.folder} holds it by "
                    f"{told(theirs[name])}. Extract the data as the model's were, or name the "
                    "corpus itself: then the model's own extractors read it."
                )

    def front_end(self) -> FrontEnd:
        """What makes of raw media the rows that the model reads.

        Raises:
            ModelError: nobody knows how its rows were made, or a file is damaged.
            MissingExtra: an extractor needs a package that is not installed.
        """
        if not (self.folder / PREPROCESSOR).is_file():
            raise ModelError(self.why_no_media())
        front = load_front_end(self.folder)
        widths = {name: one.rows.size for name, one in front.extractors.items()}
        if widths != self.model.dims:
            raise ModelError(
                f"{self.folder} holds a model of rows {self.model.dims}, and extractors that give "
                f"{widths}. They are of two trainings: copy the folder again."
            )
        return front

    def why_no_media(self) -> str:
        """Why the model cannot be asked about media, channel by channel."""
        if "extractors" in self.provenance:
            return (
                f"{self.folder} was left by an older Tritone, which kept no {PREPROCESSOR}: it "
                "cannot tell how media become rows. Train it anew from its recipe.json."
            )
        named = [str(one.get("name")) for one in self.provenance.get("sources", ())]
        lacks = ", ".join(f"{name} ({dim} numbers a row)" for name, dim in self.model.dims.items())
        return (
            f"{self.folder} was trained on published vectors"
            f"{f' ({named[0]})' if named else ''}, and cannot read media: there is no extractor "
            f"that makes its {lacks}. Score it with `tritone evaluate`, or train on a corpus as "
            "it lies on disk or on a store that `tritone extract` made."
        )


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
        temperature = temperature_in(config)
    except (KeyError, TypeError, ValueError, RuntimeError, OSError, SafetensorError) as fault:
        if isinstance(fault, TritoneError):
            raise
        raise ModelError(f"The files in {folder} do not fit together: {str(fault)[:300]}") from None
    where = device_of(device)
    model = model.to(where).eval().requires_grad_(False)
    normaliser = normaliser.to(where)
    name = config["model"]
    return Trained(name, model, normaliser, target, provenance, folder, temperature)


def told(extractor: Mapping[str, Any]) -> str:
    """An extractor and its settings, in a few words."""
    settings = (f"{key}={value}" for key, value in extractor.items() if key != "name")
    return f"{extractor.get('name')} ({', '.join(settings)})"


def temperature_in(config: Mapping[str, Any]) -> float | None:
    """The temperature that a config keeps.

    Raises:
        ValueError: it is none.
    """
    kept = config.get("calibration")
    if kept is None:
        return None
    temperature = float(kept["temperature"])
    if not 0 < temperature < math.inf:
        raise ValueError(f"a temperature of {temperature}")
    return temperature


def carried_in(folder: Path) -> dict[str, Bare]:
    """The pretrained encoders of a model, by argument: told by what stands beside its weights."""
    kept = folder / ENCODERS
    return {one.name: Bare(one) for one in sorted(kept.iterdir())} if kept.is_dir() else {}
