"""Averages that padding cannot reach."""

import math

import torch

from tritone.layers.pooling import fill_padding, is_present, masked_mean

VALUES = torch.tensor(
    [[[1.0, 10.0], [3.0, 30.0], [math.inf, math.nan]], [[math.inf] * 2, [math.nan] * 2, [0.0] * 2]]
)
MASK = torch.tensor([[True, True, False], [False, False, False]])


def test_the_mean_is_taken_over_real_rows() -> None:
    assert masked_mean(VALUES, MASK).tolist() == [[2.0, 20.0], [0.0, 0.0]]


def test_padding_has_no_gradient() -> None:
    values = VALUES.clone().requires_grad_()
    masked_mean(values, MASK).sum().backward()
    assert values.grad is not None
    assert values.grad.tolist() == [[[0.5, 0.5], [0.5, 0.5], [0.0, 0.0]], [[0.0, 0.0]] * 3]


def test_filled_padding_is_zero_and_rows_stay() -> None:
    filled = fill_padding(VALUES, MASK)
    assert filled[0].tolist() == [[1.0, 10.0], [3.0, 30.0], [0.0, 0.0]]
    assert not filled[1].any()


def test_a_clip_without_a_row_lacks_the_modality() -> None:
    assert is_present(MASK).tolist() == [[True], [False]]
