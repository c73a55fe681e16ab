"""Advice: silent where train and val agree, and it names what can be set."""

import pytest

from tritone.assess.overfitting import overfitting

HISTORY = [{"epoch": 1, "loss": 1.0, "score": 0.9}, {"epoch": 2, "loss": 0.5, "score": 1.1}]


def test_the_same_on_both_splits_needs_no_advice() -> None:
    assert overfitting(HISTORY, {"accuracy": 0.7}, {"accuracy": 0.7}) is None
    assert overfitting(HISTORY, {"mae": 0.7}, {"mae": 0.7}) is None
    assert overfitting(HISTORY, {}, {}) is None
    assert overfitting(HISTORY, {"accuracy": None}, {"accuracy": 0.1}) is None


def test_better_on_val_than_on_train_needs_no_advice() -> None:
    assert overfitting(HISTORY, {"accuracy": 0.5}, {"accuracy": 0.9}) is None
    assert overfitting(HISTORY, {"mae": 1.5}, {"mae": 0.9}) is None


@pytest.mark.parametrize(
    ("metric", "train", "first", "last"),
    [("accuracy", 0.9, 0.85, 0.2), ("mae", 0.6, 0.7, 3.0)],
)
def test_a_wider_gap_never_takes_the_advice_back(
    metric: str, train: float, first: float, last: float
) -> None:
    steps = [first + (last - first) * step / 20 for step in range(21)]
    told = [overfitting(HISTORY, {metric: train}, {metric: one}) is not None for one in steps]
    assert told == sorted(told)
    assert (told[0], told[-1]) == (False, True)


def test_the_advice_names_the_settings_of_the_model() -> None:
    options = {"width": 128, "dropout": 0.2, "depth": 2, "task": None}
    found = overfitting(HISTORY, {"accuracy": 0.9}, {"accuracy": 0.6}, options=options)
    assert found is not None
    assert found.sentence == (
        "accuracy is 0.900 on train and 0.600 on val, and val was best in epoch 1 of 2. It learns "
        "train by heart: try smaller embeddings (model.width is 128), more dropout "
        "(model.dropout is 0.2) or fewer layers (model.depth is 2), one at a time with --set, and "
        "choose by val."
    )


def test_a_setting_that_the_model_lacks_is_not_named() -> None:
    found = overfitting([], {"mae": 0.1}, {"mae": 1.0}, options={"depth": 1, "dropout": True})
    assert found is not None
    assert "model." not in found.sentence
    assert found.sentence.startswith("mae is 0.100 on train and 1.000 on val. It learns")
