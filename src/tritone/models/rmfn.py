"""At every step, several stages of looking at some of what the channels say, and joining it.

rows ─ LSTM of each channel ─ states ─ highlight ─ fuse ─┐ (stage by stage)
             ↑                                           ├─ summary z ─┬─ MLP ─ score
             └──────────────── z of the last step ───────┘   last states┘
"""

from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.mlp import mlp
from tritone.models.base import FusionModel
from tritone.models.subnets import lengthened, read_tracks


class RMFN(FusionModel):
    """In the style of RMFN: recurrent multistage fusion in the loop of the channels' LSTMs.

    Source: Liang et al. 2018, "Multimodal Language Analysis with Recurrent Multistage Fusion",
        EMNLP. https://aclanthology.org/D18-1014/
    Differs: in the style of. Known: at each step, several stages highlight, fuse and summarise,
        and the summary goes into the LSTMs of the next step. Ours: z is read beside the row by
        plain LSTM cells; sizes; a row that a channel lacks leaves its LSTM as it was.

    Args:
        dims: width of a row of each modality; rows are met by their place, so align them.
        task: what is predicted; sets the width of the score.
        width: size of each channel's LSTM.
        summary: size of what the stages leave.
        stages: how often they look, at least 1.
        dropout: share of the layer before the score that is dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 32,
        summary: int = 32,
        stages: int = 3,
        dropout: float = 0.2,
    ) -> None:
        super().__init__(dims, task)
        self.width = width
        self.cells = nn.ModuleDict(
            {m: nn.LSTMCell(dim + summary, width) for m, dim in dims.items()}
        )
        self.stages = Multistage(width * len(dims), summary, stages)
        self.mix = mlp([width * len(dims) + summary, width], dropout=dropout)
        self.head = nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        tracks = read_tracks(self, batch)
        time = max(track.mask.shape[1] for track in tracks.values())
        values = {m: lengthened(track.values, time) for m, track in tracks.items()}
        masks = {m: lengthened(track.mask, time).unsqueeze(2) for m, track in tracks.items()}
        blank = self.stages.blank(len(batch), self.width)
        states, cells = dict.fromkeys(self.dims, blank), dict.fromkeys(self.dims, blank)
        summary = self.stages.blank(len(batch), self.stages.out)
        for step in range(time):
            for m, cell in self.cells.items():
                row = torch.cat([values[m][:, step], summary], dim=1)
                state, kept = cell(row, (states[m], cells[m]))
                real = masks[m][:, step]
                states[m], cells[m] = state.where(real, states[m]), kept.where(real, cells[m])
            stepped = torch.stack([mask[:, step] for mask in masks.values()]).any(dim=0)
            fresh = self.stages(torch.cat(list(states.values()), dim=1))
            summary = fresh.where(stepped, summary)
        fused = self.mix(torch.cat([*states.values(), summary], dim=1))
        return Prediction(self.head(fused), {"fused": fused, "summary": summary})


class Multistage(nn.Module):
    """Highlight (a softmax over the states), fuse with the stage before, and sum up at the end.

    Source: Liang et al. 2018, "Multimodal Language Analysis with Recurrent Multistage Fusion",
        EMNLP, section 3.2. https://aclanthology.org/D18-1014/

    Args:
        width: size of all states together.
        out: size of the summary.
        stages: at least 1.
    """

    def __init__(self, width: int, out: int, stages: int) -> None:
        super().__init__()
        self.out, self.count = out, stages
        self.look, self.light = nn.LSTMCell(width, out), nn.Linear(out, width)
        self.fuse, self.sum_up = nn.LSTMCell(width, out), nn.Linear(out, out)

    def blank(self, clips: int, size: int) -> Float[Tensor, "batch size"]:
        """Zeros to start from."""
        return self.light.weight.new_zeros(clips, size)

    def forward(self, states: Float[Tensor, "batch width"]) -> Float[Tensor, "batch out"]:
        looked = fused = (self.blank(len(states), self.out), self.blank(len(states), self.out))
        for _ in range(self.count):
            looked = self.look(states, looked)
            lit = self.light(looked[0]).softmax(dim=1) * states
            fused = self.fuse(lit, fused)
        return self.sum_up(fused[0]).tanh()
