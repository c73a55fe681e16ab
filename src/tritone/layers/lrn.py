"""Channels at one place that hold each other down."""

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional


class LocalResponseNorm(nn.Module):
    """Divide each number by how strong its neighbours in the channels are.

    b_i = a_i / (k + alpha / n * sum of a_j ** 2) ** beta, over the n channels around i.

    Source: Krizhevsky et al. 2012, "ImageNet Classification with Deep Convolutional Neural
        Networks", NeurIPS, sec. 3.3. https://papers.nips.cc/paper/4824
    Differs: alpha is shared by the n channels and k is 1, as in PyTorch; without `size` the
        neighbours are all the channels, which PyTorch's window of n around i never holds.

    Args:
        size: how many channels are neighbours, the number itself among them; all by default.
        alpha: weight of the mean square.
        beta: power of the divisor.
        k: what the divisor is of silence, to the power of `beta`.
    """

    def __init__(
        self, size: int | None = None, *, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
    ) -> None:
        super().__init__()
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(
        self, picture: Float[Tensor, "batch channel height width"]
    ) -> Float[Tensor, "batch channel height width"]:
        if self.size is not None:
            return functional.local_response_norm(picture, self.size, self.alpha, self.beta, self.k)
        strength = picture.square().mean(dim=1, keepdim=True)
        return picture / (self.k + self.alpha * strength) ** self.beta
