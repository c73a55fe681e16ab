"""MVSA-Multiple: as MVSA-Single, with three judges for each tweet; see `mvsa.py`."""

from dataclasses import replace
from pathlib import Path

from tritone.datasets import mvsa
from tritone.datasets.corpus import Corpus

SHEET = replace(
    mvsa.SHEET,
    needs="labelResultAll.txt with three pairs of judgements, data/<id>.jpg and data/<id>.txt",
    counts="19,600 tweets; about 17,000 after the majority of three judges and the usual rule",
)


def read(path: Path, split: str = "all", *, rule: str = "usual") -> Corpus:
    """The tweets of one split of MVSA-Multiple: the majority of the judges, then the rule.

    Source: Niu et al. 2016, "Sentiment Analysis on Multi-View Social Data", MMM.
    https://doi.org/10.1007/978-3-319-27674-8_2

    Args:
        path: the folder, or the one above it.
        split: train, val, test or all.
        rule: "usual" or "equal": how the judgements of words and picture become one label.

    Raises:
        DataError: the folder is in neither layout, or lacks the split; no rule is called so.
    """
    return mvsa.read_mvsa(path, split, rule=rule, name="mvsa_multiple", judges=3, sheet=SHEET)
