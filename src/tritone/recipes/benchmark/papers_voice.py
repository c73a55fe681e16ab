"""The suite `papers-voice`: S003's nets that hear a voice alone, on acted speech.

    audio               log-mel rows                  ser_lstm, aat (sound alone), dual pathways
    audio_low           MFCC, pitch and loudness      hl_rnn
    audio_context       statistics of the clip        the linear baseline

Speakers are apart: an eighth of train chooses, the val speakers are reported. The words of RAVDESS
are two sentences and carry nothing.
"""

from pathlib import Path

from tritone.core.errors import DataError
from tritone.recipes.benchmark.real import PLACES
from tritone.recipes.benchmark.suite import Contender, Data, Suite

NAME, SEEDS, FOLDER = "papers-voice", 3, "ravdess_speech"
COARSE = {"window": 0.04, "hop": 0.02}
EXTRACTORS = {
    "audio": "log_mel",
    "audio_low": "mfcc+pitch+intensity",
    "audio_context": "voice_statistics",
    "vision": "none",
}
EXTRACTING = {
    "audio": COARSE,
    "audio_low": {
        f"{part}.{name}": value
        for part in ("mfcc", "pitch", "intensity")
        for name, value in COARSE.items()
    },
}
SETTINGS = (
    *("fit.batch=32", "fit.epochs=20", "fit.patience=5", "fold=report_val:1/8"),
    "class_weights=true",
)
FAST = ("fit.epochs=4", "fit.patience=2")
BASELINE = "linear baseline (statistics)"
NOTES = (
    "S003 quotes HL-RNN 25.9 and SER-LSTM 24.1 of five classes on MOSI, and has 36.2 of ten on "
    "IEMOCAP by its own audio net: neither corpus's sound is here. These are eight acted emotions.",
    "Adieu-Net reads the samples themselves and takes hours here; its recipe is s003_adieu_net.",
    "Film with labels is not here: cnn3d, cnn_lstm and lstm_fa are measured on made data only.",
)


def papers_voice(root: Path, *, fast: bool = False) -> Suite:
    """The suite of RAVDESS below a folder.

    Args:
        root: the folder.
        fast: one seed and few epochs.

    Raises:
        DataError: it is not there.
    """
    place = next(place for place in PLACES if place.folder == FOLDER)
    folder = root / FOLDER
    if not (folder.is_dir() and place.is_it(folder)):
        raise DataError(f"{root} has no {FOLDER}, which the suite {NAME} reads.")
    data = Data(
        f"{place.spec}:{folder}",
        "emotion",
        (*SETTINGS, *(FAST if fast else ())),
        extractors=EXTRACTORS,
        extracting=EXTRACTING,
        against=BASELINE,
        models=CONTENDERS,
        note="The reported part is the val speakers; epochs were chosen on an eighth of train.",
    )
    by = "balanced_accuracy"
    return Suite(NAME, (data,), (), 1 if fast else SEEDS, by=by, notes=NOTES)


CONTENDERS = (
    Contender("concat_mlp", ("modalities=audio_context",), "concat_mlp, statistics"),
    Contender("hl_rnn", ("modalities=audio_low", "model.modality=audio_low")),
    Contender("ser_lstm", ("modalities=audio",)),
    Contender(
        "aat", ("modalities=audio", "model.net=small", "model.time_dim=300"), "aat, sound alone"
    ),
    Contender("dual_audio_attention", ("modalities=audio,audio_context",)),
    Contender(
        "logistic",
        ("modalities=audio_context", "normalise=false", "class_weights=false", "fit.epochs=1"),
        BASELINE,
    ),
)
