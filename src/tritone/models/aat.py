"""Audio and text, each by its own network, end to end and classified (S003).

audio rows ─ AlexNet FCN ─ attention over time and bins ─┐
                                                         ├─ dropout ─ FC ─ score
text rows ── mean ─ FC ──────────────────────────────────┘
"""

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction, Track
from tritone.core.errors import ModelError
from tritone.core.task import Task
from tritone.layers.alexnet import (
    AlexNetFCN,
    GridAttention,
    GridLinear,
    SmallSpectrogramNet,
    SpectrogramNet,
)
from tritone.layers.pooling import is_present, masked_mean
from tritone.models.base import FusionModel
from tritone.models.subnets import read_tracks


class AudioAndText(FusionModel):
    """AAT: a spectrogram through AlexNet and attention, words through a layer, concatenated.

    Both channels are optional, as in S003's single-modality runs; a third one is not read.
    A clip longer than `time_dim` rows is cut; `cut` of the prediction counts the rows that were
    lost. The score is a sum of what each channel says, so that no weights can tell an XOR.

    Source: S003, section 3.1 and table 3; Zhang et al. 2018, "Attention Based Fully
        Convolutional Network for Speech Emotion Recognition", APSIPA.
        https://arxiv.org/abs/1806.01506
    Differs: the words' rows are averaged before the layer, so that any number of them is read;
        convolutions look beyond the edges, so that no axis of a narrow row vanishes; a channel
        that a clip lacks is zeros. S003 trains with Adam at 0.01, 64 clips a batch, 12 epochs.

    Args:
        dims: width of a row of each modality; audio: bins of a log-spectrogram.
        task: what is predicted; sets the width of the score.
        net: reads the spectrogram: "alexnet", or "small" where that takes too much memory.
        summary: makes one vector of what was read: "attention" or "linear".
        width: channels of the last convolution, C in S003.
        lrn_mode: neighbours in the local response norm: "full", "half" or "single".
        sharpness: lambda of the attention.
        time_dim: rows of audio that are read, at most.
        text_width: size of the text's vector.
        dropout: share of the concatenation that is dropped in training, 0 to 1.

    Raises:
        ModelError: neither text nor audio is among the modalities, or no row may be read.
    """

    wants: ClassVar[Mapping[str, str]] = {"audio": "log_spectrogram"}

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        net: str = "alexnet",
        summary: str = "attention",
        width: int = 256,
        lrn_mode: str = "full",
        sharpness: float = 0.3,
        time_dim: int = 750,
        text_width: int = 256,
        dropout: float = 0.4,
    ) -> None:
        super().__init__(dims, task)
        check(dims, time_dim)
        self.time_dim, size = time_dim, 0
        if "text" in dims:
            self.text = nn.Linear(dims["text"], text_width)
            size += text_width
        if "audio" in dims:
            self.net = spectrogram_net(net, dims["audio"], width, lrn_mode)
            steps, bands = self.net.steps(time_dim), self.net.bands
            self.summary = summary_named(summary, width, sharpness, steps, bands)
            size += width
        self.dropout, self.head = nn.Dropout(dropout), nn.Linear(size, task.width)

    def forward(self, batch: Batch) -> Prediction:
        tracks, vectors, parts = read_tracks(self, batch), [], {}
        if "text" in self.dims:
            track = tracks["text"]
            read = self.text(masked_mean(track.values, track.mask))
            vectors.append(read * is_present(track.mask))
        if "audio" in self.dims:
            heard, parts = self.hear(tracks["audio"])
            vectors.append(heard)
        fused = torch.cat(vectors, dim=1)
        return Prediction(self.head(self.dropout(fused)), parts={"fused": fused, **parts})

    def hear(self, track: Track) -> tuple[Tensor, dict[str, Tensor]]:
        """The vector of the audio, the weight of each place, and how many rows were cut off."""
        mask = track.mask[:, : self.time_dim]
        grid, real = self.net(track.values[:, : self.time_dim], mask)
        vector, weights = self.summary(grid, real)
        cut = track.mask[:, self.time_dim :].sum(dim=1)
        return vector * is_present(mask), {"attention": weights, "cut": cut}


def spectrogram_net(net: str, bins: int, width: int, lrn_mode: str) -> SpectrogramNet:
    """What reads the spectrogram.

    Raises:
        ModelError: there is no net, or no way to norm, of that name.
    """
    check_choice("net", net, ("alexnet", "small"))
    check_choice("lrn_mode", lrn_mode, ("full", "half", "single"))
    if net == "small":
        return SmallSpectrogramNet(bins, width=width)
    return AlexNetFCN(bins, width=width, lrn_mode=lrn_mode)


def summary_named(
    summary: str, width: int, sharpness: float, steps: int, bands: int
) -> GridAttention | GridLinear:
    """What makes one vector of the grid.

    Raises:
        ModelError: there is none of that name.
    """
    check_choice("summary", summary, ("attention", "linear"))
    if summary == "linear":
        return GridLinear(width, steps=steps, bands=bands)
    return GridAttention(width, sharpness=sharpness)


def check(dims: Mapping[str, int], time_dim: int) -> None:
    """Refuse what AAT cannot be built of."""
    if not {"text", "audio"} & dims.keys():
        raise ModelError(
            f"AAT reads text and audio, and there is {', '.join(dims)}. Give it a store with one "
            f"of them."
        )
    if time_dim < 1:
        raise ModelError(f"AAT reads at least one row of audio; time_dim is {time_dim}.")


def check_choice(option: str, given: str, known: tuple[str, ...]) -> None:
    """Refuse a name that an option does not know."""
    if given not in known:
        raise ModelError(f"{option} is {given!r}; take {' or '.join(known)}.")
