"""Splits by name, where data have no test part of their own."""

import pytest

from tritone.core.clip import Clip
from tritone.core.errors import DataError, RecipeError
from tritone.recipes.folds import fold_of

TRAIN = [Clip(f"t{n}", text=f"text {n}", group=f"g{n // 3}", split="train") for n in range(24)]
VAL = [Clip(f"v{n}", text=f"other {n}", split="val") for n in range(5)]


def test_val_is_reported_and_a_part_of_train_chooses() -> None:
    fold = fold_of([*TRAIN, *VAL], "report_val:1/4")
    assert {fold.splits[clip.id] for clip in VAL} == {"test"}
    chosen = [clip for clip in TRAIN if fold.splits[clip.id] == "val"]
    assert len(chosen) == 6
    assert {fold.splits[clip.id] for clip in TRAIN} == {"train", "val"}
    groups = {clip.group for clip in chosen}
    assert all(fold.splits[clip.id] == "val" for clip in TRAIN if clip.group in groups)


def test_another_part_chooses_by_other_clips() -> None:
    first, second = (fold_of([*TRAIN, *VAL], f"report_val:{n}/4").splits for n in (1, 2))
    chosen = [{id for id, split in one.items() if split == "val"} for one in (first, second)]
    assert not chosen[0] & chosen[1]


def test_near_same_texts_of_nobody_stay_together() -> None:
    twins = [Clip(f"c{n}", text=f"RT @you{n}: said {n // 2}!", split="train") for n in range(12)]
    splits = fold_of([*twins, *VAL], "report_val:1/3").splits
    assert all(splits[f"c{n}"] == splits[f"c{n + 1}"] for n in range(0, 12, 2))


@pytest.mark.parametrize(
    "other",
    ["LA  VIE EST BELLE, MES AMIS", "la vie est belle (mes amis)", "Là vié est bélle mes amis!"],
)
def test_a_text_in_other_letters_marks_or_accents_stays_with_it(other: str) -> None:
    texts = ["la vie est belle mes amis", other, *(f"number {n}" for n in range(10))]
    clips = [Clip(f"c{n}", text=text, split="train") for n, text in enumerate(texts)]
    for number in range(1, 12):
        splits = fold_of([*clips, *VAL], f"report_val:{number}/11").splits
        assert splits["c0"] == splits["c1"]


def test_data_with_a_test_part_keep_it() -> None:
    with pytest.raises(DataError, match="without test; there are 24 train, 5 val, 1 test clips"):
        fold_of([*TRAIN, *VAL, Clip("x", split="test")], "report_val:1/4")


def test_a_part_that_there_is_not_is_refused() -> None:
    with pytest.raises(RecipeError, match=r"report_val:5/4 is part 5 of 4"):
        fold_of([*TRAIN, *VAL], "report_val:5/4")
