"""What language draws in DLF, and how its levels weigh."""

import pytest
import torch

from tritone.core.batch import Batch
from tritone.core.errors import ModelError
from tritone.core.task import Regression
from tritone.models.dlf import DLF

DIMS = {"text": 5, "audio": 3, "vision": 4}
SMALL = {"width": 4, "heads": 2, "depth": 1}


def test_the_centres_level_weighs_three_times(batch: Batch) -> None:
    model = DLF(DIMS, Regression(), **SMALL).eval()
    said = model(batch)
    terms = model.losses(said, batch)
    for name, weight in {"text": 3, "audio": 1, "vision": 1, "shared": 1}.items():
        error = (said.parts[f"score_{name}"] - batch.target).abs().mean()
        torch.testing.assert_close(terms[f"level_{name}"], weight * error)


def test_only_the_centre_reads_others(batch: Batch) -> None:
    """Another voice changes what is made of the words, and not of the face."""
    model = DLF(DIMS, Regression(), **SMALL).eval()
    track = batch["audio"]
    other = type(track)(track.values + 1, track.mask, track.spans)
    before = model(batch).parts
    after = model(Batch(batch.ids, {**batch.tracks, "audio": other})).parts
    assert not torch.allclose(before["score_text"], after["score_text"])
    torch.testing.assert_close(before["score_vision"], after["score_vision"])


def test_another_modality_can_be_the_centre() -> None:
    model = DLF({"audio": 3, "vision": 4}, Regression(), centre="vision", **SMALL)
    assert set(model.attract) == {"audio"}


def test_language_alone_draws_nothing() -> None:
    with pytest.raises(ModelError) as caught:
        DLF({"text": 5}, Regression())
    assert str(caught.value) == (
        "DLF draws others to text, and there is no other modality. "
        "Give it a store with another one, "
        "or train one that does with one channel: modality_transformer."
    )
