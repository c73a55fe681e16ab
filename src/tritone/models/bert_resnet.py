"""A text encoder and an encoder of pictures, joined in an MLP or by the mean of two answers.

text ───── BERT ─── mean of pieces ───┐
pictures ─ ResNet ─ mean of pictures ─┼─ MLP, or a linear layer each and their mean ─ score
others ─── mean row ──────────────────┘
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.pretrained import Bare
from tritone.core.task import Task
from tritone.layers.pooling import masked_mean
from tritone.models.base import Carried
from tritone.models.decisions import mean_opinion, opinion, score_of
from tritone.models.joined import Joined, track_vectors
from tritone.models.pretrained_encoders import PretrainedText
from tritone.models.pretrained_pictures import PretrainedPictures, checked_pictures
from tritone.models.texts import EncoderModel, named_folder, read_tokens
from tritone.models.unimodal import unimodal


class BertResNet(EncoderModel):
    """BERT's vector of the text beside ResNet's of the pictures, and an MLP.

    Vision that the store holds as vectors, such as those of `hub_image`, is taken as it is. A
    channel that a clip lacks gives zeros.

    Source: S002, related work (BERT and ResNet ensemble); Devlin et al. 2019, NAACL,
        https://arxiv.org/abs/1810.04805; He et al. 2016, CVPR, https://arxiv.org/abs/1512.03385
    Differs: S002 gives neither sizes nor layers; these are ours, and so is the reading of sound.

    Args:
        dims: width of a row of each modality; the text's rows are not looked at.
        task: what is predicted; sets the width of the score.
        folder: the text encoder's, as for `hub_text`.
        picture_folder: that of the encoder of pictures; needed where there are pictures.
        pictures: modalities that are looked at as pictures, "vision" or none; a training fills
            it in by the store.
        trained: layers of either encoder that learn, from the top; 0 for none, -1 for all.
        longest: pieces that are read of a text; 0 for as many as the encoder has room for.
        width: size of each channel's vector and of the MLP's hidden layer.
        dropout: share dropped of each vector in training, 0 to 1.
        pace: the encoders' share of the learning rate.

    Raises:
        MissingExtra: "minilm" is not installed.
        ModelError: there is no such encoder, it has not so many layers or positions, or pictures
            of another modality are named.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        folder: str | Bare = "minilm",
        picture_folder: str | Bare = "",
        pictures: Sequence[str] = (),
        trained: int = 0,
        longest: int = 0,
        width: int = 128,
        dropout: float = 0.3,
        pace: float = 0.05,
    ) -> None:
        super().__init__(dims, task, pace)
        self.pictures = checked_pictures(pictures, ("vision",))
        self.text = PretrainedText(folder, trained=trained, longest=longest)
        if self.pictures:
            named = named_folder(picture_folder, "picture_folder", "an encoder of pictures")
            self.look = PretrainedPictures(named, trained=trained)
        sizes = {m: self.look.width if m in self.pictures else dims[m] for m in dims}
        self.judge = self.judges(sizes | {"text": self.text.width}, width, dropout)

    def judges(self, sizes: Mapping[str, int], width: int, dropout: float) -> nn.Module:
        """What the vectors go through."""
        return Joined(sizes, width, self.task.width, dropout)

    def forward(self, batch: Batch) -> Prediction:
        found = self.vectors(batch)
        score, fused = self.judge({m: vector for m, (vector, _) in found.items()})
        return Prediction(score, {"fused": fused})

    def vectors(self, batch: Batch) -> dict[str, tuple[Tensor, Tensor]]:
        """One vector for each channel of each clip, and whether the clip has the channel."""
        look, size = (self.look, self.look.width) if self.pictures else (nn.Identity(), 0)
        found = track_vectors(self, batch, self.pictures, look, size)
        tokens = read_tokens(self, batch)
        text = masked_mean(self.text(tokens.ids, tokens.mask), tokens.mask)
        return found | {"text": (text, tokens.mask.any(dim=1, keepdim=True))}

    def carried(self) -> dict[str, Carried]:
        """The encoders."""
        looks: dict[str, Carried] = {"picture_folder": self.look} if self.pictures else {}
        return {"folder": self.text, **looks}


class BertResNetAverage(BertResNet):
    """BERT and ResNet each answer by themselves; the mean over the channels that are there.

    Source: S002, related work (BERT and ResNet ensemble); Devlin et al. 2019, NAACL,
        https://arxiv.org/abs/1810.04805; He et al. 2016, CVPR, https://arxiv.org/abs/1512.03385
    Differs: probabilities are averaged (scores, where one is predicted), over the channels that
        a clip has; each channel learns by a loss of its own.
    """

    def judges(self, sizes: Mapping[str, int], width: int, dropout: float) -> nn.Module:
        """A linear layer for each channel."""
        return Judges(sizes, self.task.width, dropout)

    def forward(self, batch: Batch) -> Prediction:
        found = self.vectors(batch)
        parts = {f"present_{channel}": present for channel, (_, present) in found.items()}
        alone = self.judge({m: vector for m, (vector, _) in found.items()})
        said = {m: alone[m] * present for m, (_, present) in found.items()}
        opinions = torch.stack([opinion(self.task, score) for score in said.values()], dim=1)
        present = torch.cat([present for _, present in found.values()], dim=1)
        score = score_of(self.task, mean_opinion(self.task, opinions, present))
        return Prediction(score, parts | {f"score_{m}": said[m] for m in said})

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task's loss of each channel's answer, where the clip has the channel."""
        return unimodal(self.task, {}, prediction, batch)


class Judges(nn.Module):
    """A linear layer for the vector of each channel.

    Args:
        sizes: channel to the size of its vector.
        out: size of each score.
        dropout: share of each vector that is dropped in training, 0 to 1.
    """

    def __init__(self, sizes: Mapping[str, int], out: int, dropout: float) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleDict({channel: nn.Linear(sizes[channel], out) for channel in sizes})

    def forward(self, vectors: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """What each channel says."""
        return {m: head(self.dropout(vectors[m])) for m, head in self.heads.items()}
