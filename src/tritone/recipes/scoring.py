"""`tritone evaluate`: any model on any data; a training on the rows it was trained for."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from tritone import __version__
from tritone.assess.calibration import calibration
from tritone.assess.evaluate import evaluate as evaluate_media
from tritone.assess.evaluate import opened as loaded
from tritone.assess.history import History
from tritone.assess.media_studies import media_studies
from tritone.assess.predict import Tell
from tritone.assess.report import Part, Report
from tritone.assess.robustness import study
from tritone.assess.shares import Share, Shares
from tritone.assess.trained import evaluate_rows
from tritone.core.errors import ModelError
from tritone.core.labels import read_split
from tritone.core.store import Store
from tritone.learn.recipe import read_recipe
from tritone.learn.record import WEIGHTS
from tritone.learn.run import MODEL, SUMMARY, Run
from tritone.learn.seal import Opening, open_test
from tritone.learn.trained import Trained, load_trained
from tritone.recipes.controls import controls_of
from tritone.recipes.data import plan_like, plan_of, store_of
from tritone.recipes.lineage import search_of
from tritone.recipes.seen import seen_told
from tritone.recipes.training import RECIPE, STORES, Training, history_of
from tritone.recipes.tuned import came_from


def evaluate(
    model: "str | Path | Training",
    data: str,
    split: str = "test",
    target: str | None = None,
    *,
    device: str = "cpu",
    seed: int = 0,
    draws: int = 1000,
    robustness: bool = False,
    calibrate: bool = False,
    controls: bool = False,
    tell: Tell | None = None,
) -> Report:
    """Score a model on one split of some data, with floors, intervals and marks.

    A model that reads media (the default one) is asked about the corpus itself. A training, or
    the folder that it left, is asked about the rows of a store; every opening of its test split
    is written down in its folder, and one with other weights is marked `test_reused`.

    Args:
        model: a name, a folder, or what `train` gave.
        data: "name:path".
        split: train, val (or dev, valid, validation), test or all.
        target: what is predicted; the data's own, or the training's, by default.
        device: "cpu", "cuda" or "auto".
        seed: of the bootstrap.
        draws: resamples.
        robustness: measure it also with rows, channels and clean numbers lost; of media with
            words and channels lost, faces hidden and noise in the sound, of some 200 clips.
        calibrate: mend the confidence on val, and show how right it then is.
        controls: train a plain model on each channel of a training alone, to compare with; those
            of an earlier call are shown without it too.
        tell: called with the clip at hand and the share that is done, 0 to 1.

    Raises:
        DataError: no such data, split or target.
        ModelError: no such model, or it does not fit the data.
    """
    folder = model.folder if isinstance(model, Training) else Path(model)
    if not (folder / RECIPE).is_file():
        return media_report(
            folder if isinstance(model, Training) else model,
            data,
            split,
            target,
            device=device,
            seed=seed,
            draws=draws,
            studies=("robustness",) * robustness + ("calibration",) * calibrate,
            tell=tell,
        )
    models = trained_in(folder, device)
    store = store_for(folder, models[0], data, target)
    split = "all" if split == "all" else read_split(split)
    report = evaluate_rows(
        models, store, split, spec=data, version=__version__, draws=draws, seed=seed
    )
    report = cut_told(report, models[0], store, split)
    recipe = read_recipe(folder / RECIPE)
    if before := came_from(recipe):
        report = replace(report, notes=(*report.notes, before))
    if data == recipe.data:
        report = seen_told(report, store, split, store)
    if split in ("test", "all"):
        report = opened(report, folder, store, models)
    if split != "test":
        report = replace(report, marks=(*report.marks, "selected_on_reported_split"))
    parts: dict[str, Part] = dict(report.parts)
    parts |= {"training": past} if (past := past_of(models)) else {}
    parts |= {"shares": shares} if (shares := shares_of(models, store, split)) else {}
    channels = tuple(models[0].model.dims)
    how = {"draws": draws, "seed": seed, "tell": tell}
    studied = partial(study, store=store, split=split, **how) if robustness else None
    if studied is not None:
        parts["robustness"] = studied(models, channels=channels)
    beside = controls_of(
        folder, models, store, report, train=controls, device=device, study=studied, **how
    )
    parts |= {} if beside is None else {"controls": beside}
    if calibrate:
        parts["calibration"] = calibration(models, store, split, channels, **how)
    return replace(report, parts=parts)


def media_report(
    model: str | Path,
    data: str,
    split: str,
    target: str | None,
    *,
    device: str,
    seed: int,
    draws: int,
    studies: tuple[str, ...],
    tell: Tell | None,
) -> Report:
    """A model that reads media, scored on a corpus and studied on some of its clips."""
    trained = loaded(model, device)
    report = evaluate_media(trained, data, split, target, seed=seed, draws=draws, tell=tell)
    if not studies:
        return report
    parts = media_studies(trained, data, split, target, studies, draws=draws, seed=seed, tell=tell)
    return replace(report, parts={**report.parts, **parts})


def store_for(folder: Path, model: Trained, data: str, target: str | None) -> Store:
    """The data as a training's models read them.

    Raises:
        DataError: the data cannot be read, or have no such target.
        ModelError: they are of another task, or were read by other extractors.
    """
    recipe = read_recipe(folder / RECIPE)
    # The training's own store is found again; other data are read by its extractors.
    plan = plan_of(recipe) if data == recipe.data else plan_like(model)
    stores = folder.parent / STORES
    store = store_of(data, target or model.target, stores, fold=recipe.fold, plan=plan)
    model.expect(store)
    if store.task != model.task:
        raise ModelError(
            f"{folder} predicts {model.target}: {model.task.to_json()}; {data} has "
            f"{store.target}: {store.task.to_json()}."
        )
    return store


def trained_in(folder: Path, device: str) -> list[Trained]:
    """The models of all seeds of a training.

    Raises:
        ModelError: there is none, or one cannot be loaded.
    """
    seeds = sorted(folder.glob(f"seed-*/{MODEL}"), key=lambda path: int(path.parent.name[5:]))
    if not seeds:
        raise ModelError(f"{folder} holds no trained model yet. Train it on with --resume.")
    return [load_trained(seed, device=device) for seed in seeds]


def past_of(models: list[Trained]) -> History | None:
    """The epochs of the models' runs; None where a summary is not there."""
    folders = [model.folder.parent for model in models]
    if not all((folder / SUMMARY).is_file() for folder in folders):
        return None
    runs = [Run.of(folder) for folder in folders]
    return history_of(runs, runs[0].summary["selected_on"]["by"])


