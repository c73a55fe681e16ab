"""Encoders of sound that others have trained, inside a model: frozen, partly or all trained.

    samples of a clip ─ levelled ─ Wav2Vec2, HuBERT, WavLM or Whisper's half ─ rows ─ their mean

Each clip is heard by itself, unpadded: some encoders are normed over the whole sound, in which
padding would be heard.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import Tensor

from tritone.core.errors import ModelError
from tritone.core.pretrained import Bare
from tritone.core.sound_encoder import load_sound_encoder, refuse_rate
from tritone.models.pretrained_encoders import ALL, Pretrained, thaw

RATE_HZ = 16_000  # of sound in a store
LONGEST = 600.0  # seconds; attention's memory grows with the square
# Nothing here hides spans of sound; Whisper's sines say where a row stands, and are no weights.
FIXED = ("masked_spec_embed", "embed_positions")


class PretrainedSound(Pretrained):
    """One vector a clip: the mean over the rows that the encoder makes of its samples.

    Where only rows are needed, extract them once (`hub_audio`): this is for training the encoder.

    Source: Baevski et al. 2020, "wav2vec 2.0: A Framework for Self-Supervised Learning of Speech
        Representations", NeurIPS. https://arxiv.org/abs/2006.11477
    Differs: neither spans of sound nor whole layers are left out in training.

    Args:
        folder: a folder as `save_pretrained` writes it, with its preprocessor_config.json, or a
            name of the hub that is in its cache on this machine.
        trained: layers of its Transformer that learn, counted from the top; 0 leaves all as they
            are, -1 trains all of them and the convolutions.
        longest: seconds that are heard at once, a longer sound in stretches; no bearing on
            Whisper, which has windows of its own.

    Raises:
        ModelError: there is no such encoder, it hears no sound or at another rate, it has fewer
            layers, or `longest` is out of bounds.
    """

    def __init__(
        self, folder: str | Bare, *, trained: int = 0, longest: int | float = 30.0
    ) -> None:
        super().__init__()
        if not 1 <= longest <= LONGEST:
            raise ModelError(f"longest is {longest:g} s; take 1 to {LONGEST:g} s.")
        whole = load_sound_encoder(folder, torch.device("cpu"))
        refuse_rate(whole, RATE_HZ)
        self.encoder, config = whole.tower, whole.model.config
        # Of Whisper, what writes is let go.
        self.hears = replace(whole, model=self.encoder)
        self.folder, self.width = whole.name, int(config.hidden_size)
        self.window = whole.window or round(longest * RATE_HZ) // whole.step * whole.step
        config.apply_spec_augment, config.layerdrop = False, 0.0
        # The Transformer alone has layers to count: convolutions stand in a list too.
        thaw(getattr(self.encoder, "encoder", self.encoder), trained, self.folder)
        if trained == ALL:
            self.encoder.requires_grad_(True)
        for name, weight in self.encoder.named_parameters():
            if any(part in FIXED for part in name.split(".")):
                weight.requires_grad_(False)

    def train(self, mode: bool = True) -> "PretrainedSound":
        """Switch to training what learns; frozen layers drop nothing."""
        super().train(mode)
        for module in self.encoder.modules():
            weights = list(module.parameters())
            if weights and not any(weight.requires_grad for weight in weights):
                module.train(False)
        return self

    def forward(self, sound: Float[Tensor, " sample"]) -> Float[Tensor, " width"]:
        """The mean row of one clip's samples, at 16,000 a second; at least one of them."""
        heard = self.hears.prepared(sound.detach().float().cpu().numpy())
        return torch.cat([self.rows(part) for part in self.stretches(heard)]).mean(dim=0)

    def stretches(self, heard: Float32[np.ndarray, " sample"]) -> list[np.ndarray]:
        """The sound in parts that are heard at once, each long enough for a row."""
        parts = [heard[at : at + self.window] for at in range(0, len(heard), self.window)]
        if len(parts) > 1 and len(parts[-1]) < self.hears.field:
            parts.pop()
        short = max(0, self.hears.field - len(parts[-1]))
        return [*parts[:-1], np.pad(parts[-1], (0, short))]

    def rows(self, part: Float32[np.ndarray, " sample"]) -> Float[Tensor, "time width"]:
        """The last states of a stretch; of Whisper those that hold sound."""
        given = self.hears.given(part[None]).to(next(self.encoder.parameters()).device)
        return self.encoder(given).last_hidden_state[0, : self.hears.count(len(part))].float()

    def keep(self, folder: Path) -> None:
        """Write what the encoder is, without its weights."""
        self.encoder.config.save_pretrained(folder)
        self.hears.extractor.save_pretrained(folder)
