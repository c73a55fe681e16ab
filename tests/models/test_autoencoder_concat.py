"""Codes that give the row back."""

from dataclasses import replace

import pytest
import torch

from tritone.core.task import Regression
from tritone.layers.pooling import masked_mean
from tritone.models.autoencoder_concat import AutoencoderConcat

DIMS = {"text": 5, "audio": 3, "vision": 4}


def test_the_reconstruction_loss_is_the_mean_squared_error(batch):
    torch.manual_seed(0)
    model = AutoencoderConcat(DIMS, Regression(), keep=2, width=8, weight=0.5).eval()
    model.prepare([batch])
    total = 0.0
    for channel in DIMS:
        mean = masked_mean(batch[channel].values, batch[channel].mask)
        row = (mean - mean.mean(dim=0)) / mean.std(dim=0, correction=0)
        again = model.decode[channel](model.reduced.reduce[channel](row))
        total += (again - row).square().mean().item()
    losses = model.losses(model(batch), batch)
    assert list(losses) == ["task", "reconstruction"]
    assert losses["reconstruction"].item() == pytest.approx(0.5 * total, rel=1e-4)


def test_a_channel_that_is_not_there_is_not_reconstructed(batch):
    mask = torch.zeros_like(batch["text"].mask)
    tracks = {**batch.tracks, "text": replace(batch["text"], mask=mask)}
    model = AutoencoderConcat(DIMS, Regression()).eval()
    error = model(replace(batch, tracks=tracks)).parts["reconstruction_error"]
    assert not error[:, 0].any()
    assert error[:, 1:].all()


def test_a_code_as_wide_as_the_row_learns_to_give_it_back(make_batch):
    torch.manual_seed(0)
    batch = make_batch(clips=8)
    model = AutoencoderConcat(DIMS, Regression(), keep=5, width=32, weight=1)
    model.prepare([batch])
    optimiser = torch.optim.Adam(model.parameters(), lr=0.02)
    errors = []
    for _ in range(40):
        loss = model.losses(model(batch), batch)["reconstruction"]
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        errors.append(loss.item())
    assert errors[-1] < 0.2 * errors[0]
