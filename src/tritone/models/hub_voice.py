"""A voice alone, by a pretrained encoder of sound that is trained on.

samples ─ encoder ─ mean of its rows ─ dropout ─ linear ─ score
"""

from collections.abc import Mapping
from typing import ClassVar

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.pretrained import Bare
from tritone.core.task import Task
from tritone.models.base import Carried
from tritone.models.pretrained_encoders import ALL
from tritone.models.pretrained_sound import PretrainedSound
from tritone.models.subnets import need, read_tracks
from tritone.models.texts import EncoderModel, named_folder


class HubVoice(EncoderModel):
    """Wav2Vec2, HuBERT, WavLM or Whisper's encoder, and a linear layer; only sound is read.

    Source: Baevski et al. 2020, "wav2vec 2.0: A Framework for Self-Supervised Learning of Speech
        Representations", NeurIPS, https://arxiv.org/abs/2006.11477; Hsu et al. 2021, "HuBERT:
        Self-Supervised Speech Representation Learning by Masked Prediction of Hidden Units",
        IEEE/ACM TASLP, https://arxiv.org/abs/2106.07447
    Differs: a clip's mean row is judged (the papers write down what is said); the convolutions
        learn too by default (the papers leave them as they are, as any other `trained` does);
        neither spans of sound nor layers are left out in training.

    Args:
        dims: width of a row of each modality; only one of them is read: its rows, end to end,
            are samples, 16 a millisecond.
        task: what is predicted; sets the width of the score.
        folder: the encoder's, as for `hub_audio`.
        modality: the one that is read.
        trained: its layers that learn, from the top; 0 for none, -1 for all and the convolutions.
        longest: seconds that are heard at once; no bearing on Whisper.
        dropout: share of the vector that is dropped in training, 0 to 1.
        pace: the encoder's share of the learning rate.

    Raises:
        ModelError: there is no such encoder, it has not so many layers, or `dims` lacks the
            modality.
    """

    reads_tokens: ClassVar[bool] = False
    normalises: ClassVar[bool] = False
    wants: ClassVar[Mapping[str, str]] = {"audio": "waveform"}

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        folder: str | Bare = "",
        modality: str = "audio",
        trained: int = ALL,
        longest: int | float = 30.0,
        dropout: float = 0.1,
        pace: float = 0.05,
    ) -> None:
        super().__init__(dims, task, pace)
        self.modality = need(dims, modality, "hub_voice")
        named = named_folder(folder, "folder", "an encoder of sound")
        self.sound = PretrainedSound(named, trained=trained, longest=longest)
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(self.sound.width, task.width))

    def forward(self, batch: Batch) -> Prediction:
        track = read_tracks(self, batch)[self.modality]
        vector = self.vectors(track.values, track.mask)
        return Prediction(self.head(vector), {"audio": vector})

    def vectors(
        self, samples: Float[Tensor, "batch time dim"], mask: Bool[Tensor, "batch time"]
    ) -> Float[Tensor, "batch width"]:
        """One vector a clip; zeros for a clip without sound."""
        silent = samples.new_zeros(self.sound.width)
        clips = [rows[real].flatten() for rows, real in zip(samples, mask, strict=True)]
        return torch.stack([self.sound(clip) if len(clip) else silent for clip in clips])

    def carried(self) -> dict[str, Carried]:
        """The encoder."""
        return {"folder": self.sound}
