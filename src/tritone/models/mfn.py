"""Memory fusion: an LSTM for each modality, and a memory that watches how they change together.

text   ─ LSTM cell ─┐ cells before and after
audio  ─ LSTM cell ─┼─ this step ─ attention ─┬─ proposal ─┐
vision ─ LSTM cell ─┘                         └─ two gates ┴─ memory ─┐
                     last states ─────────────────────────────────────┴─ MLP ─ score
"""

from collections.abc import Mapping

import torch
from einops import rearrange
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction, Track
from tritone.core.task import Task
from tritone.models.base import FusionModel
from tritone.models.subnets import lengthened, read_tracks


class MemoryFusion(FusionModel):
    """LSTMs side by side, delta-memory attention over their cells, and a gated memory.

    Source: Zadeh et al. 2018, "Memory Fusion Network for Multi-view Sequential Learning",
        AAAI. https://arxiv.org/abs/1802.00927
    Differs: one width for all modalities; a row that a modality lacks leaves its LSTM as it
        was, and a step at which no modality has a row leaves the memory as it was.

    Args:
        dims: width of a row of each modality; rows are met by their place, so align them.
        task: what is predicted; sets the width of the score.
        width: size of each modality's LSTM.
        memory: size of the memory.
        attention: hidden layer of the attention over the cells.
        proposal: hidden layer of what is proposed to the memory.
        gate: hidden layer of the two gates.
        post: hidden layer before the score.
        dropout: share of each hidden layer that is dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 64,
        memory: int = 128,
        attention: int = 32,
        proposal: int = 64,
        gate: int = 64,
        post: int = 128,
        dropout: float = 0.5,
    ) -> None:
        super().__init__(dims, task)
        self.watch = WatchedMemory(
            dims, width, memory, attention=attention, proposal=proposal, gate=gate, dropout=dropout
        )
        self.mix = nn.Linear(self.watch.out, post)
        self.dropout, self.head = nn.Dropout(dropout), nn.Linear(post, task.width)

    def forward(self, batch: Batch) -> Prediction:
        fused, memory = self.watch(read_tracks(self, batch))
        hidden = self.dropout(self.mix(fused).relu())
        return Prediction(self.head(hidden), parts={"fused": fused, "memory": memory})


class WatchedMemory(nn.Module):
    """The LSTMs, the attention over their cells and the memory; all but the score.

    Source: Zadeh et al. 2018, "Memory Fusion Network for Multi-view Sequential Learning",
        AAAI, eq. 1-9. https://arxiv.org/abs/1802.00927

    Args:
        dims: width of a row of each modality.
        width: size of each modality's LSTM.
        memory: size of the memory.
        attention: hidden layer of the attention over the cells.
        proposal: hidden layer of what is proposed to the memory.
        gate: hidden layer of the two gates.
        dropout: share of each hidden layer that is dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        width: int,
        memory: int,
        *,
        attention: int,
        proposal: int,
        gate: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.out = width * len(dims) + memory
        self.views = Views(dims, width)
        cells = 2 * width * len(dims)
        self.attend = two_layers(cells, attention, cells, dropout=dropout)
        self.memory = GatedMemory(cells, memory, proposal=proposal, gate=gate, dropout=dropout)

    def forward(
        self, tracks: Mapping[str, Track]
    ) -> tuple[Float[Tensor, "batch out"], Float[Tensor, "batch memory"]]:
        """The last states beside the memory, and the memory."""
        states, before, after, stepped = self.views(tracks)
        memory = self.memory.blank(len(states))
        for step in range(stepped.shape[1]):
            cells = torch.cat([before[:, step], after[:, step]], dim=1)
            attended = self.attend(cells).softmax(dim=1) * cells
            memory = self.memory(attended, memory, stepped[:, step])
        return torch.cat([states, memory], dim=1), memory


class Views(nn.Module):
    """An LSTM for each modality, step by step, with the cells before and after each step.

    Args:
        dims: width of a row of each modality.
        width: size of each LSTM's state.
    """

    def __init__(self, dims: Mapping[str, int], width: int) -> None:
        super().__init__()
        self.width = width
        self.cells = nn.ModuleDict({m: nn.LSTMCell(dim, width) for m, dim in dims.items()})

    def forward(
        self, tracks: Mapping[str, Track]
    ) -> tuple[
        Float[Tensor, "batch state"],
        Float[Tensor, "batch time state"],
        Float[Tensor, "batch time state"],
        Bool[Tensor, "batch time"],
    ]:
        """Last states; cells before and after each step; and whether any modality had a row."""
        time = max(track.mask.shape[1] for track in tracks.values())
        last, before, after, masks = [], [], [], []
        for modality, cell in self.cells.items():
            values = lengthened(tracks[modality].values, time)
            mask = lengthened(tracks[modality].mask, time)
            cells = [values.new_zeros(len(values), self.width)]
            state = cells[0]
            for step in range(time):
                real = mask[:, step, None]
                new_state, new_cell = cell(values[:, step], (state, cells[-1]))
                state = new_state.where(real, state)
                cells.append(new_cell.where(real, cells[-1]))
            last.append(state)
            before.append(torch.stack(cells[:-1], dim=1))
            after.append(torch.stack(cells[1:], dim=1))
            masks.append(mask)
        stepped = torch.stack(masks).any(dim=0)
        return torch.cat(last, 1), torch.cat(before, 2), torch.cat(after, 2), stepped


class GatedMemory(nn.Module):
    """A memory that keeps a share of itself and takes a share of what is proposed.

    Source: Zadeh et al. 2018, "Memory Fusion Network for Multi-view Sequential Learning",
        AAAI, eq. 6-9. https://arxiv.org/abs/1802.00927

    Args:
        width: size of what the memory is shown at a step.
        size: numbers in the memory.
        proposal: hidden layer of what is proposed.
        gate: hidden layer of each gate.
        dropout: share of each hidden layer that is dropped in training, 0 to 1.
    """

    def __init__(self, width: int, size: int, *, proposal: int, gate: int, dropout: float) -> None:
        super().__init__()
        self.size = size
        self.propose = two_layers(width, proposal, size, dropout=dropout)
        self.gates = nn.ModuleList(
            two_layers(width + size, gate, size, dropout=dropout) for _ in range(2)
        )

    def blank(self, clips: int) -> Float[Tensor, "batch size"]:
        """The memory before the first step."""
        return next(self.parameters()).new_zeros(clips, self.size)

    def forward(
        self,
        shown: Float[Tensor, "batch width"],
        memory: Float[Tensor, "batch size"],
        stepped: Bool[Tensor, " batch"],
    ) -> Float[Tensor, "batch size"]:
        both = torch.cat([shown, memory], dim=1)
        keep, take = (gate(both).sigmoid() for gate in self.gates)
        fresh = keep * memory + take * self.propose(shown).tanh()
        return fresh.where(rearrange(stepped, "batch -> batch 1"), memory)


def two_layers(width: int, hidden: int, out: int, *, dropout: float) -> nn.Sequential:
    """Linear, ReLU, dropout, Linear."""
    return nn.Sequential(
        nn.Linear(width, hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, out)
    )
