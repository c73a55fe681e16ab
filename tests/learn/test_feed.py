"""The feed: the same batches at every call, from memory or from the file."""

from dataclasses import replace

import pytest
import torch

from tritone.catalogue import find
from tritone.core.batch import Batch
from tritone.core.errors import DataError
from tritone.core.store import Store
from tritone.learn.feed import Feed, drop_modalities, padded_bytes
from tritone.learn.figures import predictions
from tritone.learn.normalise import Normaliser


def assert_same_batches(one: list[Batch], other: list[Batch]) -> None:
    assert [batch.ids for batch in one] == [batch.ids for batch in other]
    for ours, theirs in zip(one, other, strict=True):
        assert torch.equal(ours.target, theirs.target)
        assert torch.equal(ours.rows, theirs.rows)
        for name, track in theirs.tracks.items():
            assert torch.equal(ours[name].mask, track.mask)
            assert torch.equal(ours[name].values[track.mask], track.values[track.mask])


def feeds(store: Store, **options) -> list[Feed]:
    rows = store.rows("train")
    return [Feed(store, rows, 7, in_memory=limit, **options) for limit in (0, 1 << 30)]


def test_batches_from_memory_are_those_from_the_file(store: Store) -> None:
    file, memory = feeds(store, seed=3)
    assert file.whole is None and memory.whole is not None
    assert_same_batches(list(memory.epoch(2)), list(file.epoch(2)))
    assert_same_batches(list(memory), list(file))


def test_an_epoch_holds_every_clip_once(store: Store) -> None:
    feed = feeds(store)[0]
    ids = [id for batch in feed.epoch(0) for id in batch.ids]
    assert sorted(ids) == sorted(store.ids[row] for row in store.rows("train"))
    assert len(feed) == len(list(feed.epoch(0))) == 7


def test_epochs_and_seeds_come_in_orders_of_their_own(store: Store) -> None:
    rows = store.rows("train")
    orders = [
        next(iter(Feed(store, rows, 48, seed=seed).epoch(epoch))).ids
        for seed, epoch in ((0, 0), (0, 1), (1, 0))
    ]
    assert len(set(orders)) == 3
    assert next(iter(Feed(store, rows, 48, seed=0).epoch(1))).ids == orders[1]


def test_changes_repeat_and_leave_the_held_clips_alone(store: Store) -> None:
    def noisy(batch: Batch, chance: torch.Generator) -> Batch:
        assert batch.target is not None
        return replace(batch, target=batch.target + torch.rand((), generator=chance))

    file, memory = feeds(store, changes=[noisy])
    assert_same_batches(list(memory.epoch(1)), list(file.epoch(1)))
    plain = feeds(store)[1]
    assert_same_batches(list(memory), list(plain))
    assert not torch.equal(next(memory.epoch(1)).target, next(plain.epoch(1)).target)


def test_clips_of_a_class_weigh_what_they_are_told(named_store: Store) -> None:
    weights = torch.tensor([1.0, 2.0, 4.0])
    for feed in feeds(named_store, weights=weights):
        for batch in feed.epoch(0):
            assert torch.equal(batch.weight, weights[batch.target])


def test_dropped_modalities_leave_one_that_is_there(store: Store) -> None:
    batch = store.batch(store.rows("train"))
    for rate in (0.5, 1.0):
        after = drop_modalities(rate)(batch, torch.Generator().manual_seed(0))
        there = torch.stack([after[name].mask.any(dim=1) for name in after.tracks])
        assert bool(there.any(dim=0).all())
        before = torch.stack([batch[name].mask.any(dim=1) for name in batch.tracks])
        assert not bool((there & ~before).any())
        assert bool((there.sum(dim=0) < before.sum(dim=0)).any())
    none = drop_modalities(0.0)(batch, torch.Generator().manual_seed(0))
    assert all(torch.equal(none[name].mask, batch[name].mask) for name in batch.tracks)


def test_no_row_is_an_error(store: Store) -> None:
    with pytest.raises(DataError) as caught:
        Feed(store, [], 4)
    assert str(caught.value) == f"{store.folder} has no clip to read here."


def test_the_size_in_memory_is_that_of_the_padded_numbers(store: Store) -> None:
    rows = store.rows("train")
    batch = store.batch(rows)
    held = sum(
        track.values.nbytes + track.mask.nbytes + track.spans.nbytes
        for track in batch.tracks.values()
    )
    assert padded_bytes(store, rows) == held


def test_normalised_columns_have_mean_0_and_spread_1(store: Store) -> None:
    feed = Feed(store, store.rows("train"), 7)
    dims = {"text": 5, "audio": 3}
    fitted = Normaliser(dims).fit(feed)
    batch = fitted(store.batch(store.rows("train")))
    for name in dims:
        rows = batch[name].values[batch[name].mask]
        torch.testing.assert_close(rows.mean(dim=0), torch.zeros(dims[name]), atol=1e-5, rtol=0)
        torch.testing.assert_close(
            rows.std(dim=0, correction=0), torch.ones(dims[name]), atol=1e-4, rtol=0
        )
    raw = store.batch(store.rows("train"))["vision"].values
    assert torch.equal(batch["vision"].values, raw)


def test_a_constant_column_and_odd_numbers_do_no_harm(store: Store) -> None:
    batch = store.batch(store.rows("train"))
    batch["text"].values[..., 1] = 7.0
    batch["text"].values[0, 0, 2] = -torch.inf
    batch["text"].values[1, 0, 3] = torch.nan
    fitted = Normaliser({"text": 5}).fit([batch])
    after = fitted(batch)["text"]
    assert not after.values[..., 1].any()
    assert bool(fitted.buffer("mean", "text").isfinite().all())
    assert int((~after.values[after.mask].isfinite()).sum()) == 2


def test_dialogues_stay_whole_and_their_turns_in_order(store: Store) -> None:
    rows = store.rows("train")
    for limit in (0, 1 << 30):
        feed = Feed(store, rows, 8, seed=1, dialogues=True, in_memory=limit)
        for epoch in range(3):
            batches = list(feed.epoch(epoch))
            assert len(batches) == len(feed)
            seen = [batch.dialogues for batch in batches]
            assert sum(len(set(names)) for names in seen) == len({*sum(seen, ())})
            for batch in batches:
                turns = list(zip(batch.dialogues, batch.positions.tolist(), strict=True))
                assert turns == sorted(
                    turns, key=lambda turn: (batch.dialogues.index(turn[0]), turn[1])
                )


def test_dialogues_are_shuffled_as_a_whole(store: Store) -> None:
    feed = Feed(store, store.rows("train"), 8, dialogues=True)
    first, second = ([id for b in feed.epoch(e) for id in b.ids] for e in (0, 1))
    assert first != second and sorted(first) == sorted(second)


def test_what_a_model_of_dialogues_says_comes_in_the_order_asked(store: Store) -> None:
    rows = store.rows("train")
    model = find("model", "bc_lstm")({"text": 5, "audio": 3, "vision": 4}, store.task).eval()
    feed = Feed(store, rows, 8, dialogues=True)
    assert list(feed.order) != list(range(len(rows)))
    said, true = predictions(model, feed)
    assert true.tolist() == [
        float(target) for row in rows if (target := store.target_of(row)) is not None
    ]
    whole = store.batch(rows)
    with torch.no_grad():
        score = model.task.decode(model(whole).score).double()
    torch.testing.assert_close(torch.from_numpy(said), score)
