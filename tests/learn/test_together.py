"""What several processes cannot add up is named: losses that compare the clips of a batch."""

import pytest
import torch
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.store import Store
from tritone.core.task import Regression
from tritone.learn.feed import Feed
from tritone.learn.together import over_batches
from tritone.models.base import FusionModel


class Comparing(FusionModel):
    """Learns its task, to tell the clips of a batch apart, and what chance hides."""

    def __init__(self) -> None:
        super().__init__({"text": 5}, Regression())
        self.head = nn.Linear(5, 1)

    def forward(self, batch: Batch) -> Prediction:
        return Prediction(self.head(self.track(batch, "text").values.mean(dim=1)))

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        near = prediction.score @ prediction.score.T
        itself = torch.arange(len(batch))
        hidden = torch.rand(len(batch), 1) < 0.5
        return super().losses(prediction, batch) | {
            "contrast": nn.functional.cross_entropy(near, itself),
            "hidden": prediction.score.masked_fill(hidden, 0.0).mean(),
        }


@pytest.fixture
def model() -> Comparing:
    torch.manual_seed(0)
    return Comparing()


def test_a_loss_that_compares_clips_is_named_and_one_of_each_clip_is_not(
    model: Comparing, store: Store
) -> None:
    feed = Feed(store, store.rows("train"), 12)
    assert over_batches(model, feed, 2) == ["contrast"]
    assert over_batches(model, feed, 1) == []


def test_to_ask_changes_neither_chance_nor_the_model(model: Comparing, store: Store) -> None:
    model.train()
    before = torch.get_rng_state()
    over_batches(model, Feed(store, store.rows("train"), 12), 3)
    assert torch.equal(torch.get_rng_state(), before)
    assert model.training