def shares_of(models: list[Trained], store: Store, split: str) -> Shares | None:
    """Which columns the answers are made of; None where the models do not say."""
    rows = [row for row in store.rows(split) if store.target_of(row) is not None]
    said = [model.shares(store, rows) for model in models]
    if not said[0]:
        return None
    names, found = models[0].columns(), []
    for channel in said[0]:
        added = np.concatenate([each[channel] for each in said])
        sizes, means = np.abs(added).mean(axis=0).tolist(), added.mean(axis=0).tolist()
        columns = zip(names[channel], sizes, means, strict=True)
        found += [Share(channel, *column) for column in columns]
    return Shares.of(found, len(rows))


def cut_told(report: Report, model: Trained, store: Store, split: str) -> Report:
    """The report with how many clips were longer than the model reads, where some were."""
    rows = [row for row in store.rows(split) if store.target_of(row) is not None]
    count = model.clips_cut(store, rows)
    told = (f"Clips cut to fit: {count} of {len(rows)}.",) if count else ()
    return replace(report, notes=(*report.notes, *told))


def opened(report: Report, folder: Path, store: Store, models: list[Trained]) -> Report:
    """The report with what its reader must know of the test split: how often it was looked at."""
    opening = looked(folder, store, models)
    times = "once" if opening.count == 1 else f"{opening.count} times"
    return replace(
        report,
        marks=report.marks + (("test_reused",) if opening.reused else ()),
        data={**report.data, "test_opened": opening.count},
        notes=(
            *report.notes,
            f"The test split has been opened {times} by this training, this time included.",
            "Every choice (epoch, normalisation) was made on train and val.",
        ),
    )


def looked(folder: Path, store: Store, models: list[Trained]) -> Opening:
    """Write down that a training's test split is looked at; of a search, by all its trainings."""
    data = str(store.provenance.get("fingerprint") or store.folder.name)
    weights = [model.folder / WEIGHTS for model in models]
    opening, search = open_test(folder, data, weights), search_of(folder)
    if search is None:
        return opening
    return replace(opening, reused=open_test(search, data, weights).reused or opening.reused)
