"""Class metrics: laws, scikit-learn's figures, and numbers to check by hand."""

import warnings
from functools import partial

import numpy as np
import pytest
from sklearn import metrics as sklearn

from tritone import metrics
from tritone.core.errors import DataError

TWINS = {
    "accuracy": sklearn.accuracy_score,
    "balanced_accuracy": sklearn.balanced_accuracy_score,
    "uar": sklearn.balanced_accuracy_score,
    "precision_macro": partial(sklearn.precision_score, average="macro", zero_division=0),
    "precision_weighted": partial(sklearn.precision_score, average="weighted", zero_division=0),
    "recall_macro": partial(sklearn.recall_score, average="macro", zero_division=0),
    "recall_weighted": partial(sklearn.recall_score, average="weighted", zero_division=0),
    "f1_macro": partial(sklearn.f1_score, average="macro", zero_division=0),
    "f1_weighted": partial(sklearn.f1_score, average="weighted", zero_division=0),
    "mcc": sklearn.matthews_corrcoef,
    "kappa": sklearn.cohen_kappa_score,
}
NAMES = np.array(["anger", "joy", "love", "sadness", "surprise"])


def draw(seed, rows=40, true_classes=5, called_classes=5):
    """Random labels; a class may be missing on either side."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, called_classes, rows), rng.integers(0, true_classes, rows) ** 2 % 5


@pytest.mark.parametrize("name", TWINS)
def test_the_order_of_the_rows_changes_nothing(name):
    predicted, true = draw(0)
    order = np.random.default_rng(1).permutation(len(true))
    measure = getattr(metrics, name)
    assert measure(predicted[order], true[order]) == pytest.approx(measure(predicted, true))


@pytest.mark.parametrize("name", TWINS)
def test_the_right_answer_scores_one(name):
    _, true = draw(0)
    assert getattr(metrics, name)(true, true) == pytest.approx(1)


@pytest.mark.parametrize("name", TWINS)
@pytest.mark.parametrize("seed", range(8))
def test_class_metrics_equal_scikit_learn(name, seed):
    predicted, true = draw(seed, rows=5 + seed, true_classes=2 + seed % 4, called_classes=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn on classes it has not met
        expected = TWINS[name](true, predicted)
    assert getattr(metrics, name)(predicted, true) == pytest.approx(expected)


@pytest.mark.parametrize("name", TWINS)
def test_names_numbers_lists_and_probabilities_score_the_same(name):
    predicted, true = draw(3)
    measure = getattr(metrics, name)
    probabilities = np.eye(5)[predicted] * 0.6 + 0.08
    expected = measure(predicted, true)
    assert measure(NAMES[predicted], NAMES[true]) == pytest.approx(expected)
    assert measure(predicted.tolist(), true.tolist()) == pytest.approx(expected)
    assert measure(probabilities, true) == pytest.approx(expected)


def test_confusion_counts_true_rows_and_called_columns():
    counts = metrics.confusion_matrix(["b", "b", "a"], ["a", "b", "a"], labels=["b", "a", "c"])
    assert counts.tolist() == [[1, 0, 0], [1, 1, 0], [0, 0, 0]]


def test_weighted_f1_weighs_by_the_target_not_by_the_prediction():
    """The fixture of the swapped arguments: 80/20 truth, 95/5 prediction."""
    true = np.array([1] * 80 + [0] * 20)
    predicted = np.array([1] * 80 + [1] * 15 + [0] * 5)
    assert metrics.f1_weighted(predicted, true) == pytest.approx(0.8114, abs=5e-5)
    assert metrics.f1_weighted(true, predicted) == pytest.approx(0.8886, abs=5e-5)


@pytest.mark.parametrize("kind", ["precision", "recall", "f1"])
def test_the_figures_of_a_class_are_scikit_learns(kind):
    predicted, true = draw(1)
    theirs = getattr(sklearn, f"{kind}_score")
    for place, name in enumerate(NAMES):
        ours = getattr(metrics, f"{kind}_{name}")(NAMES[predicted], NAMES[true])
        expected = theirs(true, predicted, labels=[place], average="macro", zero_division=0)
        assert ours == pytest.approx(expected)


def test_the_f1_of_a_class_is_called_by_its_name():
    predicted, true = ["joy", "joy", "love"], ["joy", "love", "love"]
    assert metrics.f1_joy(predicted, true) == pytest.approx(2 / 3)
    assert metrics.f1_class(predicted, true, "anger") == 0


def test_a_constant_prediction_has_no_correlation_of_classes():
    assert metrics.mcc([1, 1, 1], [0, 1, 1]) == 0
    assert metrics.kappa([1, 1, 1], [0, 1, 1]) == 0
    assert np.isnan(metrics.kappa([1, 1], [1, 1]))


@pytest.mark.parametrize(
    ("prediction", "target", "message"),
    [
        ([], [], "There is nothing to score: prediction and target are empty."),
        ([1], [1, 2], "prediction has 1 rows, target has 2; they must be the same rows."),
        ([float("nan")], [1], "prediction holds 1 NaN: a label is a name or a number."),
        (
            [0],
            ["joy"],
            "prediction is int64, target is <U3: give both as names, or both as class numbers "
            "(of probabilities the class number is the column).",
        ),
    ],
)
def test_what_cannot_be_scored_says_why(prediction, target, message):
    with pytest.raises(DataError) as raised:
        metrics.accuracy(prediction, target)
    assert str(raised.value) == message


def test_a_label_outside_the_given_classes_is_named():
    with pytest.raises(DataError, match=r"The label love is not among the classes: anger, joy\."):
        metrics.confusion_matrix(["joy"], ["love"], labels=["anger", "joy"])
