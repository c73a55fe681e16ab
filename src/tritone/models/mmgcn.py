"""MMGCN: every turn of every channel is a node of one graph.

text   ─ LSTM over turns ─┐            ┌───────────────────┐
audio  ─ linear ──────────┼─ + speaker ┤ graph convolutions├─ beside the node ─ score
vision ─ linear ──────────┘            └───────────────────┘
"""

from collections.abc import Mapping

import torch
from einops import rearrange
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.dialogues import Dialogues
from tritone.layers.recurrent import Recurrent
from tritone.layers.turn_graph import DeepGraphLayer, turn_graph
from tritone.models.conversation import ConversationModel


class GraphConversation(ConversationModel):
    """What the graph models share: a node for each turn and channel, with its speaker.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: of a node.
        depth: graph convolutions.
        speakers: speakers of a dialogue that are told apart; those who come later are one.
        dropout: share of the nodes dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int,
        depth: int,
        speakers: int,
        dropout: float,
    ) -> None:
        super().__init__(dims, task)
        half = width // 2
        self.read = nn.ModuleDict(
            {
                m: Recurrent(dim, half, both_ways=True) if m == "text" else nn.Linear(dim, 2 * half)
                for m, dim in dims.items()
            }
        )
        self.width, self.dropout = 2 * half, nn.Dropout(dropout)
        self.who = nn.Embedding(speakers, self.width)
        self.head = nn.Linear(2 * self.width * len(dims), task.width)
        self.layers = nn.ModuleList([DeepGraphLayer(self.width, k + 1) for k in range(depth)])

    def nodes(
        self, batch: Batch
    ) -> tuple[
        Dialogues,
        Float[Tensor, "dialogue channel turn width"],
        Bool[Tensor, "dialogue channel turn"],
    ]:
        """Where the clips stand, the nodes of their dialogues, and which of them are real."""
        dialogues, vectors, present = self.turns(batch)
        who = self.who(dialogues.speaker.clamp(max=self.who.num_embeddings - 1))
        nodes = []
        for modality, vector in vectors.items():
            reader = self.read[modality]
            if isinstance(reader, Recurrent):
                read, _ = reader(vector, present[modality])
            else:
                read = reader(vector)
            nodes.append((read + who) * present[modality].unsqueeze(2))
        return dialogues, torch.stack(nodes, dim=1), torch.stack(list(present.values()), dim=1)

    def decide(
        self,
        dialogues: Dialogues,
        nodes: Float[Tensor, "dialogue channel turn width"],
        met: Float[Tensor, "dialogue node width"],
        real: Bool[Tensor, "dialogue channel turn"],
    ) -> Prediction:
        """The score of each clip: its nodes as they came, and as the graph left them."""
        turns = nodes.shape[2]
        after = rearrange(met, "talk (channel turn) width -> talk channel turn width", turn=turns)
        both = torch.cat([nodes, after], dim=3) * real.unsqueeze(3)
        both = rearrange(both, "talk channel turn width -> talk turn (channel width)")
        fused = dialogues.take_back(self.dropout(both.relu()))
        return Prediction(self.head(fused), parts={"fused": fused})


class MMGCN(GraphConversation):
    """Deep graph convolutions over turns and channels.

    Source: Hu et al. 2021, "MMGCN: Multimodal Fusion via Deep Graph Convolution Network for
        Emotion Recognition in Conversation", ACL. https://arxiv.org/abs/2107.06779
    Differs: a node of a channel that the clip lacks has no edges.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: of a node; even.
        depth: graph convolutions.
        across: what edges between channels are multiplied with.
        speakers: speakers of a dialogue that are told apart; those who come later are one.
        dropout: share of the nodes dropped in training, 0 to 1.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        width: int = 100,
        depth: int = 4,
        across: float = 0.7,
        speakers: int = 9,
        dropout: float = 0.4,
    ) -> None:
        sizes = {"width": width, "depth": depth, "speakers": speakers}
        super().__init__(dims, task, **sizes, dropout=dropout)
        self.across = across

    def forward(self, batch: Batch) -> Prediction:
        dialogues, nodes, real = self.nodes(batch)
        edges = turn_graph(nodes, real, across=self.across)
        first = met = rearrange(nodes, "talk channel turn width -> talk (channel turn) width")
        for layer in self.layers:
            met = layer(self.dropout(met), first, edges).relu()
        return self.decide(dialogues, nodes, met, real)
