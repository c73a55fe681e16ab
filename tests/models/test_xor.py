"""A made task that no channel can solve alone: yes where two channels agree in sign.

Strategies that mix channels before they decide learn it. Those that combine decisions cannot,
by construction; that they stay at chance shows that the task is fair.
"""

import inspect
from dataclasses import replace

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
ENCODING = ("mag_bert", "cenet", "clip", "clip_bert", "bert_resnet", "with_bert")
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


def spoken(model: FusionModel, batch: Batch) -> Batch:
    """The batch with texts that say the sign of the text's rows, for a model that reads these."""
    signs = batch["text"].values[:, :, 0].mean(dim=1) > 0
    tokens = model.tokens(["i love it" if positive else "i hate it" for positive in signs])
    return replace(batch, tokens=tokens)


def accuracy_of(name: str, options: dict, *, steps: int = 60) -> float:
    """Train on some clips, and ask about others."""
    torch.manual_seed(0)
    made = find("model", name)
    sizes = {"width": 16, "dropout": 0.0} if name not in OWN_SIZES else {}
    asked = inspect.signature(made).parameters
    sizes = {key: value for key, value in sizes.items() if key in asked}
    model: FusionModel = made(DIMS, TASK, **sizes, **options)
    train, test = spoken(model, xor(256, 1)), spoken(model, xor(200, 2))
    model.prepare([train])
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
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
@pytest.mark.parametrize("name", ENCODING)
def test_a_model_with_an_encoder_of_texts_learns_it(name: str, arguments) -> None:
    assert accuracy_of(name, arguments(name), steps=120) > 0.95


@pytest.mark.slow
def test_the_mean_of_an_encoders_answer_and_anothers_stays_at_chance(arguments) -> None:
    options = arguments("bert_resnet_average")
    assert 0.3 < accuracy_of("bert_resnet_average", options, steps=120) < 0.7


@pytest.mark.slow
@pytest.mark.parametrize("name", DECIDING)
def test_a_strategy_that_combines_decisions_stays_at_chance(name: str) -> None:
    assert 0.3 < accuracy_of(name, DECIDING[name]) < 0.7


@pytest.mark.slow
def test_what_two_channels_share_is_not_where_they_differ() -> None:
    """CCA keeps the number that both channels share and drops the signs, which do not correlate."""
    assert 0.3 < accuracy_of("cca_concat", {"keep": 1}) < 0.7
    assert accuracy_of("pca_concat", {"keep": 3}) > 0.9
