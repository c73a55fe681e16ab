"""Tritone's own model: three judges, and a way to weigh what they say.

    words ─ TextBranch ──┐            evidence of each = log p - log prior
    voice ─ VoiceBranch ─┼─ opinions ─ shared evidence counted once ─ sum ─ softmax
    faces ─ FaceBranch ──┘

A channel that is unsure is near the prior: its evidence is near zero, and so is its weight.
A channel that is missing adds nothing at all. Any subset works, because nothing was trained
to expect the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction
from tritone.core.labels import CLASSES, EMOTIONS, KIN, SENTIMENTS, TEACHERS
from tritone.core.task import Classes, Task
from tritone.models.base import FusionModel
from tritone.models.branches import Branch, FaceBranch, TextBranch
from tritone.models.calibration import Temperature
from tritone.models.voice import VoiceBranch

LEAST = -12.0  # log-probabilities below this count as it: no single channel has a veto


@dataclass(frozen=True)
class Opinion:
    """What one channel says of a batch, calibrated.

    Args:
        emotions: log-probabilities of the shared emotions; -inf for those never learned.
        sentiments: log-probabilities of negative, neutral, positive.
        raw: the branch's own prediction before calibration, for its losses.
    """

    emotions: Float[Tensor, "batch emotion"]
    sentiments: Float[Tensor, "batch sentiment"]
    raw: Prediction

    @property
    def valence(self) -> Float[Tensor, " batch"]:
        """Expected sign of the sentiment, -1 to 1."""
        shares = self.sentiments.exp()
        return shares[:, 2] - shares[:, 0]


class TritoneModel(FusionModel):
    """Calibrated branches for words, voice and faces, combined as evidence.

    With one channel the answer is that channel's own. With several, log-evidence adds up,
    divided by 1 + overlap * (n - 1), where n is the effective number of channels that know
    something: voices and faces of one moment are not independent witnesses.

    Source: Genest and Zidek 1986, "Combining Probability Distributions: A Critique and an
        Annotated Bibliography", Statistical Science 1(1) (logarithmic pool); branches: see
        `tritone.models.branches`.
    Differs: the pool's weights follow from how much each channel knows of this clip.

    Args:
        dims: "text": size of the vocabulary; "audio": mel bands and the pitch;
            "vision": side of the square face crops. A channel that is left out has no branch.
        task: the sentiments.
        text: further keywords of the `BertConfig`.
        voice: keywords of `VoiceBranch`.
        face: keywords of `FaceBranch`.
        overlap: share of the evidence that channels are taken to have in common, 0..1.
    """

    reads_tokens: ClassVar[bool] = True

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task | None = None,
        *,
        text: Mapping[str, Any] | None = None,
        voice: Mapping[str, Any] | None = None,
        face: Mapping[str, Any] | None = None,
        overlap: float = 0.3,
    ) -> None:
        super().__init__(dims, task or Classes(SENTIMENTS))
        self.overlap = overlap
        makers = {
            "text": lambda size: TextBranch({**(text or {}), "vocab_size": size}),
            "audio": lambda size: VoiceBranch(size, **(voice or {})),
            "vision": lambda size: FaceBranch(**(face or {})),
        }
        self.branches = nn.ModuleDict({m: makers[m](dims[m]) for m in makers if m in dims})
        self.emotion_heat = nn.ModuleDict({m: Temperature(len(EMOTIONS)) for m in self.branches})
        self.sentiment_heat = nn.ModuleDict(
            {m: Temperature(len(SENTIMENTS)) for m in self.branches}
        )

    @property
    def prior_valence(self) -> float:
        """The valence when nothing at all is heard: the prior is even."""
        return 0.0

    def branch(self, modality: str) -> Branch:
        """The judge of one channel."""
        branch = self.branches[modality]
        if not isinstance(branch, Branch):
            raise TypeError(f"{modality} is judged by {type(branch).__name__}, not by a Branch.")
        return branch

    def present(self, batch: Batch) -> dict[str, Bool[Tensor, " batch"]]:
        """True, for each channel, for the clips in which it says anything."""
        return {m: self.branch(m).present(batch) for m in self.branches}

    def opinions(self, batch: Batch) -> dict[str, Opinion]:
        """What each channel says of the whole batch, apart from the others."""
        return {m: self.judge(m, self.branch(m)(batch)) for m in self.branches}

    def judge(self, modality: str, raw: Prediction) -> Opinion:
        """A branch's prediction with its confidence put right."""
        emotions = self.emotion_heat[modality](raw.score)
        unknown = torch.tensor(
            [e not in taught(modality) for e in EMOTIONS], device=raw.score.device
        )
        sentiments = self.sentiment_heat[modality](raw.parts["sentiment"])
        return Opinion(
            emotions.masked_fill(unknown, -torch.inf).log_softmax(dim=1),
            sentiments.log_softmax(dim=1),
            raw,
        )

    def combine(
        self, opinions: Mapping[str, Opinion], present: Mapping[str, Bool[Tensor, " batch"]]
    ) -> Prediction:
        """The fused answer of the channels that are present.

        Returns:
            `score`: log-probabilities of the sentiments; parts "emotions": probabilities of
            the shared emotions, "valence": (batch) in [-1, 1].
        """
        here = [present[m] for m in opinions]
        emotions = self.pool([lend(opinions[m].emotions) for m in opinions], here)
        sentiments = self.pool([opinions[m].sentiments for m in opinions], here)
        shares = sentiments.exp()
        parts = {"emotions": emotions.exp(), "valence": shares[:, 2] - shares[:, 0]}
        return Prediction(sentiments, parts)

    def pool(
        self,
        said: list[Float[Tensor, "batch class"]],
        present: list[Bool[Tensor, " batch"]],
    ) -> Float[Tensor, "batch class"]:
        """Log-probabilities of the pooled evidence against an even prior."""
        real = torch.stack(present, dim=1).float()
        logs = torch.stack(said, dim=1).clamp(min=LEAST).log_softmax(dim=2)
        even = -torch.tensor(float(logs.shape[2])).log()
        known = ((logs - even) * logs.exp()).sum(dim=2).clamp(min=0) * real
        count = known.sum(dim=1).square() / known.square().sum(dim=1).clamp(min=1e-9)
        weight = 1 / (1 + self.overlap * (count - 1).clamp(min=0))
        evidence = ((logs - even) * real.unsqueeze(2)).sum(dim=1)
        return (evidence * weight.unsqueeze(1)).log_softmax(dim=1)

    def forward(self, batch: Batch) -> Prediction:
        opinions = self.opinions(batch)
        fused = self.combine(opinions, self.present(batch))
        said = {f"opinion_{m}": opinion.raw.score for m, opinion in opinions.items()}
        felt = {f"feeling_{m}": o.raw.parts["sentiment"] for m, o in opinions.items()}
        return Prediction(fused.score, {**fused.parts, **said, **felt})

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Each branch's own losses where the batch has their targets, else the task's."""
        if "emotion" not in batch.targets:
            return super().losses(prediction, batch)
        terms = {}
        for m in self.branches:
            parts = {"sentiment": prediction.parts[f"feeling_{m}"]}
            own = Prediction(prediction.parts[f"opinion_{m}"], parts)
            for name, term in self.branch(m).losses(own, batch).items():
                terms[f"{m}_{name}"] = term
        return terms

    def groups(self) -> list[dict[str, Any]]:
        """The branches' groups: a pretrained encoder moves more slowly than its heads."""
        return [group for m in self.branches for group in self.branch(m).groups()]

    def fitted(self) -> frozenset[str]:
        """The calibration is fitted after training."""
        return frozenset(name for name, _ in self.named_parameters() if "_heat." in name)


def taught(modality: str) -> frozenset[str]:
    """The emotions that a channel's corpora name."""
    return frozenset(name for corpus in TEACHERS[modality] for name in CLASSES[corpus])


def lend(emotions: Float[Tensor, "batch emotion"]) -> Float[Tensor, "batch emotion"]:
    """Give each emotion that a channel never learned a share of its nearest kin."""
    columns = list(emotions.unbind(dim=1))
    for name, (kin, share) in KIN.items():
        own, theirs = EMOTIONS.index(name), EMOTIONS.index(kin)
        borrowed = columns[theirs] + torch.tensor(share).log()
        columns[own] = torch.where(columns[own].isinf(), borrowed, columns[own])
    return torch.stack(columns, dim=1)
