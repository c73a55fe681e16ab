"""Linear models fitted at once, against scikit-learn's."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

from tritone.core.task import Classes, Regression
from tritone.models.linear_fit import fit_linear

RNG = torch.Generator().manual_seed(0)
ROWS = torch.randn(60, 4, generator=RNG) * torch.tensor([1.0, 10.0, 0.1, 1.0]) + 3
SCALED = StandardScaler().fit_transform(ROWS.numpy())
NAMES = ("down", "level", "up")


def test_a_regression_is_ridge():
    target = ROWS @ torch.tensor([[1.0], [0.1], [5.0], [0.0]]) + torch.randn(60, 1, generator=RNG)
    weight, bias = fit_linear(Regression(-99, 99), ROWS, target, penalty=3)
    theirs = Ridge(alpha=3).fit(SCALED, target.numpy().ravel()).predict(SCALED)
    np.testing.assert_allclose((ROWS @ weight.float() + bias).ravel(), theirs, atol=1e-4)


def test_classes_are_logistic_regression():
    target = (ROWS[:, 0] > 3).long() + (ROWS[:, 2] > 3).long()
    weight, bias = fit_linear(Classes(NAMES), ROWS, target, penalty=0.5)
    theirs = LogisticRegression(C=2.0, tol=1e-8).fit(SCALED, target.numpy())
    said = (ROWS.double() @ weight + bias).softmax(dim=1)
    np.testing.assert_allclose(said, theirs.predict_proba(SCALED), atol=1e-4)


def test_several_classes_at_once_are_fitted_one_by_one():
    target = torch.stack([ROWS[:, 0] > 3, ROWS[:, 1] > 3], dim=1).float()
    weight, bias = fit_linear(Classes(("a", "b"), multi=True), ROWS, target)
    # The task's loss is the mean over both classes, so a penalty of 1 weighs like 2 in each.
    theirs = LogisticRegression(C=0.5, tol=1e-8).fit(SCALED, target[:, 1].numpy())
    said = (ROWS.double() @ weight + bias).sigmoid()[:, 1]
    np.testing.assert_allclose(said, theirs.predict_proba(SCALED)[:, 1], atol=1e-4)


@pytest.mark.parametrize("target", [torch.full((60,), -1), torch.zeros(0, dtype=torch.long)])
def test_without_a_known_target_it_knows_nothing(target):
    weight, bias = fit_linear(Classes(NAMES), ROWS[: len(target)], target)
    assert weight.shape == (4, 3) and bias.shape == (3,)
    assert not weight.any() and not bias.any()


def test_unknown_targets_are_left_out():
    target = (ROWS[:, 0] > 3).long()
    some = target.where(torch.arange(60) < 40, -1)
    whole = fit_linear(Classes(NAMES), ROWS[:40], target[:40])
    part = fit_linear(Classes(NAMES), ROWS, some)
    torch.testing.assert_close(part[0], whole[0])


def test_columns_that_never_change_or_repeat_are_no_trouble():
    rows = torch.cat([ROWS, ROWS, torch.ones(60, 1)], dim=1)
    weight, _ = fit_linear(Regression(), rows, ROWS[:, :1], penalty=0)
    assert weight.isfinite().all()
