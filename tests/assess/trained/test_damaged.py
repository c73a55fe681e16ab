"""A store seen through damage: exact where nothing is lost, the same however it is read."""

import pickle
from itertools import pairwise

import pytest
import torch

from tritone.assess.damaged import Damaged, patterns_of, read_under
from tritone.core.batch import Batch, Tokens
from tritone.core.store import Store
from tritone.features.damage.rows import DropBlock, DropModality, DropRows, KeepOnly, Noise

RATES = (0.0, 0.4, 0.8, 1.0)


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


@pytest.fixture
def pieces() -> Tokens:
    """Two texts of four words: between special pieces, a word of one or two pieces each."""
    words = torch.tensor([[-1, 0, 1, 1, 2, 3, -1], [-1, 0, 0, 1, 2, 3, -1]])
    ids = torch.arange(14).reshape(2, 7)
    return Tokens(ids, torch.ones(2, 7, dtype=torch.bool), words, torch.tensor([4, 4]))


def heard_words(tokens: Tokens) -> list[set[int]]:
    assert tokens.words is not None
    return [set(w[m].tolist()) - {-1} for w, m in zip(tokens.words, tokens.mask, strict=True)]


@pytest.mark.parametrize("damage", [DropRows, DropBlock])
def test_a_word_is_lost_with_its_pieces_and_what_is_lost_stays_lost(
    scores: Store, pieces: Tokens, damage: type
) -> None:
    left = [Damaged(scores, damage(rate), 2).heard(pieces, [3, 8]) for rate in RATES]
    assert torch.equal(left[0].ids, pieces.ids) and left[0].mask.all()
    for more, less in pairwise(left):
        pairs = zip(heard_words(more), heard_words(less), strict=True)
        assert all(after <= before for before, after in pairs)
    assert left[-1].ids[left[-1].mask].tolist() == [0, 6, 7, 13]  # the special ones
    assert any(len(words) < 4 for words in heard_words(left[1]))
    for tokens in left:
        assert tokens.said is pieces.said  # so that sound and face stay at their words
        for ids, mask in zip(tokens.ids, tokens.mask, strict=True):
            count = int(mask.sum())
            assert mask[:count].all()
            assert ids[:count].tolist() == sorted(ids[:count].tolist())


def test_a_row_that_is_a_word_is_lost_with_its_piece(scores: Store) -> None:
    clips = scores.batch(scores.rows())["text"].mask
    row = int(clips.sum(dim=1).argmax())
    count = int(clips[row].sum())
    words = torch.arange(count).unsqueeze(0)
    tokens = Tokens(words, torch.ones_like(words, dtype=torch.bool), words, torch.tensor([count]))
    damage = DropRows(0.5)
    seen = Damaged(scores, damage, 1)
    there = seen[row].tracks["text"].mask.nonzero().flatten().tolist()
    left = seen.heard(tokens, [row])
    assert left.ids[left.mask].tolist() == there
    assert 0 < len(there) < count


@pytest.mark.parametrize("damage", [DropRows(1.0, ("audio",)), KeepOnly(("text",)), Noise(0.0)])
def test_what_takes_no_words_leaves_the_pieces(scores: Store, pieces: Tokens, damage) -> None:
    assert Damaged(scores, damage).heard(pieces, [0, 1]) is pieces


def test_the_pieces_go_through_every_damage_of_a_store(scores: Store, pieces: Tokens) -> None:
    seen = Damaged(Damaged(scores, DropRows(1.0)), KeepOnly(("text",)))
    assert heard_words(seen.heard(pieces, [0, 1])) == [set(), set()]
