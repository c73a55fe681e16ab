"""The voice branch: small nets that read the statistics of an utterance.

    log-mel, pitch ─ statistics_of ─┬─ reader ─┐
                                    ├─ reader ─┼─ mean of the logits
                                    └─ reader ─┘

A thousand recordings do not carry a deep net: one that reads spectrograms was tried, and on
unheard actors it fell far behind.
"""

from dataclasses import replace

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction, Track
from tritone.layers.statistics import count_of, statistics_of
from tritone.models.branches import Branch

LARGEST = 5.0  # statistics further than so many spreads from their mean count as that far


class VoiceBranch(Branch):
    """Several statistics readers, each from a seed of its own, one vote each.

    Source: Schuller et al. 2009, "The INTERSPEECH 2009 Emotion Challenge", Interspeech.
    Differs: an ensemble of small nets in place of a support vector machine.

    Args:
        columns: width of a row: the mel bands, and the pitch.
        readers: how many.
        hidden: width of each.
    """

    modality = "audio"

    def __init__(self, columns: int, *, readers: int = 4, hidden: int = 160) -> None:
        super().__init__(hidden, dropout=0.0)
        del self.emotion, self.sentiment  # the readers have heads of their own
        self.statistics = nn.ModuleList(
            StatisticsReader(columns, hidden=hidden) for _ in range(readers)
        )

    def forward(self, batch: Batch) -> Prediction:
        if "statistics" not in batch.tracks:
            batch = with_statistics(batch)
        said = [reader(batch) for reader in self.statistics]
        parts = {
            name: torch.stack([one.parts[name] for one in said]).mean(dim=0)
            for name in ("state", "sentiment")
        }
        return Prediction(torch.stack([one.score for one in said]).mean(dim=0), parts)


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
