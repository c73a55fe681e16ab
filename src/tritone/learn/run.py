"""One training of a recipe on a store, and the folder that it leaves behind.

RUN/seed-0/state.pt        the run at work: to go on from
          model/           the epoch that the val split chose: config.json, model.safetensors,
                           normaliser.safetensors, provenance.json (how the rows were made)
          summary.json     recipe, data, versions, time, parameters, figures on train and val
"""

import inspect
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch

from tritone.catalogue import find
from tritone.core.errors import ModelError, RecipeError
from tritone.core.store import Store
from tritone.features.augment import augment, read_changes
from tritone.learn.build import (
    absent_classes,
    build_model,
    class_weights,
    float_dims,
    heard_dims,
    sized,
    start_from,
)
from tritone.learn.devices import device_of
from tritone.learn.feed import Change, Feed, drop_modalities
from tritone.learn.figures import (
    LOWER_IS_BETTER,
    clips_cut,
    known,
    mean_loss,
    measured,
    predictions,
)
from tritone.learn.loop import Fitted, evaluating, fit
from tritone.learn.media import calibrated
from tritone.learn.normalise import Normaliser
from tritone.learn.peers import Peers
from tritone.learn.pictured import pictured
from tritone.learn.recipe import Recipe
from tritone.learn.record import hardware, keep, versions, write_json
from tritone.learn.together import over_batches
from tritone.learn.tracking import VAL, check_tracker, open_tracker
from tritone.models.base import FusionModel

STATE, MODEL, SUMMARY = "state.pt", "model", "summary.json"

Tell = Callable[[int, int, float], None]


@dataclass(frozen=True)
class Run:
    """A training that is done.

    Args:
        folder: what it left.
        summary: what summary.json says.
    """

    folder: Path
    summary: dict[str, Any]

    @classmethod
    def of(cls, folder: Path) -> "Run":
        """The training that a folder holds.

        Raises:
            ModelError: its summary cannot be read, or was edited.
        """
        try:
            summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(f"{folder / SUMMARY} cannot be read: {error}.") from None
        kinds = {"selected_on": dict, "metrics": dict, "history": list}
        told = summary if isinstance(summary, dict) else {}
        wrong = [key for key, kind in kinds.items() if not isinstance(told.get(key), kind)]
        if wrong:
            raise ModelError(
                f"{folder / SUMMARY} lacks {', '.join(wrong)}: it is not what a training left. "
                "Copy it again, or delete it and train on with --resume."
            )
        return cls(folder, told)


def train_once(
    recipe: Recipe,
    store: Store,
    folder: Path,
    seed: int,
    *,
    tell: Tell | None = None,
    track: str | None = None,
) -> Run:
    """Train a recipe's model on a store's train split, choosing the epoch on its val split.

    The test split is not read. A folder that holds the state of an earlier run of the same
    recipe is gone on with.

    Args:
        recipe: what is trained, and how.
        store: on what.
        folder: of the run.
        seed: decides first weights, order and chance.
        tell: told after each step of the epoch, the batches done in it and the mean loss.
        track: "tensorboard" or "mlflow", which is told of each epoch.

    Raises:
        MissingExtra: the package of `track` is not installed.
        DataError: a split is empty, or a class that is to be weighed is absent from train.
        ModelError: the model does not fit the store, or a loss is not a number.
        RecipeError: the recipe names what is not there.
        UnknownName: no model is called so.
    """
    if track is not None:
        check_tracker(track)
    if recipe.fit.processes > 1:
        # Here, not above: it brings more than one process needs.
        from tritone.learn.processes import in_processes

        refuse_rows(recipe)
        # A store that is sent to another process forgets splits that are not its own.
        splits = dict(zip(store.ids, store.splits, strict=True))
        work = partial(work_together, recipe, store, splits, folder, seed, track)
        in_processes(work, recipe.fit, tell)
        return Run.of(folder)
    return Run(folder, work_on(recipe, store, folder, seed, tell=tell, track=track))


def work_together(
    recipe: Recipe,
    store: Store,
    splits: Mapping[str, str | None],
    folder: Path,
    seed: int,
    track: str | None,
    peers: Peers,
    tell: Tell,
) -> None:
    """One process's part in a training."""
    store.resplit({id: split for id, split in splits.items() if split is not None})
    work_on(recipe, store, folder, seed, tell=tell, track=track, peers=peers)


def work_on(
    recipe: Recipe,
    store: Store,
    folder: Path,
    seed: int,
    *,
    tell: Tell | None = None,
    track: str | None = None,
    peers: Peers | None = None,
) -> dict[str, Any]:
    """Train in this process, alone or with peers; the summary, written by the first one."""
    began, used = time.perf_counter(), time.process_time()
    parts = Parts(recipe, store, seed)
    parts.move(device_of(recipe.fit.device) if peers is None else peers.device)
    folder.mkdir(parents=True, exist_ok=True)
    tracker = None
    if track is not None and (peers is None or peers.rank == 0):
        tracker = open_tracker(track, folder, recipe.to_json() | {"seed": seed})
    fitted = fit(
        parts.model,
        parts.train.epoch,
        len(parts.train),
        recipe.fit,
        seed=seed,
        checkpoint=folder / STATE,
        judge=parts.judge,
        tell=tell,
        peers=peers,
        measure=parts.on_val if tracker else None,
        record=tracker.record if tracker else None,
    )
    if peers is not None and peers.rank > 0:
        return {}
    parts.settle(fitted.model)
    sure = calibrated(fitted.model, parts.val)
    keep(folder / MODEL, parts.recipe, store, fitted.model, parts.normaliser, sure)
    apart = over_batches(fitted.model, parts.val, peers.size) if peers is not None else []
    summary = parts.summary(fitted, seed) | {
        "losses_by_part": apart,
        "wall_seconds": round(time.perf_counter() - began, 3),
        "compute_seconds": round(time.process_time() - used, 3),
        "checkpoints": {"state": STATE, "best": MODEL},
    }
    write_json(folder / SUMMARY, summary)
    if tracker is not None:
        tracker.close(summary["metrics"]["val"])
    return summary


