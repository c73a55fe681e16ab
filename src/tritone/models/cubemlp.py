"""A cube of time, modality and channel, mixed along each axis by an MLP of its own."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import torch
from einops import rearrange
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.pooling import fill_padding
from tritone.layers.recurrent import Recurrent
from tritone.models.base import FusionModel
from tritone.models.subnets import in_slots, read_tracks


class CubeMLP(FusionModel):
    """Stack the modalities' rows to a cube; blocks of three MLPs mix and shrink it.

    Source: Sun et al. 2022, "CubeMLP: An MLP-based Model for Multimodal Sentiment Analysis and
        Depression Estimation", MM. https://arxiv.org/abs/2207.14087
    Differs: rows are averaged into a fixed number of slots over each clip's real length (the
        paper pads, so that silence fills the cube); text is rows of any encoder; the number of
        modalities stays.

    Args:
        dims: width of a row of each modality; any lengths.
        task: what is predicted; sets the width of the score.
        sequences: modalities that an LSTM reads first; by default all but text, which has a
            linear layer.
        slots: length of the cube.
        width: channels of the cube.
        blocks: slots and channels after each block.
        post: hidden layer before the score.
        dropout: share dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        sequences: tuple[str, ...] | None = None,
        slots: int = 50,
        width: int = 128,
        blocks: Sequence[tuple[int, int]] = ((10, 64), (10, 32)),
        post: int = 64,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.slots = slots
        if sequences is None:
            sequences = tuple(m for m in dims if m != "text")
        self.read = nn.ModuleDict(
            {
                m: Recurrent(dim, width) if m in sequences else nn.Linear(dim, width)
                for m, dim in dims.items()
            }
        )
        shapes = [(slots, len(dims), width), *[(time, len(dims), dim) for time, dim in blocks]]
        self.blocks = nn.ModuleList(
            CubeBlock(before, after, dropout=dropout) for before, after in pairwise(shapes)
        )
        time, modalities, dim = shapes[-1]
        self.mix = nn.Sequential(nn.Linear(time * modalities * dim, post), nn.ReLU())
        self.dropout, self.head = nn.Dropout(dropout), nn.Linear(post, task.width)

    def forward(self, batch: Batch) -> Prediction:
        sides = []
        for modality, track in read_tracks(self, batch).items():
            read = self.read[modality]
            if isinstance(read, Recurrent):
                rows = read(track.values, track.mask)[0]
            else:
                rows = fill_padding(read(track.values), track.mask)
            sides.append(in_slots(rows, track.mask, self.slots))
        cube = torch.stack(sides, dim=2)
        for block in self.blocks:
            cube = block(cube)
        fused = self.mix(rearrange(cube, "batch time modality dim -> batch (time modality dim)"))
        return Prediction(self.head(self.dropout(fused)), parts={"fused": fused})


class CubeBlock(nn.Module):
    """Mix along time, then along modalities, then along channels.

    Source: Sun et al. 2022, "CubeMLP", MM, section 3.3. https://arxiv.org/abs/2207.14087

    Args:
        before: time, modalities and channels that come in.
        after: those that go out.
        dropout: share of each hidden layer that is dropped in training, 0 to 1.
    """

    def __init__(
        self, before: tuple[int, int, int], after: tuple[int, int, int], *, dropout: float
    ) -> None:
        super().__init__()
        self.time, self.modality, self.dim = (
            AxisMixer(length, out, dropout=dropout)
            for length, out in zip(before, after, strict=True)
        )

    def forward(
        self, cube: Float[Tensor, "batch time modality dim"]
    ) -> Float[Tensor, "batch time_out modality dim_out"]:
        cube = rearrange(cube, "batch time modality dim -> batch modality dim time")
        cube = rearrange(self.time(cube), "batch modality dim time -> batch time dim modality")
        return self.dim(
            rearrange(self.modality(cube), "batch time dim modality -> batch time modality dim")
        )


class AxisMixer(nn.Module):
    """Two linear layers over the last axis, added to a linear copy of it, then LayerNorm.

    Args:
        length: of the axis that comes in.
        out: of the one that goes out, and of the hidden layer.
        dropout: share of the hidden layer that is dropped in training, 0 to 1.
    """

    def __init__(self, length: int, out: int, *, dropout: float) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(length, out), nn.Linear(out, out)
        self.skip = nn.Identity() if length == out else nn.Linear(length, out, bias=False)
        self.dropout, self.norm = nn.Dropout(dropout), nn.LayerNorm(out)

    def forward(self, rows: Float[Tensor, "*cube length"]) -> Float[Tensor, "*cube out"]:
        mixed = self.second(self.dropout(functional.gelu(self.first(rows))))
        return self.norm(self.skip(rows) + mixed)
