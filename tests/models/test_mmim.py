"""MMIM's bounds against their formulas; what moves what; and a memory that fills."""

import copy
import math

import pytest
import torch

from tritone.core.batch import Batch
from tritone.core.errors import ModelError
from tritone.core.task import Regression
from tritone.models.mmim import MMIM, Entropy, Predictor, contrastive

DIMS = {"text": 5, "audio": 3, "vision": 4}


@pytest.fixture
def model() -> MMIM:
    torch.manual_seed(0)
    return MMIM(DIMS, Regression(), width=2, hidden=6, memory=2)


def test_the_predictor_is_a_log_density() -> None:
    """A normal's, but for the constant -log(2 pi) / 2 of each number."""
    predictor = Predictor(3, 2, 4)
    given, other = torch.tensor([[0.1, -0.4, 2.0]]), torch.tensor([[0.5, -0.2]])
    spread = (0.5 * predictor.spread(given)).exp()
    density = torch.distributions.Normal(predictor.mean(given), spread).log_prob(other).sum(dim=1)
    ours = predictor(given, other) - 2 * 0.5 * math.log(2 * math.pi)
    torch.testing.assert_close(ours, density)


def test_the_contrast_is_the_share_of_the_own_clip() -> None:
    """-log of exp(cos(own)) over the sum of exp(cos) with every clip's prediction."""
    rng = torch.Generator().manual_seed(0)
    told, real = torch.randn(3, 4, generator=rng), torch.randn(3, 4, generator=rng)
    cosine = torch.cosine_similarity(real[:, None], told[None], dim=2)
    expected = -(cosine.diagonal() - cosine.logsumexp(dim=1)).mean()
    torch.testing.assert_close(contrastive(told, real, torch.ones(3, dtype=torch.bool)), expected)


def test_an_entropy_counts_once_its_memory_is_full() -> None:
    entropy = Entropy(2, 2, 2, ridge=0.0).train()
    rows = torch.tensor([[0.0, 0.0], [2.0, 0.0], [0.0, 4.0], [6.0, 1.0]])
    group, every = torch.tensor([0, 1, 0, 1]), torch.ones(4, dtype=torch.bool)
    assert entropy(rows, group, every) == 0
    assert entropy.stored[0].tolist() == [[0.0, 0.0], [0.0, 4.0]]
    more = rows + torch.tensor([1.0, 0.0])
    expected = 0.0
    for place in (0, 1):
        joined = torch.cat([rows[group == place], more[group == place]])
        expected += 0.25 * torch.logdet(torch.cov(joined.T, correction=0))
    torch.testing.assert_close(entropy.eval()(more, group, every), torch.as_tensor(expected))


def test_the_bound_moves_what_is_read_and_not_the_predictor(model: MMIM, batch: Batch) -> None:
    model.losses(model(batch), batch)["mutual_audio"].backward()
    assert all(weight.grad is None for weight in model.predict.parameters())
    assert model.read["audio"].out.weight.grad.any()


def test_the_predictors_fit_moves_nothing_else(model: MMIM, batch: Batch) -> None:
    model.losses(model(batch), batch)["fit_audio"].backward()
    assert {name for name, weight in model.named_parameters() if weight.grad is not None} == {
        f"predict.audio.{name}" for name, _ in model.predict["audio"].named_parameters()
    }


def test_the_memory_moves_in_training_alone(model: MMIM, batch: Batch) -> None:
    before = copy.deepcopy(model.state_dict())
    model.eval().losses(model(batch), batch)
    assert all(torch.equal(v, before[n]) for n, v in model.state_dict().items())
    model.train().losses(model(batch), batch)
    assert int(model.entropy["audio"].count.sum()) == len(batch)


def test_the_centre_must_be_there() -> None:
    with pytest.raises(ModelError) as caught:
        MMIM({"audio": 3, "vision": 4}, Regression())
    assert str(caught.value) == (
        "MMIM is built around text, and reads audio, vision. Give it a store with text, or name "
        "another modality."
    )
