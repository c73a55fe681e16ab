"""Sound and sight beside the pieces of a text, for models that change a text encoder's states."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from tritone.core.batch import Batch, Tokens, Track
from tritone.layers.pieces import meets_evenly, meets_in_time, rows_at_pieces
from tritone.models.base import FusionModel


def at_pieces(
    model: FusionModel, batch: Batch, tokens: Tokens, modality: str
) -> tuple[Float[Tensor, "batch piece dim"], Bool[Tensor, "batch piece"]]:
    """What a modality says at each piece of the texts, zeros where nothing, and where it does.

    The rows meet a word in time where the text's own track has a row a word with its times, as
    `hub_text` writes it, and the modality has times too; else the words share them out evenly.

    Args:
        model: it checks its modalities.
        batch: with the tracks.
        tokens: the pieces; if it is not known which word they are of, each counts as one.
        modality: not the text.
    """
    track = model.track(batch, modality)
    words, said = words_of(tokens)
    meets = meets_evenly(words, said, track.mask)
    if "text" in batch.tracks:
        text = batch["text"]
        timed = clocked(text, said) & timed_rows(track)
        on_time = meets_in_time(words, text.spans, track.spans)
        meets = torch.where(timed.reshape(-1, 1, 1), on_time, meets)
    values, there = rows_at_pieces(track.values, track.mask, meets & tokens.mask.unsqueeze(2))
    return values, there


def words_of(tokens: Tokens) -> tuple[Tensor, Tensor]:
    """The word of each piece, and how many words each text has."""
    if tokens.words is not None and tokens.said is not None:
        return tokens.words, tokens.said
    place = torch.arange(tokens.ids.shape[1], device=tokens.ids.device)
    return place.expand_as(tokens.ids), tokens.mask.sum(dim=1)


def clocked(text: Track, said: Tensor) -> Bool[Tensor, " batch"]:
    """True for a clip whose text has a row for each word, all with times."""
    known = text.spans.isfinite().all(dim=2) & (text.spans[..., 1] > text.spans[..., 0])
    return (text.mask.sum(dim=1) == said) & (known | ~text.mask).all(dim=1)


def timed_rows(track: Track) -> Bool[Tensor, " batch"]:
    """True for a clip whose rows all have times."""
    return (track.spans.isfinite().all(dim=2) | ~track.mask).all(dim=1)
