"""Words as a pretrained encoder of the BERT family sees them, each in its sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
import torch
from jaxtyping import Float, Float32

from tritone.core.batch import Track
from tritone.core.devices import device_of
from tritone.core.errors import RecipeError
from tritone.core.parts import Rows
from tritone.core.pretrained import load_text_encoder, width_of
from tritone.features.extractor import Material
from tritone.features.tracks import no_track, whole_track
from tritone.features.words import word_spans

POOLS = ("words", "mean")
LONGEST_WORD = 200  # characters that a tokenizer is given of one word
FEWEST_PIECES = 8  # that an encoder must have room for


@dataclass(frozen=True)
class HubText:
    """Last hidden states of a frozen encoder: a row a word, or one a clip.

    A word's row is the mean of its pieces. A text longer than the encoder's positions is read
    in stretches of whole words. Case and punctuation are the tokenizer's business.

    Source: Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers for
        Language Understanding", NAACL. https://arxiv.org/abs/1810.04805

    Args:
        folder: a folder as `save_pretrained` writes it, a name of the hub that is in its cache
            on this machine, or "minilm", the optional extra (Wang et al. 2020, arXiv:2002.10957).
        pool: "words": a row a word, at the time of the word; "mean": one row, the mean over all
            pieces, as sentence encoders have it.
        device: "cpu", "cuda" or "auto".
    """

    folder: str = "minilm"
    pool: str = "words"
    device: str = "auto"

    modality: ClassVar[str] = "text"
    version: ClassVar[int] = 1
    reads: ClassVar[tuple[str, ...]] = ("words", "text")

    def __post_init__(self) -> None:
        if self.pool not in POOLS:
            raise RecipeError(f"pool is {self.pool!r}; take {' or '.join(POOLS)}")

    @property
    def rows(self) -> Rows:
        """One hidden state."""
        return Rows((kept_width(self.folder),))

    def track(self, material: Material) -> Track:
        """A row for each word that the tokenizer knows how to cut; none without words."""
        words, spans = words_of(material)
        if not words:
            return no_track(self.rows)
        states, owners = hidden_states(self.folder, self.device, words)
        if self.pool == "mean":
            whole = np.array([[np.nanmin(spans), np.nanmax(spans)]]) if timed(spans) else spans[:1]
            return whole_track(states.mean(axis=0, keepdims=True), whole)
        known = [place for place in range(len(words)) if (owners == place).any()]
        if not known:
            return no_track(self.rows)
        rows = np.stack([states[owners == place].mean(axis=0) for place in known])
        return whole_track(rows, spans[known])


def words_of(material: Material) -> tuple[list[str], Float[np.ndarray, "word 2"]]:
    """The words as they are written, and their times; NaN where these are unknown."""
    if material.words:
        said, spans = [word.text for word in material.words], word_spans(material.words)
    else:
        said = (material.text or "").split()
        spans = np.full((len(said), 2), np.nan)
    # Half of a pair of surrogates is no UTF-8, and no tokenizer takes it.
    plain = [word.encode("utf-8", "replace").decode()[:LONGEST_WORD].strip() for word in said]
    kept = [place for place, word in enumerate(plain) if word]
    return [plain[place] for place in kept], spans[kept]


def timed(spans: Float[np.ndarray, "word 2"]) -> bool:
    """Whether any word has a time."""
    return bool(np.isfinite(spans).all(axis=1).any())


def hidden_states(
    folder: str, device: str, words: Sequence[str]
) -> tuple[Float32[np.ndarray, "piece dim"], np.ndarray]:
    """The state of each piece, and the word that it is of; -1 for a special one."""
    tokenizer, model = kept_encoder(folder, device)
    states, owners = [], []
    for first, last in stretches(tokenizer, model, words):
        pieces = tokenizer(
            list(words[first:last]),
            is_split_into_words=True,
            truncation=True,
            max_length=room(model),
            return_tensors="pt",
        )
        with torch.inference_mode():
            hidden = model(**pieces.to(model.device)).last_hidden_state[0]
        states.append(hidden.float().cpu().numpy())
        owners += [-1 if word is None else first + word for word in pieces.word_ids(0)]
    return np.concatenate(states), np.array(owners)


def stretches(tokenizer: Any, model: Any, words: Sequence[str]) -> list[tuple[int, int]]:
    """First and last word of each stretch that has no more pieces than the encoder has room."""
    free = room(model) - tokenizer.num_special_tokens_to_add()
    pieces = tokenizer(list(words), is_split_into_words=True, add_special_tokens=False)
    counts = np.bincount(
        [word for word in pieces.word_ids(0) if word is not None], minlength=len(words)
    )
    cuts, used = [0], 0
    for place, count in enumerate(counts):
        if used + count > free and place > cuts[-1]:
            cuts.append(place)
            used = 0
        used += count
    return list(zip(cuts, [*cuts[1:], len(words)], strict=True))


def room(model: Any) -> int:
    """Pieces that an encoder reads at once.

    RoBERTa counts its positions from the padding's on, so that two are never used.
    """
    config = model.config
    positions = getattr(config, "max_position_embeddings", 512) or 512
    lost = 0 if config.model_type == "bert" else 2
    return max(FEWEST_PIECES, positions - lost)


@lru_cache(maxsize=1)
def kept_encoder(folder: str, device: str) -> tuple[Any, Any]:
    """An encoder, read once: its file is long."""
    tokenizer, model = load_text_encoder(folder)
    return tokenizer, model.to(device_of(device))


@lru_cache(maxsize=8)
def kept_width(folder: str) -> int:
    """The width of its rows, read once."""
    return width_of(folder)
