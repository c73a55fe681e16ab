"""S000, three classes of CMU-MOSEI: one Transformer a channel, and three ways to join them.

    table 1, figures 1 to 3    s000_text  s000_audio  s000_vision
    table 2, figures 4 and 5   s000_a0  s000_a1  s000_a2
    section 4.2, future work   s000_sequence_fusion  s000_dynamic_weighting

Source: Lee, Singh and Ong 2025, "Dynamic Multimodal Sentiment Analysis: Leveraging Cross-Modal
    Attention for Enabled Classification", https://arxiv.org/abs/2501.08085
Differs: sizes, step size and epochs are ours; the paper gives none. Its figures come from one
    training without a spread, and its text, audio, video and A0 lie below the constant class.
"""

from tritone.learn.recipe import Recipe
from tritone.learn.settings import Fit

TARGET = "sentiment3_cut1"
# AdamW without decay is the paper's Adam.
FIT = Fit(epochs=30, batch=32, lr=1e-4, weight_decay=0.0, schedule="constant", patience=8)
CHANNELS = ("text", "audio", "vision")
ALONE = {channel: f"runs/s000_{channel}" for channel in CHANNELS}


def alone(channel: str) -> Recipe:
    """One channel's Transformer with its classifier."""
    return Recipe("modality_transformer", target=TARGET, fit=FIT, modalities=(channel,))


def joined(model: str) -> Recipe:
    """The three channels, started from the Transformers that `alone` left in runs/."""
    return Recipe(model, target=TARGET, fit=FIT, modalities=CHANNELS, start=ALONE)


def text() -> Recipe:
    """The words alone: row 3 of table 1, figure 2.

    Run: tritone train s000_text --data mosei:aligned_50.pkl
    Scores: the paper 69.36 %, below the constant class of that test part (69.54 %).
    """
    return alone("text")


def audio() -> Recipe:
    """The voice alone: row 2 of table 1, figure 3.

    Run: tritone train s000_audio --data mosei:aligned_50.pkl
    Scores: the paper 65.84 %, below the constant class.
    """
    return alone("audio")


def vision() -> Recipe:
    """The face alone: row 1 of table 1, figure 1.

    Run: tritone train s000_vision --data mosei:aligned_50.pkl
    Scores: the paper 65.69 %, below the constant class.
    """
    return alone("vision")


def a0() -> Recipe:
    """A0, the majority vote of the three: row 1 of table 2.

    Run: s000_text, s000_audio and s000_vision first, then
        tritone train s000_a0 --data mosei:aligned_50.pkl
    Scores: the paper 66.23 %, below the constant class.
    Differs: the three, classifiers and all, go on learning, each by its own loss; the paper takes
        them as they are.
    """
    return joined("late_vote")


def a1() -> Recipe:
    """A1, final hidden states end to end: row 2 of table 2, figure 4.

    Run: s000_text, s000_audio and s000_vision first, then
        tritone train s000_a1 --data mosei:aligned_50.pkl
    Scores: the paper 71.87 %.
    """
    return joined("early_concat")


def a2() -> Recipe:
    """A2, A1 with attention over the channels: row 3 of table 2, figure 5.

    Run: s000_text, s000_audio and s000_vision first, then
        tritone train s000_a2 --data mosei:aligned_50.pkl
    Scores: the paper 72.39 %.
    """
    return joined("modality_attention")


def sequence_fusion() -> Recipe:
    """The paper's future work: channels joined at each moment, before anything is averaged.

    Run: s000_text, s000_audio and s000_vision first, then
        tritone train s000_sequence_fusion --data mosei:aligned_50.pkl
    Scores: none in the paper.
    """
    return joined("sequence_fusion")


def dynamic_weighting() -> Recipe:
    """The paper's future work: a gate over the channels, anew for each clip.

    Run: s000_text, s000_audio and s000_vision first, then
        tritone train s000_dynamic_weighting --data mosei:aligned_50.pkl
    Scores: none in the paper.
    """
    return joined("dynamic_weighting")
