"""Texts to the pieces that a pretrained encoder reads, each with the word that it is of."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from tritone.core.batch import Tokens
from tritone.core.errors import ModelError

NO_WORD = -1
FEWEST = 4  # pieces that a text may be cut to: the special ones, and something said
LONGEST_TEXT = 100_000  # characters that a tokenizer is given of one text
POSITIONS = 512  # where a config says nothing
WORD = re.compile(r"\S+")


def cut_texts(tokenizer: Any, texts: Sequence[str | None], longest: int) -> Tokens:
    """The pieces of some texts, padded to the longest; none for a text without a word.

    Args:
        tokenizer: a fast one, which knows where in the text a piece lies.
        texts: what is said; None where nothing is.
        longest: pieces that are kept of a text, special ones included; `Tokens.cut` says of
            which texts there were more.
    """
    # Half of a pair of surrogates is no UTF-8, and no tokenizer takes it.
    plain = [(text or "")[:LONGEST_TEXT].encode("utf-8", "replace").decode() for text in texts]
    starts = [np.array([word.start() for word in WORD.finditer(text)], int) for text in plain]
    found = tokenizer(plain, truncation=True, max_length=longest).encodings if plain else []
    ids, words, cut = [], [], []
    for encoding, places in zip(found, starts, strict=True):
        kept = slice(None) if len(places) else slice(0)
        ids.append(torch.tensor(encoding.ids[kept], dtype=torch.long))
        words.append(torch.tensor(words_of(encoding, places)[kept], dtype=torch.long))
        cut.append(bool(encoding.overflowing))
    lengths = torch.tensor([len(one) for one in ids])
    mask = torch.arange(max([1, *lengths.tolist()])) < lengths.unsqueeze(1)
    return Tokens(
        padded(ids, 0, mask.shape[1]),
        mask,
        padded(words, NO_WORD, mask.shape[1]),
        torch.tensor([len(places) for places in starts], dtype=torch.long),
        torch.tensor(cut, dtype=torch.bool),
    )


def words_of(encoding: Any, starts: np.ndarray) -> list[int]:
    """The word that each piece is of, by where its last letter lies."""
    ends = np.array([end for _, end in encoding.offsets], int)
    owners = np.searchsorted(starts, ends - 1, side="right") - 1
    special = np.array(encoding.special_tokens_mask, bool)
    return np.where(special | (ends == 0), NO_WORD, owners).tolist()


def padded(rows: Sequence[Tensor], fill: int, longest: int) -> Tensor:
    """Rows of different lengths as one tensor of a given width."""
    if not rows:
        return torch.full((0, longest), fill)
    whole = pad_sequence(list(rows), batch_first=True, padding_value=fill)
    return whole if whole.shape[1] else torch.full((len(rows), longest), fill)


def room_of(config: Any, longest: int, name: str) -> int:
    """Pieces of a text that an encoder reads at once, no more than are asked for.

    RoBERTa counts its positions from the padding's on, so that two are never used.

    Args:
        config: of the encoder.
        longest: pieces that are asked for; 0 for as many as there is room for.
        name: of the encoder, for the message.

    Raises:
        ModelError: the encoder has not so many positions, or the number is too small.
    """
    positions = getattr(config, "max_position_embeddings", None) or POSITIONS
    lost = getattr(config, "pad_token_id", 0) + 1 if "roberta" in config.model_type else 0
    room = positions - lost
    if longest and not FEWEST <= longest <= room:
        raise ModelError(
            f"{name} has room for {room} pieces of a text, and longest={longest} are asked for. "
            f"Take {FEWEST} to {room}, or 0 for as many as there is room for."
        )
    return longest or room
