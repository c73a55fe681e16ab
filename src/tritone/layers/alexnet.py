"""Convolutions over a spectrogram of any length, without a fully connected layer.

rows (time, bins) ─ Conv ─ LRN ─ ReLU ─ max-pool ─ ... ─ grid (time / 32, bins / 32, channels)
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from einops import rearrange, repeat
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

from tritone.layers.attention import AttentionPooling
from tritone.layers.lrn import LocalResponseNorm
from tritone.layers.pooling import fill_padding

POOLED = 2  # stride of every max-pool


class GridStage(nn.Module):
    """Conv2d over time and bins, normed, rectified and pooled; padding is 0 before and after.

    What is skipped is rounded up, and bins that are fewer than a kernel are neither skipped nor
    pooled, so that neither axis ever vanishes.

    Args:
        width_in: channels that come in.
        width_out: channels that go out.
        kernel: rows and bins that one output sees; odd.
        bins: that come in; `bands` go out.
        stride: of the convolution.
        norm: between the convolution and the rectifier.
        pool: rows and bins that the max-pool sees, at stride 2; no pool by default.
    """

    def __init__(
        self,
        width_in: int,
        width_out: int,
        kernel: int,
        *,
        bins: int,
        stride: int = 1,
        norm: nn.Module | None = None,
        pool: int | None = None,
    ) -> None:
        super().__init__()
        across = stride if bins >= kernel else 1
        self.bands = math.ceil(bins / across)
        self.strides, self.pool = (stride, across), pool
        if pool is not None:
            # A pool over all bands at once would make them the same.
            self.seen = (pool, pool if self.bands >= pool else 1)
            self.skip = (POOLED, POOLED if self.bands >= pool else 1)
            self.bands = math.ceil(self.bands / self.skip[1])
        self.convolve = nn.Conv2d(width_in, width_out, kernel, self.strides, kernel // 2)
        self.norm = norm or nn.Identity()

    def forward(
        self, grid: Float[Tensor, "batch channel time bin"], mask: Bool[Tensor, "batch time"]
    ) -> tuple[Float[Tensor, "batch width step band"], Bool[Tensor, "batch step"]]:
        """The grid, and which of its steps have a real row under them."""
        mask = thinned(mask, self.strides[0])
        grid = only_real(self.norm(self.convolve(grid)).relu(), mask)
        if self.pool is None:
            return grid, mask
        beyond = (self.seen[0] // 2, self.seen[1] // 2)
        grid, mask = (
            functional.max_pool2d(grid, self.seen, self.skip, beyond),
            thinned(mask, POOLED),
        )
        # The first step after the last real one has seen that one too.
        return only_real(grid, mask), mask

    def steps(self, rows: int) -> int:
        """How many steps so many rows become."""
        steps = math.ceil(rows / self.strides[0])
        return steps if self.pool is None else math.ceil(steps / POOLED)


class Layer(NamedTuple):
    """A convolution as figure 3 of S003 writes it, and what comes with it."""

    kernel: int
    stride: int
    channels: int
    pool: int | None = None
    norm: nn.Module | None = None


class SpectrogramNet(nn.Module):
    """Convolutions one after the other over rows of a spectrogram.

    Args:
        bins: width of a row; `bands` of them are left.
        layers: the convolutions.
    """

    def __init__(self, bins: int, layers: Sequence[Layer]) -> None:
        super().__init__()
        stages, width = [], 1
        for kernel, stride, channels, pool, norm in layers:
            stage = GridStage(
                width, channels, kernel, bins=bins, stride=stride, norm=norm, pool=pool
            )
            stages.append(stage)
            width, bins = channels, stage.bands
        self.stages, self.bands = nn.ModuleList(stages), bins

    def forward(
        self, values: Float[Tensor, "batch time bin"], mask: Bool[Tensor, "batch time"]
    ) -> tuple[Float[Tensor, "batch step band width"], Bool[Tensor, "batch step"]]:
        """A vector for each step and band, and which steps are real."""
        grid = rearrange(fill_padding(values, mask), "batch time bin -> batch 1 time bin")
        for stage in self.stages:
            grid, mask = stage(grid, mask)
        return rearrange(grid, "batch width step band -> batch step band width"), mask

    def steps(self, rows: int) -> int:
        """How many steps so many rows become."""
        for stage in self.stages:
            if isinstance(stage, GridStage):
                rows = stage.steps(rows)
        return rows


class AlexNetFCN(SpectrogramNet):
    """AlexNet without its fully connected layers, over a spectrogram.

    Conv11-4-96, Maxpool-3-2, Conv5-1-256, Maxpool-3-2, Conv3-1-384, Conv3-1-384, Conv3-1-256,
    Maxpool-3-2; LRN after the first two convolutions.

    Source: Zhang et al. 2018, "Attention Based Fully Convolutional Network for Speech Emotion
        Recognition", APSIPA. https://arxiv.org/abs/1806.01506 (figure 3 of S003)
    Differs: each convolution and pool looks half a kernel beyond the edges, and bins that are
        fewer than a kernel are not skipped, so that 3 bins are read as well as 257.

    Args:
        bins: width of a row.
        width: channels of the last convolution.
        lrn_mode: neighbours of a channel: all of them, half of them, or itself alone.
    """

    def __init__(self, bins: int, *, width: int = 256, lrn_mode: str = "full") -> None:
        super().__init__(
            bins,
            [
                Layer(11, 4, 96, pool=3, norm=neighbours(96, lrn_mode)),
                Layer(5, 1, 256, pool=3, norm=neighbours(256, lrn_mode)),
                Layer(3, 1, 384),
                Layer(3, 1, 384),
                Layer(3, 1, width, pool=3),
            ],
        )


class SmallSpectrogramNet(SpectrogramNet):
    """The small CNN that S003 takes where AlexNet needs too much memory.

    Source: S003, section 5.2.1.
    Differs: S003 does not give its layers; these are three convolutions of 5, 3 and 3 rows,
        each with a max-pool.

    Args:
        bins: width of a row.
        width: channels of the last convolution.
        channels: of those before.
    """

    def __init__(
        self, bins: int, *, width: int = 256, channels: tuple[int, int] = (16, 32)
    ) -> None:
        first, second = channels
        super().__init__(
            bins, [Layer(5, 2, first, 3), Layer(3, 1, second, 3), Layer(3, 1, width, 3)]
        )


class GridAttention(nn.Module):
    """One vector of a grid: its places averaged, weighted by how much each matters.

    e = uᵀ tanh(W a + b), alpha = softmax(lambda e), c = Σ alpha a, over all steps and bands.

    Source: Zhang et al. 2018 (above), eq. 1-3 of S003.

    Args:
        width: channels of the grid.
        sharpness: lambda; 1 is a plain softmax, less spreads the weights.
    """

    def __init__(self, width: int, *, sharpness: float = 0.3) -> None:
        super().__init__()
        self.pool = AttentionPooling(width, sharpness=sharpness)

    def forward(
        self, grid: Float[Tensor, "batch step band width"], mask: Bool[Tensor, "batch step"]
    ) -> tuple[Float[Tensor, "batch width"], Float[Tensor, "batch step band"]]:
        """The vector, and the weight of each place."""
        bands = grid.shape[2]
        vector, weights = self.pool(
            rearrange(grid, "batch step band width -> batch (step band) width"),
            repeat(mask, "batch step -> batch (step band)", band=bands),
        )
        return vector, rearrange(weights, "batch (step band) -> batch step band", band=bands)


class GridLinear(nn.Module):
    """One vector of a grid: all its numbers through a linear layer.

    Source: S003, section 3.1.3, the alternative to attention.
    Differs: a grid of fewer steps is filled with zeros; every place counts alike in the
        weights that are given back.

    Args:
        width: channels of the grid, and of the vector.
        steps: of the longest grid.
        bands: of the grid.
    """

    def __init__(self, width: int, *, steps: int, bands: int) -> None:
        super().__init__()
        self.steps = steps
        self.flat = nn.Linear(steps * bands * width, width)

    def forward(
        self, grid: Float[Tensor, "batch step band width"], mask: Bool[Tensor, "batch step"]
    ) -> tuple[Float[Tensor, "batch width"], Float[Tensor, "batch step band"]]:
        """The vector, and an equal weight for each real place."""
        seen = grid * rearrange(mask, "batch step -> batch step 1 1")
        whole = functional.pad(seen, (0, 0, 0, 0, 0, self.steps - grid.shape[1]))
        flat = rearrange(whole, "batch step band width -> batch (step band width)")
        real = repeat(mask, "batch step -> batch step band", band=grid.shape[2]).to(grid.dtype)
        return self.flat(flat), real / real.sum(dim=(1, 2), keepdim=True).clamp(min=1)


def neighbours(channels: int, mode: str) -> LocalResponseNorm:
    """The norm over all channels, half of them, or each by itself."""
    return LocalResponseNorm({"full": None, "half": channels // 2, "single": 1}[mode])


def only_real(
    grid: Float[Tensor, "batch width step band"], mask: Bool[Tensor, "batch step"]
) -> Float[Tensor, "batch width step band"]:
    """The grid with zeros where no row is real."""
    return grid * rearrange(mask, "batch step -> batch 1 step 1")


def thinned(mask: Bool[Tensor, "batch time"], stride: int) -> Bool[Tensor, "batch step"]:
    """True for a step that has a real row among the `stride` rows that it stands for."""
    if stride == 1:
        return mask
    rows = rearrange(mask.to(torch.float32), "batch time -> batch 1 time")
    steps = functional.max_pool1d(rows, stride, ceil_mode=True)
    return rearrange(steps, "batch 1 step -> batch step") > 0
