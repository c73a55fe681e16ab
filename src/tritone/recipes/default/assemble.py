"""Branches into one model: calibrated on validation rows, measured, packed, described."""

from pathlib import Path
from typing import Any

import numpy as np

from tritone.features.preprocess import Preprocessor
from tritone.layers.packing import pack, unpack
from tritone.learn.pretrained import save
from tritone.models.branches import Branch
from tritone.models.tritone import TritoneModel
from tritone.recipes.default.calibrate import fit_temperature, judged
from tritone.recipes.default.train import Rows

VERSION = "0.1.0"
CHANNEL = {"text": "text", "voice": "audio", "face": "vision"}
HOW = {
    # The faces were balanced by hand in train, so their levels are put right as well.
    "text": {"sloped": True, "shifted": False},
    "voice": {"sloped": False, "shifted": False},
    "face": {"sloped": False, "shifted": True},
}
BITS = {"word_embeddings": 6}  # all else takes 8


def assemble(
    out: Path,
    branches: dict[str, Branch],
    rows: dict[str, tuple[Rows, np.ndarray]],
    preprocessor: Preprocessor,
    encoder: dict[str, Any],
    work: Path,
) -> TritoneModel:
    """Calibrate the branches as they will be shipped, and write the model folder.

    The weights are quantised first, so that what is calibrated is what is shipped.
    """
    dims = {
        "text": encoder["vocab_size"],
        "audio": preprocessor.voice.mels,
        "vision": preprocessor.face.side,
    }
    text = {key: value for key, value in encoder.items() if key != "vocab_size"}
    model = TritoneModel(dims, text=text).eval()
    for name, channel in CHANNEL.items():
        weights = unpack(pack(branches[name].state_dict(), bits_of))
        model.branch(channel).load_state_dict(weights)
    for name, channel in CHANNEL.items():
        own, splits = rows[name]
        said = judged(model.branch(channel), own, np.flatnonzero(splits == "val"))
        model.emotion_heat[channel] = fit_temperature(said["emotion"], **HOW[name])
        model.sentiment_heat[channel] = fit_temperature(said["sentiment"], **HOW[name])
    config = {
        "name": "default",
        "version": VERSION,
        "model": "tritone",
        "dims": dims,
        "arguments": {"text": text},
    }
    save(out, model, preprocessor, config, bits=BITS)
    return model


def bits_of(name: str) -> int:
    """Bits of a weight by its name: the large table of word pieces takes 6, all else 8."""
    return next((bits for piece, bits in BITS.items() if piece in name), 8)
