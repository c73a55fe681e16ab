"""CH-SIMS: scenes of Chinese films and shows, scored in [-1, 1] as a whole and by channel.

label.csv  Raw/video_0001/0001.mp4                                  as it is distributed now
metadata/sentiment/label_M.csv ...  Raw/video_0001/0001.mp4         the older release
"""

from pathlib import Path

from tritone.datasets.corpus import Corpus, Sheet
from tritone.datasets.label_csv import label_csv
from tritone.datasets.old_sims import old_sims
from tritone.datasets.scored import Facts, read_scored

SHEET = Sheet(
    needs="label.csv with Raw/<video>/<clip>.mp4, or the older metadata/sentiment/label_M.csv, "
    "metadata/train_index.csv and Raw, or a feature file (.pkl)",
    ask="https://github.com/thuiar/MMSA",
    licence="not stated; films and shows belong to their makers",
    counts="2,281 scenes: 1,368 train, 456 val, 457 test, from 60 films and shows",
    splits="the authors', by clip: 59 of 60 films of train are also in val and in test",
    floors="test: sims_acc2 .694, sims_acc3 .543, sims_acc5 .330, sims_f1 .568 for a constant; "
    "mae .589",
    source="Yu et al. 2020, ACL (CH-SIMS). https://aclanthology.org/2020.acl-main.343",
)
FACTS = Facts("sims", 1.0, SHEET)


def read(path: Path, split: str = "all") -> Corpus:
    """The scenes of one split, grouped by film, with scores of text, audio and vision alone.

    A score of exactly 0 is neutral here; the metrics `sims_acc2` and `sims_f1` call it negative.

    Source: Yu et al. 2020, "CH-SIMS: A Chinese Multimodal Sentiment Analysis Dataset with
    Fine-grained Annotation of Modality", ACL. https://aclanthology.org/2020.acl-main.343

    Raises:
        DataError: the path is in none of the layouts, or lacks the split.
    """
    return read_scored(path, split, FACTS, (label_csv, old_sims))
