"""Colours and edges of pictures whose answer can be seen."""

import numpy as np
import pytest

from tritone.core.errors import RecipeError
from tritone.features.picture_statistics import PictureStatistics

RED = np.zeros((30, 50, 3), np.uint8)
RED[..., 0] = 255


def test_a_red_picture_has_one_hue_and_no_edges() -> None:
    row = PictureStatistics(bins=4).measure(RED)
    assert row[:12].tolist() == [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    assert not row[12:].any()


def test_upright_stripes_have_edges_of_one_direction() -> None:
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::8] = 255
    edges = PictureStatistics().measure(stripes)[48:].reshape(-1, 9)
    assert (edges.argmax(axis=1) == edges[0].argmax()).all()
    assert (edges > 0).any(axis=1).all()


def test_smaller_cells_are_more_numbers() -> None:
    assert PictureStatistics(cell=8).rows.size > PictureStatistics().rows.size


def test_a_cell_that_does_not_fit_is_refused() -> None:
    with pytest.raises(RecipeError, match="cell is 10; take 8, 16 or 32 pixels"):
        PictureStatistics(cell=10)
