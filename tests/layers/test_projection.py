"""Fitted linear maps: what they do before and after they are fitted."""

import torch

from tritone.layers.projection import Projection, Standardise, moments, upright


def test_until_it_is_fitted_a_projection_keeps_the_first_numbers():
    assert Projection(3, 2)(torch.tensor([[1.0, 2.0, 3.0]])).tolist() == [[1.0, 2.0]]


def test_a_fitted_projection_by_hand():
    projection = Projection(2, 1)
    projection.set(torch.tensor([1.0, 1.0]), torch.tensor([[2.0, 9.0], [3.0, 9.0]]))
    assert projection(torch.tensor([[2.0, 3.0]])).tolist() == [[8.0]]


def test_columns_that_were_not_found_are_zeros():
    projection = Projection(3, 3)
    projection.set(torch.zeros(3), torch.ones(3, 1))
    assert projection(torch.tensor([[1.0, 2.0, 3.0]])).tolist() == [[6.0, 0.0, 0.0]]


def test_standardised_columns_have_mean_zero_and_spread_one():
    rows = torch.tensor([[1.0, 7.0], [3.0, 7.0]])
    scale = Standardise(2)
    assert torch.equal(scale(rows), rows)
    scale.set(rows[:0])
    assert torch.equal(scale(rows), rows)
    scale.set(rows)
    assert scale(rows).tolist() == [[-1.0, 0.0], [1.0, 0.0]]


def test_a_column_that_never_changes_is_not_blown_up():
    _, spread = moments(torch.full((4, 1), 0.1, dtype=torch.float64))
    assert spread.tolist() == [1.0]


def test_the_largest_entry_of_an_axis_is_positive():
    axes = torch.tensor([[1.0, 2.0], [-3.0, 1.0]])
    assert upright(axes).tolist() == [[-1.0, 2.0], [3.0, 1.0]]


def test_fitted_maps_are_saved_and_are_no_parameters():
    assert set(Projection(2, 1).state_dict()) == {"shift", "matrix"}
    assert not list(Projection(2, 1).parameters())
