"""The voice branch: nets that read a spectrogram, and nets that read statistics of it.

    log-mel ─ convolutions ─ attentive statistics ─ SpectralReader ──┐
                                                                     ├─ mean of the logits
    log-mel, pitch ─ statistics_of ─ small nets ─ StatisticsReaders ─┘

The two kinds err on different clips, so their mean is better than either.
"""

from collections.abc import Sequence
from dataclasses import replace

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

from tritone.core.batch import Batch, Prediction, Track
from tritone.layers.residual import ResidualBlock
from tritone.layers.statistics import count_of, statistics_of
from tritone.models.branches import Branch, stem

LARGEST = 5.0  # statistics further than so many spreads from their mean count as that far


class VoiceBranch(Branch):
    """One spectral reader and several statistics readers, half the vote to each kind.

    Source: Schuller et al. 2009, "The INTERSPEECH 2009 Emotion Challenge", Interspeech
        (statistics); Okabe et al. 2018, Interspeech (attentive pooling).
        https://arxiv.org/abs/1803.10963
    Differs: both in one branch, by the mean of their logits.

    Args:
        columns: width of a row: the mel bands, and the pitch.
        readers: statistics readers.
        widths: channels of the spectral reader.
        width: size of its vector for each time step.
        hidden: width of the statistics readers.
    """

    modality = "audio"

    def __init__(
        self,
        columns: int,
        *,
        readers: int = 4,
        widths: Sequence[int] = (32, 64, 96),
        width: int = 160,
        hidden: int = 160,
    ) -> None:
        spectral = SpectralReader(columns - 1, widths=widths, width=width)
        super().__init__(spectral.width, dropout=0.0)
        del self.emotion, self.sentiment  # the readers have heads of their own
        self.spectral = spectral
        self.statistics = nn.ModuleList(
            StatisticsReader(columns, hidden=hidden) for _ in range(readers)
        )

    def forward(self, batch: Batch) -> Prediction:
        if "statistics" not in batch.tracks:
            batch = with_statistics(batch)
        one = self.spectral(batch)
        others = [reader(batch) for reader in self.statistics]
        feelings = torch.stack([other.parts["sentiment"] for other in others]).mean(dim=0)
        emotions = torch.stack([other.score for other in others]).mean(dim=0)
        sentiment = (one.parts["sentiment"] + feelings) / 2
        parts = {"state": one.parts["state"], "sentiment": sentiment}
        return Prediction((one.score + emotions) / 2, parts)


