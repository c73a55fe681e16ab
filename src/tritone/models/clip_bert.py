"""CLIP's vectors beside BERT's of the same text, and an MLP on them; a baseline of S002.

        ┌─ BERT ─ mean of pieces ─┐
text ───┴─ CLIP ─ vector ─────────┤
pictures ─ CLIP ─ mean vector ────┼─ each Linear-ReLU-Dropout ─ MLP ─ score
others ─── mean row ──────────────┘

Two encoders cut a text in two ways: a batch's pieces are BERT's and then CLIP's, end to end,
and the ids of the second begin where those of the first end.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from tritone.core.batch import Batch, Prediction, Tokens
from tritone.core.pretrained import Bare
from tritone.core.take import gathered, take_tokens
from tritone.core.task import Task
from tritone.layers.pooling import masked_mean
from tritone.models.base import Carried
from tritone.models.joined import Joined, track_vectors
from tritone.models.pretrained_clip import PretrainedClip
from tritone.models.pretrained_encoders import PretrainedText
from tritone.models.pretrained_pictures import checked_pictures
from tritone.models.texts import EncoderModel, named_folder, read_tokens


class ClipBert(EncoderModel):
    """A CLIP's vectors, BERT's vector of the text and all other channels' mean rows, and an MLP.

    Vision that the store holds as vectors, such as those of `hub_image`, is taken as it is. A
    channel that a clip lacks gives zeros.

    Source: S002, table 1 (CLIP + BERT); Radford et al. 2021, ICML,
        https://arxiv.org/abs/2103.00020; Devlin et al. 2019, NAACL,
        https://arxiv.org/abs/1810.04805
    Differs: S002 says no more of its baseline than its name; how the vectors are joined is ours.

    Args:
        dims: width of a row of each modality; the text's rows are not looked at.
        task: what is predicted; sets the width of the score.
        folder: the BERT's, as for `hub_text`.
        clip_folder: a CLIP's, or its name on the hub.
        pictures: modalities that are looked at as pictures, "vision" or none; a training fills
            it in by the store.
        trained: layers of each encoder that learn, from the top; 0 for none, -1 for all.
        longest: pieces that are read of a text; 0 for as many as either has room for.
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
        clip_folder: str | Bare = "",
        pictures: Sequence[str] = (),
        trained: int = 0,
        longest: int = 0,
        width: int = 128,
        dropout: float = 0.3,
        pace: float = 0.01,
    ) -> None:
        super().__init__(dims, task, pace)
        self.pictures = checked_pictures(pictures, ("vision",))
        self.text = PretrainedText(folder, trained=trained, longest=longest)
        self.clip = PretrainedClip(
            named_folder(clip_folder, "clip_folder", "a CLIP"),
            pictures=bool(self.pictures),
            trained=trained,
            longest=longest,
        )
        sizes = {m: self.clip.width if m in self.pictures else dims[m] for m in dims}
        sizes |= {"text": self.text.width, "text_clip": self.clip.width}
        self.join = Joined(sizes, width, task.width, dropout)

    def forward(self, batch: Batch) -> Prediction:
        look, width = self.clip.pictures, self.clip.width
        found = track_vectors(self, batch, self.pictures, look, width)
        vectors = {modality: vector for modality, (vector, _) in found.items()}
        ours, theirs = parted(read_tokens(self, batch), self.text.pieces)
        vectors["text"] = masked_mean(self.text(ours.ids, ours.mask), ours.mask)
        vectors["text_clip"] = self.clip.text(theirs.ids, theirs.mask)
        score, fused = self.join(vectors)
        return Prediction(score, {"fused": fused})

    def tokens(self, texts: Sequence[str | None]) -> Tokens:
        """The pieces of some texts, BERT's and then CLIP's."""
        return end_to_end(self.text.cut(texts), self.clip.cut(texts), self.text.pieces)

    def carried(self) -> dict[str, Carried]:
        """Both encoders."""
        return {"folder": self.text, "clip_folder": self.clip}


def end_to_end(first: Tokens, second: Tokens, known: int) -> Tokens:
    """Pieces of two tokenizers as one sequence a text.

    Args:
        first: pieces of the first tokenizer.
        second: those of the second.
        known: pieces in the vocabulary of the first.
    """
    whole = Tokens(
        torch.cat([first.ids, second.ids + known], dim=1),
        torch.cat([first.mask, second.mask], dim=1),
        both(first.words, second.words, lambda one, other: torch.cat([one, other], dim=1)),
        first.said,
        both(first.cut, second.cut, torch.logical_or),
    )
    return take_tokens(gathered(whole), slice(None))


def parted(tokens: Tokens, known: int) -> tuple[Tokens, Tokens]:
    """The pieces of either tokenizer, the second's ids its own again and from the start."""
    first = tokens.mask & (tokens.ids < known)
    second = tokens.mask & (tokens.ids >= known)
    theirs = gathered(replace(tokens, ids=tokens.ids - known, mask=second))
    return gathered(replace(tokens, mask=first)), theirs


def both(
    one: Tensor | None, other: Tensor | None, join: Callable[[Tensor, Tensor], Tensor]
) -> Tensor | None:
    """Two facts as one; None where either is unknown."""
    return None if one is None or other is None else join(one, other)
