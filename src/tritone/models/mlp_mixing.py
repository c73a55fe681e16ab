"""Channels cut into slots; two MLPs in turn mix the slots and the columns.

each channel ─ slots ─ Linear ─┐
...                            ├─ tokens ─ n x (mix tokens, mix columns) ─ mean ─ score
each channel ─ slots ─ Linear ─┘
"""

from collections.abc import Mapping

import torch
from einops import rearrange
from jaxtyping import Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.models.base import FusionModel
from tritone.models.subnets import in_slots, read_tracks


class MlpMixing(FusionModel):
    """MLP-Mixer whose tokens are the moments of all channels; no attention, no recurrence.

    Source: Tolstikhin et al. 2021, "MLP-Mixer: An all-MLP Architecture for Vision", NeurIPS,
        eq. 1. https://arxiv.org/abs/2105.01601 (S002 names MLP mixing as low in cost).
    Differs: tokens are a fixed number of slots of each channel, each the mean of its rows, so
        that clips of any length can be mixed by one matrix; absent channels are zeros.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        slots: tokens of each channel.
        width: columns of a token.
        depth: blocks.
        hidden: of both MLPs, as a multiple of what they mix.
        dropout: share of the hidden layers that is dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        slots: int = 8,
        width: int = 64,
        depth: int = 2,
        hidden: int = 2,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(dims, task)
        self.slots = slots
        self.embed = nn.ModuleDict({m: nn.Linear(dim, width) for m, dim in dims.items()})
        tokens = slots * len(dims)
        self.blocks = nn.ModuleList(
            MixerBlock(tokens, width, hidden=hidden, dropout=dropout) for _ in range(depth)
        )
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        tokens = []
        for modality, track in read_tracks(self, batch).items():
            rows = in_slots(track.values, track.mask, self.slots)
            present = track.mask.any(dim=1)
            tokens.append(self.embed[modality](rows) * rearrange(present, "batch -> batch 1 1"))
        states = torch.cat(tokens, dim=1)
        for block in self.blocks:
            states = block(states)
        fused = self.norm(states).mean(dim=1)
        return Prediction(self.head(fused), {"fused": fused})


class MixerBlock(nn.Module):
    """LayerNorm, an MLP over the tokens and a sum; LayerNorm, an MLP over the columns and a sum.

    Source: Tolstikhin et al. 2021, "MLP-Mixer", NeurIPS, eq. 1.
        https://arxiv.org/abs/2105.01601

    Args:
        tokens: how many there are.
        width: columns of each.
        hidden: of both MLPs, as a multiple of what they mix.
        dropout: share of the hidden layers that is dropped in training, 0 to 1.
    """

    def __init__(self, tokens: int, width: int, *, hidden: int, dropout: float) -> None:
        super().__init__()
        self.token_norm, self.column_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.over_tokens = gelu_mlp(tokens, hidden, dropout)
        self.over_columns = gelu_mlp(width, hidden, dropout)

    def forward(
        self, states: Float[Tensor, "batch token width"]
    ) -> Float[Tensor, "batch token width"]:
        columns = rearrange(self.token_norm(states), "batch token width -> batch width token")
        mixed = rearrange(self.over_tokens(columns), "batch width token -> batch token width")
        states = states + mixed
        return states + self.over_columns(self.column_norm(states))


def gelu_mlp(size: int, hidden: int, dropout: float) -> nn.Sequential:
    """Linear, GELU, dropout, and Linear back to the size."""
    return nn.Sequential(
        nn.Linear(size, hidden * size),
        nn.GELU(),
        nn.Dropout(dropout),
        nn.Linear(hidden * size, size),
    )
