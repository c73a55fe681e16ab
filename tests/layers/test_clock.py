"""Rows on the clock of a clip, by hand."""

import math

import pytest
import torch

from tritone.layers.clock import clip_times, on_clock

NAN = math.nan


def spans_of(*rows: tuple[float, float]) -> torch.Tensor:
    return torch.tensor([rows])


def test_a_step_is_the_mean_of_what_overlaps_it_by_how_long():
    values = torch.tensor([[[1.0], [5.0], [math.inf]]])
    mask = torch.tensor([[True, True, False]])
    spans = spans_of((2.0, 5.0), (5.0, 6.0), (NAN, NAN))
    times = clip_times([spans], [mask])
    assert times.tolist() == [[2.0, 6.0]]
    rows, seen = on_clock(values, mask, spans, times, 2)
    # The second step, 4 to 6 s: half of it is the first row, half the second.
    torch.testing.assert_close(rows, torch.tensor([[[1.0], [3.0]]]))
    assert seen.tolist() == [[True, True]]


def test_a_channel_is_silent_where_it_has_no_row():
    mask = torch.ones(1, 1, dtype=torch.bool)
    long, short = spans_of((0.0, 4.0)), spans_of((1.0, 2.0))
    times = clip_times([long, short], [mask, mask])
    rows, seen = on_clock(torch.ones(1, 1, 1), mask, short, times, 4)
    assert rows.flatten().tolist() == [0.0, 1.0, 0.0, 0.0]
    assert seen.tolist() == [[False, True, False, False]]


def test_an_instant_falls_into_one_step_even_at_the_end():
    mask = torch.ones(1, 2, dtype=torch.bool)
    spans = spans_of((0.0, 0.0), (3.0, 3.0))
    rows, seen = on_clock(torch.ones(1, 2, 1), mask, spans, clip_times([spans], [mask]), 3)
    assert seen.tolist() == [[True, False, True]]
    torch.testing.assert_close(rows.flatten(), torch.tensor([1.0, 0.0, 1.0]))


def test_rows_without_a_time_are_spread_evenly_and_keep_their_gaps():
    values = torch.tensor([[[1.0], [2.0], [3.0], [4.0], [9.0]]])
    mask = torch.tensor([[True, False, True, True, False]])
    spans = torch.full((1, 5, 2), NAN)
    rows, seen = on_clock(values, mask, spans, clip_times([spans], [mask]), 4)
    torch.testing.assert_close(rows.flatten(), torch.tensor([1.0, 0.0, 3.0, 4.0]))
    assert seen.tolist() == [[True, False, True, True]]


@pytest.mark.parametrize("steps", [1, 3, 7])
def test_an_empty_channel_gives_zeros_and_no_step(steps):
    mask = torch.zeros(2, 3, dtype=torch.bool)
    spans = torch.full((2, 3, 2), NAN)
    values = torch.full((2, 3, 4), math.inf)
    rows, seen = on_clock(values, mask, spans, clip_times([spans], [mask]), steps)
    assert rows.shape == (2, steps, 4)
    assert not rows.any()
    assert not seen.any()


def test_padding_changes_nothing():
    torch.manual_seed(0)
    values, mask = torch.randn(1, 3, 2), torch.ones(1, 3, dtype=torch.bool)
    spans = spans_of((0.0, 0.3), (0.3, 0.9), (1.0, 1.7))
    short = on_clock(values, mask, spans, clip_times([spans], [mask]), 5)
    longer = torch.cat([values, torch.full((1, 2, 2), math.inf)], dim=1)
    more = torch.cat([mask, torch.zeros(1, 2, dtype=torch.bool)], dim=1)
    after = torch.cat([spans, torch.full((1, 2, 2), NAN)], dim=1)
    long = on_clock(longer, more, after, clip_times([after], [more]), 5)
    torch.testing.assert_close(long[0], short[0])
    assert torch.equal(long[1], short[1])
