"""S003: what it claims of its own two models, and the tables that it takes from others."""

from tritone.recipes.papers.claims.kinds import Claim, Paper, Study, Where

MVSA = Where("papers-mvsa", "mvsa")
RAVDESS = Where("papers-voice", "ravdess")
IEMOCAP = "IEMOCAP, ten emotions, split not stated"
SENTICAP = "SentiCap, two classes"
NO_IEMOCAP = "IEMOCAP, which is given on request only."
NO_SENTICAP = "SentiCap's pictures."
SCORE = "papers-mosi"


def tensor(name: str, says: str) -> Claim:
    """A row of figure 9."""
    return Claim(name, says, f"s003_{name}", name)


S003 = Paper(
    "S003",
    "Multimodal sentiment analysis of audio and text (AAT), and of images and text (OTE)",
    (
        Study(
            "Figure 9",
            "TFN and what is left of it without some of its products (Zadeh et al. 2017)",
            "CMU-MOSI: binary accuracy, F1, accuracy of five classes, MAE, correlation",
            "on its test part 57.77 % of two signs, 29.45 % of five classes, MAE 1.456",
            "mosi:unaligned_50.pkl",
            (
                tensor("tfn_language", "74.8, 75.6, 38.5, .99, .61"),
                tensor("tfn_visual", "66.8, 70.4, 30.4, 1.13, .48"),
                tensor("tfn_acoustic", "65.1, 67.3, 27.5, 1.23, .36"),
                tensor("tfn_bimodal", "75.2, 76.0, 39.6, .92, .65"),
                tensor("tfn_trimodal", "74.5, 75.0, 38.9, .93, .65"),
                tensor("tfn_notrimodal", "75.3, 76.2, 39.7, .919, .66"),
                tensor("tfn", "77.1, 77.9, 42.0, .87, .70"),
                tensor("tfn_early", "75.2, 76.2, 39.0, .96, .63"),
            ),
            (Where(SCORE, "MOSI S003", "acc2_nonzero"), Where(SCORE, "MOSI S003", "mae")),
            "the raw sequences of MOSI that TFN was trained on, and its test part.",
        ),
        Study(
            "Section 5.2.1, figures 8 and 10, table 3",
            "AAT: a spectrogram through convolutions and attention, beside the words",
            IEMOCAP,
            "not known for ten emotions; 24.88 % for six, 30.88 % for four",
            "iemocap:FOLDER",
            (
                Claim("AAT, whole", "about 40 % (train 70 %)", "s003_aat"),
                Claim("audio alone", "36 %", "s003_aat_audio", "aat, sound alone"),
                Claim("text alone", "'a bit' below the whole", "s003_aat_text"),
            ),
            (RAVDESS,),
            NO_IEMOCAP,
            (
                "The gap of 30 points between train and validation is what the summary of every "
                "run here advises on.",
            ),
        ),
        Study(
            "Section 5.2.2, figure 7, table 4",
            "OTE: pictures through a small CNN, and words, through a Transformer",
            SENTICAP,
            "50 % by construction: each picture carries both labels",
            "senticap:FOLDER",
            (
                Claim("OTE, whole", "about 70 %", "s003_ote", "ote"),
                Claim("image alone", "50.1 %", "s003_ote_picture"),
                Claim("text alone", "as the whole", "s003_ote_text"),
            ),
            (MVSA,),
            NO_SENTICAP,
            ("Image alone is .5 by construction, since each picture stands there with both.",),
        ),
        Study(
            "Table 1",
            "nets that see the face alone, binary and five classes",
            "not stated for the first three, SentiCap for the last",
            "of CMU-MOSI, where the first three come from, 57.77 % and 29.45 % on its test part",
            "mosi:FOLDER",
            (
                Claim("3D-CNN", "56.1, 24.9", "s003_cnn3d"),
                Claim("CNN-LSTM", "60.7, 25.1", "s003_cnn_lstm"),
                Claim("LSTM-FA", "62.1, 26.2", "s003_lstm_fa"),
                Claim("ResNet-50", "50.1, none", "s003_ote_resnet50"),
            ),
            (),
            "labelled film: MOSI's videos.",
            (
                "Rows of different corpora stand in one table. 3D-CNN is below the constant class, "
                "and so are all three on five classes.",
            ),
        ),
        Study(
            "Table 2",
            "nets that hear the voice alone",
            "not stated for the first three; IEMOCAP, ten emotions, for the last",
            "of CMU-MOSI, where the first three come from, 29.45 % of five classes",
            "mosi:FOLDER",
            (
                Claim("HL-RNN", "25.9", "s003_hl_rnn", "hl_rnn"),
                Claim("Adieu-Net", "25.1", "s003_adieu_net"),
                Claim("SER-LSTM", "24.1", "s003_ser_lstm", "ser_lstm"),
                Claim(
                    "theirs (row called ResNet-50)",
                    "36.2 of ten classes",
                    "s003_aat_audio",
                    "aat, sound alone",
                ),
            ),
            (RAVDESS,),
            "MOSI's sound, and IEMOCAP.",
            (
                "All three of five classes are below the constant class, and the last row has "
                "twice as many classes: the rows cannot be compared.",
            ),
        ),
        Study(
            "Figure 11",
            "others' models on tweets with a picture, Single and Multiple",
            "MVSA-Single and MVSA-Multiple: accuracy / F1",
            "not published; what counts as a pair moves the figure by seven points",
            "mvsa:FOLDER",
            (
                Claim("SentiBank & Strength", ".5205 / .5008, .6562 / .5536"),
                Claim("CNN-Multi", ".6120 / .5837, .6639 / .6419"),
                Claim("DNN-LR", ".6142 / .6103, .6786 / .6633"),
                Claim("HSAN", "- / .6690, - / .6776"),
                Claim("MultiSentiNet", ".6984 / .6963, .6886 / .6811", "multi_sentinet"),
                Claim("CoMN", ".7051 / .7001, .6992 / .6983", "comn"),
                Claim("MVAN", ".7298 / .7298, .7236 / .7230", "mvan"),
                Claim("ITIN", ".7519 / .7497, .7352 / .7349", "itin"),
            ),
            (MVSA,),
            "the split of the paper, and whole-picture encoders with weights.",
        ),
        Study(
            "Figure 1",
            "binary accuracy of several architectures, a bar chart taken from another paper",
            "not stated",
            "not known",
            "mosi:unaligned_50.pkl",
            (
                Claim("Bi-LSTM with attention, 2021", "a bar, lower", "bilstm_attention"),
                Claim("Bimodal with Unimodal, 2015", "a bar, higher"),
            ),
            (Where(SCORE, "MOSI S003", "acc2_nonzero"),),
            "the numbers: the figure prints none.",
        ),
    ),
)
