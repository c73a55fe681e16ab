"""Pictures to vectors: ResNet-50 from scratch, and the three convolutions that S003 fell back to.

picture ─ Conv7-2 ─ max-pool ─ 4 stages of bottlenecks ─ average ─ FC
"""

from collections.abc import Sequence

from einops import reduce
from jaxtyping import Float
from torch import Tensor, nn

GROWS = 4  # how many times more channels leave a bottleneck than pass through it


class Bottleneck(nn.Module):
    """Fewer channels, a 3x3 convolution, four times as many; added to what came in.

    Source: He et al. 2016, "Deep Residual Learning for Image Recognition", CVPR, sec. 4.1.
        https://arxiv.org/abs/1512.03385
    Differs: the 3x3 convolution has the stride, as in most nets since (the paper: the first
        1x1).

    Args:
        width_in: channels that come in.
        width: of the 3x3 convolution; four times as many go out.
        stride: 2 halves height and width.
    """

    def __init__(self, width_in: int, width: int, *, stride: int = 1) -> None:
        super().__init__()
        width_out = GROWS * width
        self.change = nn.Sequential(
            *normed(width_in, width, 1),
            nn.ReLU(),
            *normed(width, width, 3, stride=stride),
            nn.ReLU(),
            *normed(width, width_out, 1),
        )
        same = stride == 1 and width_in == width_out
        self.keep = (
            nn.Identity() if same else nn.Sequential(*normed(width_in, width_out, 1, stride=stride))
        )

    def forward(
        self, picture: Float[Tensor, "batch channel height width"]
    ) -> Float[Tensor, "batch more rows columns"]:
        return (self.change(picture) + self.keep(picture)).relu()


class ResNet(nn.Module):
    """ResNet-50: a convolution, a max-pool, sixteen bottlenecks in four stages, average, FC.

    Source: He et al. 2016, "Deep Residual Learning for Image Recognition", CVPR, table 1.
        https://arxiv.org/abs/1512.03385 (section 3.2.1 of S003)

    Args:
        colours: channels of a picture: 1 or 3.
        width: size of the vector that comes out.
        depths: bottlenecks of each stage; all stages but the first halve the picture.
        channels: of the first stage; each next one has twice as many.
    """

    def __init__(
        self,
        colours: int,
        width: int,
        *,
        depths: Sequence[int] = (3, 4, 6, 3),
        channels: int = 64,
    ) -> None:
        super().__init__()
        self.ingest = nn.Sequential(
            *normed(colours, channels, 7, stride=2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)
        )
        blocks, width_in = [], channels
        for stage, depth in enumerate(depths):
            for place in range(depth):
                halved = stage > 0 and place == 0
                blocks.append(Bottleneck(width_in, channels << stage, stride=2 if halved else 1))
                width_in = GROWS * (channels << stage)
        self.process = nn.Sequential(*blocks)
        self.predict = nn.Linear(width_in, width)

    def forward(
        self, picture: Float[Tensor, "batch colour height width"]
    ) -> Float[Tensor, "batch out"]:
        return self.predict(averaged(self.process(self.ingest(picture))))


class SmallPictureNet(nn.Module):
    """Three convolutions, each halving the picture and normed; a max-pool; average; FC.

    Source: S003, section 5.2.2: "three convolutions, a pooling operation and some
        normalizations".
    Differs: S003 gives no sizes; these are ours.

    Args:
        colours: channels of a picture: 1 or 3.
        width: size of the vector that comes out.
        channels: of the convolutions.
    """

    def __init__(
        self, colours: int, width: int, *, channels: tuple[int, int, int] = (16, 32, 64)
    ) -> None:
        super().__init__()
        first, second, third = channels
        self.process = nn.Sequential(
            *normed(colours, first, 3, stride=2),
            nn.ReLU(),
            *normed(first, second, 3, stride=2),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, 1),
            *normed(second, third, 3, stride=2),
            nn.ReLU(),
        )
        self.predict = nn.Linear(third, width)

    def forward(
        self, picture: Float[Tensor, "batch colour height width"]
    ) -> Float[Tensor, "batch out"]:
        return self.predict(averaged(self.process(picture)))


def normed(width_in: int, width_out: int, kernel: int, *, stride: int = 1) -> list[nn.Module]:
    """A convolution that keeps the edges, and its batch norm."""
    convolve = nn.Conv2d(width_in, width_out, kernel, stride, kernel // 2, bias=False)
    return [convolve, nn.BatchNorm2d(width_out)]


def averaged(
    picture: Float[Tensor, "batch channel height width"],
) -> Float[Tensor, "batch channel"]:
    """Each channel's mean over the picture."""
    return reduce(picture, "batch channel height width -> batch channel", "mean")
