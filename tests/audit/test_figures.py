"""Floors and ceilings that can be checked by hand, and words of a text."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from tritone.audit.conflicts import check_conflicts
from tritone.audit.floors import class_figures, half_width, score_figures
from tritone.audit.leaks import normal_text, statement
from tritone.core.clip import Clip
from tritone.core.task import Regression


def test_class_floors_are_what_a_constant_scores():
    labels = ["a"] * 5 + ["b"] * 3 + ["c"] * 2
    figures = class_figures(labels)
    for average in ("macro", "weighted"):
        expected = f1_score(labels, ["a"] * 10, average=average, zero_division=0)
        assert figures[f"f1_{average}"] == pytest.approx(expected)
    assert (figures["majority"], figures["uar"], figures["share_c"]) == (0.5, 1 / 3, 0.2)


def test_score_floors_by_hand():
    figures = score_figures(np.array([-2.0, 0.0, 0.0, 1.0, 3.0]), Regression(-3, 3))
    # Two zeros: positive by ge0, negative by gt0, left out by nonzero.
    assert (figures["acc2_ge0"], figures["acc2_gt0"]) == (0.8, 0.6)
    assert figures["acc2_nonzero"] == pytest.approx(2 / 3)
    assert (figures["mean"], figures["median"]) == (pytest.approx(0.4), 0.0)
    assert figures["mae_of_median"] == pytest.approx(6 / 5)
    assert figures["acc7_round"] == pytest.approx(0.4)


def test_the_half_width_of_mosi_is_the_one_that_is_published():
    assert half_width(686) == pytest.approx(0.0267, abs=5e-5)


def test_a_ceiling_is_the_share_of_the_most_frequent_labels():
    clips = [Clip(str(n)) for n in range(6)]
    labels = dict(zip("012345", ["a", "a", "b", "a", "b", None], strict=True))
    (found,) = check_conflicts([clips[:3], clips[3:5], clips[5:]], labels, "text")
    assert found.figures == {"ceiling": 3 / 5, "majority": 3 / 5}
    assert found.groups == (("0", "2"), ("3", "4"))
    assert found.severity == "warning"  # too few clips to call it hopeless


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Oh, MY  god!!", "oh my god"),
        ("我很高兴。", "我 很 高 兴"),
        ("Déjà vu!", "deja vu"),
        ("--", None),
        (None, None),
    ],
)
def test_texts_are_compared_by_their_words(text, words):
    assert normal_text(Clip("a", text=text)) == words


def test_the_sentence_of_ravdess_stands_in_the_file_name():
    assert statement(Clip("audio/Actor_01/03-01-05-01-02-01-12.wav")) == "02"
    assert statement(Clip("03-01-05-01-01-01-12")) == "01"
    assert statement(Clip("a", labels={"statement": "dogs"})) == "dogs"
    assert statement(Clip("train_1")) is None
