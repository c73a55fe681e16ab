"""Plain stacks of linear layers."""

from collections.abc import Sequence
from itertools import pairwise

from torch import nn


def mlp(widths: Sequence[int], *, dropout: float = 0.0) -> nn.Sequential:
    """Dropout, Linear and ReLU for each step from one width to the next.

    Args:
        widths: the width that goes in, then that of each layer; at least two.
        dropout: share of each layer's input that is dropped in training, 0 to 1.
    """
    layers: list[nn.Module] = []
    for width_in, width_out in pairwise(widths):
        layers += [nn.Dropout(dropout), nn.Linear(width_in, width_out), nn.ReLU()]
    return nn.Sequential(*layers)
