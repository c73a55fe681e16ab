"""Robustness and calibration of a model that reads media, at a bounded number of clips."""

from functools import partial

import numpy as np
from torch import Tensor

from tritone.assess.calibration import calibration
from tritone.assess.evaluate import restricted, with_target
from tritone.assess.predict import Answers, Tell, Trained
from tritone.assess.raw import MOST, Asked, Only, Shelf, curves_of_media
from tritone.assess.report import Part
from tritone.assess.robustness import study
from tritone.core.labels import read_split
from tritone.datasets.spec import read_corpus

RATES = (0.0, 0.25, 0.5, 0.75, 1.0)
DRAWS = 100


def media_studies(
    trained: Trained,
    data: str,
    split: str,
    target: str | None,
    names: tuple[str, ...],
    *,
    draws: int = DRAWS,
    seed: int = 0,
    tell: Tell | None = None,
) -> dict[str, Part]:
    """Study a model on a corpus whose media are damaged before they become rows.

    Args:
        trained: the model and its front ends.
        data: "name:path".
        split: train, val, test or all.
        target: what is predicted; the corpus's own by default.
        names: "robustness", "calibration".
        draws: resamples for each interval; at most 100 are taken.
        seed: of what is lost, and of the resamples.
        tell: called with the damage at hand and the share that is done, 0 to 1.

    Raises:
        DataError: no such corpus, split or target; or to calibrate, no val split.
        ModelError: the model does not say what is asked.
    """
    corpus = with_target(read_corpus(data, "all"), target)
    shelf = Shelf(corpus, trained)
    restrict = partial(probabilities, target=corpus.default_target, classes=shelf.task.names)
    models = [Asked(trained, shelf.task, corpus.default_target, restrict)]
    wanted = "all" if split == "all" else read_split(split)
    shared = {"most": MOST, "keep": Only, "seed": seed, "draws": min(draws, DRAWS), "tell": tell}
    channels = tuple(shelf.layout.modalities)
    parts: dict[str, Part] = {}
    if "robustness" in names:
        more = {"rates": RATES, "curves": curves_of_media}
        parts["robustness"] = study(models, shelf, wanted, channels, **more, **shared)
    if "calibration" in names:
        parts["calibration"] = calibration(models, shelf, wanted, channels, **shared)
    return parts


def probabilities(said: dict[str, Tensor], *, target: str, classes: tuple[str, ...]) -> np.ndarray:
    """What a model says, as probabilities of the corpus's classes."""
    whole = {name: value.numpy() for name, value in said.items()}
    answers = Answers((), whole.get("emotions"), whole["sentiments"], whole["valence"])
    return restricted(answers, target, classes)
