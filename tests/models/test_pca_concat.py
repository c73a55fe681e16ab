"""PCA before concatenation: fitted on train, against scikit-learn's."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from tritone.core.errors import ModelError
from tritone.core.task import Regression
from tritone.layers.pooling import masked_mean
from tritone.models.pca_concat import PcaConcat

DIMS = {"text": 5, "audio": 3, "vision": 4}


@pytest.fixture
def train(make_batch) -> list:
    return [make_batch(clips=16, seed=seed) for seed in (1, 2)]


def means(batches: list, channel: str) -> np.ndarray:
    rows = [masked_mean(b[channel].values.double(), b[channel].mask) for b in batches]
    return torch.cat(rows).numpy()


def test_the_codes_are_scikit_learns_components(train):
    model = PcaConcat(DIMS, Regression(), keep=2)
    model.prepare(iter(train))
    codes = model.reduced(model, train[0]).split(2, dim=1)
    for code, channel in zip(codes, DIMS, strict=True):
        scaler = StandardScaler().fit(means(train, channel))
        theirs = PCA(2, whiten=True).fit(scaler.transform(means(train, channel)))
        other = theirs.transform(scaler.transform(means(train[:1], channel))) * (32 / 31) ** 0.5
        other *= np.sign((code.numpy() * other).sum(axis=0))
        np.testing.assert_allclose(code.numpy(), other, atol=1e-4)


def test_later_clips_do_not_change_what_was_fitted(train, batch):
    model = PcaConcat(DIMS, Regression())
    model.prepare(train)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.eval()(batch)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_clips_without_a_channel_do_not_count_in_its_fit(train):
    batch = train[0]
    mask = batch["text"].mask.clone()
    mask[:4] = False
    holes = replace(batch, tracks={**batch.tracks, "text": replace(batch["text"], mask=mask)})
    model = PcaConcat(DIMS, Regression())
    model.prepare([holes])
    expected = means([batch], "text")[4:].mean(axis=0)
    np.testing.assert_allclose(model.reduced.reduce["text"].shift.numpy(), expected, atol=1e-5)
    assert not model.reduced(model, holes)[:4, :5].any()


def test_a_channel_that_nobody_has_leaves_the_fit_alone(train):
    tracks = dict(train[0].tracks)
    tracks["audio"] = replace(tracks["audio"], mask=torch.zeros_like(tracks["audio"].mask))
    model = PcaConcat(DIMS, Regression())
    model.prepare([replace(train[0], tracks=tracks)])
    assert torch.equal(model.reduced.reduce["audio"].matrix, torch.eye(3))


def test_an_empty_train_split_is_said():
    with pytest.raises(ModelError) as caught:
        PcaConcat(DIMS, Regression()).prepare([])
    assert str(caught.value) == "PcaConcat is fitted on the train split, which is empty."
