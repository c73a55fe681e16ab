"""AlexNet over spectrograms: its layers one by one, and attention by S003's equations."""

from itertools import pairwise

import pytest
import torch
from einops import einsum
from torch.nn import functional

from tritone.layers.alexnet import (
    AlexNetFCN,
    GridAttention,
    GridLinear,
    GridStage,
    SmallSpectrogramNet,
    thinned,
)


def all_real(rows: torch.Tensor) -> torch.Tensor:
    return torch.ones(rows.shape[:2], dtype=torch.bool)


def test_alexnet_is_the_layers_of_figure_3() -> None:
    torch.manual_seed(0)
    net, rows = AlexNetFCN(65, width=8).eval(), torch.randn(2, 80, 65)
    grid = rows.unsqueeze(1)
    for stage, stride, normed, pooled in zip(
        net.stages, (4, 1, 1, 1, 1), (1, 1, 0, 0, 0), (1, 1, 0, 0, 1), strict=True
    ):
        weight, bias = stage.convolve.weight, stage.convolve.bias
        grid = functional.conv2d(grid, weight, bias, stride, weight.shape[2] // 2)
        if normed:
            size = grid.shape[1]
            mean = einsum(grid.square(), "b c t f -> b t f").unsqueeze(1) / size
            grid = grid / (1 + 1e-4 * mean) ** 0.75
        grid = functional.max_pool2d(grid.relu(), 3, 2, 1) if pooled else grid.relu()
    ours, mask = net(rows, all_real(rows))
    torch.testing.assert_close(ours, grid.permute(0, 2, 3, 1))
    assert mask.all() and mask.shape == (2, net.steps(80)) == ours.shape[:2]


def test_alexnet_has_the_channels_of_figure_3() -> None:
    sizes = [tuple(stage.convolve.weight.shape[:3]) for stage in AlexNetFCN(257).stages]
    assert sizes == [(96, 1, 11), (256, 96, 5), (384, 256, 3), (384, 384, 3), (256, 384, 3)]


@pytest.mark.parametrize("net", [AlexNetFCN, SmallSpectrogramNet])
@pytest.mark.parametrize("bins", [1, 2, 3, 7, 40, 80, 257])
def test_no_axis_vanishes(net: type, bins: int) -> None:
    made = net(bins, width=4).eval()
    for time in (1, 9):
        rows = torch.randn(1, time, bins)
        grid, _ = made(rows, all_real(rows))
        assert grid.shape == (1, made.steps(time), made.bands, 4)


@pytest.mark.parametrize("net", [AlexNetFCN, SmallSpectrogramNet])
def test_padding_is_what_lies_beyond_the_edge(net: type) -> None:
    torch.manual_seed(0)
    made, rows = net(9, width=4).eval(), torch.randn(1, 21, 9)
    alone, _ = made(rows, all_real(rows))
    longer = torch.cat([rows, torch.full((1, 60, 9), torch.inf)], dim=1)
    mask = torch.arange(81).unsqueeze(0) < 21
    padded, real = made(longer, mask)
    steps = made.steps(21)
    assert real.tolist() == [[True] * steps + [False] * (made.steps(81) - steps)]
    torch.testing.assert_close(padded[:, :steps], alone)
    assert padded.isfinite().all()


@pytest.mark.parametrize(("mode", "size"), [("full", None), ("half", 48), ("single", 1)])
def test_the_norm_has_the_neighbours_that_it_is_told(mode, size: int | None) -> None:
    assert AlexNetFCN(9, lrn_mode=mode).stages[0].norm.size == size


def test_a_row_after_a_gap_is_not_lost() -> None:
    mask = torch.tensor([[False, True, False, False, False]])
    assert thinned(mask, 4).tolist() == [[True, False]]


def test_few_bins_are_neither_skipped_nor_mixed_into_one() -> None:
    stage = GridStage(1, 2, 5, bins=2, stride=4, pool=3)
    assert stage.bands == 2
    rows = torch.randn(1, 1, 8, 2)
    grid, _ = stage(rows, torch.ones(1, 8, dtype=torch.bool))
    assert not torch.equal(grid[..., 0], grid[..., 1])


def test_attention_is_equations_1_to_3() -> None:
    torch.manual_seed(0)
    attention, grid = GridAttention(3, sharpness=0.3), torch.randn(2, 4, 2, 3)
    mask = torch.arange(4) < torch.tensor([[4], [2]])
    inner, score = attention.pool.inner, attention.pool.score
    vector, weights = attention(grid, mask)
    for clip, steps in enumerate((4, 2)):
        a = grid[clip, :steps].reshape(-1, 3)
        hidden = (einsum(inner.weight, a, "o i, l i -> l o") + inner.bias).tanh()
        e = einsum(score.weight[0], hidden, "o, l o -> l")
        alpha = (0.3 * e).exp() / (0.3 * e).exp().sum()
        torch.testing.assert_close(weights[clip, :steps].flatten(), alpha)
        torch.testing.assert_close(vector[clip], einsum(alpha, a, "l, l i -> i"))
    assert not weights[1, 2:].any()


def test_the_linear_alternative_flattens_the_grid() -> None:
    torch.manual_seed(0)
    linear, grid = GridLinear(3, steps=5, bands=2), torch.randn(1, 4, 2, 3)
    vector, weights = linear(grid, torch.tensor([[True, True, False, False]]))
    flat = torch.cat([grid[0, :2].flatten(), torch.zeros(3 * 2 * 3)])
    torch.testing.assert_close(vector[0], linear.flat.weight @ flat + linear.flat.bias)
    assert weights[0].tolist() == [[0.25, 0.25]] * 2 + [[0.0, 0.0]] * 2


def test_stages_hand_on_their_bands() -> None:
    stages = AlexNetFCN(257).stages
    assert [stage.bands for stage in stages] == [33, 17, 17, 17, 9]
    for one, other in pairwise(stages):
        assert one.convolve.out_channels == other.convolve.in_channels
