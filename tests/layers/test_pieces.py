"""Rows meet the pieces of a text in time, or share by share."""

import pytest
import torch

from tritone.layers.pieces import meets_evenly, meets_in_time, rows_at_pieces

NAN = float("nan")
WORDS = torch.tensor([[-1, 0, 0, 1, -1]])


def met(rows: int, said: int = 2) -> list[list[int]]:
    """The rows that each piece of two words meets."""
    mask = torch.arange(rows + 2)[None] < rows
    meets = meets_evenly(WORDS, torch.tensor([said]), mask)[0] & mask
    return [piece.nonzero()[:, 0].tolist() for piece in meets]


@pytest.mark.parametrize(
    ("rows", "first", "second"),
    [(2, [0], [1]), (1, [0], [0]), (4, [0, 1], [2, 3]), (3, [0, 1], [1, 2]), (0, [], [])],
)
def test_words_share_out_the_rows_evenly(rows: int, first: list[int], second: list[int]) -> None:
    assert met(rows) == [[], first, first, second, []]


def test_words_that_were_cut_off_keep_their_share() -> None:
    assert met(4, said=4) == [[], [0], [0], [1], []]


def test_a_row_that_is_lost_is_nobodys() -> None:
    values = torch.tensor([[[1.0], [torch.inf], [5.0], [7.0]]])
    mask = torch.tensor([[True, False, True, True]])
    meets = meets_evenly(WORDS, torch.tensor([2]), mask)
    rows, there = rows_at_pieces(values, mask, meets)
    assert rows[0, :, 0].tolist() == [0, 1, 1, 6, 0]
    assert there.tolist() == [[False, True, True, True, False]]


def test_words_meet_the_rows_that_sound_meanwhile() -> None:
    spans = torch.tensor([[[0.0, 1.0], [1.0, 1.5]]])
    rows = torch.tensor([[[0.0, 0.5], [0.5, 1.0], [0.9, 1.2], [2.0, 3.0], [NAN, NAN]]])
    meets = meets_in_time(WORDS, spans, rows)[0]
    assert [one.nonzero()[:, 0].tolist() for one in meets] == [[], [0, 1, 2], [0, 1, 2], [2], []]


def test_a_word_beyond_those_with_times_meets_nothing() -> None:
    spans, rows = torch.tensor([[[0.0, 1.0]]]), torch.tensor([[[0.0, 2.0]]])
    assert meets_in_time(WORDS, spans, rows)[0, :, 0].tolist() == [False, True, True, False, False]
