"""Every name in the house, on one page. To add a thing: write its file, then its line here.

The lines are plain text: nothing is imported before it is asked for, so that a list of all
models costs no torch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import Any

from tritone.core.errors import UnknownName


@dataclass(frozen=True)
class Entry:
    """One line of the catalogue.

    Args:
        path: "package.module:Name" of what the name stands for.
        summary: what it is, in one line.
        source: the paper, corpus page or rule that it follows.
    """

    path: str
    summary: str
    source: str


MODELS = {
    "tritone": Entry(
        "tritone.models.tritone:TritoneModel",
        "three small branches, one for each channel; the unsure weigh less (the default)",
        "this project",
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
    "lmf": Entry(
        "tritone.models.tensor:LowRankFusion",
        "outer product of all modalities, by low-rank factors",
        "Liu et al. 2018, ACL",
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
    "ef_lstm": Entry(
        "tritone.models.ef_lstm:EarlyFusionLSTM",
        "rows of all modalities side by side, one LSTM",
        "Williams et al. 2018, Challenge-HML",
    ),
    "lf_dnn": Entry(
        "tritone.models.lf_dnn:LateFusionDNN",
        "a reader for each modality, concatenation, MLP",
        "Cambria et al. 2018, CICLing",
    ),
    "mfn": Entry(
        "tritone.models.mfn:MemoryFusion",
        "LSTMs side by side and a memory that watches their cells",
        "Zadeh et al. 2018, AAAI",
    ),
    "graph_mfn": Entry(
        "tritone.models.graph_mfn:GraphMemoryFusion",
        "memory fusion with a vertex for each set of modalities",
        "Zadeh et al. 2018, ACL",
    ),
    "mult": Entry(
        "tritone.models.mult:MulT",
        "crossmodal Transformers for every pair, unaligned",
        "Tsai et al. 2019, ACL",
    ),
    "misa": Entry(
        "tritone.models.misa:MISA",
        "shared and private spaces of each modality, self-attention",
        "Hazarika et al. 2020, MM",
    ),
    "self_mm": Entry(
        "tritone.models.self_mm:SelfMM",
        "a head for each modality on labels made while training",
        "Yu et al. 2021, AAAI",
    ),
    "mmim": Entry(
        "tritone.models.mmim:MMIM",
        "mutual information kept between modalities and into the fusion",
        "Han et al. 2021, EMNLP",
    ),
    "cubemlp": Entry(
        "tritone.models.cubemlp:CubeMLP",
        "a cube of time, modality and channel, mixed by MLPs",
        "Sun et al. 2022, MM",
    ),
    "almt": Entry(
        "tritone.models.almt:ALMT",
        "language guides what is taken of sound and sight",
        "Zhang et al. 2023, EMNLP",
    ),
    "mtfn": Entry(
        "tritone.models.mtfn:MultitaskTensor",
        "tensor fusion, and a head for each modality's own label",
        "Yu et al. 2020, ACL",
    ),
    "mlf_dnn": Entry(
        "tritone.models.mtfn:MultitaskLate",
        "late fusion, and a head for each modality's own label",
        "Yu et al. 2020, ACL",
    ),
    "mlmf": Entry(
        "tritone.models.mtfn:MultitaskLowRank",
        "low-rank fusion, and a head for each modality's own label",
        "Yu et al. 2020, ACL",
    ),
    "tetfn": Entry(
        "tritone.models.tetfn:TETFN",
        "text enhances what sound and sight say; guessed labels",
        "Wang et al. 2023, Pattern Recognition",
    ),
    "dmd": Entry(
        "tritone.models.dmd:DMD",
        "modalities taken apart, teaching each other on each side",
        "Li et al. 2023, CVPR",
    ),
    "dlf": Entry(
        "tritone.models.dlf:DLF",
        "modalities taken apart, language draws from the others",
        "Wang et al. 2025, AAAI",
    ),
    "confede": Entry(
        "tritone.models.confede:ConFEDE",
        "each modality in a similar and a dissimilar part, contrasted",
        "Yang et al. 2023, ACL",
    ),
    "tfr_net": Entry(
        "tritone.models.tfr_net:TFRNet",
        "rows hidden in training are told from all modalities",
        "Yuan et al. 2021, MM",
    ),
    "emt_dlfr": Entry(
        "tritone.models.emt_dlfr:EMTDLFR",
        "global tokens talk with each modality; two views drawn together",
        "Sun et al. 2023, IEEE TAC",
    ),
    "lnln": Entry(
        "tritone.models.lnln:LNLN",
        "ALMT whose language is mended by a proxy of the others",
        "Zhang et al. 2024, NeurIPS",
    ),
    "mctn": Entry(
        "tritone.models.mctn:MCTN",
        "words translated to sound and sight; only words are needed to predict",
        "Pham et al. 2019, AAAI",
    ),
    "mfm": Entry(
        "tritone.models.mfm:MFM",
        "a factor that decides, and one of each modality that rebuilds it",
        "Tsai et al. 2019, ICLR",
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
}

EXTRACTORS = {
    "hashed_words": Entry(
        "tritone.features.hashed_words:HashedWords",
        "text: a row a word, from its hash; nothing to learn",
        "Weinberger et al. 2009, ICML",
    ),
    "word2vec": Entry(
        "tritone.features.word2vec:Word2Vec",
        "text: a row a word, learned from the training texts (extra word2vec)",
        "Mikolov et al. 2013, NeurIPS",
    ),
    "glove": Entry(
        "tritone.features.glove:Glove",
        "text: a row a word, from a file of vectors that you have",
        "Pennington et al. 2014, EMNLP",
    ),
    "tfidf": Entry(
        "tritone.features.tfidf:TfIdf",
        "text: one row a clip, weighted counts of its words, by truncated SVD",
        "Sparck Jones 1972; Deerwester et al. 1990",
    ),
    "log_mel": Entry(
        "tritone.features.voices:LogMel",
        "audio: natural logarithm of the power in mel bands",
        "Stevens et al. 1937, JASA",
    ),
    "log_spectrogram": Entry(
        "tritone.features.voices:LogSpectrogram",
        "audio: natural logarithm of the power spectrum",
        "S003",
    ),
    "mfcc": Entry(
        "tritone.features.voices:Mfcc",
        "audio: mel-frequency cepstral coefficients",
        "Davis and Mermelstein 1980, IEEE TASSP",
    ),
    "pitch": Entry(
        "tritone.features.voices:Pitch",
        "audio: fundamental frequency in octaves, by YIN, and where there is a voice",
        "de Cheveigne and Kawahara 2002, JASA",
    ),
    "intensity": Entry(
        "tritone.features.voices:Intensity",
        "audio: loudness of each frame, in dB",
        "S001",
    ),
    "voice_quality": Entry(
        "tritone.features.voice_quality:VoiceQuality",
        "audio: jitter, shimmer, HNR and H1-H2 of each frame",
        "Titze et al. 1987; Boersma 1993; Hanson 1997",
    ),
    "face_crop": Entry(
        "tritone.features.pictures:FaceCrops",
        "vision: the speaker's face in each picture, cut out and resized",
        "S001; Viola and Jones 2001, CVPR",
    ),
    "face_cnn": Entry(
        "tritone.features.face_cnn:FaceCnn",
        "vision: a row a face, by the default model's own small net",
        "Goodfellow et al. 2013, ICONIP",
    ),
    "face_geometry": Entry(
        "tritone.features.face_geometry:FaceGeometry",
        "vision: place, size, motion, eyes and smile of the face; no landmarks",
        "Viola and Jones 2001, CVPR",
    ),
    "openface": Entry(
        "tritone.features.openface:OpenFace",
        "vision: action units, pose, gaze, landmarks from a table of OpenFace 2 beside the clip",
        "Baltrusaitis et al. 2018, FG",
    ),
    "opensmile": Entry(
        "tritone.features.opensmile:OpenSmile",
        "audio: eGeMAPS, ComParE and others (extra opensmile: no commercial use)",
        "Eyben et al. 2010, ACM MM",
    ),
    "speech_rate": Entry(
        "tritone.features.pace:SpeechRate",
        "audio: words and syllables a second",
        "S001",
    ),
    "syllable_rate": Entry(
        "tritone.features.pace:SyllableRate",
        "audio: syllable nuclei a second, without words",
        "de Jong and Wempe 2009",
    ),
}

DATASETS = {
    "emotions": Entry(
        "tritone.datasets.emotions:read",
        "English tweets, six emotions (text)",
        "Saravia et al. 2018, EMNLP",
    ),
    "meld": Entry(
        "tritone.datasets.meld:read",
        "lines of Friends, three sentiments and seven emotions (text, audio, vision)",
        "Poria et al. 2019, ACL",
    ),
    "iemocap": Entry(
        "tritone.datasets.iemocap:read",
        "ten actors in pairs, ten emotions and ratings (text, audio, vision)",
        "Busso et al. 2008, LRE",
    ),
    "ravdess": Entry(
        "tritone.datasets.ravdess:read",
        "acted speech and song of 24 actors, eight emotions (audio, vision)",
        "Livingstone and Russo 2018, PLOS ONE",
    ),
    "faces": Entry(
        "tritone.datasets.faces:read",
        "pictures of faces by class, such as FER2013, CK+, AKSNAZAR (vision)",
        "Goodfellow et al. 2013, ICONIP",
    ),
    "store": Entry(
        "tritone.datasets.stored:read",
        "what tritone extract or tritone import wrote (any channels)",
        "this project",
    ),
    "mosi": Entry(
        "tritone.datasets.mosi:read",
        "opinions on films, scores from -3 to 3 (text, audio, vision)",
        "Zadeh et al. 2016",
    ),
    "mosei": Entry(
        "tritone.datasets.mosei:read",
        "sentences of YouTube monologues, scores from -3 to 3 (text, audio, vision)",
        "Zadeh et al. 2018, ACL",
    ),
    "sims": Entry(
        "tritone.datasets.sims:read",
        "scenes in Chinese, scores from -1 to 1 for each channel too (text, audio, vision)",
        "Yu et al. 2020, ACL",
    ),
    "simsv2": Entry(
        "tritone.datasets.simsv2:read",
        "more scenes in Chinese, scored like sims (text, audio, vision)",
        "Liu et al. 2022, ICMI",
    ),
    "tess": Entry(
        "tritone.datasets.tess:read",
        "200 words by two actresses, seven emotions (audio)",
        "Pichora-Fuller and Dupuis 2020",
    ),
    "mvsa": Entry(
        "tritone.datasets.mvsa:read",
        "tweets with a picture, three sentiments (text, vision)",
        "Niu et al. 2016, MMM",
    ),
    "mvsa_multiple": Entry(
        "tritone.datasets.mvsa_multiple:read",
        "the same with three judges for each tweet (text, vision)",
        "Niu et al. 2016, MMM",
    ),
    "senticap": Entry(
        "tritone.datasets.senticap:read",
        "captions of good and bad sentiment, with pictures (text, vision)",
        "Mathews et al. 2016, AAAI",
    ),
    "mustard": Entry(
        "tritone.datasets.mustard:read",
        "lines of television series, sarcastic or not (text, audio, vision)",
        "Castro et al. 2019, ACL",
    ),
    "ur_funny": Entry(
        "tritone.datasets.ur_funny:read",
        "punchlines of TED talks, funny or not (text)",
        "Hasan et al. 2019, EMNLP",
    ),
    "manifest": Entry(
        "tritone.datasets.manifest:read",
        "your own media and labels: a CSV, JSON lines or Parquet table",
        "this project",
    ),
    "composite": Entry(
        "tritone.datasets.composite:read",
        "one corpus for each channel, unpaired or paired by label",
        "S002",
    ),
    "mmmo": Entry(
        "tritone.datasets.mmmo:read",
        "reviews of films, scores from 1 to 5 (aligned features, no media)",
        "Wöllmer et al. 2013, IEEE Intelligent Systems",
    ),
}

RECIPES = {
    "default": Entry(
        "tritone.recipes.default.__main__:main",
        "the default model, trained and packed: python -m tritone.recipes.default DATA",
        "this project",
    ),
}

METRICS = {
    "accuracy": Entry("tritone.metrics:accuracy", "share of rows named right", "WA, WAR"),
    "balanced_accuracy": Entry(
        "tritone.metrics:balanced_accuracy", "mean recall of the classes", "UA, UAR"
    ),
    "uar": Entry("tritone.metrics:uar", "the same as balanced_accuracy", "UA, UAR"),
    "precision_macro": Entry(
        "tritone.metrics:precision_macro", "mean precision of the classes", "scikit-learn"
    ),
    "recall_macro": Entry(
        "tritone.metrics:recall_macro", "mean recall of the classes", "scikit-learn"
    ),
    "f1_macro": Entry("tritone.metrics:f1_macro", "mean F1 of the classes", "scikit-learn"),
    "f1_weighted": Entry(
        "tritone.metrics:f1_weighted",
        "F1 of the classes by their share of the target",
        "MELD, IEMOCAP",
    ),
    "mcc": Entry("tritone.metrics:mcc", "correlation of K classes", "Gorodkin 2004"),
    "kappa": Entry("tritone.metrics:kappa", "agreement above chance", "Cohen 1960"),
    "roc_auc": Entry(
        "tritone.metrics:roc_auc", "area under the ROC curve, one against rest", "S002"
    ),
    "pr_auc": Entry(
        "tritone.metrics:pr_auc", "average precision, one against rest", "scikit-learn"
    ),
    "ece": Entry(
        "tritone.metrics:ece", "calibration error, 15 bins of equal mass", "Naeini et al. 2015"
    ),
    "brier": Entry(
        "tritone.metrics:brier", "mean squared distance of the probabilities", "Brier 1950"
    ),
    "nll": Entry("tritone.metrics:nll", "mean negative log-likelihood, nats", "scikit-learn"),
    "mae": Entry("tritone.metrics:mae", "mean absolute error", "MOSI, MOSEI"),
    "pearson": Entry("tritone.metrics:pearson", "correlation", "MOSI, MOSEI, SIMS"),
    "ccc": Entry("tritone.metrics:ccc", "concordance correlation", "Lin 1989"),
    "acc2_ge0": Entry("tritone.metrics:acc2_ge0", "two classes, 0 is positive", "MMSA Has0"),
    "acc2_gt0": Entry("tritone.metrics:acc2_gt0", "two classes, 0 is negative", "MulT, MultiBench"),
    "acc2_nonzero": Entry(
        "tritone.metrics:acc2_nonzero", "two classes, targets of 0 left out", "MMSA Non0"
    ),
    "f1_ge0": Entry("tritone.metrics:f1_ge0", "weighted F1 of acc2_ge0", "MMSA Has0"),
    "f1_nonzero": Entry("tritone.metrics:f1_nonzero", "weighted F1 of acc2_nonzero", "MMSA Non0"),
    "acc3_round": Entry("tritone.metrics:acc3_round", "three classes, rounded", "MMSA"),
    "acc3_cut1": Entry("tritone.metrics:acc3_cut1", "three classes, cut at -1 and 1", "S000"),
    "acc5_round": Entry("tritone.metrics:acc5_round", "five classes, rounded", "MMSA"),
    "acc7_round": Entry("tritone.metrics:acc7_round", "seven classes, rounded", "MulT, MMSA"),
    "acc7_sdk": Entry(
        "tritone.metrics:acc7_sdk", "seven classes, the CMU SDK's cut", "CMU-MOSEI challenge"
    ),
    "sims_acc2": Entry("tritone.metrics:sims_acc2", "CH-SIMS, two classes", "MMSA"),
    "sims_acc3": Entry("tritone.metrics:sims_acc3", "CH-SIMS, three classes", "MMSA"),
    "sims_acc5": Entry("tritone.metrics:sims_acc5", "CH-SIMS, five classes", "MMSA"),
    "sims_f1": Entry("tritone.metrics:sims_f1", "CH-SIMS, weighted F1 of two classes", "MMSA"),
}

TABLES: Mapping[str, Mapping[str, Entry]] = {
    "model": MODELS,
    "extractor": EXTRACTORS,
    "dataset": DATASETS,
    "recipe": RECIPES,
    "metric": METRICS,
}


def find(kind: str, name: str) -> Any:
    """The class or function that `name` stands for; "package.module:Name" of your own is one.

    Args:
        kind: "model", "extractor", "dataset", "recipe" or "metric".
        name: a name of the catalogue, or the path of something of your own.

    Raises:
        UnknownName: the catalogue has no such name (the message offers the nearest one), or
            nothing is to be found at the path.
    """
    table = TABLES[kind]
    if name in table:
        return load(kind, table[name].path)
    if ":" in name:
        return load(kind, name)
    near = get_close_matches(name, table, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    raise UnknownName(f"No {kind} is named {name!r}. {hint}Known: {', '.join(sorted(table))}.")


def load(kind: str, path: str) -> Any:
    """What stands at "package.module:Name".

    Raises:
        UnknownName: no such module, or no such name in it.
    """
    module, _, attribute = path.partition(":")
    if not all(part.isidentifier() for part in module.split(".")) or not attribute:
        raise UnknownName(f"{path!r} is no {kind}: write it as package.module:Name.")
    try:
        found = import_module(module)
    except ModuleNotFoundError as error:
        # A package that the module itself lacks is another fault, with its own message.
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        raise UnknownName(
            f"{path!r} is no {kind}: there is no module {error.name!r}. "
            f"Is its folder on PYTHONPATH?"
        ) from None
    if not hasattr(found, attribute):
        raise UnknownName(f"{path!r} is no {kind}: module {module!r} has no {attribute!r}.")
    return getattr(found, attribute)


def entries(kind: str | None = None) -> list[dict[str, str]]:
    """What `tritone list` shows: name, kind, summary and source of each line.

    Args:
        kind: one kind only, "model" or "models"; all of them by default.

    Raises:
        UnknownName: there is no such kind.
    """
    wanted = list(TABLES) if kind is None else [kind.removesuffix("s")]
    if wanted[0] not in TABLES:
        raise UnknownName(f"There are no {kind!r}. Known: {', '.join(f'{k}s' for k in TABLES)}.")
    return [
        {"name": name, "kind": one, "summary": entry.summary, "source": entry.source}
        for one in wanted
        for name, entry in sorted(TABLES[one].items())
    ]
