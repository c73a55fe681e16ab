"""Recurrent layers step from real row to real row."""

import pytest
import torch

from tritone.layers.recurrent import Recurrent

MASK = torch.tensor([[True] * 4, [False, True, False, True], [False] * 4])


@pytest.fixture
def values() -> torch.Tensor:
    torch.manual_seed(1)
    return torch.randn(3, 4, 5).masked_fill(~MASK.unsqueeze(2), torch.inf)


@pytest.fixture(params=[("lstm", False), ("lstm", True), ("gru", False), ("gru", True)])
def layer(request) -> Recurrent:
    torch.manual_seed(0)
    cell, both_ways = request.param
    return Recurrent(5, 3, cell=cell, depth=2, both_ways=both_ways)


def test_rows_that_are_not_there_are_as_if_cut_out(layer, values):
    states, last = layer(values, MASK)
    for clip in (0, 1):
        expected, hidden = layer.cell(values[clip : clip + 1, MASK[clip]])
        hidden = hidden[0] if isinstance(hidden, tuple) else hidden
        torch.testing.assert_close(states[clip : clip + 1, MASK[clip]], expected)
        ways = hidden[-2:, 0] if layer.cell.bidirectional else hidden[-1:, 0]
        torch.testing.assert_close(last[clip], ways.flatten())


def test_padding_and_empty_clips_are_zeros(layer, values):
    states, last = layer(values, MASK)
    assert states.shape == (3, 4, layer.out) and last.shape == (3, layer.out)
    assert not states[~MASK].any()
    assert not last[2].any()


def test_more_padding_changes_nothing(layer, values):
    longer = torch.cat([values, torch.full((3, 2, 5), torch.inf)], dim=1)
    states, last = layer(longer, torch.cat([MASK, torch.zeros(3, 2, dtype=torch.bool)], dim=1))
    torch.testing.assert_close(states[:, :4], layer(values, MASK)[0])
    torch.testing.assert_close(last, layer(values, MASK)[1])


def test_every_weight_gets_a_finite_gradient(layer, values):
    layer(values, MASK)[1].sum().backward()
    assert all(w.grad is not None and w.grad.isfinite().all() for w in layer.parameters())
