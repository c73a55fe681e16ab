"""CMU-MOSEI: sentences of YouTube monologues, each with a sentiment score in [-3, 3].

label.csv  Raw/<video>/<clip>.mp4                                          as THUIAR has it
Transcript/Segmented/Combined/<video>.txt  Videos/Full/Combined/<video>.mp4    as CMU has it
"""

from pathlib import Path

from tritone.datasets.cmu_raw import cmu_raw
from tritone.datasets.corpus import Corpus, Sheet
from tritone.datasets.label_csv import label_csv
from tritone.datasets.scored import Facts, read_scored

SHEET = Sheet(
    needs="label.csv with Raw/<video>/<clip>.mp4, or CMU's Transcript/Segmented/Combined/*.txt "
    "with Videos/Full/Combined/*.mp4 (and label.csv beside them for the scores), "
    "or a feature file (.pkl, .csd, .h5)",
    ask="label.csv with films: https://github.com/thuiar/MMSA; "
    "CMU's own: https://github.com/CMU-MultiComp-Lab/CMU-MultimodalSDK",
    licence="CMU's terms for MOSEI; films by their makers on YouTube",
    counts="22,856 sentences: 16,326 train, 1,871 val, 4,659 test in MMSA's files",
    splits="the authors', apart by video: 2,249, 300 and 676",
    floors="test: acc2_nonzero .629, acc2_ge0 .710, acc7_round .414, acc3_cut1 .695 "
    "for the majority; mae .838",
    source="Zadeh et al. 2018, ACL (CMU-MOSEI). https://aclanthology.org/P18-1208",
)
FACTS = Facts("mosei", 3.0, SHEET)


def read(path: Path, split: str = "all") -> Corpus:
    """The sentences of one split, grouped by video: text, and sound and film where they lie there.

    Valence is the score over 3; a score of exactly 0 is neutral.

    Source: Zadeh et al. 2018, "Multimodal Language Analysis in the Wild: CMU-MOSEI Dataset and
    Interpretable Dynamic Fusion Graph", ACL. https://aclanthology.org/P18-1208

    Raises:
        DataError: the path is in none of the layouts, or lacks the split.
    """
    return read_scored(path, split, FACTS, (cmu_raw, label_csv))
