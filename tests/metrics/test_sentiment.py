"""Cuts of a sentiment score: the published toolkit's own figures, and the edges of each rule."""

import json
from pathlib import Path

import numpy as np
import pytest

from tritone import metrics
from tritone.core.errors import DataError

# Output of MMSA's MetricsTop on synthetic input; None stands for its NaN.
CASES = json.loads(
    (Path(__file__).parents[1] / "reference" / "mmsa_metrics.json").read_text("utf-8")
)
MOSI = {
    "Has0_acc_2": metrics.acc2_ge0,
    "Has0_F1_score": metrics.f1_ge0,
    "Non0_acc_2": metrics.acc2_nonzero,
    "Non0_F1_score": metrics.f1_nonzero,
    "Mult_acc_5": metrics.acc5_round,
    "Mult_acc_7": metrics.acc7_round,
    "MAE": metrics.mae,
    "Corr": metrics.pearson,
}
SIMS = {
    "Mult_acc_2": metrics.sims_acc2,
    "Mult_acc_3": metrics.sims_acc3,
    "Mult_acc_5": metrics.sims_acc5,
    "F1_score": metrics.sims_f1,
    # MMSA clips both sides of a SIMS score before its error and correlation too.
    "MAE": lambda p, t: metrics.mae(np.clip(p, -1, 1), np.clip(t, -1, 1)),
    "Corr": lambda p, t: metrics.pearson(np.clip(p, -1, 1), np.clip(t, -1, 1)),
}
PUBLISHED = [
    pytest.param(case, name, value, id=f"{case['dataset']}-{case['name']}-{name}")
    for case in CASES
    for name, value in case["result"].items()
    if name != "error"
]


@pytest.mark.parametrize(("case", "name", "value"), PUBLISHED)
def test_figures_equal_those_of_mmsa(case, name, value):
    measure = {"mosi": MOSI, "sims": SIMS}[case["dataset"]][name]
    prediction = [float("nan") if p is None else p for p in case["pred"]]
    # SIMS' published MAE and Corr are of float32 scores, rounded to 4 digits.
    ours = measure(prediction, case["truth"])
    if value is None:
        assert np.isnan(ours)
    else:
        assert ours == pytest.approx(value, abs=6e-5)


def test_the_three_two_class_rules_differ_at_zero():
    prediction, target = [0.0, 0.0, 0.4, -0.4], [0.0, 1.0, 0.0, -1.0]
    assert metrics.acc2_ge0(prediction, target) == 1
    assert metrics.acc2_gt0(prediction, target) == 0.5
    assert metrics.acc2_nonzero(prediction, target) == 0.5


def test_neutral_rows_alone_have_no_polarity():
    assert np.isnan(metrics.acc2_nonzero([0.5, -0.5], [0, 0]))
    assert np.isnan(metrics.f1_nonzero([0.5, -0.5], [0, 0]))


def test_the_two_seven_class_rules_differ():
    """0.4 is 0 when rounded; the SDK's cut calls anything above 0 at least 1."""
    assert metrics.acc7_round([0.0], [0.4]) == 1
    assert metrics.acc7_sdk([0.0], [0.4]) == 0
    scores = [-3.0, -2.5, -2.0, -1.5, -1.0, -0.1, 0.0, 0.1, 1.0, 1.5, 2.0, 2.1, 3.0]
    classes = [-3, -3, -2, -2, -1, -1, 0, 1, 1, 2, 2, 3, 3]
    assert metrics.acc7_sdk(scores, classes) == 1


def test_the_cut_at_one_keeps_its_edges_neutral():
    assert metrics.acc3_cut1([0, 0, -3, 3], [-1, 1, -1.2, 1.2]) == 1
    assert metrics.acc3_cut1([0, 0], [-1.01, 1.01]) == 0
    assert metrics.acc3_round([0.5, 1.5], [0, 1]) == 1


def test_a_float32_edge_is_the_same_edge():
    edge = np.array([0.1, -0.1, 0.7, -0.7], dtype=np.float32)
    assert metrics.sims_acc5(edge, [0.1, -0.1, 0.7, -0.7]) == 1


@pytest.mark.parametrize(
    "name",
    [
        "acc2_ge0",
        "acc2_gt0",
        "acc2_nonzero",
        "acc3_round",
        "acc3_cut1",
        "acc5_round",
        "acc7_round",
        "acc7_sdk",
        "sims_acc2",
        "sims_acc3",
        "sims_acc5",
    ],
)
def test_a_nan_prediction_of_a_positive_is_wrong(name):
    assert getattr(metrics, name)([float("nan"), 1.0], [1.0, 1.0]) == 0.5


@pytest.mark.parametrize("name", ["acc2_nonzero", "f1_ge0", "mae", "pearson", "ccc", "acc7_sdk"])
def test_nothing_to_score_is_an_error(name):
    with pytest.raises(DataError, match="There is nothing to score"):
        getattr(metrics, name)([], [])


def test_a_constant_does_not_correlate():
    assert np.isnan(metrics.pearson([0.1, 0.1, 0.1], [1, 2, 3]))
    assert np.isnan(metrics.pearson([1.0], [2.0]))
    assert metrics.ccc([0.1, 0.1, 0.1], [1, 2, 3]) == pytest.approx(0)
    assert np.isnan(metrics.ccc([2, 2], [2, 2]))


def test_concordance_punishes_a_shift_that_correlation_forgives():
    target = np.array([1.0, 2.0, 3.0, 4.0])
    assert metrics.pearson(target + 1, target) == pytest.approx(1)
    assert metrics.ccc(target + 1, target) == pytest.approx(2 * 1.25 / (2.5 + 1))


def test_correlation_equals_numpy():
    rng = np.random.default_rng(0)
    p, t = rng.normal(size=(2, 50))
    assert metrics.pearson(p, t) == pytest.approx(np.corrcoef(p, t)[0, 1])
