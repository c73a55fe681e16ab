"""Pictures and text, each a vector, mixed by a Transformer encoder (S003).

pictures ─ small CNN | ResNet-50 | VGG ─ mean ─┐
                                               ├─ Transformer encoder ─ dropout ─ FC ─ FC ─ score
text rows ─ the first 60 ─ mean ─ FC ──────────┘
"""

from collections.abc import Mapping
from typing import ClassVar

import torch
from einops import rearrange
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.errors import ModelError
from tritone.core.task import Task
from tritone.layers.pooling import is_present, masked_mean
from tritone.layers.resnet import ResNet, SmallPictureNet
from tritone.layers.transformer import TransformerEncoder
from tritone.layers.vgg import VggNet
from tritone.models.base import FusionModel
from tritone.models.encoders import checked_heads
from tritone.models.pictures import colours_of, mean_seen, real_pictures, resized


class OutputTransformerEncoder(FusionModel):
    """OTE: a picture's vector and the words' vector through a Transformer encoder.

    Both channels are optional, as in S003's single-modality runs; a third one is not read. Of a
    text with more than `text_length` rows the end is cut; `cut` of the prediction counts the rows
    that were lost.

    Source: S003, section 3.2 and table 4; He et al. 2016, "Deep Residual Learning for Image
        Recognition", CVPR. https://arxiv.org/abs/1512.03385
    Differs: the two vectors are two rows of the encoder (S003 makes one row of them, in which
        attention has nothing to weigh), so that both have one width; a clip with several
        pictures is their mean; each picture is brought to mean 0 and spread 1; a channel that
        a clip lacks is masked. The words' rows are averaged before the layer: BERT's, or those
        of any other extractor, such as word2vec; S003's 60 tokens are 60 rows, which are words
        where `hub_text` reads them. S003 trains at 0.001, 64 clips a batch, 20 epochs.

    Args:
        dims: width of a row of each modality; vision: numbers of a picture, a grey one, or one
            of three colours if a third of them is a square.
        task: what is predicted; sets the width of the score.
        net: reads the pictures: "small", three convolutions; "resnet50"; or "vgg", in small.
        side: pixels to which pictures are brought, height and width.
        width: size of either vector, image_out_dim and text_out_dim in S003.
        heads: of the encoder's attention.
        feed_forward: hidden size of the encoder.
        depth: layers of the encoder.
        hidden: size of the layer before the score.
        text_length: rows of text that are read, at most.
        dropout: share dropped before either layer of the classifier in training, 0 to 1.

    Raises:
        ModelError: neither text nor vision is among the modalities, there is no such net, the
            heads do not divide the width, or no row of text may be read.
    """

    wants: ClassVar[Mapping[str, str]] = {"vision": "picture"}

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        net: str = "small",
        side: int = 64,
        width: int = 64,
        heads: int = 4,
        feed_forward: int = 2048,
        depth: int = 1,
        hidden: int = 20,
        text_length: int = 60,
        dropout: float = 0.4,
    ) -> None:
        super().__init__(dims, task)
        self.read = [modality for modality in ("text", "vision") if modality in dims]
        if not self.read:
            raise ModelError(
                f"OTE reads text and pictures, and there is {', '.join(dims)}. Give it a store "
                f"with one of them."
            )
        if text_length < 1:
            raise ModelError(f"OTE reads at least one row of text; text_length is {text_length}.")
        self.side, self.width, self.text_length = side, width, text_length
        if "text" in dims:
            self.text = nn.Linear(dims["text"], width)
        if "vision" in dims:
            self.net = picture_net(net, colours_of(dims["vision"]), width)
        self.encoder = TransformerEncoder(
            width, depth=depth, heads=checked_heads(width, heads), hidden=feed_forward
        )
        self.head = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(len(self.read) * width, hidden),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(hidden, task.width),
        )

    def forward(self, batch: Batch) -> Prediction:
        rows, present, parts = [], [], {}
        for modality in self.read:
            vector, mask = self.words(batch) if modality == "text" else self.look(batch)
            rows.append(vector)
            present.append(is_present(mask))
        mask = torch.cat(present, dim=1)
        mixed = self.encoder(torch.stack(rows, dim=1), mask)
        fused = rearrange(mixed, "batch channel width -> batch (channel width)")
        if "text" in self.read:
            parts["cut"] = batch["text"].mask[:, self.text_length :].sum(dim=1)
        return Prediction(self.head(fused), parts={"fused": fused, **parts})

    def words(
        self, batch: Batch
    ) -> tuple[Float[Tensor, "batch width"], Bool[Tensor, "batch time"]]:
        """The vector of the words of each clip, and which of those that are read are real."""
        track = self.track(batch, "text")
        mask = track.mask[:, : self.text_length]
        return self.text(masked_mean(track.values[:, : self.text_length], mask)), mask

    def look(self, batch: Batch) -> tuple[Float[Tensor, "batch width"], Bool[Tensor, "batch time"]]:
        """The mean vector of the pictures of each clip, and which of them are real."""
        pictures, mask = real_pictures(self, batch)
        return mean_seen(pictures, mask, self.vectors, self.width), mask

    def vectors(
        self, pictures: Float[Tensor, "picture colour height width"]
    ) -> Float[Tensor, "picture out"]:
        """The vectors of pictures whose mean is 0 and whose spread is 1."""
        return self.net(resized(pictures, self.side))


def picture_net(net: str, colours: int, width: int) -> nn.Module:
    """What reads a picture.

    Raises:
        ModelError: there is none of that name.
    """
    nets = {"small": SmallPictureNet, "resnet50": ResNet, "vgg": VggNet}
    if net not in nets:
        raise ModelError(f"net is {net!r}; take small, resnet50 or vgg.")
    return nets[net](colours, width)
