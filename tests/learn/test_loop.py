"""The one loop learns, resumes as if nothing had happened, and honours the model's groups."""

from pathlib import Path

import pytest
import torch
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.learn.loop import Fit, fit, pace, spared_groups


class Line(nn.Module):
    """y = w x with a dropout that must repeat; the smallest thing the loop can train."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.dropout = nn.Linear(3, 1), nn.Dropout(0.2)

    def forward(self, batch: Batch) -> Prediction:
        return Prediction(self.layer(self.dropout(batch.targets["x"])))

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, torch.Tensor]:
        return {"task": (prediction.score - batch.targets["y"]).square().mean()}

    def groups(self) -> list[dict]:
        return [{"params": [self.layer.weight]}, {"params": [self.layer.bias], "scale": 0.1}]


def line() -> Line:
    torch.manual_seed(0)
    return Line()


def batches(epoch: int) -> list[Batch]:
    rng = torch.Generator().manual_seed(epoch)
    given = []
    for _ in range(5):
        x = torch.randn(8, 3, generator=rng)
        given.append(Batch(tuple("12345678"), {}, targets={"x": x, "y": x.sum(1, keepdim=True)}))
    return given


def test_the_loop_finds_the_line():
    model = fit(line(), batches, 5, Fit(epochs=60, lr=0.05, weight_decay=0.0)).eval()
    assert torch.allclose(model.layer.weight, torch.ones(1, 3), atol=0.25)


@pytest.mark.parametrize("average", [0.0, 0.9])
@pytest.mark.parametrize("cut", [1, 3])
def test_a_run_that_was_cut_off_ends_as_one_that_was_not(tmp_path: Path, average, cut):
    settings = Fit(epochs=5, lr=0.05, average=average)
    whole = fit(line(), batches, 5, settings, seed=3)

    class CutOff(Exception):
        """Stands for a kill between two epochs."""

    def stop(epoch: int, model: nn.Module) -> None:
        if epoch + 1 == cut:
            raise CutOff

    checkpoint = tmp_path / "run.ckpt"
    with pytest.raises(CutOff):
        fit(line(), batches, 5, settings, seed=3, checkpoint=checkpoint, watch=stop)
    resumed = fit(line(), batches, 5, settings, seed=3, checkpoint=checkpoint)
    for ours, theirs in zip(resumed.parameters(), whole.parameters(), strict=True):
        assert torch.equal(ours, theirs)


def test_training_leaves_the_global_chance_as_it_was():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    model = Line()
    torch.manual_seed(5)
    fit(model, batches, 5, Fit(epochs=1))
    assert torch.equal(torch.rand(3), expected)


def test_vectors_do_not_decay_and_scales_slow_a_group_down():
    groups = list(spared_groups(line(), Fit(lr=1.0, weight_decay=0.3)))
    weights = next(g for g in groups if any(p.ndim == 2 for p in g["params"]))
    biases = next(g for g in groups if any(p.ndim == 1 for p in g["params"]))
    assert (weights["lr"], weights["weight_decay"]) == (1.0, 0.3)
    assert (biases["lr"], biases["weight_decay"]) == (0.1, 0.0)


def test_the_pace_rises_then_falls_to_nothing():
    paces = [pace(step, 100, 0.1) for step in range(100)]
    assert paces[:10] == sorted(paces[:10])
    assert max(paces) == paces[9] == 1.0
    assert paces[10:] == sorted(paces[10:], reverse=True)
    assert paces[-1] < 0.001
