"""Waves of a place, by hand."""

import math

import pytest
import torch

from tritone.layers.positions import add_positions, sinusoidal


def test_the_waves_are_those_of_the_paper():
    waves = sinusoidal(9, 6)
    for place in range(9):
        for pair in range(3):
            angle = place / 10000 ** (2 * pair / 6)
            assert waves[place, 2 * pair].item() == pytest.approx(math.sin(angle), abs=1e-6)
            assert waves[place, 2 * pair + 1].item() == pytest.approx(math.cos(angle), abs=1e-6)


def test_an_odd_width_leaves_out_the_last_cosine():
    assert sinusoidal(4, 5).shape == (4, 5)
    assert torch.equal(sinusoidal(2, 1), torch.tensor([[0.0], [math.sin(1.0)]]))


def test_no_sequence_is_too_long_and_a_place_does_not_depend_on_what_follows():
    torch.testing.assert_close(sinusoidal(6000, 4)[:3], sinusoidal(3, 4))


def test_positions_are_added_in_the_type_of_the_rows():
    rows = torch.zeros(2, 3, 4, dtype=torch.float64)
    assert add_positions(rows).dtype == torch.float64
    torch.testing.assert_close(add_positions(rows)[1].float(), sinusoidal(3, 4))
