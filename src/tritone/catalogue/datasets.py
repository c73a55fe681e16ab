"""Corpora that are read as they lie on disk."""

from tritone.catalogue.entry import Entry

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
