"""S002, two sentiments from corpora of one channel each: text, pictures, and two readings of sound.

    table 1, figures 5 to 12   s002          with what this project can read by itself
                               s002_frozen   with the three frozen encoders of the paper

The data are a composite, a JSON file that names a corpus for each channel:

    {"parts": {"text": "emotions:DIR", "vision": "faces:DIR", "audio": ["ravdess:SPEECH",
     "ravdess:SONG"]}, "clips": {"train": 8000, "test": 2000}}

`tritone benchmark papers-s002` trains it beside the paper's baselines, and reports each branch, the
whole on clips that were paired by label, and a vote of the branches.

Source: Vamsidhar et al. 2025, "Hierarchical cross-modal attention and dual audio pathways for
    enhanced multimodal sentiment analysis", Scientific Reports 15, 25440.
    https://doi.org/10.1038/s41598-025-09000-3
Differs: sizes, step size and epochs are ours; the paper gives none, and no third split on which an
    epoch could be chosen. Its audio set cannot hold 10,000 distinct clips; here none stands twice.
"""

from collections.abc import Mapping
from typing import Any

from tritone.learn.recipe import Recipe
from tritone.learn.settings import Fit

MODEL, TARGET = "dual_audio_attention", "sentiment"
FIT = Fit(epochs=20, batch=64, patience=5)
# The voice is read twice: rows for the convolutions, and what stands for Wav2Vec2.
OWN = {
    "text": "hub_text",
    "audio": "log_mel",
    "vision": "face_cnn",
    "audio_context": "voice_statistics",
}
OWN_SETTINGS = {"audio": {"window": 0.04, "hop": 0.02}}
FROZEN = {
    "text": "hub_text",
    "audio": "mfcc+log_mel",
    "vision": "hub_image",
    "audio_context": "hub_audio",
}
FOLDERS = {
    "text": {"folder": "bert-base-uncased"},
    "vision": {"folder": "microsoft/resnet-50"},
    "audio_context": {"folder": "facebook/wav2vec2-base"},
}


def recipe(extractors: Mapping[str, str], settings: Mapping[str, Mapping[str, Any]]) -> Recipe:
    """The system over rows of some extractors."""
    # By the sum of four losses a head that grows too sure would end the training of the others.
    select = "f1_macro"
    return Recipe(
        MODEL, target=TARGET, extractors=extractors, extracting=settings, fit=FIT, select=select
    )


def own() -> Recipe:
    """The system over MiniLM's words, the project's own face net, and statistics of the voice.

    Run: tritone train s002 --data composite:FILE.json
    Scores: the paper, with its own encoders and data: text F1 .84, image .94, audio .85, unified
        AUC .922 (text .922, image .962, audio .923).
    Differs: none of the paper's encoders; FER2013's rows come from a net that saw its train labels.
    """
    return recipe(OWN, OWN_SETTINGS)


def frozen() -> Recipe:
    """The system as the paper has it, where its three encoders lie on this machine.

    Run: tritone train s002_frozen --data composite:FILE.json
        --set extracting.text.folder=BERT --set extracting.vision.folder=RESNET50
        --set extracting.audio_context.folder=WAV2VEC2
    Scores: the paper, as above.
    """
    return recipe(FROZEN, FOLDERS)
