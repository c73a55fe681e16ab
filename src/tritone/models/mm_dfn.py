"""MM-DFN: a graph of turns and channels, whose layers are read by a gated memory.

nodes ─ graph convolution ─ graph convolution ─ ... ─ beside the nodes ─ score
             │    ▲              │    ▲
            gates over what the layers before have left
"""

from collections.abc import Mapping

import torch
from einops import rearrange
from torch import nn

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.turn_graph import turn_graph
from tritone.models.mmgcn import GraphConversation


class MMDFN(GraphConversation):
    """Graph convolutions with a memory from layer to layer, so that less is said twice.

    Source: Hu et al. 2022, "MM-DFN: Multimodal Dynamic Fusion Network for Emotion Recognition
        in Conversations", ICASSP. https://arxiv.org/abs/2203.02385
    Differs: a node of a channel that the clip lacks has no edges; the memory is an LSTM cell
        over the layers, whose weights all layers share.

    Args:
        dims: width of a row of each modality.
        task: what is predicted; sets the width of the score.
        width: of a node; even.
        depth: graph convolutions.
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
        speakers: int = 9,
        dropout: float = 0.4,
    ) -> None:
        sizes = {"width": width, "depth": depth, "speakers": speakers}
        super().__init__(dims, task, **sizes, dropout=dropout)
        self.memory = nn.LSTMCell(self.width, self.width)

    def forward(self, batch: Batch) -> Prediction:
        dialogues, nodes, real = self.nodes(batch)
        edges = turn_graph(nodes, real)
        first = met = rearrange(nodes, "talk channel turn width -> talk (channel turn) width")
        flat = met.shape[0] * met.shape[1]
        hidden = cell = met.new_zeros(flat, self.width)
        there = rearrange(real, "talk channel turn -> talk (channel turn) 1")
        for layer in self.layers:
            hidden, cell = self.memory(self.dropout(met).reshape(flat, -1), (hidden, cell))
            read = hidden.reshape(met.shape) * there
            met = torch.relu(layer(read, first, edges))
        return self.decide(dialogues, nodes, met, real)
