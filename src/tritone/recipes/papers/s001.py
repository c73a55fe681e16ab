"""S001, three sentiments of MOSI, IEMOCAP and MELD: five stages, and every fusion it names.

    stage 1, 2   tritone extract mosi:FOLDER --to STORE   alignment, cleaning, features
    stage 3, 4   the recipes below                        one for each fusion of section III
    stage 5      tritone evaluate runs/NAME --data store:STORE --split test

    section IV   s001_text  s001_audio  s001_text_audio  s001_text_audio_vision
    III.A        s001_concat_mlp  s001_concat_lstm  s001_pca_concat  s001_autoencoder_concat
                 s001_cca_concat
    III.B        s001_late_vote  s001_weighted_average  s001_stacking
    III.C        s001_intermediate  s001_multimodal_transformer
    III.D        s001_modality_attention  s001_cross_modal_attention  s001_self_attention
    V            s001_hierarchical_attention

The target is the same for the three corpora, so each recipe is for all of them.

Source: Huang 2025, "Cross-Modal Sentiment Understanding: Fusing Text, Audio, and Vision for Deeper
    Emotion Analysis"
Differs: the paper gives no sizes, split, seeds or spread, and one accuracy for three corpora whose
    labels differ. Sizes are ours; channels are read by the encoders that section III.C.1 names:
    a Transformer for text, an LSTM for the voice, a CNN for the face.
"""

from typing import Any

from tritone.learn.recipe import Recipe
from tritone.learn.settings import Fit

TARGET = "sentiment3"
FIT = Fit(epochs=30, batch=32, lr=5e-4, patience=8)
CHANNELS = ("text", "audio", "vision")
ENCODERS = {"text": "transformer", "audio": "lstm", "vision": "cnn"}


def fused(model: str, **arguments: Any) -> Recipe:
    """All channels that the data have, joined by one model."""
    return Recipe(model, arguments=arguments, target=TARGET, fit=FIT)


def modelled(*channels: str) -> Recipe:
    """What section IV measures: a multimodal Transformer over the channels."""
    return Recipe("multimodal_transformer", target=TARGET, fit=FIT, modalities=channels)


def text() -> Recipe:
    """The words alone, section IV.

    Run: tritone train s001_text --data mosi:FOLDER
    Scores: the paper 75 %.
    """
    return modelled("text")


def audio() -> Recipe:
    """The voice alone, section IV.

    Run: tritone train s001_audio --data mosi:FOLDER
    Scores: the paper 72 %.
    """
    return modelled("audio")


def text_audio() -> Recipe:
    """Words and voice, section IV.

    Run: tritone train s001_text_audio --data mosi:FOLDER
    Scores: the paper 85 %.
    """
    return modelled("text", "audio")


def text_audio_vision() -> Recipe:
    """Words, voice and face, section IV.

    Run: tritone train s001_text_audio_vision --data mosi:FOLDER
    Scores: the paper 88 %.
    """
    return modelled(*CHANNELS)


def concat_mlp() -> Recipe:
    """Concatenation to a fully connected net, III.A.1.

    Run: tritone train s001_concat_mlp --data mosi:FOLDER
    Scores: none in the paper.
    """
    return fused("concat_mlp")


def concat_lstm() -> Recipe:
    """Concatenation to an LSTM, III.A.1.

    Run: tritone train s001_concat_lstm --data mosi:FOLDER
    Scores: none in the paper.
    """
    return fused("concat_lstm")


def pca_concat() -> Recipe:
    """PCA before concatenation, III.A.2.

    Run: tritone train s001_pca_concat --data mosi:FOLDER
    Scores: none in the paper.
    """
    return fused("pca_concat")


def autoencoder_concat() -> Recipe:
    """An autoencoder before concatenation, III.A.2.

    Run: tritone train s001_autoencoder_concat --data mosi:FOLDER
    Scores: none in the paper.
    """
    return fused("autoencoder_concat")


def cca_concat() -> Recipe:
    """A shared subspace by CCA, III.A.3.

    Run: tritone train s001_cca_concat --data mosi:FOLDER
    Scores: none in the paper.
    """
    return fused("cca_concat")


def late_vote() -> Recipe:
    """Majority vote, III.B.1.

    Run: tritone train s001_late_vote --data mosi:FOLDER
    Scores: none in the paper.
    """
    return fused("late_vote")


def weighted_average() -> Recipe:
    """Weighted average, its weights fitted on val, III.B.1.

    Run: tritone train s001_weighted_average --data mosi:FOLDER
    Scores: none in the paper, which has predefined weights and does not give them.
    """
    return fused("weighted_average", encoders=ENCODERS)


def stacking() -> Recipe:
    """A meta-classifier over unimodal answers, III.B.2.

    Run: tritone train s001_stacking --data mosi:FOLDER
    Scores: none in the paper.
    """
    return fused("stacking")


def intermediate() -> Recipe:
    """Layers of the encoders merged on the way, III.C.1.

    Run: tritone train s001_intermediate --data mosi:FOLDER
    Scores: none in the paper.
    """
    return fused("intermediate", encoders=ENCODERS)


def multimodal_transformer() -> Recipe:
    """Self-attention over the three sequences end to end, each through its encoder, III.C.2.

    Run: tritone train s001_multimodal_transformer --data mosi:FOLDER
    Scores: none in the paper but that of s001_text_audio_vision.
    """
    return fused("multimodal_transformer", encoders=ENCODERS)


def modality_attention() -> Recipe:
    """A weight for each channel, III.D.1.

    Run: tritone train s001_modality_attention --data mosi:FOLDER
    Scores: none in the paper.
    """
    return fused("modality_attention")


def cross_modal_attention() -> Recipe:
    """Each channel attends to the others, III.D.2.

    Run: tritone train s001_cross_modal_attention --data mosi:FOLDER
    Scores: none in the paper.
    """
    return fused("cross_modal_attention", encoders=ENCODERS)


def self_attention() -> Recipe:
    """Self-attention on the fused sequence, III.D.3.

    Run: tritone train s001_self_attention --data mosi:FOLDER
    Scores: none in the paper.
    """
    return fused("self_attention", encoders=ENCODERS)


def hierarchical_attention() -> Recipe:
    """The paper's future work: attention over time, then over channels, section V.

    Run: tritone train s001_hierarchical_attention --data mosi:FOLDER
    Scores: none in the paper.
    """
    return fused("hierarchical_attention", encoders=ENCODERS)
