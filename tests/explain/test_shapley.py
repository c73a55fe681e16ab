"""Laws of the Shapley share, on a real module that fuses opinions by precision."""

from collections.abc import Mapping
from itertools import permutations

import pytest
import torch
from torch import Tensor, nn

from tritone.core.batch import Prediction
from tritone.explain.shapley import conflict, contributions

NAMES = ("text", "audio", "vision", "pulse")


class Precise(nn.Module):
    """Fuses (valence, precision) opinions with a prior; not additive, so that order matters."""

    def __init__(self) -> None:
        super().__init__()
        self.prior = nn.Parameter(torch.tensor([0.2, 0.5]))

    def combine(self, opinions: Mapping[str, Tensor], present: Mapping[str, Tensor]) -> Prediction:
        total = self.prior[1].expand_as(next(iter(present.values())))
        score = self.prior.prod().expand_as(total)
        for name, known in present.items():
            weight = torch.where(known, opinions[name][:, 1], 0.0)
            total = total + weight
            score = score + torch.where(known, opinions[name].prod(dim=1), 0.0)
        valence = torch.tanh(score / total)
        return Prediction(valence.unsqueeze(-1), {"valence": valence})


@pytest.fixture
def model():
    return Precise()


def make_opinions(names=NAMES, clips=5):
    rng = torch.Generator().manual_seed(3)
    opinions = {
        name: torch.stack(
            [torch.rand(clips, generator=rng) * 2 - 1, torch.rand(clips, generator=rng) + 0.1], 1
        )
        for name in names
    }
    present = {name: torch.rand(clips, generator=rng) > 0.3 for name in names}
    return opinions, present


def test_the_shares_sum_to_the_valence_minus_the_prior(model):
    opinions, present = make_opinions()
    nothing = {name: torch.zeros_like(known) for name, known in present.items()}
    shares = contributions(model, opinions, present)
    gained = (
        model.combine(opinions, present).parts["valence"]
        - model.combine(opinions, nothing).parts["valence"]
    )
    torch.testing.assert_close(sum(shares.values()), gained)


def test_an_absent_channel_has_no_share_even_if_it_holds_nonsense(model):
    opinions, present = make_opinions()
    for name, known in present.items():
        opinions[name][~known] = float("nan")
    for name, share in contributions(model, opinions, present).items():
        assert share.isfinite().all()
        assert (share[~present[name]] == 0).all()


def test_two_channels_that_say_the_same_have_equal_shares(model):
    opinions, present = make_opinions()
    opinions["audio"], present["audio"] = opinions["text"], present["text"]
    shares = contributions(model, opinions, present)
    torch.testing.assert_close(shares["audio"], shares["text"])


def test_a_channel_that_is_nowhere_changes_no_other_share(model):
    opinions, present = make_opinions()
    present["pulse"][:] = False
    with_it = contributions(model, opinions, present)
    without = contributions(model, opinions, {n: present[n] for n in NAMES[:3]})
    torch.testing.assert_close({n: with_it[n] for n in NAMES[:3]}, without)


def test_the_share_is_the_mean_gain_over_all_orders_of_arrival(model):
    opinions, present = make_opinions(NAMES[:3])
    slow = {name: torch.zeros(5) for name in NAMES[:3]}
    for order in permutations(NAMES[:3]):
        heard = {name: torch.zeros(5, dtype=torch.bool) for name in order}
        before = model.combine(opinions, heard).parts["valence"]
        for name in order:
            heard[name] = present[name]
            after = model.combine(opinions, heard).parts["valence"]
            slow[name] += (after - before).detach() / 6
            before = after
    torch.testing.assert_close(contributions(model, opinions, present), slow)


def test_conflict_is_half_the_largest_difference_between_present_channels():
    valences = {
        "text": torch.tensor([1.0, 0.5, 0.5, 0.9]),
        "audio": torch.tensor([-1.0, 0.1, -1.0, 0.9]),
        "vision": torch.tensor([0.0, float("nan"), 1.0, float("nan")]),
    }
    present = {
        "text": torch.tensor([True, True, True, False]),
        "audio": torch.tensor([True, True, False, False]),
        "vision": torch.tensor([True, False, False, False]),
    }
    assert conflict(valences, present).tolist() == pytest.approx([1.0, 0.2, 0.0, 0.0])
