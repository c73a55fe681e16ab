"""What models that carry pretrained encoders share: pieces of texts, and slower steps."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Protocol, runtime_checkable

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tritone.core.batch import Batch, Tokens
from tritone.core.errors import ModelError
from tritone.core.pretrained import Bare
from tritone.core.task import Task
from tritone.layers.pooling import masked_mean
from tritone.models.base import FusionModel
from tritone.models.pretrained_encoders import frozen_in

POOLS = ("mean", "first")


@runtime_checkable
class Cutter(Protocol):
    """An encoder that reads texts."""

    def cut(self, texts: Sequence[str | None]) -> Tokens:
        """The pieces of some texts."""
        ...


class EncoderModel(FusionModel):
    """A fusion model with pretrained encoders inside, each from a folder that an argument names.

    Args:
        dims: as for every model.
        task: what is predicted.
        pace: the encoders' share of the learning rate.
    """

    reads_tokens: ClassVar[bool] = True

    def __init__(self, dims: Mapping[str, int], task: Task, pace: float) -> None:
        super().__init__(dims, task)
        self.pace = pace

    def tokens(self, texts: Sequence[str | None]) -> Tokens | None:
        """The pieces of some texts, by the tokenizer of the encoder that reads them."""
        cutters = [one for one in self.carried().values() if isinstance(one, Cutter)]
        return cutters[0].cut(texts) if cutters else None

    def groups(self) -> list[dict[str, Any]]:
        """The encoders take smaller steps than the rest."""
        encoders = [one for one in self.carried().values() if isinstance(one, nn.Module)]
        theirs = {id(weight): weight for one in encoders for weight in one.parameters()}
        rest = [weight for weight in self.parameters() if id(weight) not in theirs]
        return [{"params": rest}, {"params": list(theirs.values()), "scale": self.pace}]

    def frozen(self) -> frozenset[str]:
        """What of the encoders does not learn."""
        return frozen_in(self)


def read_tokens(model: FusionModel, batch: Batch) -> Tokens:
    """The pieces of the batch's texts; none of a clip whose text is missing.

    A text is missing where its track is, and everywhere if the model was built without the
    text of a store that has some. A store without a track of text still has its texts.

    Raises:
        ModelError: the batch has no pieces.
    """
    tokens = batch.tokens
    if tokens is None:
        raise ModelError(
            f"{type(model).__name__} reads the pieces of texts, and the batch of "
            f"{', '.join(batch.ids[:3])} has none. Give it batches of a Feed that cuts "
            f"(cut=model.tokens), or set batch.tokens to model.tokens(texts)."
        )
    if "text" not in batch.tracks:
        return tokens
    here = batch["text"].mask.any(dim=1) if "text" in model.dims else torch.tensor(False)
    return replace(tokens, mask=tokens.mask & here.to(tokens.mask.device).unsqueeze(-1))


def pooled(
    states: Float[Tensor, "batch piece width"], mask: Bool[Tensor, "batch piece"], pool: str
) -> Float[Tensor, "batch width"]:
    """One vector a text: the mean over its pieces, or the first piece's state."""
    return states[:, 0] if pool == "first" else masked_mean(states, mask)


def named_folder(folder: str | Bare, option: str, kind: str) -> str | Bare:
    """A folder, if one is named.

    Raises:
        ModelError: none is.
    """
    if folder == "":
        raise ModelError(f"The folder of {kind} is not named. Set model.{option}=DIR.")
    return folder


def checked_pool(pool: str) -> str:
    """A way to pool, if there is one of that name.

    Raises:
        ModelError: there is none.
    """
    if pool not in POOLS:
        raise ModelError(f"pool is {pool!r}; take {' or '.join(POOLS)}.")
    return pool
