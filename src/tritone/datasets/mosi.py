"""CMU-MOSI: opinions on films, each with a sentiment score in [-3, 3].

label.csv  Raw/<video>/<clip>.mp4                                   as THUIAR distributes it
Transcript/Segmented/<video>.annotprocessed  Video/Segmented/...    as CMU does
one .npz with transcript, y_cont (score) and split                  the words alone
"""

from pathlib import Path

from tritone.datasets.cmu_raw import cmu_raw
from tritone.datasets.corpus import Corpus, Sheet
from tritone.datasets.label_csv import label_csv
from tritone.datasets.mosi_npz import read_arrays_of
from tritone.datasets.scored import Facts, read_scored

SHEET = Sheet(
    needs="label.csv with Raw/<video>/<clip>.mp4, or CMU's Transcript/Segmented/*.annotprocessed "
    "with Video/Segmented/*.mp4, or one .npz with transcript, y_cont, split, "
    "or a feature file (.pkl, .csd, .h5)",
    ask="label.csv with films: https://github.com/thuiar/MMSA; "
    "CMU's own: https://github.com/CMU-MultiComp-Lab/CMU-MultimodalSDK",
    licence="CMU's terms for MOSI; arrays and features as their publisher says",
    counts="2,199 opinions: 1,284 train, 229 val, 686 test in MMSA's files",
    splits="the authors', apart by video: 52, 10 and 31",
    floors="test: acc2_nonzero .578, acc2_ge0 .553, acc7_round .227 for the majority; "
    "mae 1.456 for the median of train",
    source="Zadeh et al. 2016 (CMU-MOSI). https://arxiv.org/abs/1606.06259",
)
FACTS = Facts("mosi", 3.0, SHEET, capitals=True)


def read(path: Path, split: str = "all") -> Corpus:
    """The opinions of one split, grouped by video: text, and sound and film where they lie there.

    Valence is the score over 3; a score of exactly 0 is neutral. Transcripts are published in
    capitals and are given in small letters here. In the .npz form, `classes` holds negative and
    positive alone, as its publisher has it.

    Source: Zadeh et al. 2016, "MOSI: Multimodal Corpus of Sentiment Intensity and Subjectivity
    Analysis in Online Opinion Videos". https://arxiv.org/abs/1606.06259

    Raises:
        DataError: the path is in none of the layouts, or lacks the split.
    """
    if path.suffix.lower() == ".npz" or holds_arrays(path):
        return read_arrays_of(path, split, SHEET)
    return read_scored(path, split, FACTS, (cmu_raw, label_csv))


def holds_arrays(path: Path) -> bool:
    return path.is_dir() and not (path / "label.csv").exists() and any(path.glob("*.npz"))
