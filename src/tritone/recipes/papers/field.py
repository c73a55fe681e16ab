"""The field's models for MOSI, MOSEI and CH-SIMS, as MMSA's tables were made: `tfn@mosi`.

MMSA's settings per corpus, as far as the models here have them: step size, batch, sizes, dropout,
and a stop after eight epochs without a better validation loss, which is what it does.

Source: Mao et al. 2022, "M-SENA: An Integrated Platform for Multimodal Sentiment Analysis", ACL
    demonstrations, and the settings of its MMSA. https://arxiv.org/abs/2203.12441
Differs: MMSA has sizes of their own for each channel in tfn, lmf, lf_dnn, mfn and graph_mfn, where
    the models here have one for all; text is the rows of the feature file, where misa, self_mm,
    tetfn, almt and mmim fine-tune BERT; steps are AdamW's with a cosine, and 1e-3 where MMSA's is
    not known (ef_lstm, lf_dnn).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tritone.learn.recipe import Recipe
from tritone.learn.settings import Fit

EPOCHS, PATIENCE = 40, 8


def fitted(
    model: str,
    lr: int | float,
    batch: int,
    arguments: Mapping[str, Any],
    *,
    accumulate: int = 1,
    decay: int | float = 0.0,
) -> Recipe:
    """A model with the settings of one corpus."""
    fit = Fit(
        epochs=EPOCHS,
        patience=PATIENCE,
        lr=float(lr),
        batch=batch,
        accumulate=accumulate,
        weight_decay=float(decay),
    )
    return Recipe(model, arguments=dict(arguments), fit=fit)


def tfn(corpus: str) -> Recipe:
    """Tensor fusion.

    Run: tritone train tfn@mosi --data mosi:unaligned_50.pkl
    Scores: MMSA's table, MOSI acc2_nonzero 79.08 and MAE .947; MOSEI 81.89, .573; SIMS acc2 78.38.
    """
    lr, batch, post, drop, last = {
        "mosi": (1e-3, 32, 64, 0.3, 0.5),
        "mosei": (5e-3, 128, 16, 0.4, 0.4),
        "sims": (5e-4, 32, 32, 0.4, 0.4),
    }[corpus]
    sizes = {"width": 32, "hidden": 128, "post": post, "dropout": drop, "post_dropout": last}
    return fitted("tfn", lr, batch, sizes)


def lmf(corpus: str) -> Recipe:
    """Low-rank fusion.

    Run: tritone train lmf@mosi --data mosi:unaligned_50.pkl
    Scores: MMSA's table, MOSI acc2_nonzero 79.18 and MAE .950; MOSEI 83.48, .576; SIMS acc2 77.77.
    """
    lr, rank, decay = {
        "mosi": (1e-3, 3, 0.005),
        "mosei": (1e-3, 4, 0.001),
        "sims": (2e-3, 4, 0.005),
    }[corpus]
    return fitted("lmf", lr, 32, {"width": 64, "rank": rank}, decay=decay)


def mfn(corpus: str) -> Recipe:
    """Memory fusion, on aligned rows.

    Run: tritone train mfn@mosi --data mosi:aligned_50.pkl
    Scores: MMSA's table, MOSI acc2_nonzero 78.87 and MAE .927; MOSEI 82.86, .573.
    """
    lr, batch, memory = {"mosi": (2e-3, 128, 400), "mosei": (5e-4, 64, 128)}[corpus]
    sizes = {"memory": memory, "attention": 32, "proposal": 64, "post": 128}
    return fitted("mfn", lr, batch, sizes)


def graph_mfn(corpus: str) -> Recipe:
    """Memory fusion with a vertex for each set of channels.

    Run: tritone train graph_mfn@mosi --data mosi:aligned_50.pkl
    Scores: MMSA's table, MOSI acc2_nonzero 78.35 and MAE .956; MOSEI 83.48, .575; SIMS acc2 78.77.
    """
    batch, node, memory = {
        "mosi": (32, 64, 300),
        "mosei": (64, 128, 300),
        "sims": (64, 128, 64),
    }[corpus]
    return fitted("graph_mfn", 2e-3, batch, {"memory": memory, "node": node})


def ef_lstm(corpus: str) -> Recipe:
    """One LSTM over aligned rows side by side.

    Run: tritone train ef_lstm@mosi --data mosi:aligned_50.pkl
    Scores: MMSA's table, MOSI acc2_nonzero 78.48 and MAE .949; MOSEI 80.79, .601; SIMS a constant.
    """
    hidden, depth = {"mosi": (128, 4), "mosei": (256, 2), "sims": (32, 3)}[corpus]
    return fitted("ef_lstm", 1e-3, 32, {"hidden": hidden, "depth": depth})


def lf_dnn(corpus: str) -> Recipe:
    """A reader for each channel, concatenation, three layers.

    Run: tritone train lf_dnn@mosi --data mosi:unaligned_50.pkl
    Scores: MMSA's table, MOSI acc2_nonzero 78.63 and MAE .955; MOSEI 82.74, .580; SIMS acc2 77.02.
    """
    return fitted("lf_dnn", 1e-3, 32, {"post": {"mosi": 128, "mosei": 128, "sims": 32}[corpus]})


def mult(corpus: str) -> Recipe:
    """Crossmodal Transformers for every pair.

    Run: tritone train mult@mosi --data mosi:unaligned_50.pkl
    Scores: MMSA's table, MOSI acc2_nonzero 80.98 and MAE .880; MOSEI 84.63, .559; SIMS acc2 78.56.
    Differs: one size of the convolutions for all channels, the text's.
    """
    lr, batch, width, heads, depth = {
        "mosi": (2e-3, 16, 50, 10, 4),
        "mosei": (5e-4, 4, 30, 6, 4),
        "sims": (2e-3, 16, 50, 10, 2),
    }[corpus]
    made = fitted("mult", lr, batch, {"width": width, "heads": heads, "depth": depth}, accumulate=8)
    return replace(made, fit=replace(made.fit, clip=0.6, schedule="plateau"))


def misa(corpus: str) -> Recipe:
    """Shared and private spaces.

    Run: tritone train misa@mosi --data mosi:unaligned_50.pkl
    Scores: MMSA's table with BERT, MOSI acc2_nonzero 83.54 and MAE .777; MOSEI 84.67, .558.
    """
    apart, alike, rebuilt = {
        "mosi": (0.1, 0.3, 1.0),
        "mosei": (0.3, 0.8, 1.0),
        "sims": (0.3, 1.0, 0.8),
    }[corpus]
    shares = {"separation": apart, "similarity": alike, "reconstruction": rebuilt}
    return fitted("misa", 1e-4, 128, shares)


def self_mm(corpus: str) -> Recipe:
    """A head for each channel on labels made while training.

    Run: tritone train self_mm@mosi --data mosi:unaligned_50.pkl
    Scores: MMSA's table with BERT, MOSI acc2_nonzero 85.46 and MAE .708; MOSEI 85.15, .531;
        SIMS acc2 80.04.
    """
    batch = {"mosi": 16, "mosei": 32, "sims": 32}[corpus]
    return fitted("self_mm", 1e-3, batch, {"hidden": 32, "post": 128}, accumulate=4)


def tetfn(corpus: str) -> Recipe:
    """Text enhances what sound and sight say.

    Run: tritone train tetfn@mosi --data mosi:aligned_50.pkl
    Scores: MMSA's table with BERT, MOSI acc2_nonzero 85.37 and MAE .708; MOSEI 86.21, .537;
        SIMS acc2 81.18.
    """
    batch = {"mosi": 64, "mosei": 32, "sims": 64}[corpus]
    return fitted("tetfn", 1e-3, batch, {"width": 50, "heads": 5, "depth": 2, "post": 64})


def almt(corpus: str) -> Recipe:
    """Language guides what is taken of sound and sight.

    Run: tritone train almt@mosi --data mosi:unaligned_50.pkl
    Scores: the paper with BERT, MOSI acc2_nonzero 86.43 and MAE .683, the best of 200 epochs by
        the test split itself; here the val split chooses.
    """
    depth = {"mosi": 2, "mosei": 4}[corpus]
    return fitted("almt", 1e-4, 64, {"depth": depth}, decay=1e-4)


def mmim(corpus: str) -> Recipe:
    """Mutual information kept between channels and into the fusion.

    Run: tritone train mmim@mosi --data mosi:unaligned_50.pkl
    Scores: the paper with BERT, MOSI acc2_nonzero 86.06 and MAE .700, chosen by the test loss;
        here the val split chooses.
    """
    weight = {"mosi": 0.1}[corpus]
    return fitted("mmim", 1e-3, 32, {"contrast": weight, "mutual": weight})
