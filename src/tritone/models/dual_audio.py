"""Text, pictures and two pathways of audio in one attention (S002).

text rows ──── Linear-ReLU-Dropout ─────────────┐
picture rows ─ Linear-ReLU-Dropout ─────────────┤
                                                ├─ X = [T; I; A] ─ attention ─ Linear-ReLU ─┐
spectrogram ─ CNN ─┬─ gate ─ Linear-ReLU-Dropout ┘                                          │
contextual rows ───┘             one head each ─ unified classifier ─ score ────────────────┘
"""

from collections.abc import Mapping
from typing import ClassVar

import torch
from einops import rearrange, repeat
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction, Track
from tritone.core.task import Task
from tritone.layers.alexnet import SmallSpectrogramNet
from tritone.layers.joint_attention import BranchGate, PlainAttention, between
from tritone.layers.pooling import fill_padding, is_present, masked_mean
from tritone.models.base import FusionModel
from tritone.models.decisions import begin_as_mean
from tritone.models.encoders import checked_heads
from tritone.models.subnets import processing, read_tracks
from tritone.models.unimodal import unimodal


class DualAudioAttention(FusionModel):
    """S002's system: a gate over two readings of the voice, and attention over all channels.

    A channel that a clip lacks is masked everywhere, and teaches its head nothing, so that
    corpora of one channel each can be trained on together. `parts["gates"]` (clip, 2) are the
    weights of the CNN and of the contextual branch; `parts["attention"]` (clip, channel,
    channel) says how much each channel took of each.

    Source: S002, Vamsidhar et al. 2025, "Hierarchical cross-modal attention and dual audio
        pathways for enhanced multimodal sentiment analysis", Scientific Reports 15, 25440.
        https://doi.org/10.1038/s41598-025-09000-3
    Differs: text and pictures are rows of any frozen encoder (the paper: BERT and ResNet50),
        as the second audio pathway's are (the paper: Wav2Vec2); a store with one kind of audio
        gives it to both pathways. The unified classifier begins as the mean of the heads. The
        paper gives neither sizes, nor the gate's form, nor the layers of its CNN: these are ours.

    Args:
        dims: width of a row of each modality; "audio" is read as a spectrogram (log_mel, mfcc,
            or mfcc+log_mel), any other one row by row.
        task: what is predicted; sets the width of the score.
        context: the modality whose rows the second audio pathway reads; audio where there is
            none of that name.
        width: size of a row in the attention, of the joint embedding, and of either pathway.
        heads: of the attention.
        dropout: share dropped after each processing and fusion layer in training, 0 to 1.
        auxiliary: weight of each channel's own head in the loss.

    Raises:
        ModelError: the heads do not divide the width.
    """

    wants: ClassVar[Mapping[str, str]] = {"audio": "log_mel"}

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        context: str = "audio_context",
        width: int = 128,
        heads: int = 4,
        dropout: float = 0.3,
        auxiliary: float = 1.0,
    ) -> None:
        super().__init__(dims, task)
        self.auxiliary, self.context = auxiliary, context if context in dims else "audio"
        self.channels = [m for m in dims if "audio" not in dims or m != context]
        if "audio" in dims:
            self.convolve = SmallSpectrogramNet(dims["audio"], width=width)
            self.contextual = nn.Linear(dims[self.context], width)
            self.gate = BranchGate(width, 2)
        self.process = nn.ModuleDict(
            {
                m: processing(width if m == "audio" else dims[m], width, dropout)
                for m in self.channels
            }
        )
        self.attention = PlainAttention(width, checked_heads(width, heads))
        self.fuse = processing(width * len(self.channels), width, dropout)
        self.judge = nn.ModuleDict({m: nn.Linear(width, task.width) for m in self.channels})
        self.unify = nn.Linear(task.width * len(self.channels), task.width)
        begin_as_mean(self.unify, len(self.channels))

    def forward(self, batch: Batch) -> Prediction:
        tracks, parts = read_tracks(self, batch), {}
        rows, masks = [], []
        for channel in self.channels:
            values, mask = tracks[channel].values, tracks[channel].mask
            if channel == "audio":
                values, mask, parts["gates"] = self.hear(tracks["audio"], tracks[self.context])
            rows.append(fill_padding(self.process[channel](values), mask))
            masks.append(mask)
        mask, sizes = torch.cat(masks, dim=1), [one.shape[1] for one in masks]
        mixed, weights = self.attention(torch.cat(rows, dim=1), mask)
        means = [masked_mean(*one) for one in zip(mixed.split(sizes, dim=1), masks, strict=True)]
        fused = self.fuse(torch.cat(means, dim=1))
        for channel, one in zip(self.channels, masks, strict=True):
            parts[f"present_{channel}"] = is_present(one)
            parts[f"score_{channel}"] = self.judge[channel](fused) * is_present(one)
        score = self.unify(torch.cat([parts[f"score_{m}"] for m in self.channels], dim=1))
        parts |= {"fused": fused, "attention": between(weights, mask, sizes)}
        return Prediction(score, parts)

    def hear(self, sound: Track, context: Track) -> tuple[Tensor, Tensor, Tensor]:
        """The voice as one row a clip, whether it is there, and the gates of the pathways."""
        grid, real = self.convolve(sound.values, sound.mask)
        heard = masked_mean(
            rearrange(grid, "batch step band width -> batch (step band) width"),
            repeat(real, "batch step -> batch (step band)", band=grid.shape[2]),
        )
        meant = self.contextual(masked_mean(context.values, context.mask))
        present = torch.cat([is_present(sound.mask), is_present(context.mask)], dim=1)
        voice, gates = self.gate(torch.stack([heard, meant], dim=1), present)
        return rearrange(voice, "batch width -> batch 1 width"), is_present(present), gates

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task, and the same of each channel's own head where the clip has the channel."""
        shares = dict.fromkeys(self.channels, self.auxiliary)
        return super().losses(prediction, batch) | unimodal(self.task, shares, prediction, batch)
