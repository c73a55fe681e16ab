"""A made task that no channel can solve alone: yes where two channels agree in sign.

Strategies that mix channels before they decide learn it. Those that combine decisions cannot,
by construction; that they stay at chance shows that the task is fair.
"""

import pytest
import torch

from tritone.catalogue import find
from tritone.core.batch import Batch, Track
from tritone.core.task import Classes
from tritone.models.base import FusionModel

DIMS = {"text": 3, "audio": 2}
TASK = Classes(("no", "yes"))
MIXING = {
    "early_concat": {},
    "modality_attention": {},
    "sequence_fusion": {"steps": 3},
    "dynamic_weighting": {},
    "concat_mlp": {},
    "concat_lstm": {"steps": 3},
    "pca_concat": {},
    "autoencoder_concat": {},
    "intermediate": {},
    "multimodal_transformer": {},
    "cross_modal_attention": {},
    "self_attention": {"steps": 3},
    "hierarchical_attention": {},
}
DECIDING = {"modality_transformer": {}, "late_vote": {}, "weighted_average": {}, "stacking": {}}
OWN_SIZES = {"stacking"}


def xor(clips: int, seed: int) -> Batch:
    """Clips of three rows: first a number with the channel's sign, then one that both share."""
    rng = torch.Generator().manual_seed(seed)
    signs = torch.randint(0, 2, (clips, 2), generator=rng) * 2 - 1
    shared, tracks = torch.randn(clips, 1, generator=rng), {}
    for place, (channel, dim) in enumerate(DIMS.items()):
        rows = 0.3 * torch.randn(clips, 3, dim, generator=rng)
        rows[..., 0] += signs[:, place, None]
        rows[..., 1] += shared
        mask = torch.ones(clips, 3, dtype=torch.bool)
        tracks[channel] = Track(rows, mask, torch.full((clips, 3, 2), torch.nan))
    names = tuple(f"clip{i}" for i in range(clips))
    return Batch(names, tracks, (signs.prod(dim=1) > 0).long())


def accuracy_of(name: str, options: dict) -> float:
    """Train on some clips, and ask about others."""
    torch.manual_seed(0)
    sizes = {} if name in OWN_SIZES else {"width": 16, "dropout": 0.0}
    model: FusionModel = find("model", name)(DIMS, TASK, **sizes, **options)
    train, test = xor(256, 1), xor(200, 2)
    model.prepare([train])
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(60):
        loss = torch.stack(list(model.losses(model(train), train).values())).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        said = model.eval()(test).score.argmax(dim=1)
    return (said == test.target).float().mean().item()


@pytest.mark.slow
@pytest.mark.parametrize("name", MIXING)
def test_a_strategy_that_mixes_channels_learns_it(name: str) -> None:
    assert accuracy_of(name, MIXING[name]) > 0.95


@pytest.mark.slow
@pytest.mark.parametrize("name", DECIDING)
def test_a_strategy_that_combines_decisions_stays_at_chance(name: str) -> None:
    assert 0.3 < accuracy_of(name, DECIDING[name]) < 0.7


@pytest.mark.slow
def test_what_two_channels_share_is_not_where_they_differ() -> None:
    """CCA keeps the number that both channels share and drops the signs, which do not correlate."""
    assert 0.3 < accuracy_of("cca_concat", {"keep": 1}) < 0.7
    assert accuracy_of("pca_concat", {"keep": 3}) > 0.9
