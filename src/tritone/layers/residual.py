"""Residual convolutions over pictures and spectrograms."""

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional


class SqueezeExcite(nn.Module):
    """Scale each channel by a gate that has seen the whole picture.

    Source: Hu et al. 2018, "Squeeze-and-Excitation Networks", CVPR.
        https://arxiv.org/abs/1709.01507

    Args:
        width: channels.
        squeeze: how many times narrower the gate's hidden layer is.
    """

    def __init__(self, width: int, *, squeeze: int = 8) -> None:
        super().__init__()
        self.inner = nn.Linear(width, max(4, width // squeeze))
        self.outer = nn.Linear(max(4, width // squeeze), width)

    def forward(
        self, picture: Float[Tensor, "batch channel height width"]
    ) -> Float[Tensor, "batch channel height width"]:
        gate = self.outer(functional.relu(self.inner(picture.mean(dim=(2, 3)))))
        return picture * gate.sigmoid()[:, :, None, None]


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with a gate, added to their input.

    Source: He et al. 2016, "Deep Residual Learning for Image Recognition", CVPR.
        https://arxiv.org/abs/1512.03385
    Differs: each block ends in a squeeze-and-excite gate.

    Args:
        width_in: channels that come in.
        width_out: channels that go out.
        stride: 2 halves height and width.
    """

    def __init__(self, width_in: int, width_out: int, *, stride: int = 1) -> None:
        super().__init__()
        self.first = nn.Conv2d(width_in, width_out, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(width_out)
        self.second = nn.Conv2d(width_out, width_out, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(width_out)
        self.gate = SqueezeExcite(width_out)
        same = stride == 1 and width_in == width_out
        self.skip = (
            nn.Identity()
            if same
            else nn.Sequential(
                nn.Conv2d(width_in, width_out, 1, stride, bias=False), nn.BatchNorm2d(width_out)
            )
        )

    def forward(
        self, picture: Float[Tensor, "batch channel height width"]
    ) -> Float[Tensor, "batch out smaller_height smaller_width"]:
        inner = functional.relu(self.first_norm(self.first(picture)))
        inner = self.gate(self.second_norm(self.second(inner)))
        return functional.relu(inner + self.skip(picture))
