"""What is hidden in training: repeatable, resumable, and only what is real."""

import torch

from tritone.core.batch import Batch
from tritone.core.task import Regression
from tritone.models.chance import Chance
from tritone.models.subnets import read_tracks
from tritone.models.tfn import TensorFusion

DIMS = {"text": 5, "audio": 3, "vision": 4}


def whole(batch: Batch) -> dict:
    return read_tracks(TensorFusion(DIMS, Regression()), batch)


def test_a_loaded_state_goes_on_with_the_same_draws(batch: Batch) -> None:
    chance, again = Chance(3).train(), Chance(3).train()
    chance.hide(whole(batch), (0.5, 0.5))
    again.load_state_dict(chance.state_dict())
    one, other = (c.hide(whole(batch), (0.5, 0.5))[1] for c in (chance, again))
    assert all(torch.equal(one[m], other[m]) for m in DIMS)


def test_each_step_of_training_draws_anew_and_no_other(batch: Batch) -> None:
    chance = Chance(0).train()
    first, second = (chance.hide(whole(batch), (0.5, 0.5))[1]["audio"] for _ in range(2))
    assert not torch.equal(first, second)
    chance.eval()
    first, second = (chance.hide(whole(batch), (0.5, 0.5))[1]["audio"] for _ in range(2))
    assert torch.equal(first, second)


def test_only_real_rows_are_hidden_and_hidden_rows_say_nothing(batch: Batch) -> None:
    tracks = whole(batch)
    damaged, hidden = Chance(0).hide(tracks, (0.5, 0.5))
    for m in DIMS:
        assert hidden[m].any() and not (hidden[m] & ~batch[m].mask).any()
        assert not damaged[m].values[hidden[m]].any()
        assert torch.equal(damaged[m].values[~hidden[m]], tracks[m].values[~hidden[m]])
        assert torch.equal(damaged[m].mask, batch[m].mask)


def test_the_rates_are_the_ends(batch: Batch) -> None:
    assert not Chance(0).hide(whole(batch), (0.0, 0.0))[1]["text"].any()
    assert torch.equal(Chance(0).hide(whole(batch), (1.0, 1.0))[1]["text"], batch["text"].mask)
