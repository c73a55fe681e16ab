"""The suites `papers-mosi` and `papers-mmmo`: S000, S001 and S003 on the corpora that are here.

    papers-mosi   CMU-MOSI, a vector a channel of each clip, text, audio and vision; no test part
        S000      three classes by the cut at -1 and 1     tables 1 and 2
        S001      three classes by the sign                section IV, each fusion of section III
        S003      the score                                figure 9, and the field's models
    papers-mmmo   ICT-MMMO, sequences of audio and vision; the official test part
        S000      three classes by the cut around the middle of the scale
        score     models that read sequences

A fusion of S000 starts from the Transformers of the single channels, which are trained before it.
"""

from pathlib import Path

from tritone.core.errors import DataError
from tritone.recipes.benchmark.real import PLACES, Place
from tritone.recipes.benchmark.suite import CONTROL, Contender, Data, Suite

SEEDS = 3
FAST = ("fit.epochs=8", "fit.patience=3")
MOSI = ("fit.batch=64", "fit.epochs=20", "fit.patience=5", "fit.lr=1e-3", "fit.schedule=cosine")
MMMO = ("fit.batch=16", "fit.epochs=25", "fit.patience=6", "fit.lr=1e-3", "fit.schedule=cosine")
ALONE = ("text", "audio", "vision")
JOINED = ("s000_a0", "s000_a1", "s000_a2", "s000_sequence_fusion", "s000_dynamic_weighting")
S001_CHANNELS = ("s001_text", "s001_audio", "s001_text_audio", "s001_text_audio_vision")
S001_FUSIONS = (
    *("s001_concat_mlp", "s001_concat_lstm", "s001_pca_concat", "s001_autoencoder_concat"),
    *("s001_cca_concat", "s001_late_vote", "s001_weighted_average", "s001_stacking"),
    *("s001_intermediate", "s001_multimodal_transformer", "s001_modality_attention"),
    *("s001_cross_modal_attention", "s001_self_attention", "s001_hierarchical_attention"),
)
TENSOR = (
    *("tfn", "tfn_language", "tfn_visual", "tfn_acoustic"),
    *("tfn_bimodal", "tfn_trimodal", "tfn_notrimodal", "tfn_early"),
)
SMALL_TENSOR = ("model.width=16",)  # the full product takes as long as all others together
VECTORS = (
    *("lmf", "lf_dnn", "ef_lstm", "mfn", "misa", "self_mm", "mmim", "cubemlp"),
    *("almt", "interpretable_mlp", "svm"),
)
SEQUENCES = (
    *("s001_concat_lstm", "s001_intermediate", "s001_multimodal_transformer"),
    *("s001_cross_modal_attention", "s001_self_attention", "s001_hierarchical_attention"),
    *("ef_lstm", "mfn", "mult", "misa", "bilstm_attention", "dual_stream", "rmfn"),
)
SEEN = (
    "The text and vision vectors of MOSI come from nets that saw these train labels, so nothing "
    "can be chosen inside train: epochs are chosen on dev, which is what is reported."
)
UNLIKE = (
    "These are not the papers' corpora, clips or features: their figures stand beside, and nothing "
    "is claimed over them.",
    "Step size, epochs and batch are the same for all models here, whatever their recipes say.",
)


def papers_mosi(root: Path, *, fast: bool = False) -> Suite:
    """S000, S001 and S003's figure 9 on the vectors of CMU-MOSI.

    Args:
        root: the folder that holds mosi_features.
        fast: one seed and fewer epochs.

    Raises:
        DataError: the vectors are not there.
    """
    spec = spec_below(root, "mosi_features")
    settings = (*MOSI, *(FAST if fast else ()))
    tensor = tuple(Contender(name, SMALL_TENSOR) for name in TENSOR)
    parts = {
        "S000": ("sentiment3_cut1", (*plain(CONTROL), *transformers(ALONE))),
        "S001": ("sentiment3", plain(*S001_CHANNELS, *S001_FUSIONS)),
        "S003": ("score", (*plain(CONTROL), *tensor, *plain(*VECTORS))),
    }
    data = [
        Data(spec, target, settings, f"MOSI {name}", models=first_reads_all(models), note=SEEN)
        for name, (target, models) in parts.items()
    ]
    return Suite("papers-mosi", tuple(data), (), 1 if fast else SEEDS, notes=UNLIKE)


def papers_mmmo(root: Path, *, fast: bool = False) -> Suite:
    """S000 and models of sequences on ICT-MMMO, reported on its official test part.

    Args:
        root: the folder that holds mmmo_features.
        fast: one seed and fewer epochs.

    Raises:
        DataError: the sequences are not there.
    """
    place = place_named("mmmo_features")
    spec = spec_below(root, place.folder)
    pair = ALONE[1:]
    settings = (*place.settings, *MMMO, *(FAST if fast else ()))
    parts = {
        "S000": ("sentiment3_cut1", (*plain(CONTROL), *transformers(pair))),
        "score": ("score", plain(CONTROL, *SEQUENCES)),
    }
    data = [
        Data(spec, target, settings, f"MMMO {name}", models=models, note=place.note)
        for name, (target, models) in parts.items()
    ]
    return Suite("papers-mmmo", tuple(data), (), 1 if fast else SEEDS, notes=UNLIKE)


def plain(*names: str) -> tuple[Contender, ...]:
    """Models and recipes as they are."""
    return tuple(Contender(name) for name in names)


def transformers(channels: tuple[str, ...]) -> tuple[Contender, ...]:
    """S000's Transformers of single channels, and its fusions that start from them."""
    alone = {channel: f"s000_{channel}" for channel in channels}
    single = (Contender(name, (f"modalities={channel}",)) for channel, name in alone.items())
    return (*single, *(Contender(name, start=alone) for name in JOINED))


def first_reads_all(models: tuple[Contender, ...]) -> tuple[Contender, ...]:
    """The models with the plain one in front: what it reads is controlled one channel at a time."""
    return tuple(sorted(models, key=lambda model: not model.model.endswith(CONTROL)))


def place_named(folder: str) -> Place:
    """Where a corpus of the suite `real` lies."""
    return next(place for place in PLACES if place.folder == folder)


def spec_below(root: Path, folder: str) -> str:
    """The SPEC of a corpus below a folder.

    Raises:
        DataError: it is not there.
    """
    place = place_named(folder)
    if not ((root / folder).is_dir() and place.is_it(root / folder)):
        raise DataError(f"{root} holds no {folder}, which this suite reads.")
    return f"{place.spec}:{root / folder}"
