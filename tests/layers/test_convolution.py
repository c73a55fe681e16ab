"""Convolutions over time, by hand and against PyTorch's."""

import pytest
import torch

from tritone.layers.convolution import TemporalConvolution


def test_padding_does_not_leak_into_the_last_real_row():
    torch.manual_seed(0)
    layers = TemporalConvolution(4, 6, depth=3, kernel=5)
    mask = torch.arange(9) < torch.tensor([[9], [3], [0]])
    values = torch.randn(3, 9, 4).masked_fill(~mask.unsqueeze(2), torch.inf)
    alone = layers(values[1:2, :3], mask[1:2, :3])
    torch.testing.assert_close(layers(values, mask)[1:2, :3], alone)
    assert not layers(values, mask)[~mask].any()


def test_a_kernel_of_three_by_hand():
    layers = TemporalConvolution(1, 1, depth=1)
    with torch.no_grad():
        layers.layers[0].weight.copy_(torch.tensor([[[1.0, 10.0, 100.0]]]))
        layers.layers[0].bias.fill_(0.5)
    rows = torch.tensor([[[1.0], [2.0], [3.0]]])
    seen = layers(rows, torch.ones(1, 3, dtype=torch.bool))
    assert seen.flatten().tolist() == [210.5, 321.5, 32.5]


def test_an_even_kernel_is_refused():
    with pytest.raises(ValueError) as caught:
        TemporalConvolution(1, 1, kernel=4)
    assert str(caught.value) == "A kernel needs a middle row, got 4. Take an odd number."
