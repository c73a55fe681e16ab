"""S000's open question: is attention over the channels (A2) more robust than none (A1)?

Both are asked about the same clips with the same channels lost: each at rates from 0 to 1, and in
each of the patterns of channels that can be there. What is compared is the mean height of the two
curves, and the accuracy in each pattern, seeds and videos drawn anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tritone.assess.damaged import patterns_of, read_under
from tritone.assess.robustness import RATES
from tritone.assess.trained import groups_of
from tritone.core.store import Store
from tritone.features.damage.rows import DropModality, KeepOnly
from tritone.learn.trained import Trained
from tritone.metrics import Metric, accuracy
from tritone.metrics.robustness import normalised_area
from tritone.metrics.seeds import compare_runs
from tritone.metrics.significance import Comparison, holm
from tritone.recipes.benchmark.cells import MODEL
from tritone.recipes.benchmark.run import CELLS
from tritone.recipes.benchmark.suite import folder_name
from tritone.recipes.data import store_of
from tritone.recipes.papers.found import Block
from tritone.recipes.scoring import trained_in
from tritone.recipes.training import STORES

WITH, WITHOUT, VOTE = "s000_a2", "s000_a1", "s000_a0"
ALL = "all"
DRAWS = 400


@dataclass(frozen=True)
class Attention:
    """How A2 stands beside A1 as channels are lost.

    Args:
        n: clips that were asked about.
        areas: model to what is lost ("all", or a channel) to the mean height of its curve.
        curves: what is lost to the difference of the heights, A2 less A1.
        patterns: channels that are there to each model's accuracy.
        apart: channels that are there to the difference, A2 less A1.
        adjusted: the p-value of each pattern's difference, by Holm over them all.
    """

    n: int
    areas: Mapping[str, Mapping[str, float]]
    curves: Mapping[str, Comparison]
    patterns: Mapping[tuple[str, ...], Mapping[str, float]]
    apart: Mapping[tuple[str, ...], Comparison]
    adjusted: Mapping[tuple[str, ...], float]


def attention_in(block: Block, *, rates: Sequence[float] = RATES, draws: int = DRAWS) -> Attention:
    """The study of the models that a benchmark left.

    Args:
        block: of S000's models.
        rates: probabilities of a channel to be lost, rising from 0.
        draws: resamples of each interval.

    Raises:
        DataError, ModelError: the data or the weights are no longer where they were.
    """
    about = block.about
    cells = block.folder / CELLS / folder_name(about["name"]) / MODEL
    models = {name: trained_in(cells / name, "cpu") for name in (VOTE, WITHOUT, WITH)}
    store = store_of(about["spec"], about["target"], block.folder / STORES)
    return attention_of(models, store, about["split"], rates=rates, draws=draws)


def attention_of(
    models: Mapping[str, Sequence[Trained]],
    store: Store,
    split: str,
    *,
    rates: Sequence[float] = RATES,
    draws: int = DRAWS,
) -> Attention:
    """The study of models that are at hand.

    Args:
        models: A0, A1 and A2 by the names of their recipes, each with its seeds.
        store: opened with their target.
        split: whose clips are asked about.
        rates: probabilities of a channel to be lost, rising from 0.
        draws: resamples of each interval.
    """
    asked = Asked(models, store, split, rates)
    lost = (ALL, *asked.channels)
    runs = {of: {name: asked.curve(name, of) for name in models} for of in lost}
    kept = {
        pattern: {name: asked.under(name, KeepOnly(pattern)) for name in models}
        for pattern in patterns_of(asked.channels)
    }

    def versus(metric: Metric, said: Mapping[str, list[np.ndarray]]) -> Comparison:
        return compare_runs(
            metric, said[WITH], said[WITHOUT], asked.true, asked.groups, draws=draws
        )

    apart = {pattern: versus(accuracy, said) for pattern, said in kept.items()}
    adjusted = holm([one.pvalue for one in apart.values()])
    height = Height(rates)
    return Attention(
        len(asked.true),
        {name: {of: mean(height, runs[of][name], asked.true) for of in lost} for name in models},
        {of: versus(height, runs[of]) for of in lost},
        {
            pattern: {name: mean(accuracy, each, asked.true) for name, each in said.items()}
            for pattern, said in kept.items()
        },
        apart,
        dict(zip(apart, map(float, adjusted), strict=True)),
    )


class Height:
    """Mean height of the curve of accuracies; a prediction is (clip, rate, class)."""

    def __init__(self, rates: Sequence[float]) -> None:
        self.rates = list(rates)

    def __call__(self, prediction: np.ndarray, target: np.ndarray) -> float:
        line = [accuracy(prediction[:, place], target) for place in range(len(self.rates))]
        return normalised_area(self.rates, line)


class Asked:
    """What some models say of the same clips as channels are lost."""

    def __init__(
        self,
        models: Mapping[str, Sequence[Trained]],
        store: Store,
        split: str,
        rates: Sequence[float],
    ) -> None:
        self.models, self.store, self.rates = models, store, tuple(rates)
        self.rows = store.known_rows(split)
        self.channels = tuple(models[WITH][0].model.dims)
        self.groups = groups_of(store, self.rows)
        self.true = models[WITH][0].predict(store, self.rows)[1]

    def under(self, name: str, damage: DropModality | KeepOnly) -> list[np.ndarray]:
        """What each seed of a model says."""
        models = self.models[name]
        return read_under(models, self.store, self.rows, damage, self.channels)[0]

    def curve(self, name: str, of: str) -> list[np.ndarray]:
        """What each seed says at all rates: (clip, rate, class)."""
        lost = self.channels if of == ALL else (of,)
        points = [self.under(name, DropModality(rate, lost)) for rate in self.rates]
        return [np.stack(seed, axis=1) for seed in zip(*points, strict=True)]


def mean(metric: Metric, runs: Sequence[np.ndarray], true: np.ndarray) -> float:
    """A metric's mean over the seeds."""
    return float(np.mean([metric(run, true) for run in runs]))
