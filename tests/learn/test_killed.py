"""A training that is killed at random moments, again and again, ends as one that is not."""

import os
import random
import signal
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tritone.core.store import Store
from tritone.learn.recipe import Recipe
from tritone.learn.run import Run, train_once
from tritone.learn.settings import Fit

SETTINGS = Fit(epochs=6, lr=0.02, batch=6, every=2, patience=5, average=0.5, accumulate=2)


def recipe(model: str, **options) -> Recipe:
    return Recipe(model, arguments=options, fit=SETTINGS, drop_modality=0.2, augment=("noise",))


def trained_for(seconds: float, made: Recipe, store: Store, folder: Path) -> bool:
    """Train in a process of its own that is killed after a while; True if it came to its end."""
    child = os.fork()
    if child == 0:
        train_once(made, store, folder, 0)
        os._exit(0)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert status == 0
            return True
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


# Self-MM guesses labels while it trains: state of the model that is no weight.
@pytest.mark.slow
@pytest.mark.parametrize(
    "made",
    [recipe("concat_mlp", width=8), recipe("self_mm")],
    ids=["concat_mlp", "self_mm"],
)
def test_kill_9_at_any_moment_changes_nothing(made: Recipe, store: Store, tmp_path: Path) -> None:
    whole = train_once(made, store, tmp_path / "whole", 0)
    chance, kills = random.Random(0), 0
    # Each life a little longer than the last one, so that the end is reached.
    while not trained_for(
        chance.uniform(0.05, 0.25) * (1 + kills / 4), made, store, tmp_path / "killed"
    ):
        kills += 1
    assert kills > 0
    killed = Run.of(tmp_path / "killed")
    for key in ("metrics", "history", "selected_on"):
        assert killed.summary[key] == whole.summary[key]
    ours, theirs = (
        load_file(run.folder / "model" / "model.safetensors") for run in (killed, whole)
    )
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
