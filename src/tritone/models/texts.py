"""What models that carry a pretrained encoder share: their pieces, and slower steps for it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from tritone.core.batch import Batch, Tokens
from tritone.core.errors import ModelError
from tritone.models.base import FusionModel


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


def slower(model: FusionModel, encoders: Iterable[nn.Module], pace: float) -> list[dict[str, Any]]:
    """Parameter groups in which pretrained encoders take smaller steps than the rest.

    Args:
        model: whose parameters they are.
        encoders: those that are pretrained.
        pace: their share of the learning rate.
    """
    theirs = {id(one): one for encoder in encoders for one in encoder.parameters()}
    rest = [one for one in model.parameters() if id(one) not in theirs]
    return [{"params": rest}, {"params": list(theirs.values()), "scale": pace}]
