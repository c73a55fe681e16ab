"""The rows of the founding papers' tables, each as a recipe."""

from tritone.catalogue.entry import Entry

PAPER_RECIPES = {
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
    "vgg_face@faces": Entry(
        "tritone.recipes.papers.faces:vgg_face",
        "a face net of your own, for the extractor vgg_face (FER2013, 7 classes)",
        "S001; Parkhi et al. 2015, BMVC",
    ),
    "s002": Entry(
        "tritone.recipes.papers.s002:own",
        "two readings of the voice, pictures and words, by this project's own rows (unpaired)",
        "S002, table 1",
    ),
    "s002_frozen": Entry(
        "tritone.recipes.papers.s002:frozen",
        "the same by frozen BERT, ResNet-50 and Wav2Vec2 from folders that you have",
        "S002, table 1",
    ),
    "s003_aat": Entry(
        "tritone.recipes.papers.s003:aat",
        "AAT with the small CNN and attention, as section 5.2.1 settled on",
        "S003, table 3",
    ),
    "s003_aat_alexnet": Entry(
        "tritone.recipes.papers.s003:aat_alexnet",
        "AAT with AlexNet without its last layers, as it was designed",
        "S003, table 3",
    ),
    "s003_aat_linear": Entry(
        "tritone.recipes.papers.s003:aat_linear",
        "AAT with a linear layer in place of the attention",
        "S003, table 3",
    ),
    "s003_aat_word2vec": Entry(
        "tritone.recipes.papers.s003:aat_word2vec",
        "AAT with word2vec in place of BERT",
        "S003, table 3",
    ),
    "s003_aat_text": Entry(
        "tritone.recipes.papers.s003:aat_text",
        "AAT with the words alone, figure 8",
        "S003, table 3",
    ),
    "s003_aat_audio": Entry(
        "tritone.recipes.papers.s003:aat_audio",
        "AAT with the sound alone, figure 8 and the last row of table 2",
        "S003, table 3",
    ),
    "s003_ote": Entry(
        "tritone.recipes.papers.s003:ote",
        "OTE with the small CNN, as table 4 has it",
        "S003, table 4",
    ),
    "s003_ote_resnet50": Entry(
        "tritone.recipes.papers.s003:ote_resnet50",
        "OTE with a ResNet-50 from scratch, as it was designed",
        "S003, table 4",
    ),
    "s003_ote_word2vec": Entry(
        "tritone.recipes.papers.s003:ote_word2vec",
        "OTE with word2vec in place of BERT (use_word2vec)",
        "S003, table 4",
    ),
    "s003_ote_text": Entry(
        "tritone.recipes.papers.s003:ote_text",
        "OTE with the words alone, figure 7",
        "S003, table 4",
    ),
    "s003_ote_picture": Entry(
        "tritone.recipes.papers.s003:ote_picture",
        "OTE with the pictures alone, figure 7 and table 1",
        "S003, table 4",
    ),
    "s003_hl_rnn": Entry(
        "tritone.recipes.papers.s003:hl_rnn",
        "HL-RNN: an LSTM over high-level features, table 2",
        "S003, table 2",
    ),
    "s003_adieu_net": Entry(
        "tritone.recipes.papers.s003:adieu_net",
        "Adieu-Net: convolutions on the samples themselves, table 2",
        "S003, table 2",
    ),
    "s003_ser_lstm": Entry(
        "tritone.recipes.papers.s003:ser_lstm",
        "SER-LSTM: convolutions on a spectrogram, then an LSTM, table 2",
        "S003, table 2",
    ),
    "s003_cnn3d": Entry(
        "tritone.recipes.papers.s003:cnn3d",
        "3D-CNN: convolutions over time, height and width of faces, table 1",
        "S003, table 1",
    ),
    "s003_cnn_lstm": Entry(
        "tritone.recipes.papers.s003:cnn_lstm",
        "CNN-LSTM: convolutions on each face, then an LSTM, table 1",
        "S003, table 1",
    ),
    "s003_lstm_fa": Entry(
        "tritone.recipes.papers.s003:lstm_fa",
        "LSTM-FA: every sixth row of facial features into an LSTM, table 1",
        "S003, table 1",
    ),
    "s003_tfn": Entry(
        "tritone.recipes.papers.s003:tfn",
        "TFN whole, figure 9",
        "S003, figure 9",
    ),
    "s003_tfn_language": Entry(
        "tritone.recipes.papers.s003:tfn_language",
        "TFN with the words alone, figure 9",
        "S003, figure 9",
    ),
    "s003_tfn_visual": Entry(
        "tritone.recipes.papers.s003:tfn_visual",
        "TFN with the face alone, figure 9",
        "S003, figure 9",
    ),
    "s003_tfn_acoustic": Entry(
        "tritone.recipes.papers.s003:tfn_acoustic",
        "TFN with the voice alone, figure 9",
        "S003, figure 9",
    ),
    "s003_tfn_bimodal": Entry(
        "tritone.recipes.papers.s003:tfn_bimodal",
        "TFN with the products of two channels alone, figure 9",
        "S003, figure 9",
    ),
    "s003_tfn_trimodal": Entry(
        "tritone.recipes.papers.s003:tfn_trimodal",
        "TFN with the products of three channels alone, figure 9",
        "S003, figure 9",
    ),
    "s003_tfn_notrimodal": Entry(
        "tritone.recipes.papers.s003:tfn_notrimodal",
        "TFN without the products of three channels, figure 9",
        "S003, figure 9",
    ),
    "s003_tfn_early": Entry(
        "tritone.recipes.papers.s003:tfn_early",
        "TFN's readers with concatenation for the product, figure 9",
        "S003, figure 9",
    ),
    "s003_linked_in_time": Entry(
        "tritone.recipes.papers.s003:linked_in_time",
        "word, sound and face linked in time, and what they disagree on, the way on of section 6",
        "S003, section 6",
    ),
}
