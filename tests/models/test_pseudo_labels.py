"""Guessed labels against the paper's formulas, number by number."""

import math

import pytest
import torch

from tritone.core.errors import ModelError
from tritone.core.task import Regression
from tritone.models.pseudo_labels import PseudoLabels

ROWS = torch.tensor([0, 1])
TARGET = torch.tensor([2.0, -1.0])


def tables() -> PseudoLabels:
    return PseudoLabels({"text": 1}, 1, Regression(), clips=3)


def vectors(text: list[float], fused: list[float]) -> dict[str, torch.Tensor]:
    return {"text": torch.tensor(text)[:, None], "fused": torch.tensor(fused)[:, None]}


def test_a_label_starts_as_the_clips_own() -> None:
    labels = tables()
    assert labels.read(ROWS, TARGET)["text"].tolist() == [2.0, -1.0]
    labels.update(ROWS, TARGET, vectors([1.0, 0.0], [4.0, 0.0]))
    assert labels.read(ROWS, TARGET)["text"].tolist() == [2.0, -1.0]


def test_the_second_visit_moves_a_label_by_the_formula() -> None:
    """Poles: text 0 and 1, fused 0 and 4, from the first visit, not from the second."""
    labels = tables()
    labels.update(ROWS, TARGET, vectors([1.0, 0.0], [4.0, 0.0]))
    labels.update(ROWS, TARGET, vectors([3.0, 0.25], [3.0, 1.0]))
    # Clip 0: text (3 - 2) / 2 = 0.5; fused (3 - 1) / 1 = 2; new .5 * .25 * 2 + .5 * (2 - 1.5) = .5
    # Clip 1: text (.25 - .75) / .75 = -2/3; fused (1 - 3) / 3 = -2/3; so its own label, -1.
    # n = 2: y = 1/3 * 2 + 2/3 * .5 = 1; and -1.
    moved = labels.read(ROWS, TARGET)["text"].tolist()
    assert [round(value, 5) for value in moved] == [1.0, -1.0]


def test_momentum_follows_the_number_of_visits() -> None:
    labels = tables()
    seen = vectors([1.0, 0.0], [1.0, 0.0])
    for _ in range(4):
        labels.update(ROWS, TARGET, seen)
    # Text and fusion agree, so every new label is the clip's own.
    torch.testing.assert_close(labels.read(ROWS, TARGET)["text"], TARGET)
    assert labels.visits.tolist() == [4, 4, 0]


def test_a_label_stays_on_the_scale() -> None:
    labels = tables()
    labels.update(ROWS, TARGET, vectors([1.0, 0.0], [4.0, 0.0]))
    labels.update(ROWS, TARGET, vectors([1.0, 0.0], [2.1, 2.1]))
    # Text lies on its pole: delta is beyond all bounds, the new label 3: 1/3 * 2 + 2/3 * 3.
    assert math.isclose(labels.read(ROWS, TARGET)["text"][0], 8 / 3, rel_tol=1e-5)


def test_a_scale_that_does_not_start_at_zero_has_its_poles_about_the_middle() -> None:
    labels = PseudoLabels({"text": 1}, 1, Regression(1, 5), clips=2)
    target = torch.tensor([4.0, 2.0])
    labels.update(ROWS, target, vectors([1.0, 0.0], [4.0, 0.0]))
    assert labels.label("text").tolist() == [1.0, -1.0]
    assert labels.read(ROWS, target)["text"].tolist() == [4.0, 2.0]


def test_a_row_beyond_the_tables_is_named() -> None:
    with pytest.raises(ModelError) as caught:
        tables().read(torch.tensor([1, 5]), TARGET)
    assert str(caught.value) == (
        "Row 5 is beyond the label tables of 3 clips. Build the model with clips= the number of "
        "clips in the train split, at least 6."
    )
