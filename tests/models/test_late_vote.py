"""A0: each channel decides and learns for itself."""

from dataclasses import replace

import pytest
import torch

from tritone.core.errors import ModelError
from tritone.core.task import Classes, Regression
from tritone.models.late_vote import LateVote

DIMS = {"text": 5, "audio": 3, "vision": 4}
TASK = Classes(("down", "level", "up"))


def model_that_says(verdicts: dict[str, list[float]]) -> LateVote:
    """Each channel answers the same logits to everything."""
    model = LateVote(DIMS, TASK, width=4).eval()
    for channel, logits in verdicts.items():
        model.head[channel].weight.data.zero_()
        model.head[channel].bias.data.copy_(torch.tensor(logits))
    return model


def test_the_majority_has_it(make_batch):
    model = model_that_says({"text": [9.0, 0, 0], "audio": [0, 0, 1.0], "vision": [0, 0, 1.0]})
    assert model(make_batch(task=TASK)).score.argmax(dim=1).tolist() == [2] * 4


def test_a_tie_goes_to_the_surer(make_batch):
    model = model_that_says({"text": [2.0, 0, 0], "audio": [0, 9.0, 0], "vision": [0, 0, 1.0]})
    assert model(make_batch(task=TASK)).score.argmax(dim=1).tolist() == [1] * 4


def test_no_loss_reaches_another_channel(make_batch):
    batch = make_batch(task=TASK)
    model = LateVote(DIMS, TASK, width=4)
    model.losses(model(batch), batch)["vision"].backward()
    learned = {name for name, weight in model.named_parameters() if weight.grad is not None}
    assert learned and all(".vision." in name for name in learned)


def test_clips_without_a_channel_do_not_teach_it(make_batch):
    batch = make_batch(task=Regression())
    mask = batch["text"].mask.clone()
    mask[1:] = False
    gone = {**batch.tracks, "text": replace(batch["text"], mask=mask)}
    model = LateVote(DIMS, Regression(), width=4).eval()
    said = model(replace(batch, tracks=gone))
    expected = (said.parts["score_text"][0] - batch.target[0]).abs().item()
    assert model.losses(said, batch)["text"].item() == pytest.approx(expected)


def test_without_a_target_there_is_nothing_to_learn(make_batch):
    batch = replace(make_batch(task=TASK), target=None)
    model = LateVote(DIMS, TASK, width=4)
    with pytest.raises(ModelError) as caught:
        model.losses(model(batch), batch)
    assert str(caught.value) == "The batch of clip0, clip1, clip2 has no target to learn."
