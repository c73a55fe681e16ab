"""How much a branch's logits are to be believed: a temperature, and a shift for each class."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

WIDEST = 1.5  # largest logarithm of a temperature, either way


class Temperature(nn.Module):
    """Divide logits by one temperature, after a shift by class; fitted after training.

    Until it is fitted it changes nothing. A temperature that depends on the clip was tried:
    fitted on a few thousand rows it was surer of itself on other rows than it should be.

    Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", ICML.
        https://arxiv.org/abs/1706.04599

    Args:
        classes: number of logits.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.level = nn.Parameter(torch.zeros(()), requires_grad=False)
        self.shift = nn.Parameter(torch.zeros(classes), requires_grad=False)

    def forward(self, logits: Float[Tensor, "batch class"]) -> Float[Tensor, "batch class"]:
        return (logits.float() + self.shift) / self.level.clamp(-WIDEST, WIDEST).exp()
