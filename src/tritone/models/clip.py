"""CLIP's vectors of the text and the pictures, and an MLP on them; the baseline of S002.

text ───── CLIP ─ vector ──────┐
pictures ─ CLIP ─ mean vector ─┼─ each Linear-ReLU-Dropout ─ MLP ─ score
others ─── mean row ───────────┘
"""

from collections.abc import Mapping, Sequence

from tritone.core.batch import Batch, Prediction
from tritone.core.pretrained import Bare
from tritone.core.task import Task
from tritone.models.base import Carried
from tritone.models.joined import Joined, track_vectors
from tritone.models.pretrained_clip import PretrainedClip
from tritone.models.pretrained_pictures import checked_pictures
from tritone.models.texts import EncoderModel, named_folder, read_tokens


class Clip(EncoderModel):
    """A CLIP's text and picture vectors beside the mean rows of all other channels, and an MLP.

    Vision that the store holds as vectors, such as those of `hub_image`, is taken as it is. A
    channel that a clip lacks gives zeros.

    Source: S002, table 1; Radford et al. 2021, "Learning Transferable Visual Models From Natural
        Language Supervision", ICML. https://arxiv.org/abs/2103.00020
    Differs: S002 says no more of its baseline than its name; the layers after the towers are
        ours, and so is the reading of sound.

    Args:
        dims: width of a row of each modality; the text's rows are not looked at.
        task: what is predicted; sets the width of the score.
        folder: a CLIP's, or its name on the hub; it has to be named.
        pictures: modalities that are looked at as pictures, "vision" or none; a training fills
            it in by the store.
        trained: layers of either tower that learn, from the top; 0 for none, -1 for all.
        longest: pieces that are read of a text; 0 for as many as the tower has room for.
        width: size of each channel's vector and of the MLP's hidden layer.
        dropout: share dropped of each vector in training, 0 to 1.
        pace: the towers' share of the learning rate.

    Raises:
        ModelError: there is no such folder, it is no CLIP, a tower has not so many layers or
            positions, or pictures of another modality are named.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        folder: str | Bare = "",
        pictures: Sequence[str] = (),
        trained: int = 0,
        longest: int = 0,
        width: int = 128,
        dropout: float = 0.3,
        pace: float = 0.01,
    ) -> None:
        super().__init__(dims, task, pace)
        self.pictures = checked_pictures(pictures, ("vision",))
        self.clip = PretrainedClip(
            named_folder(folder, "folder", "a CLIP"),
            pictures=bool(self.pictures),
            trained=trained,
            longest=longest,
        )
        sizes = {m: self.clip.width if m in self.pictures else dims[m] for m in dims}
        self.join = Joined(sizes | {"text": self.clip.width}, width, task.width, dropout)

    def forward(self, batch: Batch) -> Prediction:
        look, width = self.clip.pictures, self.clip.width
        found = track_vectors(self, batch, self.pictures, look, width)
        vectors = {modality: vector for modality, (vector, _) in found.items()}
        tokens = read_tokens(self, batch)
        vectors |= {"text": self.clip.text(tokens.ids, tokens.mask)}
        score, fused = self.join(vectors)
        return Prediction(score, {"fused": fused, **{f"vector_{m}": vectors[m] for m in vectors}})

    def carried(self) -> dict[str, Carried]:
        """The CLIP."""
        return {"folder": self.clip}
