"""The one loop learns, resumes as if nothing had happened, and honours the model's groups."""

import os
import signal
from pathlib import Path

import pytest
import torch
from torch import nn

from tritone.catalogue import find
from tritone.core.batch import Batch, Prediction
from tritone.core.errors import ModelError, RecipeError
from tritone.core.task import Regression
from tritone.learn.loop import fit
from tritone.learn.settings import Fit, pace, spared_groups


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
    model = fit(line(), batches, 5, Fit(epochs=60, lr=0.05, weight_decay=0.0)).model.eval()
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
    for ours, theirs in zip(resumed.model.parameters(), whole.model.parameters(), strict=True):
        assert torch.equal(ours, theirs)


def same_weights(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(ours, theirs) for ours, theirs in pairs)


class Killed(Exception):
    """Stands for kill -9 at any step."""


@pytest.mark.parametrize("schedule", ["cosine", "constant", "plateau"])
@pytest.mark.parametrize("kills", [(1,), (7,), (2, 3, 5)])
def test_a_run_killed_at_any_step_ends_as_one_that_was_not(
    tmp_path: Path, schedule: str, kills: tuple[int, ...]
) -> None:
    settings = Fit(epochs=4, lr=0.05, schedule=schedule, every=2, patience=3, accumulate=2)
    whole = fit(line(), batches, 5, settings, seed=3, judge=error)
    for kill in kills:
        steps = 0

        def die(epoch: int, step: int, loss: float, kill: int = kill) -> None:
            nonlocal steps
            steps += 1
            if steps == kill:
                raise Killed

        with pytest.raises(Killed):
            checkpoint = tmp_path / "run.ckpt"
            fit(line(), batches, 5, settings, seed=3, checkpoint=checkpoint, judge=error, tell=die)
    resumed = fit(line(), batches, 5, settings, seed=3, checkpoint=checkpoint, judge=error)
    assert same_weights(resumed.model, whole.model)
    assert resumed.history == whole.history
    assert (resumed.best, resumed.stopped) == (whole.best, whole.stopped)


def error(model: nn.Module) -> float:
    """A validation score: the error on clips of their own."""
    return sum(float(model.losses(model(batch), batch)["task"]) for batch in batches(99))


def test_accumulated_batches_count_as_one_large_batch() -> None:
    """Unequal ones too, and the tail of an epoch."""
    small = [take(batches(0)[0], rows) for rows in (range(3), range(3, 8))]
    tail = take(batches(0)[1], range(4))
    settings = Fit(epochs=1, lr=0.05, accumulate=2)
    parts = fit(still(), lambda epoch: [*small, tail], 3, settings)
    whole = fit(still(), lambda epoch: [batches(0)[0], tail], 2, Fit(epochs=1, lr=0.05))
    for ours, theirs in zip(parts.model.parameters(), whole.model.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)


def still() -> Line:
    """Without dropout, which would fall otherwise on batches of another size."""
    model = line()
    model.dropout.p = 0.0
    return model


def take(batch: Batch, rows: range) -> Batch:
    targets = {name: value[list(rows)] for name, value in batch.targets.items()}
    return Batch(tuple(batch.ids[row] for row in rows), {}, targets=targets)


def test_the_best_judged_weights_are_kept() -> None:
    scores = iter([3.0, 1.0, 2.0, 4.0])
    seen = []

    def judge(model: nn.Module) -> float:
        seen.append([weight.clone() for weight in model.parameters()])
        return next(scores)

    fitted = fit(line(), batches, 5, Fit(epochs=4, lr=0.05), judge=judge)
    assert fitted.best == 2
    kept = list(fitted.model.parameters())
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(kept, seen[1], strict=True))


def test_training_ends_when_the_score_no_longer_gets_better() -> None:
    scores = iter([3.0, 1.0, 2.0, 4.0, 5.0, 6.0])
    fitted = fit(line(), batches, 5, Fit(epochs=6, patience=2), judge=lambda _: next(scores))
    assert (len(fitted.history), fitted.best, fitted.stopped) == (4, 2, True)


