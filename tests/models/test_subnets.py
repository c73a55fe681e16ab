"""Readers and helpers that the models of the MOSI line share."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from tritone.core.batch import Track
from tritone.core.errors import ModelError
from tritone.core.task import Classes, Regression
from tritone.models.subnets import (
    Convolve,
    Norm,
    ScaledHead,
    SubNet,
    in_slots,
    last_row,
    mean_over,
    need,
    side_by_side,
)

ROWS = torch.arange(12.0).reshape(1, 4, 3) / 10
GAPS = torch.tensor([[False, True, False, True, True, True, False]])


def spread() -> torch.Tensor:
    """The same rows with holes of inf before, between and after them."""
    values = torch.full((1, 7, 3), float("inf"))
    values[GAPS] = ROWS[0]
    return values


def test_the_last_row_is_the_last_real_one() -> None:
    assert last_row(spread(), GAPS).tolist() == ROWS[:, -1].tolist()


@pytest.mark.parametrize("slots", [1, 2, 3, 4, 7, 9])
def test_slots_are_adaptive_pooling_of_the_real_rows(slots: int) -> None:
    theirs = functional.adaptive_avg_pool1d(ROWS.mT, slots).mT
    torch.testing.assert_close(in_slots(spread(), GAPS, slots), theirs)


def test_a_convolution_keeps_each_row_in_its_place() -> None:
    layer = Convolve(3, 2, kernel=3)
    theirs = functional.conv1d(ROWS.mT, layer.inner.weight, padding=1).mT
    torch.testing.assert_close(layer(ROWS, torch.ones(1, 4, dtype=torch.bool)), theirs)


def test_rows_meet_by_their_place_and_the_shorter_one_ends_in_zeros() -> None:
    spans = torch.zeros(1, 3, 2)
    text = Track(torch.tensor([[[1.0], [2.0], [0.0]]]), torch.tensor([[True, True, False]]), spans)
    audio = Track(torch.tensor([[[3.0]]]), torch.tensor([[True]]), spans[:, :1])
    rows, mask = side_by_side({"text": text, "audio": audio})
    assert rows.tolist() == [[[1.0, 3.0], [2.0, 0.0], [0.0, 0.0]]]
    assert mask.tolist() == [[True, True, False]]


def test_a_batch_of_one_is_normed_by_the_running_mean() -> None:
    norm = Norm(2)
    norm.running_mean = torch.tensor([1.0, 0.0])
    seen = norm.train()(torch.tensor([[3.0, 0.0]]))
    torch.testing.assert_close(seen, torch.tensor([[2.0, 0.0]]), rtol=0, atol=1e-4)


def test_a_clip_without_the_modality_reads_as_zeros() -> None:
    read = SubNet(3, 4).eval()
    assert not read(ROWS, torch.zeros(1, 4, dtype=torch.bool)).any()


def test_a_score_stays_on_the_scale_of_its_task() -> None:
    scale = Regression(-1, 3)
    head = ScaledHead(1, scale)
    nn.init.constant_(head.out.weight, 1.0)
    nn.init.constant_(head.out.bias, 0.0)
    # Half way at 0; the ends at infinity.
    said = head(torch.tensor([[0.0], [1e4], [-1e4]]))
    assert said.flatten().tolist() == [0.0, 2.0, -2.0]
    assert scale.decode(said).tolist() == [1.0, 3.0, -1.0]


def test_logits_are_not_scaled() -> None:
    head = ScaledHead(1, Classes(("down", "up")))
    vector = torch.tensor([[1e4]])
    torch.testing.assert_close(head(vector), head.out(vector))


def test_a_mean_counts_what_is_known() -> None:
    each = torch.tensor([2.0, float("nan"), 4.0])
    assert mean_over(each, torch.tensor([True, False, True])) == 3
    assert mean_over(each, torch.tensor([False, False, False])) == 0


def test_a_missing_centre_is_named() -> None:
    with pytest.raises(ModelError) as caught:
        need({"audio": 3, "vision": 4}, "text", "ALMT")
    assert str(caught.value) == (
        "ALMT is built around text, and reads audio, vision. Give it a store with text, or "
        "name another modality."
    )
