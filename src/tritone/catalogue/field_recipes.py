"""The field's models with the settings that are known for a corpus: `tfn@mosi`."""

from tritone.catalogue.entry import Entry

FIELD_RECIPES = {
    "tfn@mosi": Entry(
        "tritone.recipes.papers.field:tfn",
        "tensor fusion for MOSI",
        "MMSA, its settings",
    ),
    "tfn@mosei": Entry(
        "tritone.recipes.papers.field:tfn",
        "tensor fusion for MOSEI",
        "MMSA, its settings",
    ),
    "tfn@sims": Entry(
        "tritone.recipes.papers.field:tfn",
        "tensor fusion for CH-SIMS",
        "MMSA, its settings",
    ),
    "lmf@mosi": Entry(
        "tritone.recipes.papers.field:lmf",
        "low-rank fusion for MOSI",
        "MMSA, its settings",
    ),
    "lmf@mosei": Entry(
        "tritone.recipes.papers.field:lmf",
        "low-rank fusion for MOSEI",
        "MMSA, its settings",
    ),
    "lmf@sims": Entry(
        "tritone.recipes.papers.field:lmf",
        "low-rank fusion for CH-SIMS",
        "MMSA, its settings",
    ),
    "mfn@mosi": Entry(
        "tritone.recipes.papers.field:mfn",
        "memory fusion for MOSI",
        "MMSA, its settings",
    ),
    "mfn@mosei": Entry(
        "tritone.recipes.papers.field:mfn",
        "memory fusion for MOSEI",
        "MMSA, its settings",
    ),
    "graph_mfn@mosi": Entry(
        "tritone.recipes.papers.field:graph_mfn",
        "memory fusion over a graph for MOSI",
        "MMSA, its settings",
    ),
    "graph_mfn@mosei": Entry(
        "tritone.recipes.papers.field:graph_mfn",
        "memory fusion over a graph for MOSEI",
        "MMSA, its settings",
    ),
    "graph_mfn@sims": Entry(
        "tritone.recipes.papers.field:graph_mfn",
        "memory fusion over a graph for CH-SIMS",
        "MMSA, its settings",
    ),
    "ef_lstm@mosi": Entry(
        "tritone.recipes.papers.field:ef_lstm",
        "one LSTM over all channels for MOSI",
        "MMSA, its settings",
    ),
    "ef_lstm@mosei": Entry(
        "tritone.recipes.papers.field:ef_lstm",
        "one LSTM over all channels for MOSEI",
        "MMSA, its settings",
    ),
    "ef_lstm@sims": Entry(
        "tritone.recipes.papers.field:ef_lstm",
        "one LSTM over all channels for CH-SIMS",
        "MMSA, its settings",
    ),
    "lf_dnn@mosi": Entry(
        "tritone.recipes.papers.field:lf_dnn",
        "late fusion by an MLP for MOSI",
        "MMSA, its settings",
    ),
    "lf_dnn@mosei": Entry(
        "tritone.recipes.papers.field:lf_dnn",
        "late fusion by an MLP for MOSEI",
        "MMSA, its settings",
    ),
    "lf_dnn@sims": Entry(
        "tritone.recipes.papers.field:lf_dnn",
        "late fusion by an MLP for CH-SIMS",
        "MMSA, its settings",
    ),
    "mult@mosi": Entry(
        "tritone.recipes.papers.field:mult",
        "crossmodal Transformers for MOSI",
        "MMSA, its settings",
    ),
    "mult@mosei": Entry(
        "tritone.recipes.papers.field:mult",
        "crossmodal Transformers for MOSEI",
        "MMSA, its settings",
    ),
    "mult@sims": Entry(
        "tritone.recipes.papers.field:mult",
        "crossmodal Transformers for CH-SIMS",
        "MMSA, its settings",
    ),
    "misa@mosi": Entry(
        "tritone.recipes.papers.field:misa",
        "shared and private spaces for MOSI",
        "Hazarika et al. 2020; MMSA's weights",
    ),
    "misa@mosei": Entry(
        "tritone.recipes.papers.field:misa",
        "shared and private spaces for MOSEI",
        "Hazarika et al. 2020; MMSA's weights",
    ),
    "misa@sims": Entry(
        "tritone.recipes.papers.field:misa",
        "shared and private spaces for CH-SIMS",
        "Hazarika et al. 2020; MMSA's weights",
    ),
    "self_mm@mosi": Entry(
        "tritone.recipes.papers.field:self_mm",
        "labels made for each channel for MOSI",
        "MMSA, its settings",
    ),
    "self_mm@mosei": Entry(
        "tritone.recipes.papers.field:self_mm",
        "labels made for each channel for MOSEI",
        "MMSA, its settings",
    ),
    "self_mm@sims": Entry(
        "tritone.recipes.papers.field:self_mm",
        "labels made for each channel for CH-SIMS",
        "MMSA, its settings",
    ),
    "tetfn@mosi": Entry(
        "tritone.recipes.papers.field:tetfn",
        "text-enhanced Transformers for MOSI",
        "MMSA, its settings",
    ),
    "tetfn@mosei": Entry(
        "tritone.recipes.papers.field:tetfn",
        "text-enhanced Transformers for MOSEI",
        "MMSA, its settings",
    ),
    "tetfn@sims": Entry(
        "tritone.recipes.papers.field:tetfn",
        "text-enhanced Transformers for CH-SIMS",
        "MMSA, its settings",
    ),
    "almt@mosi": Entry(
        "tritone.recipes.papers.field:almt",
        "language-guided fusion for MOSI",
        "Zhang et al. 2023, its settings",
    ),
    "almt@mosei": Entry(
        "tritone.recipes.papers.field:almt",
        "language-guided fusion for MOSEI",
        "Zhang et al. 2023, its settings",
    ),
    "mmim@mosi": Entry(
        "tritone.recipes.papers.field:mmim",
        "mutual information for MOSI",
        "Han et al. 2021, its settings",
    ),
}
