"""S003: sound and words (AAT), pictures and words (OTE), and the nets that it compares with.

    table 3, section 5.2.1   s003_aat     s003_aat_alexnet  s003_aat_linear  s003_aat_word2vec
    table 4, section 5.2.2   s003_ote     s003_ote_resnet50                  s003_ote_word2vec
    section 5.1              s003_aat_text  s003_aat_audio  s003_ote_text  s003_ote_picture
    figure 9                 s003_tfn  s003_tfn_language  ...  s003_tfn_early
    table 1                  s003_cnn3d  s003_cnn_lstm  s003_lstm_fa
    table 2                  s003_hl_rnn  s003_adieu_net  s003_ser_lstm
    section 6, future work   s003_linked_in_time

A file of the corpus is enough: each recipe says what reads it. IEMOCAP's ten emotions cannot be
tried here, nor labelled film (cnn3d, cnn_lstm, lstm_fa): those are measured on made data only.

Source: S003, "Multimodal sentiment analysis" (AAT and OTE on IEMOCAP and SentiCap).
Differs: words are read by MiniLM, a BERT that fits this machine; name another folder by
    --set extracting.text.folder=BERT. The paper gives no seeds or spread.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tritone.learn.recipe import Recipe
from tritone.learn.settings import Fit

# Adam without decay, at one pace from the first step on: tables 3 and 4.
PLAIN = Fit(batch=64, weight_decay=0.0, schedule="constant", warmup=0.0)
AAT_FIT, OTE_FIT = replace(PLAIN, epochs=12, lr=0.01), replace(PLAIN, epochs=20, lr=0.001)
AAT_READS = {"text": "hub_text", "audio": "log_spectrogram"}
OTE_READS = {"text": "hub_text", "vision": "picture"}
EMOTIONS = "emotion"  # ten of them in IEMOCAP


def aat_of(channels: tuple[str, ...] = (), words: str = "hub_text", **arguments: Any) -> Recipe:
    """AAT by table 3 on IEMOCAP's emotions, or on those that a corpus has."""
    return Recipe(
        "aat",
        arguments={"net": "small", **arguments},
        target=EMOTIONS,
        modalities=channels or ("text", "audio"),
        extractors={**AAT_READS, "text": words},
        fit=AAT_FIT,
    )


def ote_of(channels: tuple[str, ...] = (), words: str = "hub_text", **arguments: Any) -> Recipe:
    """OTE by table 4 on the sentiment of pictures and their words."""
    return Recipe(
        "ote",
        arguments=arguments,
        target="sentiment",
        modalities=channels or ("text", "vision"),
        extractors={**OTE_READS, "text": words},
        fit=OTE_FIT,
    )


def alone(model: str, reads: Mapping[str, str]) -> Recipe:
    """A net that reads one channel."""
    return Recipe(model, modalities=tuple(reads), extractors=reads)


def aat() -> Recipe:
    """AAT with the small CNN and attention, as section 5.2.1 settled on.

    Without IEMOCAP: a composite of texts and sounds that are paired by label, six emotions, marked
    synthetic_pairing; see `datasets/composite.py`.

    Run: tritone train s003_aat --data iemocap:FOLDER, or --data composite:FILE.json
    Scores: the paper about 40 % of ten emotions (70 % on train).
    """
    return aat_of()


def aat_alexnet() -> Recipe:
    """AAT with AlexNet without its last layers, as it was designed.

    Run: tritone train s003_aat_alexnet --data iemocap:FOLDER
    Scores: none in the paper, whose machine lacked the memory.
    """
    return aat_of(net="alexnet")


def aat_linear() -> Recipe:
    """AAT with a linear layer in place of the attention.

    Run: tritone train s003_aat_linear --data iemocap:FOLDER
    Scores: the paper says that it made no difference, without a figure.
    """
    return aat_of(summary="linear")


def aat_word2vec() -> Recipe:
    """AAT with word2vec in place of BERT.

    Run: tritone train s003_aat_word2vec --data iemocap:FOLDER
    Scores: none in the paper.
    """
    return aat_of(words="word2vec")


def aat_text() -> Recipe:
    """AAT with the words alone, figure 8.

    Run: tritone train s003_aat_text --data iemocap:FOLDER
    Scores: the paper in a figure only, a little below both channels.
    """
    return aat_of(("text",))


def aat_audio() -> Recipe:
    """AAT with the sound alone, figure 8 and the last row of table 2.

    Run: tritone train s003_aat_audio --data ravdess:FOLDER
    Scores: the paper 36.2 % of ten emotions, in a row named ResNet-50.
    """
    return aat_of(("audio",))


def ote() -> Recipe:
    """OTE with the small CNN, as table 4 has it.

    Run: tritone train s003_ote --data mvsa:FOLDER
    Scores: the paper about 70 % of two sentiments on SentiCap.
    """
    return ote_of()


def ote_resnet50() -> Recipe:
    """OTE with a ResNet-50 from scratch, as it was designed.

    Run: tritone train s003_ote_resnet50 --data mvsa:FOLDER
    Scores: the paper 50 %, chance, on SentiCap.
    """
    return ote_of(net="resnet50")


def ote_word2vec() -> Recipe:
    """OTE with word2vec in place of BERT (use_word2vec).

    Run: tritone train s003_ote_word2vec --data mvsa:FOLDER
    Scores: none in the paper.
    """
    return ote_of(words="word2vec")


