"""Who reads whom in TETFN, and that text comes first."""

import pytest
import torch

from tritone.core.batch import Batch
from tritone.core.errors import ModelError
from tritone.core.task import Classes, Regression
from tritone.models.mult import CrossReader
from tritone.models.tetfn import TETFN, EnhancedReader

DIMS = {"text": 5, "audio": 3, "vision": 4}
SMALL = {"width": 4, "heads": 2, "depth": 1, "hidden": 3, "post": 5, "post_unimodal": 4}


def test_sound_and_sight_read_each_other_with_text() -> None:
    model = TETFN(DIMS, Regression(), **SMALL)
    assert {name for name, cross in model.cross.items() if isinstance(cross, EnhancedReader)} == {
        "audio_reads_vision",
        "vision_reads_audio",
    }
    assert len(model.cross) == 6


def test_an_enhanced_reader_reads_text_and_then_the_other() -> None:
    reader = EnhancedReader(4, heads=2, depth=1, dropout=0.0)
    rows, other, text = torch.randn(3, 2, 3, 4, generator=torch.Generator().manual_seed(0))
    every = torch.ones(2, 3, dtype=torch.bool)
    first = reader.text(rows, every, text, every)
    expected = reader.other(first, every, other, every)
    torch.testing.assert_close(reader(rows, every, other, every, text, every), expected)


def test_its_labels_move_in_training(batch: Batch) -> None:
    model = TETFN(DIMS, Regression(), clips=4, **SMALL).train()
    for _ in range(2):
        model.losses(model(batch), batch)
    assert model.labels is not None and batch.target is not None
    assert model.labels.visits.tolist() == [2, 2, 2, 2]
    assert not torch.allclose(model.labels.label("vision"), batch.target[:, 0])


def test_classes_have_no_guessed_labels() -> None:
    assert TETFN(DIMS, Classes(("a", "b")), **SMALL).labels is None


def test_two_modalities_need_no_enhancing() -> None:
    model = TETFN({"text": 5, "audio": 3}, Regression(), **SMALL)
    assert all(isinstance(cross, CrossReader) for cross in model.cross.values())


def test_text_alone_has_nothing_to_enhance() -> None:
    with pytest.raises(ModelError) as caught:
        TETFN({"text": 5}, Regression())
    assert str(caught.value) == (
        "TETFN enhances others by text, and there is no other modality. "
        "Give it a store with another one, "
        "or train one that does with one channel: modality_transformer."
    )
