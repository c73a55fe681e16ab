"""How much a branch's logits are to be believed: a temperature that depends on the clip."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

WIDEST = 1.5  # largest logarithm of a temperature, either way


class Temperature(nn.Module):
    """Divide logits by a temperature read off the branch's state, after a shift by class.

    One temperature does not fit short tweets and film dialogue at once; a line through the
    state tells them apart without knowing any corpus's name. Fitted after training; until
    then it changes nothing.

    Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", ICML.
        https://arxiv.org/abs/1706.04599
    Differs: the logarithm of the temperature is a linear function of the state.

    Args:
        width: size of the state.
        classes: number of logits.
    """

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self.slope = nn.Parameter(torch.zeros(width), requires_grad=False)
        self.level = nn.Parameter(torch.zeros(()), requires_grad=False)
        self.shift = nn.Parameter(torch.zeros(classes), requires_grad=False)

    def forward(
        self, logits: Float[Tensor, "batch class"], state: Float[Tensor, "batch width"]
    ) -> Float[Tensor, "batch class"]:
        heat = (self.level + state.float() @ self.slope).clamp(-WIDEST, WIDEST).exp()
        return (logits.float() + self.shift) / heat.unsqueeze(1)
