"""Encoders of pictures that others have trained: ResNet, ViT, DINO, CLIP's eye and their kin."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import torch
from einops import reduce
from jaxtyping import Float, Shaped
from torch import Tensor

from tritone.core.encoder_kinds import SIGHTS, has_towers, refuse_other
from tritone.core.errors import RecipeError
from tritone.core.hidden_states import one_layer
from tritone.core.picture_input import PREPROCESSOR, PictureInput, read_picture_input
from tritone.core.pretrained import PICTURES, Bare, config_of, found_file, load_model

WHOLES = ("cls_token", "class_embedding")  # how models call their token for the whole picture


@dataclass(frozen=True)
class PictureEncoder:
    """A model that looks, and how pictures are brought to it.

    Args:
        name: the folder, for messages.
        bring: what its image processor does.
        tower: with frozen weights.
        projection: into a space that texts share; None where there is none.
        sums_up: the tower's own summary of a picture is taken, as CLIP and SigLIP have it.
        first: its first token stands for the whole picture.
    """

    name: str
    bring: PictureInput
    tower: Any
    projection: Any
    sums_up: bool
    first: bool

    def vectors(
        self,
        pictures: list[Shaped[Tensor, "_ _ 3"]],
        layer: int = -1,
        *,
        average: bool = False,
    ) -> Float[Tensor, "picture width"]:
        """A vector for each picture, whatever their sizes.

        Args:
            pictures: RGB, 0 to 255.
            layer: whose states are taken: -1 for the vector that the model itself stands for.
            average: the mean of all layers instead.

        Raises:
            RecipeError: there is no such layer, or its layers differ in width.
        """
        brought = [self.bring(picture.unsqueeze(0)) for picture in pictures]
        alike = groupby(brought, key=lambda picture: picture.shape)
        return torch.cat([self.seen(torch.cat(list(some)), layer, average) for _, some in alike])

    @torch.inference_mode()
    def seen(
        self, pixels: Float[Tensor, "picture 3 tall wide"], layer: int, average: bool
    ) -> Float[Tensor, "picture width"]:
        """The vectors of pictures of one size."""
        deep = average or layer != -1
        said = self.tower(pixel_values=pixels.to(self.tower.device), output_hidden_states=deep)
        if average:
            each = [self.pooled(states) for states in said.hidden_states]
            if len({states.shape for states in each}) > 1:
                raise RecipeError(
                    f"{self.name} has layers of several widths, which have no mean. Take one "
                    f"of them: layer=-1."
                )
            vectors = torch.stack(each).mean(dim=0)
        elif self.sums_up and not deep:
            vectors = said.pooler_output
            vectors = vectors if self.projection is None else self.projection(vectors)
        else:
            vectors = self.pooled(one_layer(said, layer, self.name))
        return vectors.float().cpu()

    def pooled(self, states: Float[Tensor, "picture ..."]) -> Float[Tensor, "picture width"]:
        """One vector of the states of a layer: the first, or the mean over all places."""
        if states.ndim == 4:
            return reduce(states, "picture width tall wide -> picture width", "mean")
        return states[:, 0] if self.first else states.mean(dim=1)


def load_picture_tower(name: str | Bare, device: torch.device) -> PictureEncoder:
    """An encoder of pictures, or the half of a CLIP that sees, with frozen weights.

    Args:
        name: a folder as `save_pretrained` writes it, or a name of the hub that is in its cache
            on this machine.
        device: where it computes.

    Raises:
        ModelError: there is no such folder or name, or it holds another kind of model.
    """
    config = config_of(name, PICTURES)
    refuse_other(name, config, SIGHTS)
    both = has_towers(config)
    bring = read_picture_input(found_file(name, PREPROCESSOR))
    model = load_model(name, PICTURES).to(device)
    tower = model.vision_model if both else model
    return PictureEncoder(
        str(name),
        bring,
        tower,
        getattr(model, "visual_projection", None) if both else None,
        both or config.model_type.startswith(("clip", "siglip")),
        any(part.endswith(WHOLES) for part, _ in tower.named_parameters()),
    )
