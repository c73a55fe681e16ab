"""CH-SIMS v2, its labelled part: more scenes, scored in [-1, 1] as a whole and by channel.

label.csv or meta.csv  Raw/<video>/<clip>.mp4
"""

from pathlib import Path

from tritone.datasets.corpus import Corpus, Sheet
from tritone.datasets.label_csv import label_csv
from tritone.datasets.scored import Facts, read_scored

SHEET = Sheet(
    needs="label.csv or meta.csv with Raw/<video>/<clip>.mp4, or a feature file (.pkl)",
    ask="https://github.com/thuiar/ch-sims-v2",
    licence="not stated; films and shows belong to their makers",
    counts="4,403 labelled scenes: 2,722 train, 647 val, 1,034 test",
    splits="the authors'; whether they are apart by film is not stated",
    floors="none verified",
    source="Liu et al. 2022, ICMI (CH-SIMS v2.0). https://arxiv.org/abs/2209.02604",
)
FACTS = Facts("simsv2", 1.0, SHEET, tables=("label.csv", "meta.csv"))


def read(path: Path, split: str = "all") -> Corpus:
    """The labelled scenes of one split, with scores of text, audio and vision alone.

    Source: Liu et al. 2022, "Make Acoustic and Visual Cues Matter: CH-SIMS v2.0 Dataset and
    AV-Mixup Consistent Module", ICMI. https://arxiv.org/abs/2209.02604

    Raises:
        DataError: the path is in none of the layouts, or lacks the split.
    """
    return read_scored(path, split, FACTS, (label_csv,))
