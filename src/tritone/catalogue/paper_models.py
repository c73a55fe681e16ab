"""Models that the founding papers describe or compare with, and our own."""

from tritone.catalogue.entry import Entry

PAPER_MODELS = {
    "tritone": Entry(
        "tritone.models.tritone:TritoneModel",
        "three small branches, one for each channel; the unsure weigh less (the default)",
        "this project",
    ),
    "tritone_tuned": Entry(
        "tritone.models.tritone_tuned:TunedTritone",
        "the default model trained on with your data: tritone train tritone --data manifest:my.csv",
        "Howard & Ruder 2018, ACL",
    ),
    "concat_mlp": Entry(
        "tritone.models.concat:ConcatMLP",
        "average over time, concatenate, MLP",
        "Ngiam et al. 2011, ICML",
    ),
    "modality_transformer": Entry(
        "tritone.models.modality_transformer:ModalityTransformer",
        "one channel's Transformer and classifier, or one for each",
        "S000, section 2.4",
    ),
    "late_vote": Entry(
        "tritone.models.late_vote:LateVote",
        "unimodal Transformers decide by majority vote (A0)",
        "S000, section 2.5.1",
    ),
    "early_concat": Entry(
        "tritone.models.early_concat:EarlyConcat",
        "final hidden states concatenated, then classified (A1)",
        "S000, section 2.5.2",
    ),
    "modality_attention": Entry(
        "tritone.models.modality_attention:ModalityAttention",
        "A1 with multi-head attention over the channels (A2)",
        "S000, section 2.5.3",
    ),
    "sequence_fusion": Entry(
        "tritone.models.sequence_fusion:SequenceFusion",
        "channels joined at each moment, before anything is averaged",
        "S000, section 4.2",
    ),
    "dynamic_weighting": Entry(
        "tritone.models.dynamic_weighting:DynamicWeighting",
        "a softmax gate over the channels, anew for each clip",
        "S000, section 4.2; S001, III.D.1",
    ),
    "pca_concat": Entry(
        "tritone.models.pca_concat:PcaConcat",
        "each channel reduced by PCA, concatenated, MLP",
        "S001, III.A.2",
    ),
    "autoencoder_concat": Entry(
        "tritone.models.autoencoder_concat:AutoencoderConcat",
        "each channel reduced by an autoencoder, concatenated, MLP",
        "S001, III.A.2",
    ),
    "cca_concat": Entry(
        "tritone.models.cca_concat:CcaConcat",
        "channels projected to where they correlate, concatenated, MLP",
        "S001, III.A.3",
    ),
    "weighted_average": Entry(
        "tritone.models.weighted_average:WeightedAverage",
        "unimodal answers averaged by weights that are fitted",
        "S001, III.B.1",
    ),
    "stacking": Entry(
        "tritone.models.stacking:Stacking",
        "a meta-classifier over out-of-fold unimodal answers",
        "S001, III.B.2; Wolpert 1992",
    ),
    "stacking_encoders": Entry(
        "tritone.models.stacking_encoders:StackingEncoders",
        "stacking whose bases are encoders by name",
        "S001, III.B.2; Wolpert 1992",
    ),
    "concat_lstm": Entry(
        "tritone.models.concat_lstm:ConcatLSTM",
        "channels side by side in time, read by an LSTM",
        "S001, III.A.1",
    ),
    "intermediate": Entry(
        "tritone.models.intermediate:Intermediate",
        "the encoders' layers merged at several depths",
        "S001, III.C.1",
    ),
    "multimodal_transformer": Entry(
        "tritone.models.multimodal_transformer:MultimodalTransformer",
        "self-attention over all channels' sequences end to end",
        "S001, III.C.2",
    ),
    "cross_modal_attention": Entry(
        "tritone.models.cross_modal_attention:CrossModalAttention",
        "the rows of each channel query those of the others",
        "S001, III.D.2",
    ),
    "self_attention": Entry(
        "tritone.models.self_attention:SelfAttention",
        "self-attention over the fused sequence",
        "S001, III.D.3",
    ),
    "hierarchical_attention": Entry(
        "tritone.models.hierarchical_attention:HierarchicalAttention",
        "attention over time in each channel, then over channels",
        "S001, V; Yang et al. 2016, NAACL",
    ),
    "tfn": Entry(
        "tritone.models.tfn:TensorFusion",
        "outer product of all modalities",
        "Zadeh et al. 2017, EMNLP",
    ),
    "tfn_language": Entry(
        "tritone.models.tfn:TensorLanguage",
        "TFN with the words alone",
        "Zadeh et al. 2017, EMNLP; S003",
    ),
    "tfn_acoustic": Entry(
        "tritone.models.tfn:TensorAcoustic",
        "TFN with the voice alone",
        "Zadeh et al. 2017, EMNLP; S003",
    ),
    "tfn_visual": Entry(
        "tritone.models.tfn:TensorVisual",
        "TFN with the face alone",
        "Zadeh et al. 2017, EMNLP; S003",
    ),
    "tfn_bimodal": Entry(
        "tritone.models.tfn:TensorBimodal",
        "TFN with the products of two modalities alone",
        "Zadeh et al. 2017, EMNLP; S003",
    ),
    "tfn_trimodal": Entry(
        "tritone.models.tfn:TensorTrimodal",
        "TFN with the products of three modalities alone",
        "Zadeh et al. 2017, EMNLP; S003",
    ),
    "tfn_notrimodal": Entry(
        "tritone.models.tfn:TensorNoTrimodal",
        "TFN without the products of three modalities",
        "Zadeh et al. 2017, EMNLP; S003",
    ),
    "tfn_early": Entry(
        "tritone.models.tfn:TensorEarly",
        "TFN's readers with concatenation for the outer product",
        "Zadeh et al. 2017, EMNLP; S003",
    ),
    "hl_rnn": Entry(
        "tritone.models.hl_rnn:HighLevelRNN",
        "a voice alone: LSTM over high-level features",
        "Lee and Tashev 2015, Interspeech; S003",
    ),
    "adieu_net": Entry(
        "tritone.models.adieu_net:AdieuNet",
        "a voice alone: convolutions on its samples, LSTMs",
        "Trigeorgis et al. 2016, ICASSP; S003",
    ),
    "ser_lstm": Entry(
        "tritone.models.ser_lstm:SpectrogramLSTM",
        "a voice alone: convolutions on its spectrogram, LSTM",
        "Lim et al. 2016, APSIPA; S003",
    ),
    "cnn3d": Entry(
        "tritone.models.cnn3d:FaceCNN3D",
        "a face alone: convolutions over time, height and width",
        "Byeon and Kwak 2014, IJACSA; S003",
    ),
    "cnn_lstm": Entry(
        "tritone.models.cnn_lstm:FaceCNNLSTM",
        "a face alone: convolutions on each picture, LSTM",
        "Kahou et al. 2015, ICMI; S003",
    ),
    "vgg_face": Entry(
        "tritone.models.vgg_face:VggFace",
        "a face alone: a VGG in small, trained from the pictures",
        "Parkhi et al. 2015, BMVC; S001",
    ),
    "lstm_fa": Entry(
        "tritone.models.lstm_fa:FacialLSTM",
        "a face alone: LSTM over every sixth row of its features",
        "Zadeh et al. 2017, EMNLP; S003",
    ),
    "attentional_feature_fusion": Entry(
        "tritone.models.attentional_feature_fusion:AttentionalFeatureFusion",
        "how much of either side to keep, for each place and channel",
        "Dai et al. 2021, WACV; S003",
    ),
    "aat": Entry(
        "tritone.models.aat:AudioAndText",
        "a spectrogram through AlexNet and attention, beside the words",
        "S003, section 3.1; Zhang et al. 2018, APSIPA",
    ),
    "ote": Entry(
        "tritone.models.ote:OutputTransformerEncoder",
        "pictures by a small CNN or ResNet-50, and words, through a Transformer",
        "S003, section 3.2; He et al. 2016, CVPR",
    ),
    "linked_in_time": Entry(
        "tritone.models.linked_in_time:LinkedInTime",
        "word, sound and face moment by moment; their disagreement is a feature",
        "S003, section 6",
    ),
    "dual_audio_attention": Entry(
        "tritone.models.dual_audio:DualAudioAttention",
        "two pathways of audio behind a gate, one attention over all channels",
        "S002; Vamsidhar et al. 2025, Scientific Reports",
    ),
}
