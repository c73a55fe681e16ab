"""Laws of folds, of splits by a hash, of balance and of class weights."""

from collections import Counter

import pytest

from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.datasets.balance import balanced, class_weights
from tritone.datasets.splitting import (
    SHARES,
    group_folds,
    hash_split,
    hash_splits,
    leave_one_group_out,
    text_key,
)


def make_clips(sizes, labels=("joy", "anger", "joy")):
    return tuple(
        Clip(
            f"{group}_{i}",
            speaker=group,
            group=f"g{group}",
            labels={"emotion": labels[i % len(labels)]},
        )
        for group, size in sizes.items()
        for i in range(size)
    )


CLIPS = make_clips({"a": 7, "b": 1, "c": 3, "d": 2, "e": 5, "f": 2})


def ways():
    yield "speaker", leave_one_group_out(CLIPS)
    yield "group", leave_one_group_out(CLIPS, "group")
    yield "first letter", leave_one_group_out(CLIPS, lambda clip: clip.id[0])
    for seed in range(3):
        yield f"3 folds, seed {seed}", group_folds(CLIPS, 3, seed)
        yield f"6 folds, seed {seed}", group_folds(CLIPS, 6, seed, key="speaker")


@pytest.fixture(params=list(ways()), ids=lambda way: way[0])
def folds(request):
    return request.param[1]


def test_every_fold_parts_the_clips(folds):
    for fold in folds:
        assert set(fold.splits) == {clip.id for clip in CLIPS}
        assert set(fold.splits.values()) == {"train", "val", "test"}


def test_no_group_stands_on_two_sides(folds):
    for fold in folds:
        sides = {clip.speaker: set() for clip in CLIPS}
        for clip in fold.apply(CLIPS):
            sides[clip.speaker].add(clip.split)
        assert {len(side) for side in sides.values()} == {1}


def test_every_clip_is_tested_once(folds):
    tested = [id for fold in folds for id, split in fold.splits.items() if split == "test"]
    assert sorted(tested) == sorted(clip.id for clip in CLIPS)


def test_what_is_held_out_is_what_is_tested(folds):
    for fold in folds:
        tested = {clip.speaker for clip in fold.apply(CLIPS) if clip.split == "test"}
        assert tested == {name.removeprefix("g") for name in fold.held_out}


def test_the_same_seed_gives_the_same_folds():
    assert group_folds(CLIPS, 3, 1) == group_folds(tuple(reversed(CLIPS)), 3, 1)
    assert len({str(group_folds(CLIPS, 3, seed)) for seed in range(5)}) > 1


def test_folds_are_of_about_the_same_size():
    clips = make_clips({f"s{i:02}": 1 + i % 4 for i in range(20)})
    tested = [Counter(fold.splits.values())["test"] for fold in group_folds(clips, 5)]
    assert max(tested) - min(tested) <= 1


def test_a_large_group_stands_alone_where_that_is_even():
    clips = make_clips({"a": 1, "b": 5, "c": 6, "d": 12})
    assert [fold.held_out for fold in group_folds(clips, 3)] == [("gd",), ("gc",), ("ga", "gb")]


def test_one_session_of_iemocap_is_held_out_at_a_time():
    clips = [Clip(f"Ses0{s}{g}_impro01_{g}000") for s in range(1, 6) for g in "FM"]
    folds = leave_one_group_out(clips, "session")
    assert [fold.held_out for fold in folds] == [(f"Ses0{s}",) for s in range(1, 6)]
    assert folds[4].splits["Ses01F_impro01_F000"] == "val"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            lambda: leave_one_group_out([Clip("x")]),
            "Clip 'x' has no speaker to split by. Give every clip its speaker, or its split.",
        ),
        (
            lambda: leave_one_group_out(make_clips({"a": 2, "b": 1})),
            "There are 2 of 'speaker' here (a, b); at least 3 are needed, for no group may "
            "stand on two sides.",
        ),
        (
            lambda: group_folds(CLIPS, 7),
            "There are 6 of 'group' here (ga, gb, gc, gd, ge, gf); at least 7 are needed, for "
            "no group may stand on two sides.",
        ),
        (lambda: group_folds(CLIPS, 2), "k is at least 3 (train, val and test), got 2."),
        (
            lambda: leave_one_group_out(CLIPS, "actor"),
            "Clips are split by speaker, group or session, got 'actor'.",
        ),
        (
            lambda: leave_one_group_out([*CLIPS, CLIPS[0]]),
            "Two clips are named 'a_0'; folds need ids of their own.",
        ),
    ],
)
def test_folds_that_cannot_be_made_say_why(call, says):
    with pytest.raises(DataError) as raised:
        call()
    assert str(raised.value) == says


