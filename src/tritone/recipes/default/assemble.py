"""Branches into one model: calibrated on validation rows, measured, packed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from tritone.features.preprocess import Preprocessor
from tritone.layers.packing import pack, unpack
from tritone.learn.pretrained import save
from tritone.metrics import ece
from tritone.metrics.calibration import ece_band
from tritone.models.branches import Branch
from tritone.models.tritone import TritoneModel
from tritone.recipes.default.calibrate import Judged, cross_fitted, fit_temperature, judged
from tritone.recipes.default.card import Calibration
from tritone.recipes.default.train import Cached

VERSION = "0.1.0"
CHANNEL = {"text": "text", "voice": "audio", "face": "vision"}
SHIFTED = ("text", "face")  # trained on classes in other shares than val has them
STAGED = ("voice", "face")  # corpora that name four bad feelings for each good one
BITS = {"word_embeddings": 6}  # all else takes 8


def assemble(
    out: Path,
    branches: Mapping[str, Branch],
    corpora: Mapping[str, Cached],
    preprocessor: Preprocessor,
    encoder: dict[str, Any],
) -> dict[str, Calibration]:
    """Calibrate the branches as they will be shipped, and write the model folder.

    The weights are quantised first, so that what is calibrated is what is shipped.

    Returns:
        By corpus, the calibration error on rows that the temperature was not fitted on.
    """
    dims = {
        "text": encoder["vocab_size"],
        "audio": preprocessor.voice.columns,
        "vision": preprocessor.face.side,
    }
    text = {key: value for key, value in encoder.items() if key != "vocab_size"}
    model = TritoneModel(dims, text=text).eval()
    measured: dict[str, Calibration] = {}
    for name, channel in CHANNEL.items():
        branch, cached = model.branch(channel), corpora[name]
        branch.load_state_dict(unpack(pack(branches[name].state_dict(), bits_of)))
        val = np.flatnonzero(cached.splits == "val")
        said = judged(branch, cached.rows, val)
        model.emotion_heat[channel] = fit_temperature(said["emotion"], shifted=name in SHIFTED)
        model.sentiment_heat[channel] = fit_temperature(said["sentiment"], shifted=name in SHIFTED)
        if name in STAGED:
            shares = train_shares(cached)
            model.sentiment_heat[channel].get_parameter("prior").copy_(shares.log())
        for head, one in said.items():
            measured |= calibrations(one, head, cached, val, name in SHIFTED)
    config = {
        "name": "default",
        "version": VERSION,
        "model": "tritone",
        "dims": dims,
        "arguments": {"text": text},
    }
    save(out, model, preprocessor, config, bits=BITS)
    return measured


def train_shares(cached: Cached) -> Tensor:
    """How often each sentiment is the answer in train."""
    train = np.flatnonzero(cached.splits == "train")
    target = cached.rows.batch(train[:: max(1, len(train) // 4000)], None).targets["sentiment"]
    return target[~target.isnan().any(dim=1)].mean(dim=0)


def calibrations(
    said: Judged, head: str, cached: Cached, val: np.ndarray, shifted: bool
) -> dict[str, Calibration]:
    """Cross-fitted calibration error of one head on each corpus that has its labels."""
    shares = cross_fitted(said, cached.groups[val], shifted=shifted).numpy()
    target = said.target.numpy()
    # A soft target (a score near 0) has no right answer to count.
    hard = np.nan_to_num(target).max(axis=1) == 1
    found = {}
    for corpus in dict.fromkeys(cached.corpora[val]):
        rows = np.flatnonzero((cached.corpora[val] == corpus) & hard)
        if len(rows) == 0:
            continue
        truth = target[rows].argmax(axis=1)
        low, high = ece_band(shares[rows])
        key = f"{corpus} {head}"
        found[key] = Calibration(len(rows), ece(shares[rows], truth), low, high)
    return found


def bits_of(name: str) -> int:
    """Bits of a weight by its name: the large table of word pieces takes 6, all else 8."""
    return next((bits for piece, bits in BITS.items() if piece in name), 8)
