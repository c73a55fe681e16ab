"""A face net of one's own, whose rows any other model can read afterwards."""

from tritone.learn.recipe import Recipe
from tritone.learn.settings import Fit

SIDE = 48  # pixels of FER2013's pictures


def vgg_face() -> Recipe:
    """VGG-Face in small on pictures of faces, in grey, varied in training.

    Source: S001, section 3.1, which reads faces by VGG-Face.

    Run: tritone train vgg_face@faces --data faces:FOLDER
        tritone extract SPEC --to STORE --use vision=vgg_face --set vision.run=RUN
    Scores: S001 gives none for its faces alone.
    """
    return Recipe(
        "vgg_face",
        target="emotion",
        modalities=("vision",),
        extractors={"vision": "face_crop"},
        extracting={"vision": {"side": SIDE, "grey": True}},
        augment=("vary_faces:0.5",),
        fit=Fit(epochs=20, batch=64, patience=4),
        select="accuracy",
    )
