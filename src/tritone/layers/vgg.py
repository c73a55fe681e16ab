"""Pictures to vectors by stacks of small convolutions, small enough to be trained on a CPU.

picture ─ 4 x (Conv3 ─ Conv3 ─ max-pool 2) ─ 3 x 3 places ─ FC ─ vector
"""

from collections.abc import Sequence

from einops import rearrange
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from tritone.layers.resnet import normed

GRID = 3  # places a side that the last maps are brought to: 48 pixels, halved four times


class VggNet(nn.Module):
    """VGG in small: 3x3 convolutions in pairs, each pair at half the size, then fully connected.

    Source: Simonyan and Zisserman 2015, "Very Deep Convolutional Networks for Large-Scale Image
        Recognition", ICLR. https://arxiv.org/abs/1409.1556; for faces Parkhi et al. 2015, "Deep
        Face Recognition", BMVC. https://doi.org/10.5244/C.29.41
    Differs: batch norms, as in most since; an eighth of the channels, four stages of two instead
        of five of up to three, one fully connected layer instead of two: for faces of 48 pixels.

    Args:
        colours: channels of a picture: 1 or 3.
        width: size of the vector that comes out.
        channels: of each stage; all of them halve the picture at their end.
        depth: convolutions of a stage.
        dropout: share of the last maps that is dropped in training, 0 to 1.
    """

    def __init__(
        self,
        colours: int,
        width: int,
        *,
        channels: Sequence[int] = (16, 32, 64, 128),
        depth: int = 2,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        stages, width_in = [], colours
        for width_out in channels:
            for _ in range(depth):
                stages += [*normed(width_in, width_out, 3), nn.ReLU(inplace=True)]
                width_in = width_out
            stages.append(nn.MaxPool2d(2, ceil_mode=True))
        self.process = nn.Sequential(*stages)
        self.dropout = nn.Dropout(dropout)
        self.predict = nn.Linear(GRID * GRID * width_in, width)

    def forward(
        self, picture: Float[Tensor, "batch colour height width"]
    ) -> Float[Tensor, "batch out"]:
        maps = functional.adaptive_avg_pool2d(self.process(picture), GRID)
        places = rearrange(maps, "batch channel row column -> batch (channel row column)")
        return self.predict(self.dropout(places))
