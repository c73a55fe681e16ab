"""Does a trained model's confidence mean what it says, and how is it mended on val alone?

    val ─ temperature, thresholds ─┐
    asked split ─ probabilities ───┴─ ece before and after, sets that hold 90 % of the truths

Where the asked split is val itself, nothing is measured on rows that it was fitted on: the
groups of val are parted in folds, and each fold is judged by what the others taught.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from tritone import metrics as measures
from tritone.assess.damaged import patterns_of, read_under
from tritone.assess.promises import Calibration, Promise
from tritone.assess.report import Band
from tritone.assess.robustness import Keep, spaced
from tritone.assess.rows import figure
from tritone.assess.trained import Reader, groups_of
from tritone.core.errors import DataError
from tritone.core.store import Store
from tritone.core.task import Classes, Regression, Task
from tritone.features.damage.rows import KeepOnly
from tritone.metrics.conformal import (
    Thresholds,
    coverage,
    fit_intervals,
    fit_sets,
    interval_coverage,
    prediction_intervals,
    prediction_sets,
    set_size,
)
from tritone.metrics.reliability import Bins, equal_mass_bins, fit_temperature, tempered

ALPHA = 0.1
FOLDS = 5
DRAWS = 200
TINY = 1e-300  # a probability that the softmax rounded to 0 still has a logarithm
MENDED = {"ece": measures.ece, "nll": measures.nll, "accuracy": measures.accuracy}

Tell = Callable[[str, float], None]
Fold = tuple[np.ndarray, np.ndarray]


def calibration(
    models: Sequence[Reader],
    store: Store,
    split: str,
    channels: Sequence[str],
    *,
    alpha: float = ALPHA,
    most: int | None = None,
    keep: Keep = KeepOnly,
    draws: int = DRAWS,
    seed: int = 0,
    tell: Tell | None = None,
) -> Calibration:
    """Mend the confidence of a training on val, and measure it on the asked split.

    Args:
        models: one for each seed; each is mended by itself, and figures are means over them.
        store: opened with the models' target; it needs a val split.
        split: train, val, test or all; of all, the val clips are left out.
        channels: those that the models read.
        alpha: share of truths that may be missed.
        most: clips of each split at most, evenly taken; all of them by default.
        keep: gives the damage that leaves some channels alone.
        draws: resamples for each interval; at most 200 are taken.
        seed: of the folds and the resamples.
        tell: called with the channels at hand and the share that is done, 0 to 1.

    Raises:
        DataError: no val split, a clip can have several classes, or one group fills val.
        ModelError: the store's rows are not those the models read.
    """
    if isinstance(store.task, Classes) and store.task.multi:
        raise DataError("Calibration is for clips of one class each, not of several.")
    work = Work(models, store, split, tuple(channels), alpha, min(draws, DRAWS), seed, keep, most)
    patterns = patterns_of(channels)
    promises = {}
    for place, pattern in enumerate(patterns):
        if tell is not None:
            tell(f"calibration {' + '.join(pattern)}", place / len(patterns))
        promises[pattern] = work.promise(pattern)
    return Calibration(
        alpha,
        len(work.held),
        len(work.folds),
        len(work.asked),
        promises,
        work.band,
        work.diagrams,
    )


class Work:
    """The rows that teach, the rows that are judged, and what is fitted and measured of them."""

    def __init__(
        self,
        models: Sequence[Reader],
        store: Store,
        split: str,
        channels: tuple[str, ...],
        alpha: float,
        draws: int,
        seed: int,
        keep: Keep = KeepOnly,
        most: int | None = None,
    ) -> None:
        self.keep = keep
        self.models, self.store, self.channels = models, store, channels
        self.alpha, self.draws, self.seed = alpha, draws, seed
        self.held = spaced(store.known_rows("val"), most)
        taught = set(self.held)
        apart = [row for row in store.known_rows(split) if row not in taught]
        self.asked = [] if split == "val" else spaced(apart, most)
        self.folds: list[Fold] = [(np.arange(len(self.held)), np.arange(len(self.asked)))]
        if not self.asked:
            self.asked = self.held
            self.folds = folds_of(groups_of(store, self.held), len(self.held), seed)
        self.groups = groups_of(store, self.asked)
        self.clean: list[list[Thresholds]] = []
        self.band: Band | None = None
        self.diagrams: dict[str, Bins] = {}

    def promise(self, pattern: tuple[str, ...]) -> Promise:
        """What holds where only these channels are there; all channels must come first."""
        taught, known_truth = self.read(self.held, pattern)
        said, true = (
            (taught, known_truth) if self.asked is self.held else self.read(self.asked, pattern)
        )
        task = self.store.task
        own = [self.thresholds(one, known_truth) for one in taught]
        self.clean = self.clean or own
        held, unaware = (
            [self.applied(one, limits) for one, limits in zip(said, each, strict=True)]
            for each in (own, self.clean)
        )
        holds = coverage if isinstance(task, Classes) else interval_coverage
        promise = Promise(
            figure(holds, held, true, self.groups, self.draws, self.seed),
            float(np.mean([size_of(task, one) for one in held])),
            float(np.mean([holds(one, true) for one in unaware])),
        )
        if isinstance(task, Regression):
            return promise
        return self.mended(promise, taught, known_truth, said, true)

    def mended(
        self,
        promise: Promise,
        taught: list[np.ndarray],
        known_truth: np.ndarray,
        said: list[np.ndarray],
        true: np.ndarray,
    ) -> Promise:
        """The promise with a temperature and what it does to the probabilities."""
        heats, after = [], []
        for ours, theirs in zip(taught, said, strict=True):
            of_folds = [fit_temperature(logs(ours[fit]), known_truth[fit]) for fit, _ in self.folds]
            mended = np.empty_like(theirs)
            for heat, (_, use) in zip(of_folds, self.folds, strict=True):
                mended[use] = tempered(logs(theirs[use]), heat)
            heats.append(float(np.mean(of_folds)))
            after.append(mended)
        if not self.diagrams:
            self.diagrams = {
                "before": equal_mass_bins(said[0], true),
                "after": equal_mass_bins(after[0], true),
            }
            self.band = Band(*measures.ece_band(after[0], draws=self.draws, seed=self.seed))
        before_figures, after_figures = (
            {
                name: figure(metric, runs, true, self.groups, self.draws, self.seed)
                for name, metric in MENDED.items()
            }
            for runs in (said, after)
        )
        return replace(
            promise, temperature=tuple(heats), before=before_figures, after=after_figures
        )

    def read(
        self, rows: Sequence[int], pattern: tuple[str, ...]
    ) -> tuple[list[np.ndarray], np.ndarray]:
        """What the models say of some rows with these channels there, and what is true."""
        return read_under(self.models, self.store, rows, self.keep(pattern), self.channels)

    def thresholds(self, taught: np.ndarray, true: np.ndarray) -> list[Thresholds]:
        """Thresholds of each fold.

        They are of the probabilities as the model says them: a temperature that is fitted on the
        same rows would make them a little too sure.
        """
        fit = fit_sets if isinstance(self.store.task, Classes) else fit_intervals
        return [fit(taught[rows], true[rows], self.alpha) for rows, _ in self.folds]

    def applied(self, said: np.ndarray, limits: list[Thresholds]) -> np.ndarray:
        """The set or interval of each row, by the thresholds of its fold."""
        task = self.store.task
        parts = []
        for one, (_, use) in zip(limits, self.folds, strict=True):
            if isinstance(task, Classes):
                parts.append(prediction_sets(said[use], one))
            else:
                parts.append(prediction_intervals(said[use], one).clip(task.low, task.high))
        order = np.concatenate([use for _, use in self.folds])
        return np.concatenate(parts)[np.argsort(order)]


def folds_of(groups: np.ndarray | None, rows: int, seed: int) -> list[Fold]:
    """Places to fit on and places to judge, so that every row is judged once, never by its group.

    Raises:
        DataError: there is one group alone.
    """
    groups = np.arange(rows) if groups is None else groups
    count = int(groups.max()) + 1
    if count < 2:
        raise DataError("All val clips are of one group; calibration on val needs two at least.")
    # A random order of the groups, dealt out like cards.
    part = (np.random.default_rng(seed).permutation(count) % FOLDS)[groups]
    return [(np.flatnonzero(part != one), np.flatnonzero(part == one)) for one in np.unique(part)]


def logs(probabilities: np.ndarray) -> np.ndarray:
    """Logits of some probabilities: softmax of them gives the probabilities back."""
    return np.log(probabilities.clip(min=TINY))


def size_of(task: Task, held: np.ndarray) -> float:
    """Mean number of classes in the sets, or mean width of the intervals."""
    return set_size(held) if isinstance(task, Classes) else float((held[:, 1] - held[:, 0]).mean())
