"""Any fusion model with a text encoder before it, so that both learn together.

texts ─ pieces ─ encoder ─ mean of the pieces of each word ─┐
                                                            ├─ any model of the catalogue ─ score
rows of all other channels ─────────────────────────────────┘
"""

import inspect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from einops import einsum
from jaxtyping import Float
from torch import Tensor

from tritone.catalogue import find
from tritone.core.batch import Batch, Prediction, Tokens, Track
from tritone.core.errors import ModelError
from tritone.core.pretrained import Bare
from tritone.core.task import Task
from tritone.models.at_pieces import clocked, words_of
from tritone.models.base import Carried, FusionModel
from tritone.models.pretrained_encoders import PretrainedText
from tritone.models.subnets import read_tracks
from tritone.models.texts import EncoderModel, read_tokens

STATES = "words"


class WithBert(EncoderModel):
    """A model of the catalogue whose text rows are the states of an encoder that may learn.

    A row a word, as `hub_text` extracts them: with frozen layers this is the same model on the
    same rows. So MISA, Self-MM, S002's attention or S001's strategies can train their BERT, as
    their papers do.

    Source: Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers for
        Language Understanding", NAACL. https://arxiv.org/abs/1810.04805; and that of the model.
    Differs: where the model's paper reads a sentence at its [CLS], or pieces one by one, a word
        is the mean of its pieces; the encoder learns at `pace` times the model's rate.

    Args:
        dims: width of a row of each modality; those of the text are not looked at, but their
            times are kept.
        task: what is predicted; sets the width of the score.
        model: a name of the catalogue.
        options: of that model.
        folder: the text encoder's, as for `hub_text`.
        trained: its layers that learn, from the top; 0 for none, -1 for all.
        longest: pieces that are read of a text; 0 for as many as the encoder has room for.
        pace: the encoder's share of the learning rate.
        clips: train clips, for a model that keeps a row for each; a training fills it in.

    Raises:
        UnknownName: there is no such model.
        MissingExtra: "minilm" is not installed.
        ModelError: there is no such encoder, it has not so many layers or positions, or the
            model has an encoder of its own or reads dialogues.
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        task: Task,
        *,
        model: str = "concat_mlp",
        options: Mapping[str, Any] | None = None,
        folder: str | Bare = "minilm",
        trained: int = 0,
        longest: int = 0,
        pace: float = 0.05,
        clips: int = 0,
    ) -> None:
        super().__init__(dims, task, pace)
        made = find("model", model)
        if made.reads_tokens or made.reads_dialogues:
            has = "reads texts by an encoder of its own" if made.reads_tokens else "reads dialogues"
            raise ModelError(f"{model} {has}. Train it by itself, without with_bert.")
        self.text = PretrainedText(folder, trained=trained, longest=longest)
        own = dict(options or {})
        if clips and "clips" in inspect.signature(made).parameters:
            own = {"clips": clips, **own}
        self.fusion: FusionModel = made({**dims, "text": self.text.width}, task, **own)

    def forward(self, batch: Batch) -> Prediction:
        read_tracks(self, batch)
        tokens = read_tokens(self, batch)
        states = self.text(tokens.ids, tokens.mask)
        said = self.fusion(with_words(batch, tokens, states))
        return replace(said, parts={**said.parts, STATES: states})

    def losses(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Those of the model, on the same states."""
        seen = with_words(batch, read_tokens(self, batch), prediction.parts[STATES])
        return self.fusion.losses(prediction, seen)

    def seen(self, batch: Batch) -> Batch:
        """The batch as the model in it gets it, for what is fitted without gradients."""
        tokens = read_tokens(self, batch)
        with torch.no_grad():
            return with_words(batch, tokens, self.text(tokens.ids, tokens.mask))

    def prepare(self, train: Iterable[Batch]) -> None:
        """What the model fits before the training, on the states as they then are."""
        self.fusion.prepare(Seen(self, train))

    def settle(self, val: Iterable[Batch]) -> None:
        """What the model fits after the training."""
        self.fusion.settle(Seen(self, val))

    def carried(self) -> dict[str, Carried]:
        """The text encoder."""
        return {"folder": self.text}

    def groups(self) -> list[dict[str, Any]]:
        """The model's own groups, and the encoder, which takes smaller steps."""
        encoder = {"params": list(self.text.parameters()), "scale": self.pace}
        return [*self.fusion.groups(), encoder]

    def frozen(self) -> frozenset[str]:
        """What of either does not learn."""
        return super().frozen() | {f"fusion.{name}" for name in self.fusion.frozen()}

    def fitted(self) -> frozenset[str]:
        """What the model fits by itself."""
        return frozenset(f"fusion.{name}" for name in self.fusion.fitted())


@dataclass(frozen=True)
class Seen:
    """Batches as the model in another gets them, anew at each pass."""

    model: WithBert
    batches: Iterable[Batch]

    def __iter__(self) -> Iterator[Batch]:
        return (self.model.seen(batch) for batch in self.batches)


def with_words(batch: Batch, tokens: Tokens, states: Float[Tensor, "batch piece width"]) -> Batch:
    """The batch with the states of the words as its text; special pieces are of no word."""
    words, said = words_of(tokens)
    longest = max(1, int(words.max()) + 1) if words.numel() else 1
    place = torch.arange(longest, device=words.device)
    ours = (words.unsqueeze(2) == place) & tokens.mask.unsqueeze(2)
    count = ours.sum(dim=1)
    total = einsum(
        ours.to(states.dtype), states, "batch piece word, batch piece dim -> batch word dim"
    )
    spans = states.new_full((len(batch), longest, 2), torch.nan)
    if "text" in batch.tracks:
        text = batch["text"]
        kept = min(longest, text.mask.shape[1])
        timed = clocked(text, said).reshape(-1, 1, 1)
        spans[:, :kept] = text.spans[:, :kept].where(timed, torch.nan)
    track = Track(total / count.clamp(min=1).unsqueeze(2), count > 0, spans)
    return replace(batch, tracks={**batch.tracks, "text": track}, tokens=None)
