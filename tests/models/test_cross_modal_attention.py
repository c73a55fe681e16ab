"""Each channel asks the others: by the formula, and with someone missing."""

from dataclasses import replace

import pytest
import torch
from torch.nn import functional

from tritone.core.task import Regression
from tritone.models.cross_modal_attention import CrossModalAttention

DIMS = {"text": 5, "audio": 3, "vision": 4}


def built(dims=DIMS) -> CrossModalAttention:
    torch.manual_seed(0)
    return CrossModalAttention(dims, Regression(), width=8, heads=2).eval()


def test_queries_of_one_channel_meet_keys_of_all_others(make_batch):
    batch, model = make_batch(clips=1), built()
    rows = {m: batch[m].values[batch[m].mask].unsqueeze(0) for m in DIMS}
    states = {
        m: model.read[m](v, torch.ones(v.shape[:2], dtype=torch.bool)).states
        for m, v in rows.items()
    }
    vectors = []
    for channel in DIMS:
        keys = torch.cat([states[m] for m in DIMS if m != channel], dim=1)
        inner = model.ask[channel].attention
        answers, _ = inner(states[channel], keys, keys)
        norm = model.norm[channel]
        added = functional.layer_norm(states[channel] + answers, [8], norm.weight, norm.bias)
        vectors.append(added.mean(dim=1))
    expected = model.head(model.mix(torch.cat(vectors, dim=1)))
    torch.testing.assert_close(model(batch).score, expected)


def test_training_and_asking_give_the_same_answers(batch):
    torch.manual_seed(0)
    model = CrossModalAttention(DIMS, Regression(), width=8, dropout=0.0)
    torch.testing.assert_close(model.train()(batch).score, model.eval()(batch).score)
    assert "asked_text" not in model.train()(batch).parts


def test_shares_of_attention_sum_to_one_over_the_others(batch):
    mask = batch["vision"].mask.clone()
    mask[0] = False
    tracks = {**batch.tracks, "vision": replace(batch["vision"], mask=mask)}
    parts = built()(replace(batch, tracks=tracks)).parts
    torch.testing.assert_close(parts["asked_text"][0], torch.tensor([0.0, 1.0, 0.0]))
    torch.testing.assert_close(parts["asked_text"][1:].sum(dim=1), torch.ones(3))
    assert not parts["asked_text"][:, 0].any()
    assert not parts["asked_vision"][0].any()


@pytest.mark.parametrize("channel", DIMS)
def test_a_channel_changes_with_what_the_others_say(channel, batch):
    """The heart of the paper's idea: the same words mean another thing with another voice."""
    other = next(m for m in DIMS if m != channel)
    louder = replace(batch[other], values=batch[other].values * 3)
    model = built()
    before = model(batch).parts[f"asked_{channel}"]
    after = model(replace(batch, tracks={**batch.tracks, other: louder})).parts[f"asked_{channel}"]
    assert not torch.allclose(before, after)


def test_with_one_channel_there_is_nobody_to_ask(make_batch):
    model = built({"text": 5})
    assert len(model.ask) == 0
    assert model(make_batch(rows={"text": (5,)})).score.isfinite().all()
