"""Names that the papers only cite: what was built of them, or why they are left."""

from tritone.recipes.papers.claims.kinds import Cited

ABSTRACT = "in the style of: no code, and too little in the abstract to build it whole"
PASSING = "named in passing, without a reference or a figure of its own"
FIGURE = "S003 gives a figure of it and no layers"

CITED = (
    Cited("MAG-BERT, multimodal adaptive gate", "S000", "mag_bert"),
    Cited("TIMF, tensor fusion", "S000", "timf", ABSTRACT),
    Cited("DISRFN, hierarchical graph fusion", "S000", "disrfn", ABSTRACT),
    Cited("TEDT, modality-reinforcement cross-attention", "S000", "tedt", ABSTRACT),
    Cited("MISA", "S002", "misa"),
    Cited("MSFNet", "S002", "msfnet", "in the style of: S002 gives no reference for the name"),
    Cited("CLIP; CLIP + BERT", "S002", "clip, clip_bert", "reads a folder with CLIP's weights"),
    Cited("CubeMLP, MLP mixing", "S002", "cubemlp, mlp_mixing"),
    Cited(
        "StyleBERT",
        "S002",
        "",
        "no code, and its style enhancement needs a BERT trained anew on text and sound; "
        "mag_bert is the nearest",
    ),
    Cited(
        "TransModality",
        "S002",
        "",
        "no code found; translation between channels stands in mctn and tedt",
    ),
    Cited(
        "CCTG-NET",
        "S002",
        "",
        "speech alone, on IEMOCAP's dialogues, which are not here; S002 quotes + 3 % unweighted "
        "accuracy. dual_stream and bc_lstm hold its parts",
    ),
    Cited(
        "hierarchical attention over conversations",
        "S002",
        "",
        "named without its layers; S002 quotes + 5.8 % unweighted accuracy on IEMOCAP. "
        "hierarchical_attention and dialogue_rnn are the nearest",
    ),
    Cited(
        "dual-stream CNN-Transformer",
        "S002",
        "dual_stream",
        "in the style of; S002 quotes 99.42 % on TESS, whose two speakers stand on both sides "
        "unless they are parted",
    ),
    Cited("BERT + ResNet ensemble", "S002", "bert_resnet, bert_resnet_average"),
    Cited(
        "GPT-2 + VGG ensemble",
        "S002",
        "",
        f"{PASSING}; bert_resnet with other folders and vgg_face hold its parts",
    ),
    Cited("contrastive loss between channels", "S002", "contrastive"),
    Cited("similarity and dissimilarity, shared and private", "S002", "shared_private"),
    Cited("co-attention at the level of aspects", "S002", "co_attention", "without aspects"),
    Cited("joint multi-task", "S002", "joint_multitask"),
    Cited(
        "CLIP's pictures turned into virtual words",
        "S002",
        "",
        f"{PASSING}; needs a trained CLIP and a generator of words. mctn translates channels",
    ),
    Cited(
        "bimodal text-visual and text-audio systems",
        "S002",
        "tritone benchmark SUITE --ablate",
        "every model is retrained on every pair of channels",
    ),
    Cited("interpretable MLP", "S002", "interpretable_mlp"),
    Cited("naive Bayes, SVM, lexicon, bag of words", "S002, S003", "naive_bayes, svm, lexicon"),
    Cited("TFN and its seven variants", "S003", "tfn, tfn_language, ... tfn_early"),
    Cited("3D-CNN, CNN-LSTM, LSTM-FA", "S003", "cnn3d, cnn_lstm, lstm_fa"),
    Cited("HL-RNN, Adieu-Net, SER-LSTM", "S003", "hl_rnn, adieu_net, ser_lstm"),
    Cited("attentional feature fusion", "S003", "attentional_feature_fusion"),
    Cited("THMM", "S003", "thmm", "in the style of"),
    Cited("RMFN", "S003", "rmfn", "in the style of"),
    Cited("Bi-LSTM with attention, 2021", "S003", "bilstm_attention", "no reference is given"),
    Cited("Bimodal with Unimodal, 2015", "S003", "", f"{PASSING}: a bar in figure 1"),
    Cited(
        "SentiBank & SentiStrength",
        "S003",
        "",
        "needs its trained detectors and a list of words, which are not here; lexicon induces a "
        "list from train",
    ),
    Cited("CNN-Multi", "S003", "", f"{FIGURE}; intermediate with model.encoders=cnn is near"),
    Cited("DNN-LR", "S003", "", f"{FIGURE}; weighted_average is near"),
    Cited("HSAN", "S003", "", f"{FIGURE}; hierarchical_attention is near"),
    Cited("MultiSentiNet", "S003", "multi_sentinet", "in the style of: no scene or object nets"),
    Cited("CoMN", "S003", "comn", "in the style of"),
    Cited("MVAN", "S003", "mvan", "in the style of: no scene or object nets"),
    Cited("ITIN", "S003", "itin", "in the style of: no regions"),
    Cited("HCIL", "S003", "hcil", "in the style of"),
)
