"""What the default model's own net sees in a face: the layer before its judgement."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
import torch
from jaxtyping import UInt8

from tritone import catalogue
from tritone.core.batch import Track
from tritone.core.errors import ModelError
from tritone.core.parts import Rows
from tritone.features.extractor import Material
from tritone.features.faces import crop_face
from tritone.features.pictures import FaceSeries, lasting
from tritone.features.tracks import no_track
from tritone.features.vocabulary import WIDEST, check_range

# By name, as in the catalogue: weights are the business of a floor above.
LOADER = "tritone.learn.pretrained:load"
CHUNK = 64  # faces through the net at once: bounds the memory


@dataclass(frozen=True)
class FaceCnn(FaceSeries):
    """A row for each picture with a face, by a small residual net that learned seven emotions.

    The net is the face branch of a trained Tritone model. The shipped one was trained on
    FER2013: on that corpus these rows have seen the labels of the training part, and its card
    says for what its weights may be used.

    Source: Goodfellow et al. 2013, "Challenges in Representation Learning" (FER2013), ICONIP.
        https://arxiv.org/abs/1307.0414

    Args:
        folder: "default", or the folder of a model with a face branch.
        dim: numbers in a row: the width of the branch.
    """

    folder: str = "default"
    dim: int = 256

    reads: ClassVar[tuple[str, ...]] = ("frames",)

    def __post_init__(self) -> None:
        check_range("dim", self.dim, 1, WIDEST)

    @property
    def rows(self) -> Rows:
        """One vector."""
        return Rows((self.dim,))

    def track(self, material: Material) -> Track:
        """A row for each picture with a face; no row where there is none.

        Raises:
            ModelError: the folder has no model with a face branch of this width.
        """
        net, side, margin = face_branch(self.folder)
        if net.width != self.dim:
            raise ModelError(
                f"The face branch of {self.folder!r} gives {net.width} numbers, and dim is "
                f"{self.dim}. Set dim to {net.width}."
            )
        crops, seconds = [], []
        for sight in self.sights(material):
            around = 0.0 if sight.is_cut else margin
            crops.append(
                crop_face(sight.image, sight.face.box, size=side, margin=around, grey=True)
            )
            seconds.append(sight.seconds)
        if not crops:
            return no_track(self.rows)
        return lasting(material, seen(net, np.stack(crops)), seconds)


def seen(net: Any, faces: UInt8[np.ndarray, "face side side"]) -> np.ndarray:
    """The net's vector of each face."""
    with torch.inference_mode():
        chunks = torch.from_numpy(faces).split(CHUNK)
        return torch.cat([net.look(chunk) for chunk in chunks]).float().numpy()


@lru_cache(maxsize=2)
def face_branch(folder: str) -> tuple[Any, int, float]:
    """The net of a model folder, and the side and margin of the faces that it reads.

    Raises:
        ModelError: there is no such model, or it has no face branch.
    """
    trained = catalogue.load("loader", LOADER)(folder)
    net = dict(getattr(trained.model, "branches", {}).items()).get("vision")
    if not hasattr(net, "look"):
        raise ModelError(f"The model {folder!r} has no face branch. Use 'default'.")
    settings = trained.preprocessor.face
    return net, settings.side, settings.margin
