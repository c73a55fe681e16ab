"""Tritone's own model with the user's classes: what its judges know is where it starts.

    words ─ TextBranch ──┬─ emotions, sentiments ─ matched to the classes by name ─┐
    voice ─ VoiceBranch ─┤                                                         ├─ sum ─ pool
    faces ─ FaceBranch ──┴─ state ─ a new linear layer for each channel ───────────┘

A class that the judges know by name (joy, happy, negative, ...) starts from what they say of it;
one that they do not know is learned from their states.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Prediction, Tokens
from tritone.core.errors import DataError, ModelError
from tritone.core.labels import EMOTIONS, SENTIMENTS, read_emotion
from tritone.core.task import Classes, Regression, Task
from tritone.models.base import FusionModel
from tritone.models.tritone import LEAST, TritoneModel, lend
from tritone.models.voice import VoiceBranch, with_statistics

FACTS = len(EMOTIONS) + len(SENTIMENTS)
EXTRACTORS = {
    "text": "word_pieces",
    "audio": "voice_rows",
    "vision": "face_crop (extracting.vision.side={side} extracting.vision.grey=true)",
}
SPREAD = 0.02  # of the first weights that read a state: they begin as a whisper


class TunedTritone(FusionModel):
    """The default model's branches under heads of the user's own, trained on together.

    Source: Howard & Ruder 2018, "Universal Language Model Fine-tuning for Text Classification",
        ACL. https://arxiv.org/abs/1801.06146
    Differs: three channels; a head starts from the old answers where class names match; nothing
        is unfrozen step by step.

    Args:
        dims: "text": 1, the rows of `word_pieces`; "audio": those of `voice_rows`; "vision": the
            pixels of a grey, square face. A channel that is left out has no branch.
        task: what is predicted.
        base: the trained model's "dims" and arguments, as its config.json has them.
        freeze: channels whose branch stays as it is, as in "text,audio"; "all" for each.
        aside: weight of what each channel is asked alone, beside what they say together.

    Raises:
        ModelError: the rows are not those that the branches read, or no such channel can be
            frozen.
    """

    starts_from: ClassVar[str] = "tritone"
    normalises: ClassVar[bool] = False

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        base: Mapping[str, Any],
        freeze: str = "",
        aside: float = 0.3,
    ) -> None:
        super().__init__(dims, task)
        arguments = {name: value for name, value in base.items() if name != "dims"}
        theirs = {name: base["dims"][name] for name in dims if name in base["dims"]}
        check_rows(self.dims, base["dims"])
        self.base = TritoneModel(theirs, **arguments)
        self.still = channels_named(freeze, tuple(self.dims))
        for name in self.still:
            self.base.branch(name).requires_grad_(False)
        self.aside = aside
        self.facts, self.states = nn.ModuleDict(), nn.ModuleDict()
        for m in self.dims:
            facts = nn.Linear(FACTS, task.width)
            states = nn.Linear(width_of(self.base, m), task.width, bias=False)
            begin_head(facts, states, task)
            self.facts[m], self.states[m] = facts, states
        self.trust = nn.ParameterDict({m: nn.Parameter(torch.zeros(())) for m in self.dims})
        if isinstance(task, Classes) and not task.multi:
            self.trust.requires_grad_(False)  # the pool weighs by itself

    def train(self, mode: bool = True) -> "TunedTritone":
        """Switch to training; a frozen branch keeps the statistics of its norms too."""
        super().train(mode)
        for name in self.still:
            self.base.branch(name).eval()
        return self

    def forward(self, batch: Batch) -> Prediction:
        batch = replace(batch, tokens=self.pieces(batch))
        said = {m: self.said(m, batch) for m in self.dims}
        present = self.base.present(batch)
        return Prediction(self.joined(said, present), {f"said_{m}": said[m] for m in said})

    def pieces(self, batch: Batch) -> Tokens | None:
        """The numbers in the rows of text, as the encoder takes them."""
        if "text" not in self.dims:
            return None
        track = self.track(batch, "text")
        return Tokens(track.values[..., 0].round().long().clamp(0, self.vocabulary - 1), track.mask)

    @property
    def vocabulary(self) -> int:
        """Word pieces that the text branch knows."""
        return self.base.dims["text"]

    def said(self, modality: str, batch: Batch) -> Float[Tensor, "batch width"]:
        """One channel's answer in the user's terms."""
        state, raw = heard(self.base, modality, batch)
        opinion = self.base.judge(modality, raw)
        known = lend(opinion.emotions).clamp(min=LEAST)
        facts = torch.cat([known, opinion.sentiments.clamp(min=LEAST)], dim=1)
        return self.facts[modality](facts) + self.states[modality](state)

    def joined(
        self, said: Mapping[str, Tensor], present: Mapping[str, Tensor]
    ) -> Float[Tensor, "batch width"]:
        """What the channels that are there say together."""
        if isinstance(self.task, Classes) and not self.task.multi:
            logs = [one.log_softmax(dim=1) for one in said.values()]
            return self.base.pool(logs, [present[m] for m in said])
        real = torch.stack([present[m] for m in said], dim=1).float()
        trust = torch.stack([self.trust[m] for m in said]).exp() * real
        share = trust / trust.sum(dim=1, keepdim=True).clamp(min=1e-6)
        return (torch.stack([*said.values()], dim=2) * share.unsqueeze(1)).sum(dim=2)

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """The task's loss of all channels together, and of each alone where it is there."""
        terms = super().losses(prediction, batch)
        if len(self.dims) == 1 or not self.aside or batch.target is None:
            return terms
        for m in self.dims:
            absent = ~batch[m].mask.any(dim=1)
            target = batch.target.clone()
            target[absent] = math.nan if target.is_floating_point() else -1
            own = self.task.loss(prediction.parts[f"said_{m}"], target, batch.weight)
            terms[m] = self.aside / len(self.dims) * own
        return terms

    def groups(self) -> list[dict[str, Any]]:
        """The heads at full pace, each branch at its own."""
        heads = [*self.facts.parameters(), *self.states.parameters(), *self.trust.parameters()]
        return [{"params": heads}, *self.base.groups()]

    def frozen(self) -> frozenset[str]:
        """The branches that were asked to stay as they are."""
        return frozenset(name for name, weight in self.named_parameters() if self.is_still(name))

    def is_still(self, name: str) -> bool:
        """A parameter belongs to a branch that stays as it is."""
        return any(name.startswith(f"base.branches.{channel}.") for channel in self.still)

    def fitted(self) -> frozenset[str]:
        """The calibration comes with the weights it starts from."""
        still = () if any(one.requires_grad for one in self.trust.values()) else self.trust
        return frozenset(
            [f"base.{name}" for name in self.base.fitted()] + [f"trust.{name}" for name in still]
        )

    def take_pretrained(self, weights: Mapping[str, Tensor]) -> None:
        """Start from a trained model's weights, for the channels that there are.

        Raises:
            ModelError: they are of another shape.
        """
        own = {name: weights[name] for name in self.base.state_dict() if name in weights}
        try:
            self.base.load_state_dict(own)
        except RuntimeError as error:
            raise ModelError(f"The weights to start from do not fit: {str(error)[:200]}") from None