class SpectralReader(Branch):
    """Convolutions over log-mel, pooled by attention into a mean and a spread.

    Source: Okabe et al. 2018, "Attentive Statistics Pooling for Deep Speaker Embedding",
        Interspeech. https://arxiv.org/abs/1803.10963
    Differs: pools the output of two-dimensional convolutions; the mean level of a clip is
        taken out first, since it belongs to the microphone.

    Args:
        mels: mel bands of each row.
        widths: channels of the residual blocks; each halves the bands. The stem before
            them has the first width, and halves bands and time.
        width: size of the vector for each time step before pooling.
    """

    modality = "audio"

    def __init__(
        self,
        mels: int,
        *,
        widths: Sequence[int] = (32, 64, 96),
        width: int = 160,
        dropout: float = 0.3,
        emotion_weight: float = 1.0,
    ) -> None:
        super().__init__(2 * width, dropout=dropout, emotion_weight=emotion_weight)
        self.stem = stem(5, widths[0], stride=2)
        pairs = zip((widths[0], *widths), widths, strict=False)
        self.blocks = nn.ModuleList(ResidualBlock(a, b) for a, b in pairs)
        bands = mels
        for _ in (1, *widths):
            bands = -(-bands // 2)
        self.mix = nn.Sequential(
            nn.Linear(widths[-1] * bands, width),
            nn.LayerNorm(width),
            nn.ReLU(),
            nn.Dropout(dropout),
        )
        self.attention = nn.Sequential(nn.Linear(width, 64), nn.Tanh(), nn.Linear(64, 1))

    def state(self, batch: Batch) -> Float[Tensor, "batch width"]:
        bands = batch["audio"].values[..., :-1].float()  # the last column is the pitch
        values, mask = level(bands, batch["audio"].mask)
        picture = self.stem(values.unsqueeze(1))
        mask = functional.max_pool1d(mask.float(), 2).bool()
        for block in self.blocks:
            # What lies beyond a clip's end must stay zero, or the padding would leak in.
            picture = block(picture * mask[:, None, :, None])
            picture = functional.avg_pool2d(picture, (1, 2), ceil_mode=True)
        rows = self.mix(picture.permute(0, 2, 1, 3).flatten(2)).float()
        scores = self.attention(rows).squeeze(-1).float().masked_fill(~mask, -1e4)
        share = (scores.softmax(dim=1) * mask).unsqueeze(-1)
        mean = (share * rows).sum(dim=1)
        spread = ((share * rows.square()).sum(dim=1) - mean.square()).clamp(min=1e-6).sqrt()
        return torch.cat([mean, spread], dim=1) * mask.any(dim=1, keepdim=True)


class StatisticsReader(Branch):
    """A net of one hidden layer over the statistics of a voice.

    Source: Schuller et al. 2009, "The INTERSPEECH 2009 Emotion Challenge", Interspeech.
    Differs: a small net with much dropout and noise in place of a support vector machine.

    Args:
        columns: width of a row: the mel bands, and the pitch.
        hidden: width of the hidden layer.
        noise: spread of the noise added to the standardised statistics in training.
        hiding: share of the statistics that are hidden in training.
    """

    modality = "audio"

    def __init__(
        self,
        columns: int,
        *,
        hidden: int = 160,
        noise: float = 0.3,
        hiding: float = 0.2,
        dropout: float = 0.5,
    ) -> None:
        super().__init__(hidden, dropout=dropout)
        numbers = count_of(columns)
        self.noise, self.hiding = noise, nn.Dropout(hiding)
        self.register_buffer("centre", torch.zeros(numbers))
        self.register_buffer("spread", torch.ones(numbers))
        self.layer = nn.Sequential(nn.Linear(numbers, hidden), nn.BatchNorm1d(hidden), nn.ReLU())

    def standardise(self, numbers: Float[Tensor, "clip number"]) -> None:
        """Take centre and spread of each statistic from training clips."""
        self.get_buffer("centre").copy_(numbers.mean(dim=0))
        self.get_buffer("spread").copy_(numbers.std(dim=0).clamp(min=1e-3))

    def state(self, batch: Batch) -> Float[Tensor, "batch width"]:
        if "statistics" not in batch.tracks:
            batch = with_statistics(batch)
        numbers = batch["statistics"].values[:, 0].float()
        even = (numbers - self.get_buffer("centre")) / self.get_buffer("spread")
        even = even.clamp(-LARGEST, LARGEST)
        if self.training:
            even = even + self.noise * torch.randn_like(even)
        return self.layer(self.hiding(even)) * self.present(batch)[:, None]


def with_statistics(batch: Batch) -> Batch:
    """The batch with one more track: the statistics of each voice, as a single row."""
    track = batch["audio"]
    columns = track.values.shape[2]
    numbers = torch.stack(
        [
            statistics_of(values[mask].float()) if mask.any() else torch.zeros(count_of(columns))
            for values, mask in zip(track.values.cpu(), track.mask.cpu(), strict=True)
        ]
    ).to(track.values.device)
    own = Track(
        numbers.unsqueeze(1),
        track.mask.any(dim=1, keepdim=True),
        torch.full((len(batch), 1, 2), torch.nan),
    )
    return replace(batch, tracks={**batch.tracks, "statistics": own})


def level(
    values: Float[Tensor, "batch time mel"], mask: Bool[Tensor, "batch time"]
) -> tuple[Float[Tensor, "batch longer mel"], Bool[Tensor, "batch longer"]]:
    """Centre each clip on its own mean level; pad time to a whole number of fours."""
    spare = -values.shape[1] % 4 or (4 if values.shape[1] == 0 else 0)
    values = functional.pad(values, (0, 0, 0, spare))
    mask = functional.pad(mask, (0, spare))
    kept = values.masked_fill(~mask.unsqueeze(-1), 0.0)
    cells = (mask.sum(dim=1) * values.shape[2]).clamp(min=1)[:, None, None]
    mean = kept.sum(dim=(1, 2), keepdim=True) / cells
    centred = (kept - mean).masked_fill(~mask.unsqueeze(-1), 0.0)
    spread = (centred.square().sum(dim=(1, 2), keepdim=True) / cells).clamp(min=1e-4).sqrt()
    return centred / spread, mask
