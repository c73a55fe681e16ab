"""What a face net of one's own sees in a face: the layer before its judgement."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from jaxtyping import UInt8

from tritone import catalogue
from tritone.core.batch import Track
from tritone.core.errors import ModelError
from tritone.core.parts import Rows
from tritone.features.extractor import Extractor, Material, build
from tritone.features.tracks import no_track

# By name, as in the catalogue: trainings are the business of a floor above.
CHOOSER, LOADER = "tritone.learn.chosen:chosen_in", "tritone.learn.trained:load_trained"
NET = "vgg_face"
CHUNK = 64  # faces through the net at once: bounds the memory


@dataclass(frozen=True)
class VggFaceRows:
    """A row for each face, by a net that `tritone train vgg_face` left.

    Faces are cut out as they were for its training. On the corpus that it was trained on, these
    rows have seen the labels of the training part.

    Source: Parkhi, Vedaldi and Zisserman 2015, "Deep Face Recognition", BMVC (section 3.1 of
        S001). https://doi.org/10.5244/C.29.41

    Args:
        run: the folder that the training left; of several seeds the best on val is taken, and
            its own folder is what a store writes down.
    """

    run: str = ""

    modality: ClassVar[str] = "vision"
    version: ClassVar[int] = 1
    reads: ClassVar[tuple[str, ...]] = ("frames",)

    def __post_init__(self) -> None:
        if self.run:
            chosen = catalogue.load("chooser", CHOOSER)(Path(self.run).expanduser())
            object.__setattr__(self, "run", str(chosen.folder))

    @property
    def rows(self) -> Rows:
        """One vector."""
        return Rows((face_net(self.run)[0].width,))

    def track(self, material: Material) -> Track:
        """A row for each picture with a face; no row where there is none.

        Raises:
            ModelError: the folder holds no face net, or one whose pictures nobody can cut.
        """
        net, cutter = face_net(self.run)
        faces = cutter.track(material)
        if not len(faces.mask):
            return no_track(self.rows)
        return Track(torch.from_numpy(seen(net, faces.values.numpy())), faces.mask, faces.spans)


def seen(net: Any, faces: UInt8[np.ndarray, "face side side *colour"]) -> np.ndarray:
    """The net's vector of each face."""
    with torch.inference_mode():
        return torch.cat(
            [net.look(chunk) for chunk in torch.from_numpy(faces).split(CHUNK)]
        ).numpy()


@lru_cache(maxsize=2)
def face_net(run: str) -> tuple[Any, Extractor]:
    """The net of a training, and what cuts out the faces that it reads.

    Raises:
        ModelError: no training is named, it is not one of this net, or its pictures were not
            extracted here.
    """
    if not run:
        raise ModelError(
            f"{NET} reads with a net of your own, and none is named. Train one with `tritone train "
            f"{NET} --data faces:DIR`, and set vision.run=RUN."
        )
    trained = catalogue.load("loader", LOADER)(Path(run))
    if trained.name != NET:
        raise ModelError(
            f"{run} holds a {trained.name}, and {NET} reads faces with a {NET}. Train one with "
            f"`tritone train {NET}`, or name its folder."
        )
    said = dict(trained.provenance.get("extractors", {}).get(trained.model.modality, {}))
    name = said.pop("name", "")
    if name not in ("face_crop", "picture"):
        raise ModelError(
            f"{run} was trained on {name or 'published'} rows, not on pictures cut out here. Train "
            f"{NET} on a store of face_crop or picture."
        )
    return trained.model, build(name, said)