def test_a_hash_gives_each_split_its_share():
    counts = Counter(hash_split(f"key {i}") for i in range(5000))
    for split, share in zip(("train", "val", "test"), SHARES, strict=True):
        assert counts[split] / 5000 == pytest.approx(share / 10, abs=0.02)


def test_a_hash_does_not_change_from_run_to_run():
    # Known answers: a split that moved would leak test clips into another person's train.
    assert " ".join(hash_split(str(i)) for i in range(12)) == HASHED
    assert all(hash_split(str(i), (1, 0, 0)) == "train" for i in range(50))


HASHED = "train train val train train test test train train train train train"


@pytest.mark.parametrize("count", [3, 5, 10, 24, 300])
def test_few_keys_leave_no_split_empty(count):
    for first in range(5):
        keys = [f"{first} speaker {i}" for i in range(count)]
        splits = hash_splits(keys)
        sizes = Counter(splits.values())
        assert set(splits) == set(keys) and set(sizes) == {"train", "val", "test"}
        assert sizes["train"] > sizes["val"] or count == 3
        assert hash_splits(reversed(keys)) == splits


def test_many_keys_keep_the_split_of_their_own_hash():
    keys = [f"speaker {i}" for i in range(300)]
    assert hash_splits(keys) == {key: hash_split(key) for key in keys}
    assert set(hash_splits(["0", "1"]).values()) == {"train"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RT @ann: So GOOD!!! http://t.co/x1", "so good"),
        ("so   good \u2026", "So good #"),
        ("See https://t.co/\u2026", "see"),
    ],
)
def test_near_same_texts_have_one_key(one, other):
    assert text_key(one) == text_key(other)


def test_a_text_of_links_alone_keeps_itself():
    assert text_key("http://t.co/a") != text_key("http://t.co/b")
    assert text_key("start art") == "start art"


MANY = tuple(
    Clip(f"{name}{i}", labels={"emotion": name})
    for name, count in (("joy", 30), ("anger", 12), ("fear", 5))
    for i in range(count)
)


def count(clips):
    return Counter(clip.labels["emotion"] for clip in clips)


def test_a_balanced_draw_has_as_many_of_each_class():
    assert count(balanced(MANY, "emotion")) == {"joy": 5, "anger": 5, "fear": 5}
    assert count(balanced(MANY, "emotion", per_class=10)) == {"joy": 10, "anger": 10, "fear": 5}
    assert count(balanced(MANY, "emotion", total=11)) == {"joy": 3, "anger": 4, "fear": 4}


def test_draws_nest_and_repeat():
    small = balanced(MANY, "emotion", per_class=3, seed=4)
    large = balanced(tuple(reversed(MANY)), "emotion", per_class=9, seed=4)
    assert {clip.id for clip in small} < {clip.id for clip in large}
    assert small == balanced(MANY, "emotion", per_class=3, seed=4)
    assert small != balanced(MANY, "emotion", per_class=3, seed=5)


def test_a_draw_keeps_the_order_and_repeats_none():
    drawn = balanced(MANY, "emotion", total=500)
    assert drawn == MANY


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"total": 4, "per_class": 2},
            "Give per_class or total, not both: got 2 and 4.",
        ),
        ({"total": 0}, "At least one clip is drawn, got 0."),
        ({"per_class": -1}, "At least one clip is drawn, got -1."),
    ],
)
def test_a_wrong_number_is_named(change, says):
    with pytest.raises(DataError) as raised:
        balanced(MANY, "emotion", **change)
    assert str(raised.value) == says


def test_a_label_that_no_clip_has_is_named():
    with pytest.raises(DataError) as raised:
        balanced(MANY, "humor")
    assert str(raised.value) == "None of 47 clips has a label 'humor' to balance."


def test_class_weights_make_all_classes_count_the_same():
    labels = [str(clip.labels["emotion"]) for clip in MANY]
    classes = ["anger", "fear", "joy", "love"]
    weights = dict(zip(classes, class_weights(labels, classes), strict=True))
    assert weights == pytest.approx({"anger": 47 / 36, "fear": 47 / 15, "joy": 47 / 90, "love": 0})
    assert sum(weights[label] for label in labels) == pytest.approx(len(labels))
