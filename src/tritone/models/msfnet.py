"""Convolutions of several lengths over each channel, fused scale by scale.

each channel ─ kernel 1 ─ largest ─┐ all channels ─ fused at scale 1 ─┐
             ─ kernel 3 ─ largest ─┤ all channels ─ fused at scale 3 ─┼─ attention ─ MLP ─ score
             ─ kernel 5 ─ largest ─┘ all channels ─ fused at scale 5 ─┘
"""

from collections.abc import Mapping, Sequence

import torch
from einops import einsum
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.errors import ModelError
from tritone.core.task import Task
from tritone.layers.mlp import mlp
from tritone.models.base import FusionModel
from tritone.models.subnets import Convolve, read_tracks


class MSFNet(FusionModel):
    """In the style of an MSFNet: a multi-scale fusion network.

    `parts["scales"]` (clip, kernel) sum to 1: how much each scale counted.

    Source: S002, Scientific Reports 15:25440, table 1, which names MSFNet as a baseline without
        a reference.
    Differs: in the style of. Several published networks have this name, and S002 does not say
        which is meant; here it is read as multi-scale fusion. All of it is ours.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        kernels: rows that a convolution sees at each scale; odd.
        width: channels of each convolution.
        dropout: share dropped in training, 0 to 1.

    Raises:
        ModelError: an even kernel, or none.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        kernels: Sequence[int] = (1, 3, 5),
        width: int = 64,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        if not kernels or any(kernel < 1 or kernel % 2 == 0 for kernel in kernels):
            raise ModelError(f"MSFNet takes odd kernels, such as 1, 3, 5; got {list(kernels)}.")
        self.scales = nn.ModuleList(
            nn.ModuleDict({m: Convolve(dim, width, kernel=kernel) for m, dim in dims.items()})
            for kernel in kernels
        )
        self.fuse = nn.ModuleList(mlp([width * len(dims), width], dropout=dropout) for _ in kernels)
        self.weigh = nn.Linear(width * len(kernels), len(kernels))
        self.mix = mlp([width, width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        tracks, levels = read_tracks(self, batch), []
        for convolve, fuse in zip(self.scales.children(), self.fuse, strict=True):
            # Padding is zeros, and so is what a rectifier leaves of the least.
            seen = [
                each(tracks[m].values, tracks[m].mask).relu().amax(dim=1)
                for m, each in convolve.named_children()
            ]
            levels.append(fuse(torch.cat(seen, dim=1)))
        stack = torch.stack(levels, dim=1)
        scales = self.weigh(stack.flatten(1)).softmax(dim=1)
        fused = self.mix(einsum(scales, stack, "batch scale, batch scale dim -> batch dim"))
        return Prediction(self.head(fused), {"fused": fused, "scales": scales})
