"""Decisions averaged by weights: predefined, learned, and fitted on clips not learned from."""

from dataclasses import replace

import pytest
import torch

from tritone.core.batch import Batch, Track
from tritone.core.errors import ModelError
from tritone.core.task import Classes, Regression
from tritone.models.weighted_average import WeightedAverage

DIMS = {"text": 5, "audio": 3, "vision": 4}
TASK = Classes(("down", "level", "up"))


def test_the_score_is_the_weighted_average_of_the_probabilities(make_batch):
    batch = make_batch(task=TASK)
    model = WeightedAverage(DIMS, TASK, weights={"text": 5, "audio": 3, "vision": 2}).eval()
    said = model(batch)
    parts = [said.parts[f"score_{m}"].softmax(dim=1) for m in DIMS]
    expected = 0.5 * parts[0] + 0.3 * parts[1] + 0.2 * parts[2]
    torch.testing.assert_close(said.score.softmax(dim=1), expected)


def test_a_missing_channel_leaves_its_weight_to_the_others(batch):
    mask = batch["text"].mask.clone()
    mask[0] = False
    tracks = {**batch.tracks, "text": replace(batch["text"], mask=mask)}
    model = WeightedAverage(DIMS, Regression(), weights={"text": 5, "audio": 3, "vision": 2})
    weights = model.eval()(replace(batch, tracks=tracks)).parts["weights"]
    torch.testing.assert_close(weights[0], torch.tensor([0.0, 0.6, 0.4]))
    torch.testing.assert_close(weights[1], torch.tensor([0.5, 0.3, 0.2]))


def test_the_average_teaches_the_weights_alone(batch):
    model = WeightedAverage(DIMS, Regression())
    model.losses(model(batch), batch)["weights"].backward()
    learned = {name for name, weight in model.named_parameters() if weight.grad is not None}
    assert learned == {"weight"}


def test_the_weights_go_to_the_channel_that_is_right(make_batch):
    """Only the sound tells the score: its rows hold it."""
    batch = make_batch(clips=32, rows={"text": (5,), "audio": (3,)})
    assert batch.target is not None
    told = batch.target[:, None].expand(-1, batch["audio"].values.shape[1], 3)
    audio = Track(told, batch["audio"].mask, batch["audio"].spans)
    batch = replace(batch, tracks={"text": batch["text"], "audio": audio})
    model = WeightedAverage({"text": 5, "audio": 3}, Regression(), encoders="mean", width=3)
    model.read["audio"].layers[0][1].weight.data.copy_(
        torch.tensor([[1.0, 0, 0], [-1, 0, 0], [0, 0, 0]])
    )
    model.read["audio"].layers[0][1].bias.data.zero_()
    model.head["audio"].weight.data.copy_(torch.tensor([[1.0, -1.0, 0.0]]))
    model.head["audio"].bias.data.zero_()
    weights = model.fit_weights([batch])
    assert weights["audio"] > 0.97
    torch.testing.assert_close(model.eval()(batch).score, batch.target, atol=0.15, rtol=0)


def test_fitting_the_weights_leaves_the_channels_and_the_mode_alone(batch):
    model = WeightedAverage(DIMS, Regression()).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    weights = model.fit_weights([batch, batch])
    assert model.training
    assert sum(weights.values()) == pytest.approx(1.0)
    changed = {n for n, value in model.state_dict().items() if not torch.equal(value, before[n])}
    assert changed == {"weight"}
    assert all(weight.grad is None for weight in model.parameters())


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (
            {"text": 1, "sound": 1},
            "Weights are given for text, sound; the model reads text, audio, vision. Give one "
            "for each.",
        ),
        (
            {"text": 1, "audio": -1, "vision": 1},
            "Weights are 0 or more, and not all 0, got {'text': 1, 'audio': -1, 'vision': 1}.",
        ),
        (
            {"text": 0, "audio": 0, "vision": 0},
            "Weights are 0 or more, and not all 0, got {'text': 0, 'audio': 0, 'vision': 0}.",
        ),
    ],
)
def test_weights_that_mean_nothing_are_refused(weights, message):
    with pytest.raises(ModelError) as caught:
        WeightedAverage(DIMS, Regression(), weights=weights)
    assert str(caught.value) == message


def test_an_empty_validation_split_is_said():
    with pytest.raises(ModelError) as caught:
        WeightedAverage(DIMS, Regression()).fit_weights(iter(list[Batch]()))
    assert str(caught.value) == ("The weights are fitted on the validation split, which is empty.")
