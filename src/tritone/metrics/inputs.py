"""Prediction and target as arrays that are fit to be compared, or an error that says why not."""

import numpy as np
from jaxtyping import Float, Shaped
from numpy.typing import ArrayLike

from tritone.core.errors import DataError

# Rows of float32 softmax over a few classes sum to 1 well within this.
SUM_TOLERANCE = 1e-3


def as_labels(prediction: ArrayLike, target: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Two vectors of labels of one kind; of probabilities (n, classes) the argmax is taken.

    Raises:
        DataError: nothing to score, different lengths, a NaN, or names against numbers.
    """
    predicted, true = np.asarray(prediction), np.asarray(target)
    if predicted.ndim == 2 and predicted.dtype.kind == "f":
        predicted = predicted.argmax(axis=1)
    check_rows(predicted, true)
    for name, labels in (("prediction", predicted), ("target", true)):
        if labels.dtype.kind == "f" and np.isnan(labels).any():
            raise DataError(
                f"{name} holds {np.isnan(labels).sum()} NaN: a label is a name or a number."
            )
    if is_text(predicted) != is_text(true):
        raise DataError(
            f"prediction is {predicted.dtype}, target is {true.dtype}: give both as names, or both "
            "as class numbers (of probabilities the class number is the column)."
        )
    return predicted, true


def as_scores(
    prediction: ArrayLike, target: ArrayLike
) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    """Two float64 vectors; (n, 1) is read as (n).

    Raises:
        DataError: nothing to score, or different lengths.
    """
    predicted = np.asarray(prediction, dtype=np.float64)
    true = np.asarray(target, dtype=np.float64)
    predicted, true = (a[:, 0] if a.ndim == 2 and a.shape[1] == 1 else a for a in (predicted, true))
    check_rows(predicted, true)
    return predicted, true


def as_probabilities(
    prediction: ArrayLike, target: ArrayLike
) -> tuple[Float[np.ndarray, "n classes"], Shaped[np.ndarray, " n"]]:
    """Probabilities (n, classes) and the column of each row's true class.

    A vector is read as the probability of class 1 of two.

    Raises:
        DataError: nothing to score, different lengths, rows that do not sum to 1, a target that
            is no column.
    """
    given, true = np.asarray(prediction, dtype=np.float64), np.asarray(target)
    if given.ndim == 1:
        given = np.stack([1 - given, given], axis=1)
    if given.ndim != 2:
        raise DataError(f"prediction has shape {given.shape}; probabilities are (n, classes).")
    check_rows(given[:, 0] if given.shape[1] else given.ravel(), true)
    off = np.abs(given.sum(axis=1) - 1)
    if not (np.isfinite(given).all() and (given >= 0).all() and (off < SUM_TOLERANCE).all()):
        raise DataError(
            "prediction holds rows that are no probabilities: each value must be finite and at "
            f"least 0, each row sum to 1; the worst sum is off by {off.max():g}. "
            "Apply a softmax to logits first."
        )
    if is_text(true) or (true != np.floor(true)).any():
        raise DataError(f"target is {true.dtype}: beside probabilities it must be column numbers.")
    true = true.astype(np.int64)
    if true.min() < 0 or true.max() >= given.shape[1]:
        raise DataError(
            f"target names columns {true.min()} to {true.max()}; "
            f"prediction has columns 0 to {given.shape[1] - 1}."
        )
    return given, true


def check_rows(prediction: np.ndarray, target: np.ndarray) -> None:
    """Both are vectors of one length that is not 0."""
    if prediction.ndim != 1 or target.ndim != 1:
        raise DataError(
            f"prediction has shape {prediction.shape} and target {target.shape}; "
            "one label or score a row is needed."
        )
    if len(prediction) != len(target):
        raise DataError(
            f"prediction has {len(prediction)} rows, target has {len(target)}; they must be the "
            "same rows."
        )
    if len(target) == 0:
        raise DataError("There is nothing to score: prediction and target are empty.")


def is_text(labels: np.ndarray) -> bool:
    return labels.dtype.kind in "USO"
