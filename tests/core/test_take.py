"""Some clips of a batch are the batch of these clips."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from tritone.core.batch import Batch
from tritone.core.take import take


@pytest.fixture
def batch(make_batch: Callable[..., Batch]) -> Batch:
    whole = make_batch(tokens=True)
    return replace(
        whole,
        targets={"x": torch.arange(4)},
        weight=torch.arange(4.0),
        dialogues=tuple("abcd"),
        speakers=tuple("pqrs"),
    )


def test_all_clips_in_order_are_the_batch(batch: Batch) -> None:
    again = take(batch, range(4))
    assert again.ids == batch.ids and again.dialogues == batch.dialogues
    for name, track in batch.tracks.items():
        length = again[name].mask.shape[1]
        assert not track.mask[:, length:].any()
        assert torch.equal(again[name].mask, track.mask[:, :length])
        assert torch.equal(again[name].values, track.values[:, :length])
    assert torch.equal(again.target, batch.target)


def test_clips_come_in_the_order_asked_for(batch: Batch) -> None:
    some = take(batch, [2, 0, 2])
    assert some.ids == ("clip2", "clip0", "clip2")
    assert some.dialogues == ("c", "a", "c")
    assert some.speakers == ("r", "p", "r")
    assert some.targets["x"].tolist() == some.rows.tolist() == [2, 0, 2]
    assert some.weight.tolist() == [2.0, 0.0, 2.0]
    assert torch.equal(some.tokens.ids[1, :2], batch.tokens.ids[0, :2])


@pytest.mark.parametrize("place", [slice(1, 3), slice(0, 9), slice(3, 4)])
def test_a_slice_is_the_clips_at_its_places(batch: Batch, place: slice) -> None:
    one, other = take(batch, place), take(batch, list(range(4))[place])
    assert one.ids == other.ids and one.dialogues == other.dialogues
    for name, track in other.tracks.items():
        assert torch.equal(one[name].values, track.values)
        assert torch.equal(one[name].mask, track.mask)
    assert torch.equal(one.target, other.target)
    assert torch.equal(one.tokens.ids, other.tokens.ids)


def test_padding_is_cut_to_the_longest(batch: Batch) -> None:
    one = take(batch, [1])
    for name, track in batch.tracks.items():
        assert one[name].mask.all()
        assert one[name].mask.shape[1] == int(track.mask[1].sum())
    assert one.tokens.mask.all()


def test_a_modality_that_none_of_them_has_keeps_one_row_of_padding(batch: Batch) -> None:
    silent = replace(batch["audio"], mask=torch.zeros_like(batch["audio"].mask))
    some = take(replace(batch, tracks={**batch.tracks, "audio": silent}), [0, 3])
    assert some["audio"].mask.tolist() == [[False], [False]]
