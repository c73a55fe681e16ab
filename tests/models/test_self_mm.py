"""Self-MM: what its heads learn from, and that its tables survive a break."""

import copy
from dataclasses import replace

import pytest
import torch

from tritone.core.batch import Batch
from tritone.core.errors import ModelError
from tritone.core.task import Regression
from tritone.models.self_mm import SelfMM

DIMS = {"text": 5, "audio": 3, "vision": 4}


@pytest.fixture
def model() -> SelfMM:
    torch.manual_seed(0)
    return SelfMM(DIMS, Regression(), clips=4, post=6, post_unimodal=5, dropout=0.0).train()


def step(model: SelfMM, batch: Batch) -> dict[str, torch.Tensor]:
    return model.losses(model(batch), batch)


def test_heads_learn_nothing_on_the_first_visit(model: SelfMM, batch: Batch) -> None:
    terms = step(model, batch)
    assert [terms[f"unimodal_{m}"].item() for m in DIMS] == [0.0, 0.0, 0.0]


def test_heads_learn_more_where_the_label_has_moved_more(model: SelfMM, batch: Batch) -> None:
    """mean tanh |y_s - y_m| |p_s - y_s|, by the labels as they are before the step."""
    step(model, batch)
    step(model, batch)
    assert model.labels is not None and batch.rows is not None and batch.target is not None
    real = batch.target[:, 0]
    own = model.labels.read(batch.rows, real)["audio"]
    assert not torch.allclose(own, real)
    said = model(batch)
    error = (said.parts["score_audio"][:, 0] - own).abs()
    expected = ((own - real).abs().tanh() * error).mean()
    torch.testing.assert_close(model.losses(said, batch)["unimodal_audio"], expected)


def test_nothing_is_remembered_outside_training(model: SelfMM, batch: Batch) -> None:
    before = copy.deepcopy(model.state_dict())
    step(model.eval(), batch)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_a_run_that_was_cut_off_goes_on_as_if_not(model: SelfMM, batch: Batch) -> None:
    step(model, batch)
    again = SelfMM(DIMS, Regression(), clips=4, post=6, post_unimodal=5, dropout=0.0).train()
    again.load_state_dict(model.state_dict())
    for one in (model, again):
        step(one, batch)
    for name, term in step(model, batch).items():
        assert torch.equal(term, step(again, batch)[name]), name
        break
    assert torch.equal(model.labels.label("text"), again.labels.label("text"))


def test_clips_without_a_label_are_not_stored(model: SelfMM, batch: Batch) -> None:
    assert batch.target is not None and model.labels is not None
    target = batch.target.clone()
    target[1] = float("nan")
    step(model, replace(batch, target=target))
    assert model.labels.visits.tolist() == [1, 0, 1, 1]


def test_a_batch_without_rows_cannot_train(model: SelfMM, batch: Batch) -> None:
    with pytest.raises(ModelError) as caught:
        step(model, replace(batch, rows=None))
    assert str(caught.value) == (
        "Labels are kept by row, and the batch has no rows. Take it from a Store."
    )
