"""Weights packed in few bits come back nearly as they were, and the same ones every time."""

import pytest
import torch

from tritone.layers.packing import pack, quantise, squeeze, stretch, unpack


@pytest.mark.parametrize(("bits", "steps"), [(8, 127), (6, 31)])
def test_a_packed_matrix_is_within_half_a_step_of_most_numbers(bits, steps):
    rng = torch.Generator().manual_seed(0)
    weight = torch.randn(40, 77, generator=rng)
    back = unpack(pack({"w": weight}, lambda name: bits))["w"]
    step = weight.abs().amax(dim=1, keepdim=True) / steps
    assert ((back - weight).abs() <= 0.51 * step).float().mean() > 0.98
    assert (back - weight).square().mean() < weight.square().mean() * (1.2 / steps) ** 2 * 2


@pytest.mark.parametrize("bits", [8, 6])
def test_packing_what_was_packed_changes_nothing(bits):
    weight = torch.randn(64, 32, 3, 3, generator=torch.Generator().manual_seed(1))
    once = unpack(pack({"w": weight}, lambda name: bits))
    twice = unpack(pack(once, lambda name: bits))
    assert torch.equal(once["w"], twice["w"])


def test_vectors_counts_and_small_tensors_stay_as_they_are():
    weights = {"bias": torch.randn(5000), "small": torch.randn(3, 4), "count": torch.tensor(7)}
    back = unpack(pack(weights))
    assert all(torch.equal(back[name], value) for name, value in weights.items())


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 4096])
def test_six_bits_hold_every_whole_number_in_their_range(count):
    numbers = (torch.arange(count) * 37 % 63 - 31).to(torch.int8)
    tight = squeeze(numbers)
    assert len(tight) == -(-count // 4) * 3
    assert torch.equal(stretch(tight)[:count], numbers)


def test_a_row_of_zeros_has_a_scale_and_stays_zero():
    whole, scale = quantise(torch.zeros(2, 10), 127)
    assert scale.isfinite().all()
    assert not whole.any()