def ote_text() -> Recipe:
    """OTE with the words alone, figure 7.

    Run: tritone train s003_ote_text --data mvsa:FOLDER
    Scores: the paper in a figure only, no less than both channels.
    """
    return ote_of(("text",))


def ote_picture() -> Recipe:
    """OTE with the pictures alone, figure 7 and table 1.

    Run: tritone train s003_ote_picture --data mvsa:FOLDER
    Scores: the paper 50.1 %, which SentiCap forces: each picture has both sentiments.
    """
    return ote_of(("vision",))


def hl_rnn() -> Recipe:
    """HL-RNN: an LSTM over high-level features, table 2.

    Run: tritone train s003_hl_rnn --data ravdess:FOLDER
    Scores: the paper 25.9 % of five classes.
    """
    return alone("hl_rnn", {"audio": "mfcc+pitch+intensity"})


def adieu_net() -> Recipe:
    """Adieu-Net: convolutions on the samples themselves, table 2.

    Run: tritone train s003_adieu_net --data ravdess:FOLDER
    Scores: the paper 25.1 % of five classes.
    """
    return alone("adieu_net", {"audio": "waveform"})


def ser_lstm() -> Recipe:
    """SER-LSTM: convolutions on a spectrogram, then an LSTM, table 2.

    Run: tritone train s003_ser_lstm --data ravdess:FOLDER
    Scores: the paper 24.1 % of five classes.
    """
    return alone("ser_lstm", {"audio": "log_mel"})


def cnn3d() -> Recipe:
    """3D-CNN: convolutions over time, height and width of faces, table 1.

    Run: tritone train s003_cnn3d --data ravdess:FILMS
    Scores: the paper 56.1 % of two, 24.9 % of five classes.
    """
    return alone("cnn3d", {"vision": "face_crop"})


def cnn_lstm() -> Recipe:
    """CNN-LSTM: convolutions on each face, then an LSTM, table 1.

    Run: tritone train s003_cnn_lstm --data ravdess:FILMS
    Scores: the paper 60.7 % of two, 25.1 % of five classes.
    """
    return alone("cnn_lstm", {"vision": "face_crop"})


def lstm_fa() -> Recipe:
    """LSTM-FA: every sixth row of facial features into an LSTM, table 1.

    Run: tritone train s003_lstm_fa --data ravdess:FILMS
    Scores: the paper 62.1 % of two, 26.2 % of five classes, with FACET.
    """
    return alone("lstm_fa", {"vision": "face_geometry"})


def tensor(row: str = "") -> Recipe:
    """TFN or one of its ablations, on the score of MOSI."""
    return Recipe(f"tfn_{row}" if row else "tfn", target="score")


def tfn() -> Recipe:
    """TFN whole, figure 9.

    Run: tritone train s003_tfn --data mosi:FILE
    Scores: the paper, which quotes TFN's authors, 77.1 % of two, 42.0 % of five classes.
    """
    return tensor()


def tfn_language() -> Recipe:
    """TFN with the words alone, figure 9.

    Run: tritone train s003_tfn_language --data mosi:FILE
    Scores: the paper, which quotes TFN's authors, 74.8 % of two, 38.5 % of five classes.
    """
    return tensor("language")


def tfn_visual() -> Recipe:
    """TFN with the face alone, figure 9.

    Run: tritone train s003_tfn_visual --data mosi:FILE
    Scores: the paper, which quotes TFN's authors, 66.8 % of two, 30.4 % of five classes.
    """
    return tensor("visual")


def tfn_acoustic() -> Recipe:
    """TFN with the voice alone, figure 9.

    Run: tritone train s003_tfn_acoustic --data mosi:FILE
    Scores: the paper, which quotes TFN's authors, 65.1 % of two, 27.5 % of five classes.
    """
    return tensor("acoustic")


def tfn_bimodal() -> Recipe:
    """TFN with the products of two channels alone, figure 9.

    Run: tritone train s003_tfn_bimodal --data mosi:FILE
    Scores: the paper, which quotes TFN's authors, 75.2 % of two, 39.6 % of five classes.
    """
    return tensor("bimodal")


def tfn_trimodal() -> Recipe:
    """TFN with the products of three channels alone, figure 9.

    Run: tritone train s003_tfn_trimodal --data mosi:FILE
    Scores: the paper, which quotes TFN's authors, 74.5 % of two, 38.9 % of five classes.
    """
    return tensor("trimodal")


def tfn_notrimodal() -> Recipe:
    """TFN without the products of three channels, figure 9.

    Run: tritone train s003_tfn_notrimodal --data mosi:FILE
    Scores: the paper, which quotes TFN's authors, 75.3 % of two, 39.7 % of five classes.
    """
    return tensor("notrimodal")


def tfn_early() -> Recipe:
    """TFN's readers with concatenation for the product, figure 9.

    Run: tritone train s003_tfn_early --data mosi:FILE
    Scores: the paper, which quotes TFN's authors, 75.2 % of two, 39.0 % of five classes.
    """
    return tensor("early")


def linked_in_time() -> Recipe:
    """Word, sound and face linked in time, and what they disagree on, the way on of section 6.

    Run: tritone train s003_linked_in_time --data meld:FILMS
    Scores: none in the paper, which proposes it.
    """
    return Recipe("linked_in_time", extractors={"text": "hub_text"})
