"""Pictures as a pretrained encoder sees them: ResNet, ViT, DINO, CLIP, or one of faces."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import ClassVar

import numpy as np
import torch
from jaxtyping import UInt8

from tritone.core.batch import Track
from tritone.core.devices import device_of
from tritone.core.errors import RecipeError
from tritone.core.parts import Rows
from tritone.core.picture_encoder import PictureEncoder, load_picture_tower
from tritone.features.extractor import Material
from tritone.features.faces import crop_face
from tritone.features.pictures import FaceSeries, check_side, lasting
from tritone.features.tracks import no_track

PICTURE, FACE = "picture", "face"
LARGEST_BATCH = 1024


@dataclass(frozen=True)
class HubImage(FaceSeries):
    """A frozen encoder's vector of each picture of a clip, or of the face in it.

    The vector is what the model itself takes for the picture: CLIP's in the space that its texts
    share, a ResNet's mean over places, a Transformer's first token, or the mean of all where it
    has no token for the whole.

    Source: He et al. 2016, "Deep Residual Learning for Image Recognition", CVPR (ResNet);
        Dosovitskiy et al. 2021, "An Image is Worth 16x16 Words", ICLR (ViT).
        https://arxiv.org/abs/1512.03385 https://arxiv.org/abs/2010.11929

    Args:
        folder: a folder as `save_pretrained` writes it, with preprocessor_config.json; or a name
            of the hub that is in its cache on this machine.
        of: "picture", all that there is to see; or "face", the speaker's, cut out as by
            `face_crop`.
        layer: whose states are taken: -1 the model's own vector, 0 what goes into the first.
        average: the mean of all layers instead.
        margin: how much more than the face is taken on each side, as a share of it.
        side: height and width of a face that is cut out, in pixels; its encoder resizes it.
        batch: pictures that are looked at side by side.
        device: "cpu", "cuda" or "auto".
    """

    folder: str = ""
    of: str = PICTURE
    layer: int = -1
    average: bool = False
    margin: float = 0.0
    side: int = 224
    batch: int = 16
    device: str = "auto"

    reads: ClassVar[tuple[str, ...]] = ("frames",)

    def __post_init__(self) -> None:
        if self.of not in (PICTURE, FACE):
            raise RecipeError(f"of is {self.of!r}; take {PICTURE} or {FACE}")
        if not 0 <= self.margin <= 2:
            raise RecipeError(f"margin is {self.margin:g}; take 0 to 2")
        if not 1 <= self.batch <= LARGEST_BATCH:
            raise RecipeError(f"batch is {self.batch}; take 1 to {LARGEST_BATCH}")
        check_side(self.side)

    @property
    def rows(self) -> Rows:
        """One vector."""
        return Rows((kept_width(self.folder, self.device, self.layer, self.average),))

    def track(self, material: Material) -> Track:
        """A row for each picture, or for each with a face; no row where there is none.

        Raises:
            ModelError: the folder holds no encoder of pictures.
            RecipeError: it has no such layer.
        """
        seen, seconds = [], []
        shown = self.shown(material)
        # A film is looked at a few pictures at a time: it need not fit into memory.
        while some := list(islice(shown, self.batch)):
            encoder = kept_encoder(self.folder, self.device)
            # A copy: what a decoder gives may be read-only, which a tensor cannot be.
            pictures = [torch.from_numpy(np.array(image)) for _, image in some]
            vectors = encoder.vectors(pictures, self.layer, average=self.average)
            seen.append(vectors.numpy())
            seconds += [second for second, _ in some]
        return lasting(material, np.concatenate(seen), seconds) if seen else no_track(self.rows)

    def shown(
        self, material: Material
    ) -> Iterator[tuple[float, UInt8[np.ndarray, "height width 3"]]]:
        """What is looked at, and when."""
        if self.of == PICTURE:
            for frame in material.frames():
                yield frame.seconds, frame.image
            return
        for sight in self.sights(material):
            margin = 0.0 if sight.is_cut else self.margin
            yield (
                sight.seconds,
                crop_face(sight.image, sight.face.box, size=self.side, margin=margin),
            )


@lru_cache(maxsize=1)
def kept_encoder(folder: str, device: str) -> PictureEncoder:
    """An encoder, read once: its file is long."""
    return load_picture_tower(folder, device_of(device))


@lru_cache(maxsize=8)
def kept_width(folder: str, device: str, layer: int, average: bool) -> int:
    """The width of its rows, by a look at a black picture: configs do not say it in one way."""
    black = torch.zeros(64, 64, 3, dtype=torch.uint8)
    return kept_encoder(folder, device).vectors([black], layer, average=average).shape[1]
