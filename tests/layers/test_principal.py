"""Principal components against scikit-learn's."""

import numpy as np
import torch
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from tritone.layers.principal import principal_axes


def rows(count: int = 40, dim: int = 6) -> torch.Tensor:
    rng = torch.Generator().manual_seed(0)
    mixed = torch.randn(count, dim, generator=rng) @ torch.randn(dim, dim, generator=rng)
    return (mixed * torch.arange(1, dim + 1) + 5).double()


def test_components_are_those_of_scikit_learn():
    shift, matrix = principal_axes(rows(), 3)
    ours = ((rows() - shift) @ matrix).numpy()
    scaled = StandardScaler().fit_transform(rows().numpy())
    theirs = PCA(3, whiten=True).fit_transform(scaled)
    theirs *= np.sign((ours * theirs).sum(axis=0))
    # scikit-learn divides by the count less one.
    np.testing.assert_allclose(ours, theirs * (40 / 39) ** 0.5, atol=1e-8)


def test_components_without_variance_are_left_out():
    flat = torch.cat([rows(dim=2), rows(dim=2)], dim=1)
    _, matrix = principal_axes(flat, 4)
    assert matrix.shape == (4, 2)


def test_one_row_has_no_component():
    _, matrix = principal_axes(rows(count=1), 2)
    assert matrix.shape == (6, 0)
