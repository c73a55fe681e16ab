"""How much a branch's logits are to be believed: a temperature, and a shift for each class."""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

WIDEST = 1.5  # largest logarithm of a temperature, either way
SUREST = 1e-4  # doubt below this share of the largest possible counts as it


class Temperature(nn.Module):
    """Divide logits by a temperature that rises or falls with their doubt, after a shift.

    log T = level + slope * log(entropy / log(classes)). Where a corpus has its classes in
    shares that nobody meets outside it, `prior` takes their logarithms out again. Fitted after
    training; until then it changes nothing. A temperature read off the branch's whole state
    was tried: it was surer of itself on other rows than it should be.

    Source: Balanya et al. 2024, "Adaptive Temperature Scaling for Robust Calibration of Deep
        Neural Networks", Neural Computing and Applications 36. https://arxiv.org/abs/2208.00461
    Differs: an exponential in place of the softplus, and a shift for each class.

    Args:
        classes: number of logits.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.level = nn.Parameter(torch.zeros(()), requires_grad=False)
        self.slope = nn.Parameter(torch.zeros(()), requires_grad=False)
        self.shift = nn.Parameter(torch.zeros(classes), requires_grad=False)
        self.prior = nn.Parameter(torch.zeros(classes), requires_grad=False)

    def forward(self, logits: Float[Tensor, "batch class"]) -> Float[Tensor, "batch class"]:
        logits = logits.float() + self.shift
        logs = logits.log_softmax(dim=1)
        doubt = -(logs.exp() * logs).sum(dim=1, keepdim=True) / math.log(logits.shape[1])
        heat = self.level + self.slope * doubt.clamp(min=SUREST).log()
        return logits / heat.clamp(-WIDEST, WIDEST).exp() - self.prior
