"""A dialogue as a graph: a node for each turn and channel, edges by how alike two nodes are."""

import math

import torch
from einops import rearrange
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

EDGE = 1e-6  # cosines are kept so far from 1, where the slope of the angle has no bound


def turn_graph(
    nodes: Float[Tensor, "dialogue channel turn width"],
    real: Bool[Tensor, "dialogue channel turn"],
    *,
    across: float = 1.0,
) -> Float[Tensor, "dialogue node node"]:
    """The edges, scaled by the degrees of their ends: D^-1/2 A D^-1/2.

    Nodes of one channel are all joined, and those of one turn; an edge weighs 1 - angle / pi.

    Source: Hu et al. 2021, "MMGCN: Multimodal Fusion via Deep Graph Convolution Network for
        Emotion Recognition in Conversation", ACL, section 3.4. https://arxiv.org/abs/2107.06779

    Args:
        nodes: the channels' turns.
        real: True where there is a node; the others have no edges.
        across: what the edges between two channels of one turn are multiplied with.
    """
    channels, turns = nodes.shape[1:3]
    flat = functional.normalize(
        rearrange(nodes, "talk channel turn w -> talk (channel turn) w"), dim=2
    )
    # In mixed precision the product is bfloat16, which rounds the bounds to 1.
    cosine = (flat @ flat.transpose(1, 2)).float().clamp(-1 + EDGE, 1 - EDGE)
    near = 1 - cosine.acos() / math.pi
    channel = torch.arange(channels, device=nodes.device).repeat_interleave(turns)
    turn = torch.arange(turns, device=nodes.device).repeat(channels)
    same_channel = channel.unsqueeze(0) == channel.unsqueeze(1)
    same_turn = turn.unsqueeze(0) == turn.unsqueeze(1)
    joined = same_channel.float() + across * (same_turn & ~same_channel).float()
    there = rearrange(real, "talk channel turn -> talk (channel turn)")
    edges = near * joined * (there.unsqueeze(1) & there.unsqueeze(2))
    degree = edges.sum(dim=2).clamp(min=EDGE).rsqrt()
    return degree.unsqueeze(2) * edges * degree.unsqueeze(1)


class DeepGraphLayer(nn.Module):
    """A graph convolution that can be stacked: a share of the first nodes comes back in each.

    H' = ((1 - a) P H + a H0) ((1 - b) I + b W), with b = log(decay / level + 1).

    Source: Chen et al. 2020, "Simple and Deep Graph Convolutional Networks", ICML, eq. 5.
        https://arxiv.org/abs/2007.02133

    Args:
        width: of a node.
        level: which layer of the stack this is, from 1.
        keep: share of the first nodes, a.
        decay: how strong the deeper layers' own weights are.
    """

    def __init__(self, width: int, level: int, *, keep: float = 0.1, decay: float = 0.5) -> None:
        super().__init__()
        self.keep, self.own = keep, math.log(decay / level + 1)
        self.weight = nn.Linear(width, width, bias=False)

    def forward(
        self,
        nodes: Float[Tensor, "dialogue node width"],
        first: Float[Tensor, "dialogue node width"],
        edges: Float[Tensor, "dialogue node node"],
    ) -> Float[Tensor, "dialogue node width"]:
        """The nodes after they have met their neighbours."""
        met = (1 - self.keep) * (edges @ nodes) + self.keep * first
        return (1 - self.own) * met + self.own * self.weight(met)