def heard(base: TritoneModel, modality: str, batch: Batch) -> tuple[Tensor, Prediction]:
    """A branch's state and what it says; of several readers all states, end to end."""
    branch = base.branch(modality)
    if not isinstance(branch, VoiceBranch):
        raw = branch(batch)
        return raw.parts["state"], raw
    batch = with_statistics(batch)
    states = [reader(batch).parts["state"] for reader in branch.statistics]
    return torch.cat(states, dim=1), branch(batch)


def width_of(base: TritoneModel, modality: str) -> int:
    """Numbers in a branch's state."""
    branch = base.branch(modality)
    return branch.width * (len(branch.statistics) if isinstance(branch, VoiceBranch) else 1)


def begin_head(facts: nn.Linear, states: nn.Linear, task: Task) -> None:
    """Let a head say at first what the branch already knows of the classes, or of the valence."""
    nn.init.normal_(states.weight, std=SPREAD)
    nn.init.normal_(facts.weight, std=SPREAD)
    nn.init.zeros_(facts.bias)
    with torch.no_grad():
        if isinstance(task, Regression):
            half = (task.high - task.low) / 2
            # Log-odds of positive against negative, of which 4 counts as the end of the scale.
            for name, sign in (("negative", -1), ("positive", 1)):
                facts.weight[0, len(EMOTIONS) + SENTIMENTS.index(name)] = sign * half / 4
        elif isinstance(task, Classes):
            for row, place in places_of(task.names).items():
                facts.weight[row, place] = 1.0


def places_of(names: tuple[str, ...]) -> dict[int, int]:
    """Class to its place among emotions and sentiments, for the classes that are known by name."""
    lowered = [name.strip().lower() for name in names]
    if set(lowered) <= set(SENTIMENTS):
        return {row: len(EMOTIONS) + SENTIMENTS.index(name) for row, name in enumerate(lowered)}
    found = {}
    for row, name in enumerate(lowered):
        try:
            found[row] = EMOTIONS.index(read_emotion(name))
        except DataError:
            if name in SENTIMENTS:
                found[row] = len(EMOTIONS) + SENTIMENTS.index(name)
    return found


def channels_named(freeze: str, channels: tuple[str, ...]) -> tuple[str, ...]:
    """The channels of "text,audio", or of "all"."""
    named = [one.strip() for one in freeze.split(",") if one.strip()]
    if named == ["all"]:
        return channels
    strange = [one for one in named if one not in channels]
    if strange:
        raise ModelError(
            f"freeze names {strange[0]!r}, and the model reads {', '.join(channels)}. Name some "
            "of these, as in freeze=text, or all."
        )
    return tuple(named)


def check_rows(dims: Mapping[str, int], theirs: Mapping[str, int]) -> None:
    """See that the rows are those that the trained branches read."""
    unknown = [name for name in dims if name not in theirs]
    if unknown:
        raise ModelError(
            f"The trained model has no branch for {unknown[0]}. Leave it out: "
            f"modalities={','.join(name for name in dims if name in theirs)}."
        )
    side = theirs.get("vision", 0)
    wanted = {"text": 1, "audio": theirs.get("audio", 0), "vision": side * side}
    wrong = next((name for name in dims if dims[name] != wanted[name]), None)
    if wrong:
        raise ModelError(
            f"The trained model reads {wrong} as rows of {wanted[wrong]} numbers, the data have "
            f"{dims[wrong]}. They come of the extractor {EXTRACTORS[wrong].format(side=side)}; "
            "name the corpus or the manifest itself with --data, and it is extracted so."
        )
