"""Encoders of sound that others have trained: Wav2Vec2 and its kin, and the half of Whisper.

    samples ─ levelled ─ convolutions ─ Transformer ─ rows of 20 ms       Wav2Vec2, HuBERT, WavLM
    30 s of samples ─ log-mel ─ convolutions ─ Transformer ─ 1500 rows    Whisper's encoder

Both halves of the work are transformers' own: what a folder says of its feature extractor, and
the model. Nothing is padded but what Whisper pads itself, so that a sound's rows are its own.
"""

from dataclasses import dataclass
from math import ceil, prod
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import Tensor

from tritone.core.encoder_kinds import SOUNDS, WHISPER, refuse_other
from tritone.core.errors import ModelError
from tritone.core.hidden_states import mean_of_layers, one_layer
from tritone.core.pretrained import SOUND, Bare, config_of, load_model, place_of, refusal


@dataclass(frozen=True)
class SoundEncoder:
    """A model that hears, and how sound is brought to it.

    Args:
        name: the folder, for messages.
        model: with frozen weights.
        extractor: transformers' feature extractor of the folder.
        step: samples from row to row.
        field: samples that a row at least needs.
        window: samples that are read at once, whole: Whisper's; None for any length.
    """

    name: str
    model: Any
    extractor: Any
    step: int
    field: int
    window: int | None

    @property
    def rate_hz(self) -> int:
        """Samples a second that it was trained on."""
        return int(self.extractor.sampling_rate)

    def prepared(self, sound: Float32[np.ndarray, " sample"]) -> Float32[np.ndarray, " sample"]:
        """The sound as the model takes it: levelled, where its folder says so."""
        if self.window is not None:
            return sound
        ready = self.extractor(sound, sampling_rate=self.rate_hz, return_tensors="np")
        return np.asarray(ready.input_values[0], np.float32)

    def rows(
        self, pieces: Float32[np.ndarray, "piece sample"], layer: int, *, average: bool = False
    ) -> Float[Tensor, "piece time width"]:
        """What it makes of stretches of sound that are equally long.

        Args:
            pieces: prepared; of Whisper at most a window long.
            layer: whose states are taken, counted as in Python: -1 is the last, 0 what goes into
                the first.
            average: the mean of all layers instead.

        Raises:
            RecipeError: there is no such layer.
        """
        given = self.given(pieces).to(self.model.device)
        with torch.inference_mode():
            said = self.tower(given, output_hidden_states=average or layer != -1)
        states = mean_of_layers(said) if average else one_layer(said, layer, self.name)
        return states[:, : self.count(pieces.shape[1])].float().cpu()

    @property
    def tower(self) -> Any:
        """The model, or the half of it that hears."""
        return self.model if self.window is None else self.model.get_encoder()

    def given(self, pieces: Float32[np.ndarray, "piece sample"]) -> Float[Tensor, "..."]:
        """Prepared stretches, equally long, as the tower takes them: of Whisper their log-mel."""
        if self.window is None:
            return torch.from_numpy(pieces)
        ready = self.extractor(list(pieces), sampling_rate=self.rate_hz, return_tensors="pt")
        return ready.input_features

    def count(self, samples: int) -> int:
        """Rows of so many samples; of Whisper those that hold sound."""
        if self.window is not None:
            return ceil(samples / self.step)
        return max(0, (samples - self.field) // self.step + 1)


def load_sound_encoder(name: str | Bare, device: torch.device) -> SoundEncoder:
    """An encoder of sound, in evaluation mode and with frozen weights.

    Args:
        name: a folder as `save_pretrained` writes it, or a name of the hub that is in its cache
            on this machine; of a bare one only what it is, not its weights.
        device: where it computes.

    Raises:
        ModelError: there is no such folder or name, or it holds another kind of model.
    """
    from transformers import AutoFeatureExtractor

    config = heard_config(name)
    model = load_model(name, SOUND).to(device)
    try:
        extractor = AutoFeatureExtractor.from_pretrained(
            place_of(name, SOUND), local_files_only=True
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(refusal(name, error, SOUND)) from None
    if config.model_type == WHISPER:
        window = int(extractor.n_samples)
        return SoundEncoder(
            str(name), model, extractor, window // config.max_source_positions, 1, window
        )
    step, field = prod(config.conv_stride), 1
    for kernel, stride in zip(config.conv_kernel[::-1], config.conv_stride[::-1], strict=True):
        field = (field - 1) * stride + kernel
    return SoundEncoder(str(name), model, extractor, step, field, None)


def refuse_rate(encoder: SoundEncoder, rate_hz: int) -> None:
    """See that an encoder was trained on sound as it comes.

    Raises:
        ModelError: it was trained at another sampling rate.
    """
    if encoder.rate_hz != rate_hz:
        raise ModelError(
            f"{encoder.name} hears {encoder.rate_hz} samples a second, and sound comes at "
            f"{rate_hz}. Take an encoder that was trained at {rate_hz} Hz."
        )


def heard_config(name: str | Bare) -> Any:
    """The config of an encoder of sound.

    Raises:
        ModelError: there is no such folder or name, or its model does not read sound.
    """
    config = config_of(name, SOUND)
    refuse_other(name, config, SOUNDS)
    if getattr(config, "add_adapter", False):
        raise ModelError(
            f"{name} has an adapter that thins out its rows. Take the folder without one, whose "
            f"config.json says add_adapter false."
        )
    return config