def refuse_rows(recipe: Recipe) -> None:
    """See that no process would need what another one knows.

    Raises:
        RecipeError: the model keeps state for each clip of train.
    """
    if "clips" in inspect.signature(find("model", recipe.model)).parameters:
        raise RecipeError(
            f"{recipe.model} keeps what it guessed of each clip, and several processes would each "
            "guess for a part of them only. Train it with fit.processes=1."
        )


def changes_of(recipe: Recipe) -> tuple[Change, ...]:
    """What is done to the batches that are trained on, and to no others.

    Raises:
        RecipeError: no augmentation is called so, or its strength is out of range.
    """
    named = read_changes(recipe.augment)
    varied = (lambda batch, chance: augment(batch, named, chance),) if named else ()
    lost = (drop_modalities(recipe.drop_modality),) if recipe.drop_modality else ()
    return (*varied, *lost)


class Parts:
    """What a training works with: the model, and the feeds of train and val."""

    def __init__(self, recipe: Recipe, store: Store, seed: int) -> None:
        self.store = store
        rows = {split: store.known_rows(split) for split in ("train", "val")}
        self.task, self.dims = store.task, heard_dims(store, recipe, rows["train"])
        self.asked = recipe.modalities or tuple(store.layout.modalities)
        self.absent = absent_classes(store, rows["train"])
        self.counts = {split: len(kept) for split, kept in rows.items()}
        self.recipe = recipe = sized(pictured(recipe, store), self.counts["train"])
        plain = Feed(store, rows["train"], recipe.fit.batch, in_memory=0)
        normalised = recipe.normalise and find("model", recipe.model).normalises
        self.normaliser = Normaliser(float_dims(store, self.dims) if normalised else {})
        self.normaliser.fit(plain)
        torch.manual_seed(seed)
        self.model: FusionModel = build_model(recipe, self.dims, self.task)
        talks = self.model.reads_dialogues
        common = {"prepare": self.normaliser, "seed": seed, "dialogues": talks}
        common |= {"cut": self.model.tokens} if self.model.reads_tokens else {}
        weights = class_weights(store, rows["train"]) if recipe.class_weights else None
        changes = changes_of(recipe)
        size = recipe.fit.batch
        self.train = Feed(store, rows["train"], size, weights=weights, changes=changes, **common)
        self.val = Feed(store, rows["val"], max(64, size), **common)
        self.model.prepare(self.train)
        start_from(self.model, recipe)

    def move(self, device: torch.device) -> None:
        """Compute on a device from here on; what is prepared is prepared on the CPU."""
        self.device = device
        self.model.to(device)

    def settle(self, model: FusionModel) -> None:
        """Let a model choose on val what training cannot; on the CPU, as it was prepared."""
        model.to("cpu").settle(self.val)
        model.to(self.device)

    def judge(self, model: FusionModel) -> float:
        """The val split's score of a model; lower is better."""
        if self.recipe.select == "loss":
            return mean_loss(model, self.val)
        value = measured(self.recipe.select, self.task, *predictions(model, self.val))
        return value if self.recipe.select in LOWER_IS_BETTER else -value

    def on_val(self, model: FusionModel) -> dict[str, float]:
        """All figures of a model on val that are defined."""
        said, true = predictions(model, self.val)
        found = {name: measured(name, self.task, said, true) for name in self.task.metrics}
        return {f"{VAL}{name}": value for name, value in found.items() if math.isfinite(value)}

    def summary(self, fitted: Fitted[FusionModel], seed: int) -> dict[str, Any]:
        """What the run was and what came of it, as plain data."""
        figures, feeds = {}, {"train": self.train, "val": self.val}
        with evaluating(fitted.model):
            for split, feed in feeds.items():
                said, true = predictions(fitted.model, feed)
                figures[split] = {
                    name: measured(name, self.task, said, true) for name in self.task.metrics
                } | {"loss": mean_loss(fitted.model, feed)}
        return {
            "schema": 1,
            "recipe": self.recipe.to_json(),
            "seed": seed,
            "data": {
                "spec": self.recipe.data,
                "fingerprint": self.store.provenance.get("fingerprint"),
                "target": self.store.target,
                "task": self.task.to_json(),
                "clips": self.counts,
                "splits": sorted({name for name in self.store.splits if name}),
                "absent_from_train": self.absent,
                "read": list(self.dims),
                "left_out": [name for name in self.asked if name not in self.dims],
                "marks": list(self.store.provenance.get("marks", ())),
            },
            "selected_on": {"split": "val", "by": self.recipe.select, "epoch": fitted.best},
            "texts_cut": {"train": self.train.texts_cut, "val": self.val.texts_cut},
            "clips_cut": {name: clips_cut(fitted.model, feed) for name, feed in feeds.items()},
            "epochs": len(fitted.history),
            "stopped_early": fitted.stopped,
            "history": fitted.history,
            "parameters": sum(weight.numel() for weight in fitted.model.parameters()),
            "metrics": {
                split: {name: known(value) for name, value in found.items()}
                for split, found in figures.items()
            },
            "versions": versions(),
            "hardware": hardware(),
        }
