"""Encoders of pictures that others have trained, inside a model: frozen, partly or all trained."""

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from jaxtyping import Bool, Float, Shaped
from torch import Tensor

from tritone.core.batch import Batch, Track
from tritone.core.errors import ModelError
from tritone.core.picture_encoder import load_picture_tower
from tritone.core.pretrained import Bare
from tritone.layers.pooling import is_present
from tritone.models.base import FusionModel
from tritone.models.pictures import mean_seen
from tritone.models.pretrained_encoders import Pretrained, thaw

AXES = 5  # batch, time, height, width, colour


class PretrainedPictures(Pretrained):
    """One vector a picture: the mean over its places, or the one that stands for the whole.

    Its norms keep the statistics that they came with: a batch of a few pictures has worse ones.

    Source: He et al. 2016, "Deep Residual Learning for Image Recognition", CVPR.
        https://arxiv.org/abs/1512.03385

    Args:
        folder: a folder as `save_pretrained` writes it, with its preprocessor_config.json, or a
            name of the hub that is in its cache on this machine.
        trained: layers, or stages of a ResNet, that learn, counted from the top; 0 leaves all
            as they are, -1 trains all.

    Raises:
        ModelError: there is no such encoder, it reads no pictures, or has fewer layers.
    """

    def __init__(self, folder: str | Bare, *, trained: int = 0) -> None:
        super().__init__()
        self.folder = str(folder)
        self.looks = load_picture_tower(folder, torch.device("cpu"))
        if self.looks.projection is not None:
            raise ModelError(
                f"{folder} holds a whole CLIP, of which a part is wanted here. Train the model "
                f"clip or clip_bert on it, or name the folder of a ResNet or a ViT."
            )
        self.bring, self.encoder = self.looks.bring, self.looks.tower
        config = self.encoder.config
        self.width = getattr(config, "hidden_sizes", [getattr(config, "hidden_size", 0)])[-1]
        thaw(self.encoder, trained, self.folder)

    def forward(
        self, pictures: Shaped[Tensor, "picture height width *colour"]
    ) -> Float[Tensor, "picture dim"]:
        """The vectors of pictures in whole numbers, 0 to 255."""
        states = self.encoder(pixel_values=self.bring(pictures)).last_hidden_state
        return self.looks.pooled(states)

    def keep(self, folder: Path) -> None:
        """Write what the encoder is, without its weights."""
        self.encoder.config.save_pretrained(folder)
        self.bring.keep(folder)


def looked_at(
    track: Track, look: Callable[[Tensor], Tensor], width: int
) -> tuple[Float[Tensor, "batch width"], Bool[Tensor, "batch 1"]]:
    """The mean vector of each clip's pictures, and whether it has one."""
    real = track.values[track.mask]
    return mean_seen(real, track.mask, look, width), is_present(track.mask)


def picture_track(model: FusionModel, batch: Batch, modality: str) -> Track:
    """A modality of pictures.

    Raises:
        ModelError: the batch lacks it, its rows are vectors, or pictures of another size.
    """
    track = batch.tracks.get(modality)
    if track is None:
        return model.track(batch, modality)  # which says what is missing
    size = track.values.shape[2:].numel()
    if track.values.ndim < AXES - 1 or size != model.dims[modality]:
        raise ModelError(
            f"{type(model).__name__} looks at {modality} as pictures of {model.dims[modality]} "
            f"numbers; the batch's rows are {tuple(track.values.shape[2:])}. Extract pictures as "
            f"for its training, or train it on these rows without pictures={modality}."
        )
    return track


def checked_pictures(pictures: Sequence[str], allowed: Sequence[str]) -> tuple[str, ...]:
    """Modalities that are pictures, if the model can look at them.

    Raises:
        ModelError: one of them is none that it looks at.
    """
    wrong = [modality for modality in pictures if modality not in allowed]
    if wrong:
        raise ModelError(
            f"{wrong[0]} cannot be looked at as pictures here, only {', '.join(allowed)}. Extract "
            f"vectors of it, or leave it out."
        )
    return tuple(pictures)