def test_a_loss_that_is_no_number_names_its_term_and_clips() -> None:
    def spoilt(epoch: int) -> list[Batch]:
        given = batches(epoch)
        if epoch == 1:
            given[2].targets["y"][0] = torch.nan
        return given

    with pytest.raises(ModelError) as caught:
        fit(line(), spoilt, 5, Fit(epochs=3))
    assert str(caught.value) == (
        "The loss 'task' of the clips 1, 2, 3, 4, 5 ... is not a number, in epoch 2. Look at these "
        "clips with tritone audit, or lower fit.lr (0.001 now)."
    )


def test_clips_whose_rows_are_no_numbers_are_named(make_store, tmp_path: Path) -> None:
    store = make_store(tmp_path / "s")
    batch = store.batch([1, 2, 3])
    batch.tracks["audio"].values[2, 0, 1] = torch.inf
    model = find("model", "concat_mlp")({"text": 5, "audio": 3, "vision": 4}, Regression())
    with pytest.raises(ModelError) as caught:
        fit(model, lambda epoch: [batch], 1, Fit(epochs=1))
    assert str(caught.value) == (
        "The loss 'task' of the clips train1, train2, train3 is not a number, in epoch 1. Rows of "
        "train3 (audio) are none either: look at these with tritone audit."
    )


@pytest.mark.parametrize("harm", [b"", b"not a checkpoint", None])
def test_a_damaged_checkpoint_is_refused(tmp_path: Path, harm: bytes | None) -> None:
    checkpoint = tmp_path / "run.ckpt"
    fit(line(), batches, 5, Fit(epochs=1), checkpoint=checkpoint)
    whole = checkpoint.read_bytes()
    checkpoint.write_bytes(whole[: len(whole) // 2] if harm is None else harm)
    with pytest.raises(ModelError, match=r"run\.ckpt cannot be read"):
        fit(line(), batches, 5, Fit(epochs=2), checkpoint=checkpoint)


def test_a_checkpoint_of_another_model_is_refused(tmp_path: Path) -> None:
    fit(line(), batches, 5, Fit(epochs=1), checkpoint=tmp_path / "run.ckpt")
    other = line()
    other.layer = nn.Linear(4, 1)
    with pytest.raises(ModelError, match="is of another run"):
        fit(other, batches, 5, Fit(epochs=2), checkpoint=tmp_path / "run.ckpt")


@pytest.mark.parametrize("change", [{"colour": 3}, {"epoch": "two"}])
def test_an_edited_checkpoint_is_refused(tmp_path: Path, change: dict) -> None:
    checkpoint = tmp_path / "run.ckpt"
    fit(line(), batches, 5, Fit(epochs=1), checkpoint=checkpoint)
    saved = torch.load(checkpoint, weights_only=True)
    saved["facts"] |= change
    torch.save(saved, checkpoint)
    with pytest.raises(ModelError) as caught:
        fit(line(), batches, 5, Fit(epochs=2), checkpoint=checkpoint)
    assert str(caught.value) == (
        f"{checkpoint} does not say where its run stands: {next(iter(change))}. Begin anew in "
        "another folder, or delete it."
    )


def test_ctrl_c_saves_the_run_where_it_stands(tmp_path: Path) -> None:
    checkpoint, settings = tmp_path / "run.ckpt", Fit(epochs=3, lr=0.05)

    def press(epoch: int, step: int, loss: float) -> None:
        if (epoch, step) == (1, 3):
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        fit(line(), batches, 5, settings, seed=3, checkpoint=checkpoint, tell=press)
    saved = torch.load(checkpoint, weights_only=True)["facts"]
    assert (saved["epoch"], saved["step"]) == (1, 3)
    resumed = fit(line(), batches, 5, settings, seed=3, checkpoint=checkpoint)
    whole = fit(line(), batches, 5, settings, seed=3)
    assert same_weights(resumed.model, whole.model)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"epochs": 0}, "fit.epochs is at least 1, got 0."),
        ({"lr": float("nan")}, "fit.lr is above 0, got nan."),
        ({"average": 1.0}, "fit.average is at least 0 and below 1, got 1.0."),
        (
            {"schedule": "steep"},
            "fit.schedule takes one of cosine, constant, plateau, got 'steep'.",
        ),
        ({"patience": -1}, "fit.patience is not below 0, got -1."),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict, says: str) -> None:
    with pytest.raises(RecipeError) as caught:
        Fit(**wrong)
    assert str(caught.value) == says


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
