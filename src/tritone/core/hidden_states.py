"""Which states of a Transformer are taken: the last, those of a layer, or the mean of all."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from tritone.core.errors import RecipeError


def one_layer(said: Any, layer: int, name: str) -> Float[Tensor, "..."]:
    """The states of one layer.

    Args:
        said: what a model of transformers gave, with all hidden states but for the last layer.
        layer: counted as in Python: -1 is the last, as the model gives it; 0 what goes into the
            first.
        name: of the encoder, for the message.

    Raises:
        RecipeError: there is no such layer.
    """
    if layer == -1:
        return said.last_hidden_state
    states = said.hidden_states
    if not -len(states) <= layer < len(states):
        raise RecipeError(
            f"layer is {layer}; {name} has layers 0 to {len(states) - 1}, or -1 for the last."
        )
    return states[layer]


def mean_of_layers(said: Any) -> Float[Tensor, "..."]:
    """The mean over all layers, what goes into the first included; the last as it is given."""
    return torch.stack([*said.hidden_states[:-1], said.last_hidden_state]).mean(dim=0)
