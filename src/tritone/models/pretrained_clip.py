"""A CLIP inside a model: a text and a picture as vectors of one space."""

from collections.abc import Sequence
from pathlib import Path

import torch
from jaxtyping import Bool, Float, Int, Shaped
from torch import Tensor, nn

from tritone.core.batch import Tokens
from tritone.core.cutting import cut_texts, room_of
from tritone.core.pretrained import Bare, load_clip
from tritone.models.pretrained_encoders import ALL, Pretrained, last_states, thaw


class PretrainedClip(Pretrained):
    """The towers of a CLIP, each up to its projection; vectors have length 1.

    Source: Radford et al. 2021, "Learning Transferable Visual Models From Natural Language
        Supervision", ICML. https://arxiv.org/abs/2103.00020

    Args:
        folder: as for `PretrainedText`, of a CLIP with tokenizer and preprocessor.
        pictures: keep the tower of pictures.
        trained: layers of either tower that learn, from the top; 0 for none, -1 for all.
        longest: pieces that are read of a text; 0 for as many as the tower has room for.

    Raises:
        ModelError: there is no such folder, it is no CLIP, or a tower has fewer layers or
            positions.
    """

    def __init__(
        self, folder: str | Bare, *, pictures: bool = True, trained: int = 0, longest: int = 0
    ) -> None:
        super().__init__()
        self.tokenizer, self.bring, whole = load_clip(folder)
        self.config, self.folder = whole.config, str(folder)
        self.width = whole.config.projection_dim
        self.text_tower, self.text_projection = whole.text_model, whole.text_projection
        self.longest = room_of(self.text_tower.config, longest, self.folder)
        towers = [(self.text_tower, self.text_projection)]
        if pictures:
            self.picture_tower = whole.vision_model
            self.picture_projection = whole.visual_projection
            towers.append((self.picture_tower, self.picture_projection))
        for tower, projection in towers:
            thaw(tower, trained, self.folder)
            projection.requires_grad_(trained == ALL)

    def text(
        self, ids: Int[Tensor, "batch piece"], mask: Bool[Tensor, "batch piece"]
    ) -> Float[Tensor, "batch dim"]:
        """The vectors of texts; zeros for one without a piece.

        Raises:
            ModelError: a piece that the tower does not know.
        """
        states = last_states(self.text_tower, ids, mask, self.folder)
        # The last piece is the end of the text, where CLIP sums it up.
        places = torch.arange(mask.shape[1], device=mask.device)
        last = (places * mask).amax(dim=1)
        end = states[torch.arange(len(states), device=mask.device), last]
        return unit(self.text_projection(end)) * mask.any(dim=1, keepdim=True)

    def pictures(
        self, pictures: Shaped[Tensor, "picture height width *colour"]
    ) -> Float[Tensor, "picture dim"]:
        """The vectors of pictures in whole numbers, 0 to 255."""
        summed = self.picture_tower(pixel_values=self.bring(pictures)).pooler_output
        return unit(self.picture_projection(summed))

    def cut(self, texts: Sequence[str | None]) -> Tokens:
        """The pieces of some texts, by CLIP's own tokenizer."""
        return cut_texts(self.tokenizer, texts, self.longest)

    def keep(self, folder: Path) -> None:
        """Write what the encoder is, without its weights."""
        self.tokenizer.save_pretrained(folder)
        self.config.save_pretrained(folder)
        self.bring.keep(folder)


def unit(vectors: Float[Tensor, "row dim"]) -> Float[Tensor, "row dim"]:
    """Vectors of length 1."""
    return nn.functional.normalize(vectors, dim=1)
