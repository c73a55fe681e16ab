"""Memory fusion with a graph: each set of modalities is a vertex, fed by the sets within it.

l ──┬──▶ la ──┬──▶ lav ──▶ top ──▶ memory
a ──┤    lv ──┤     (each vertex also feeds lav and the top; each edge has an efficacy)
v ──┴──▶ av ──┘
"""

from collections.abc import Mapping
from itertools import combinations

import torch
from einops import rearrange
from jaxtyping import Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.models.base import FusionModel
from tritone.models.mfn import GatedMemory, Views, two_layers
from tritone.models.subnets import read_tracks

Vertex = tuple[int, ...]


class GraphMemoryFusion(FusionModel):
    """Memory Fusion Network whose attention is a dynamic fusion graph.

    Source: Zadeh et al. 2018, "Multimodal Language Analysis in the Wild: CMU-MOSEI Dataset and
        Interpretable Dynamic Fusion Graph", ACL. https://aclanthology.org/P18-1208/
    Differs: one width for all modalities; any number of them, 2 ** n - 1 vertices; a row that
        a modality lacks leaves its LSTM as it was.

    Args:
        dims: width of a row of each modality; rows are met by their place, so align them.
        task: what is predicted; sets the width of the score.
        width: size of each modality's LSTM.
        memory: size of the memory.
        node: size of a vertex.
        hidden: hidden layer of vertices, efficacies, proposal and gates.
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
        node: int = 64,
        hidden: int = 64,
        post: int = 128,
        dropout: float = 0.5,
    ) -> None:
        super().__init__(dims, task)
        self.views = Views(dims, width)
        self.graph = FusionGraph(len(dims), 2 * width, node, hidden=hidden, dropout=dropout)
        self.memory = GatedMemory(node, memory, proposal=hidden, gate=hidden, dropout=dropout)
        self.mix = nn.Linear(width * len(dims) + memory, post)
        self.dropout, self.head = nn.Dropout(dropout), nn.Linear(post, task.width)

    def forward(self, batch: Batch) -> Prediction:
        states, before, after, stepped = self.views(read_tracks(self, batch))
        memory, efficacies = self.memory.blank(len(batch)), []
        for step in range(stepped.shape[1]):
            pair = torch.stack([before[:, step], after[:, step]], dim=1)
            views = rearrange(
                pair, "batch two (view width) -> view batch (two width)", view=len(self.dims)
            )
            top, efficacy = self.graph(views)
            memory = self.memory(top, memory, stepped[:, step])
            efficacies.append(efficacy * stepped[:, step, None])
        steps = stepped.sum(dim=1, keepdim=True).clamp(min=1)
        parts = {"memory": memory, "efficacy": torch.stack(efficacies).sum(dim=0) / steps}
        fused = torch.cat([states, memory], dim=1)
        hidden = self.dropout(self.mix(fused).relu())
        return Prediction(self.head(hidden), parts={"fused": fused, **parts})


class FusionGraph(nn.Module):
    """A vertex for each set of views; each edge is scaled by an efficacy in 0..1.

    Source: Zadeh et al. 2018, "Multimodal Language Analysis in the Wild", ACL, section 4.1.
        https://aclanthology.org/P18-1208/

    Args:
        views: how many.
        width: size of each view.
        node: size of a vertex.
        hidden: hidden layer of each vertex, and of the efficacies.
        dropout: share of each hidden layer that is dropped in training, 0 to 1.
    """

    def __init__(self, views: int, width: int, node: int, *, hidden: int, dropout: float) -> None:
        super().__init__()
        sets = [s for order in range(1, views + 1) for s in combinations(range(views), order)]
        self.single = nn.ModuleList(
            two_layers(width, hidden, node, dropout=dropout) for _ in range(views)
        )
        self.edges = [(low, high) for high in sets for low in sets if set(low) < set(high)]
        self.edges += [(low, ()) for low in sets]
        self.joint: list[Vertex] = [*sets[views:], ()]
        self.vertex = nn.ModuleList(
            two_layers(node * self.degree(high), hidden, node, dropout=dropout)
            for high in self.joint
        )
        self.efficacy = two_layers(node * views, hidden, len(self.edges), dropout=dropout)

    def degree(self, vertex: Vertex) -> int:
        """How many edges lead to a vertex; () is the top."""
        return sum(high == vertex for _, high in self.edges)

    def forward(
        self, views: Float[Tensor, "view batch width"]
    ) -> tuple[Float[Tensor, "batch node"], Float[Tensor, "batch edge"]]:
        """The top vertex, and the efficacy of each edge."""
        vertices: dict[Vertex, Tensor] = {
            (place,): read(view)
            for place, (read, view) in enumerate(zip(self.single, views, strict=True))
        }
        efficacy = self.efficacy(torch.cat([*vertices.values()], dim=1)).sigmoid()
        for high, read in zip(self.joint, self.vertex, strict=True):
            fed = [
                efficacy[:, place, None] * vertices[low]
                for place, (low, to) in enumerate(self.edges)
                if to == high
            ]
            vertices[high] = read(torch.cat(fed, dim=1))
        return vertices[()], efficacy
