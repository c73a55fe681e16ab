"""A face by itself, by a VGG in small that learns from the pictures.

pictures ─ VGG ─ ReLU ─ mean ─ dropout ─ score
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from einops import rearrange
from jaxtyping import Float, Shaped
from torch import Tensor, nn
from torch.nn import functional

from tritone.core.batch import Batch, Prediction
from tritone.core.task import Task
from tritone.layers.vgg import VggNet
from tritone.models.base import FusionModel
from tritone.models.pictures import colours_of, mean_seen, real_pictures, resized
from tritone.models.subnets import need


class VggFace(FusionModel):
    """Each face through a VGG in small; the faces of a clip are averaged.

    After training the extractor of the same name reads faces with it, for any other model.

    Source: Parkhi, Vedaldi and Zisserman 2015, "Deep Face Recognition", BMVC (section 3.1 of
        S001). https://doi.org/10.5244/C.29.41
    Differs: far smaller, and trained on the task from the start, where VGG-Face first learned
        2.6 million faces by name.

    Args:
        dims: width of a row of each modality; only one of them is read: numbers of a picture, in
            grey or three colours.
        task: what is predicted; sets the width of the score.
        modality: the one that is read.
        side: pixels to which pictures are brought, height and width.
        width: size of a face's vector.
        channels: of each stage of convolutions; each halves height and width.
        depth: convolutions of a stage.
        dropout: share dropped before either fully connected layer in training, 0 to 1.
    """

    wants: ClassVar[Mapping[str, str]] = {"vision": "face_crop"}

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        modality: str = "vision",
        side: int = 48,
        width: int = 128,
        channels: Sequence[int] = (16, 32, 64, 128),
        depth: int = 2,
        dropout: float = 0.4,
    ) -> None:
        super().__init__(dims, task)
        self.modality, self.side = need(dims, modality, "VGG-Face"), side
        self.width, colours = width, colours_of(dims[modality])
        self.net = VggNet(colours, width, channels=channels, depth=depth, dropout=dropout)
        self.dropout, self.head = nn.Dropout(dropout), nn.Linear(width, task.width)

    def forward(self, batch: Batch) -> Prediction:
        pictures, mask = real_pictures(self, batch, self.modality)
        fused = mean_seen(pictures, mask, self.vectors, self.width)
        return Prediction(self.head(self.dropout(fused)), parts={"fused": fused})

    def vectors(
        self, pictures: Float[Tensor, "picture colour height width"]
    ) -> Float[Tensor, "picture out"]:
        """The vectors of pictures whose mean is 0 and whose spread is 1."""
        return self.net(resized(pictures, self.side)).relu()

    def look(
        self, pictures: Shaped[Tensor, "picture height width *colour"]
    ) -> Float[Tensor, "picture out"]:
        """The vectors of pictures as a store holds them, 0 to 255."""
        plain = functional.layer_norm(pictures.float(), pictures.shape[1:])
        coloured = plain if plain.ndim == 4 else plain.unsqueeze(3)
        return self.vectors(
            rearrange(coloured, "picture height width colour -> picture colour height width")
        )
