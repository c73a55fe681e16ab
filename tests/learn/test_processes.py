"""Two processes end where one does, resume, and tell what went wrong in either."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tritone.core.errors import ModelError, RecipeError
from tritone.core.store import Store
from tritone.learn.peers import part_of
from tritone.learn.recipe import Recipe
from tritone.learn.run import train_once
from tritone.learn.settings import Fit


def recipe(processes: int, *, stop: int | None = None, batch: int = 10, lr: float = 0.02) -> Recipe:
    """A model without dropout, which would fall otherwise on parts of a batch."""
    fit = Fit(epochs=4, lr=lr, batch=batch, accumulate=2, processes=processes, stop=stop)
    options = {"width": 8, "dropout": 0.0}
    return Recipe("concat_mlp", arguments=options, fit=fit, drop_modality=0.2, augment=("noise",))


# The tails of an epoch are uneven: a batch of eight among those of ten, and a step of one batch.
@pytest.mark.slow
def test_a_run_that_two_processes_take_up_ends_as_that_of_one(
    store: Store, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[tuple[int, int]] = []
    alone = train_once(recipe(1), store, tmp_path / "one", 0)
    train_once(recipe(1, stop=1), store, tmp_path / "two", 0)
    both = train_once(
        recipe(2),
        store,
        tmp_path / "two",
        0,
        tell=lambda epoch, step, _: told.append((epoch, step)),
    )
    assert "distributed" not in capfd.readouterr().err  # no word of what makes them meet
    assert told == [(epoch, step) for epoch in (1, 2, 3) for step in (2, 4, 5)]
    assert both.summary["losses_by_part"] == []  # a mean over clips, which parts add up to
    for ours, theirs in zip(both.summary["history"], alone.summary["history"], strict=True):
        assert ours == pytest.approx(theirs, rel=1e-4)
    ours, theirs = (load_file(run.folder / "model" / "model.safetensors") for run in (both, alone))
    for name, weight in theirs.items():
        torch.testing.assert_close(ours[name], weight, rtol=1e-3, atol=1e-5)


@pytest.mark.slow
def test_a_loss_that_is_no_number_in_one_process_stops_them_all(make_store, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"The loss 'task' of the clips .* is not a number"):
        train_once(recipe(2, lr=1e38), make_store(tmp_path / "s"), tmp_path / "r", 0)


def test_a_model_that_remembers_each_clip_trains_in_one_process(
    store: Store, tmp_path: Path
) -> None:
    with pytest.raises(RecipeError) as caught:
        train_once(Recipe("self_mm", fit=Fit(processes=2)), store, tmp_path / "r", 0)
    assert str(caught.value) == (
        "self_mm keeps what it guessed of each clip, and several processes would each guess for a "
        "part of them only. Train it with fit.processes=1."
    )


@pytest.mark.parametrize("clips", [1, 2, 3, 4, 7, 32])
def test_the_parts_of_a_batch_are_its_clips_and_none_is_too_small(clips: int) -> None:
    parts = [part_of(clips, rank, 3) for rank in range(3)]
    taken = [clip for part in parts for clip in range(clips)[part]]
    assert taken == list(range(clips))
    sizes = [part.stop - part.start for part in parts if part.stop > part.start]
    assert max(sizes) - min(sizes) <= 1
    assert min(sizes) >= 2 or len(sizes) == 1
