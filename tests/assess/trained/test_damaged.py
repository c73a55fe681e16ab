"""A store seen through damage: exact where nothing is lost, the same however it is read."""

import pickle

import pytest
import torch

from tritone.assess.damaged import Damaged, patterns_of, read_under
from tritone.core.batch import Batch
from tritone.core.store import Store
from tritone.features.damage.rows import DropModality, DropRows, KeepOnly, Noise


def assert_same(one: Batch, other: Batch) -> None:
    assert (one.ids, one.dialogues) == (other.ids, other.dialogues)
    for name in one.tracks:
        for side in ("values", "mask", "spans"):
            first, second = getattr(one[name], side), getattr(other[name], side)
            assert torch.equal(first.nan_to_num(7.0), second.nan_to_num(7.0))
    for side in ("target", "rows", "positions"):
        assert torch.equal(getattr(one, side), getattr(other, side))


@pytest.mark.parametrize(
    "damage",
    [DropRows(0.0), DropModality(0.0), Noise(float("inf")), KeepOnly(("text", "audio", "vision"))],
)
def test_a_damage_that_takes_nothing_leaves_the_store_as_it_is(scores: Store, damage) -> None:
    rows = scores.rows("val")
    assert_same(Damaged(scores, damage).batch(rows), scores.batch(rows))


def test_a_clip_meets_the_same_fate_in_any_company(scores: Store) -> None:
    seen = Damaged(scores, DropRows(0.5), seed=3)
    whole, alone = seen.batch(scores.rows()), seen.batch([10])
    time = alone["text"].mask.shape[1]
    assert torch.equal(whole["text"].mask[10, :time], alone["text"].mask[0])
    assert torch.equal(whole["text"].values[10, :time], alone["text"].values[0])
    again = seen.batch([4, 10])
    assert torch.equal(again["text"].mask[1, :time], alone["text"].mask[0])


def test_the_store_itself_is_not_touched(scores: Store) -> None:
    before = scores.batch([0, 1])
    Damaged(scores, DropRows(1.0)).batch([0, 1])
    assert_same(scores.batch([0, 1]), before)


def test_a_damaged_store_is_damaged_further(scores: Store) -> None:
    twice = Damaged(Damaged(scores, KeepOnly(("text",))), DropRows(1.0, ("text",)))
    assert not any(track.mask.any() for track in twice.batch([1, 2]).tracks.values())


def test_another_process_sees_the_same_damage(scores: Store) -> None:
    seen = Damaged(scores, DropRows(0.5), seed=1)
    assert_same(pickle.loads(pickle.dumps(seen)).batch([5, 6]), seen.batch([5, 6]))


def test_a_channel_that_nobody_reads_is_not_the_one_that_stays(scores: Store, reader) -> None:
    class Watched(type(reader(scores))):
        def predict(self, store, rows):
            batch = store.batch(rows)
            self.there = torch.stack([batch[name].mask.any(dim=1) for name in ("text", "vision")])
            self.unread = batch["audio"].mask.any()
            return super().predict(store, rows)

    model = Watched(scores.task, "score")
    read_under([model], scores, scores.rows("val"), DropModality(1.0), ("text", "vision"))
    assert bool((model.there.sum(dim=0) == 1).all())
    assert not model.unread


def test_all_patterns_come_once_and_the_whole_one_first() -> None:
    found = patterns_of(("text", "audio", "vision"))
    assert found[0] == ("text", "audio", "vision")
    assert found[-3:] == [("text",), ("audio",), ("vision",)]
    assert len(found) == len(set(found)) == 7
    assert patterns_of(("text",)) == [("text",)]


def test_many_channels_do_not_make_endless_patterns() -> None:
    assert len(patterns_of(tuple("abcdef"))) == 63
    assert len(patterns_of(tuple("abcdefgh"))) == 1 + 8 + 8
