"""Local response norm against its formula, and against PyTorch's."""

import pytest
import torch
from einops import einsum

from tritone.layers.lrn import LocalResponseNorm


@pytest.fixture
def picture() -> torch.Tensor:
    torch.manual_seed(0)
    return 30 * torch.randn(2, 6, 3, 4)


@pytest.mark.parametrize("size", [1, 3, 5])
def test_a_window_of_channels_is_pytorchs(size: int, picture: torch.Tensor) -> None:
    expected = torch.nn.LocalResponseNorm(size)(picture)
    torch.testing.assert_close(LocalResponseNorm(size)(picture), expected)


@pytest.mark.parametrize("size", [None, 3])
def test_it_is_the_formula_written_out(size: int | None, picture: torch.Tensor) -> None:
    reach = 6 if size is None else size // 2
    place = torch.arange(6)
    near = ((place[:, None] - place).abs() <= reach).float()
    sums = einsum(near, picture.square(), "i j, batch j h w -> batch i h w")
    expected = picture / (2 + 0.01 / (size or 6) * sums) ** 0.5
    ours = LocalResponseNorm(size, alpha=0.01, beta=0.5, k=2.0)(picture)
    torch.testing.assert_close(ours, expected)


def test_a_number_that_can_be_checked_by_hand() -> None:
    loud = torch.tensor([3.0, 4.0]).reshape(1, 2, 1, 1)
    ours = LocalResponseNorm(alpha=2.0, beta=0.5, k=11.0)(loud)
    torch.testing.assert_close(ours.flatten(), torch.tensor([0.5, 4 / 6]))
