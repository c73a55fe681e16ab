"""The pictures of a benchmark."""

import pytest

from tritone.assess.plots import panels_of
from tritone.recipes.benchmark.pictures import in_powers


@pytest.mark.parametrize(
    ("costs", "shown"),
    [
        ((33922, 68354), {"40,000", "50,000", "60,000", "70,000"}),
        ((0.75, 1.24), {"0.8", "0.9", "1"}),
        ((33922, 3816385), {"100,000", "1,000,000"}),
    ],
)
def test_an_axis_of_costs_has_numbers_on_it(costs: tuple[float, float], shown: set[str]) -> None:
    figure, (axis, _) = panels_of((8.0, 3.0), 2)
    axis.plot(costs, costs, "o")
    in_powers(axis)
    figure.canvas.draw()
    assert {label.get_text() for label in axis.get_xticklabels()} == shown
