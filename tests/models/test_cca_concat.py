"""CCA before concatenation: two channels as by scikit-learn, three and missing ones too."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.cross_decomposition import CCA

from tritone.core.errors import ModelError
from tritone.core.task import Regression
from tritone.layers.pooling import masked_mean
from tritone.models.cca_concat import CcaConcat

DIMS = {"text": 5, "audio": 3, "vision": 4}


def test_two_channels_are_projected_as_by_scikit_learn(make_batch):
    batch = make_batch(clips=60)
    two = {"text": 5, "audio": 3}
    model = CcaConcat(two, Regression(), keep=2, shrink=1e-9)
    model.prepare([batch])
    x, y = (masked_mean(batch[m].values.double(), batch[m].mask).numpy() for m in two)
    theirs = CCA(2, tol=1e-12, max_iter=5000).fit(x, y).transform(x, y)
    ours = model.reduced(model, batch).split(2, dim=1)
    for mine, other in zip(ours, theirs, strict=True):
        other = other / other.std(axis=0)
        other *= np.sign((mine.numpy() * other).sum(axis=0))
        np.testing.assert_allclose(mine.numpy(), other, atol=1e-3)


def test_what_three_channels_share_comes_out_of_each(make_batch):
    """A hidden cause in all channels: the first direction of each follows it."""
    batch = make_batch(clips=80)
    cause = torch.randn(80, generator=torch.Generator().manual_seed(0))
    tracks = {
        m: replace(
            t,
            values=t.values.index_add(
                2, torch.tensor([place]), 3 * cause[:, None, None].expand(-1, t.values.shape[1], 1)
            ),
        )
        for place, (m, t) in enumerate(batch.tracks.items())
    }
    shared = replace(batch, tracks=tracks)
    model = CcaConcat(DIMS, Regression(), keep=2)
    model.prepare([shared])
    codes = model.reduced(model, shared)
    follows = torch.corrcoef(torch.cat([codes[:, ::2].T, cause[None]]))[3, :3]
    assert (follows.abs() > 0.9).all()
    # The same cause, the same sign: what comes out of each may be compared.
    assert (follows.sign() == follows[0].sign()).all()


def test_directions_are_as_many_as_the_narrowest_channel_has_columns():
    assert CcaConcat(DIMS, Regression(), keep=9).keep == 3


@pytest.mark.parametrize("shrink", [0, -0.1, 1.5])
def test_a_shrink_that_is_no_share_is_refused(shrink):
    with pytest.raises(ModelError) as caught:
        CcaConcat(DIMS, Regression(), shrink=shrink)
    assert str(caught.value) == (
        f"A covariance is shrunk by a share above 0, up to 1, got {shrink}."
    )
