"""Canonical correlations against scikit-learn's, and against the problem written out."""

import numpy as np
import pytest
import torch
from scipy.linalg import block_diag, eigh
from sklearn.cross_decomposition import CCA

from tritone.layers.canonical import shared_axes

CLIPS = 200


@pytest.fixture
def views() -> list[torch.Tensor]:
    """Three views of two hidden causes, each in noise and in units of its own."""
    rng = torch.Generator().manual_seed(0)
    causes = torch.randn(CLIPS, 2, generator=rng)
    found = []
    for unit, dim in ((1, 5), (30, 3), (7, 4)):
        noise = torch.randn(CLIPS, dim, generator=rng)
        heard = causes @ torch.randn(2, dim, generator=rng) + noise
        found.append((unit * heard + unit).double())
    return found


def everywhere(views: list[torch.Tensor]) -> list[torch.Tensor]:
    return [torch.ones(CLIPS, dtype=torch.bool) for _ in views]


def projected(views: list[torch.Tensor], axes: list) -> list[np.ndarray]:
    return [
        ((view - shift) @ matrix).numpy() for view, (shift, matrix) in zip(views, axes, strict=True)
    ]


def test_two_views_are_projected_as_by_scikit_learn(views):
    pair = views[:2]
    ours = projected(pair, shared_axes(pair, everywhere(pair), 2, shrink=0.0))
    theirs = CCA(2, tol=1e-12, max_iter=5000).fit(pair[0].numpy(), pair[1].numpy())
    scores = theirs.transform(pair[0].numpy(), pair[1].numpy())
    for mine, other in zip(ours, scores, strict=True):
        other = other / other.std(axis=0)
        other *= np.sign((mine * other).sum(axis=0))
        np.testing.assert_allclose(mine, other, atol=1e-4)


def test_two_views_correlate_by_the_singular_values(views):
    pair = views[:2]
    x, y = projected(pair, shared_axes(pair, everywhere(pair), 3, shrink=0.0))
    roots = [np.linalg.qr(v.numpy() - v.numpy().mean(axis=0))[0] for v in pair]
    expected = np.linalg.svd(roots[0].T @ roots[1])[1]
    np.testing.assert_allclose((x * y).mean(axis=0), expected, atol=1e-6)
    np.testing.assert_allclose((x.T @ x) / CLIPS, np.eye(3), atol=1e-6)


def test_three_views_solve_the_generalised_eigenvalue_problem(views):
    shrink = 0.2
    ours = shared_axes(views, everywhere(views), 2, shrink=shrink)
    scaled = [((v - v.mean(0)) / v.std(0, correction=0)).numpy() for v in views]
    covariance = np.cov(np.concatenate(scaled, axis=1).T, bias=True)
    own = block_diag(*[s.T @ s / CLIPS for s in scaled])
    unit = (1 - shrink) * own + shrink * np.eye(len(own))
    _, directions = eigh(covariance - own, unit)
    parts = np.split(directions[:, ::-1][:, :2], [5, 8])
    for mine, rows, part in zip(projected(views, ours), scaled, parts, strict=True):
        expected = rows @ part
        expected /= expected.std(axis=0)
        expected *= np.sign((mine * expected).sum(axis=0))
        np.testing.assert_allclose(mine, expected, atol=1e-5)


def test_rows_that_a_view_lacks_do_not_count(views):
    present = everywhere(views)
    present[1][150:] = False
    axes = []
    for nothing in (0.0, 1e6):
        views[1][150:] = nothing
        axes.append(shared_axes(views, present, 2, shrink=0.1))
    for one, other in zip(*axes, strict=True):
        assert torch.equal(one[0], other[0]) and torch.equal(one[1], other[1])
    torch.testing.assert_close(axes[0][1][0], views[1][:150].mean(dim=0))


def test_a_view_that_nobody_has_gets_no_direction(views):
    present = everywhere(views)
    present[2][:] = False
    axes = shared_axes(views, present, 2, shrink=0.1)
    assert not axes[2][1].any()
    assert all(matrix.isfinite().all() and matrix.any() for _, matrix in axes[:2])


def test_more_columns_than_rows_can_be_fitted(views):
    few = [view[:3] for view in views]
    axes = shared_axes(few, [p[:3] for p in everywhere(views)], 2, shrink=0.1)
    assert all(matrix.isfinite().all() for _, matrix in axes)
