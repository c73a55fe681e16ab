"""Named experiments: the rows of the papers' tables, models for a corpus, the default model."""

from tritone.catalogue.entry import Entry

RECIPES = {
    "default": Entry(
        "tritone.recipes.default.__main__:main",
        "the default model, trained and packed: python -m tritone.recipes.default DATA",
        "this project",
    ),
    "s000_text": Entry(
        "tritone.recipes.papers.s000:text",
        "the words alone, one Transformer (CMU-MOSEI, 3 classes)",
        "S000, table 1",
    ),
    "s000_audio": Entry(
        "tritone.recipes.papers.s000:audio",
        "the voice alone, one Transformer (CMU-MOSEI, 3 classes)",
        "S000, table 1",
    ),
    "s000_vision": Entry(
        "tritone.recipes.papers.s000:vision",
        "the face alone, one Transformer (CMU-MOSEI, 3 classes)",
        "S000, table 1",
    ),
    "s000_a0": Entry(
        "tritone.recipes.papers.s000:a0",
        "A0: the three Transformers vote (CMU-MOSEI, 3 classes)",
        "S000, table 2",
    ),
    "s000_a1": Entry(
        "tritone.recipes.papers.s000:a1",
        "A1: their last states end to end (CMU-MOSEI, 3 classes)",
        "S000, table 2",
    ),
    "s000_a2": Entry(
        "tritone.recipes.papers.s000:a2",
        "A2: attention over their last states (CMU-MOSEI, 3 classes)",
        "S000, table 2",
    ),
    "s000_sequence_fusion": Entry(
        "tritone.recipes.papers.s000:sequence_fusion",
        "future work: joined at each moment (CMU-MOSEI, 3 classes)",
        "S000, section 4.2",
    ),
    "s000_dynamic_weighting": Entry(
        "tritone.recipes.papers.s000:dynamic_weighting",
        "future work: a gate over the channels (CMU-MOSEI, 3 classes)",
        "S000, section 4.2",
    ),
    "s001_text": Entry(
        "tritone.recipes.papers.s001:text",
        "the words alone, multimodal Transformer (MOSI, IEMOCAP or MELD, 3 classes)",
        "S001, section IV",
    ),
    "s001_audio": Entry(
        "tritone.recipes.papers.s001:audio",
        "the voice alone, multimodal Transformer (MOSI, IEMOCAP or MELD, 3 classes)",
        "S001, section IV",
    ),
    "s001_text_audio": Entry(
        "tritone.recipes.papers.s001:text_audio",
        "words and voice, multimodal Transformer (MOSI, IEMOCAP or MELD, 3 classes)",
        "S001, section IV",
    ),
    "s001_text_audio_vision": Entry(
        "tritone.recipes.papers.s001:text_audio_vision",
        "all channels, multimodal Transformer (MOSI, IEMOCAP or MELD, 3 classes)",
        "S001, section IV",
    ),
    "s001_concat_mlp": Entry(
        "tritone.recipes.papers.s001:concat_mlp",
        "concatenation to a fully connected net (MOSI, IEMOCAP or MELD, 3 classes)",
        "S001, III.A.1",
    ),
    "s001_concat_lstm": Entry(
        "tritone.recipes.papers.s001:concat_lstm",
        "concatenation to an LSTM (MOSI, IEMOCAP or MELD, 3 classes)",
        "S001, III.A.1",
    ),
    "s001_pca_concat": Entry(
        "tritone.recipes.papers.s001:pca_concat",
        "PCA, then concatenation (MOSI, IEMOCAP or MELD, 3 classes)",
        "S001, III.A.2",
    ),
    "s001_autoencoder_concat": Entry(
        "tritone.recipes.papers.s001:autoencoder_concat",
        "an autoencoder, then concatenation (MOSI, IEMOCAP or MELD, 3 classes)",
        "S001, III.A.2",
    ),
    "s001_cca_concat": Entry(
        "tritone.recipes.papers.s001:cca_concat",
        "a shared subspace by CCA (MOSI, IEMOCAP or MELD, 3 classes)",
        "S001, III.A.3",
    ),
    "s001_late_vote": Entry(
        "tritone.recipes.papers.s001:late_vote",
        "majority vote (MOSI, IEMOCAP or MELD, 3 classes)",
        "S001, III.B.1",
    ),
    "s001_weighted_average": Entry(
        "tritone.recipes.papers.s001:weighted_average",
        "weighted average of the channels' answers (MOSI, IEMOCAP or MELD, 3 classes)",
        "S001, III.B.1",
    ),
    "s001_stacking": Entry(
        "tritone.recipes.papers.s001:stacking",
        "a meta-classifier over the channels' answers (MOSI, IEMOCAP or MELD, 3 classes)",
        "S001, III.B.2",
    ),
    "s001_intermediate": Entry(
        "tritone.recipes.papers.s001:intermediate",
        "Transformer, LSTM and CNN merged on the way (MOSI, IEMOCAP or MELD, 3 classes)",
        "S001, III.C.1",
    ),
    "s001_multimodal_transformer": Entry(
        "tritone.recipes.papers.s001:multimodal_transformer",
        "self-attention over all sequences (MOSI, IEMOCAP or MELD, 3 classes)",
        "S001, III.C.2",
    ),
    "s001_modality_attention": Entry(
        "tritone.recipes.papers.s001:modality_attention",
        "a weight for each channel (MOSI, IEMOCAP or MELD, 3 classes)",
        "S001, III.D.1",
    ),
    "s001_cross_modal_attention": Entry(
        "tritone.recipes.papers.s001:cross_modal_attention",
        "each channel attends to the others (MOSI, IEMOCAP or MELD, 3 classes)",
        "S001, III.D.2",
    ),
    "s001_self_attention": Entry(
        "tritone.recipes.papers.s001:self_attention",
        "self-attention on the fused sequence (MOSI, IEMOCAP or MELD, 3 classes)",
        "S001, III.D.3",
    ),
    "s001_hierarchical_attention": Entry(
        "tritone.recipes.papers.s001:hierarchical_attention",
        "attention over time, then over channels (MOSI, IEMOCAP or MELD, 3 classes)",
        "S001, section V",
    ),
}
