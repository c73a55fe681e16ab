"""ICT-MMMO: reviews of films, each with a score in [1, 5]; aligned features, no media.

audio_train.h5  video_train.h5  y_train.h5     and the same with valid and test
text_valid_emb.h5  text_test_emb.h5            the words of the training clips were not published
"""

from pathlib import Path

from tritone.datasets.corpus import Corpus, Sheet
from tritone.datasets.published.corpus import corpus_of

SHEET = Sheet(
    needs="a folder of audio_train.h5, video_train.h5, y_train.h5, and the same of valid and test",
    ask="the authors of MFN: https://github.com/A2Zadeh/MFN",
    licence="MIT for the features; the videos are their makers'",
    counts="340 reviews: 220 train, 40 val, 80 test",
    splits="the authors of MFN",
    floors="test: mae 1.360 for the train mean",
    source="Wöllmer et al. 2013, IEEE Intelligent Systems. https://doi.org/10.1109/MIS.2013.34",
)


def read(path: Path, split: str = "all") -> Corpus:
    """The labels of one split; the features come with `tritone import`.

    Source: Wöllmer et al. 2013, "YouTube Movie Reviews: Sentiment Analysis in an Audio-Visual
    Context", IEEE Intelligent Systems. https://doi.org/10.1109/MIS.2013.34

    Raises:
        DataError: the folder is not of that form, or lacks the split.
        MissingExtra: h5py is not installed.
    """
    return corpus_of(path, name="mmmo", split=split, sheet=SHEET)
