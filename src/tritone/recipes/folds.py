"""A fold by name, as a recipe writes it: "session:5", "speaker:3", "group:2/5", "report_val:1/8".

KEY:N             the N-th group of that key is the test part, the next one val, the others train
KEY:N/K           the groups are dealt into K parts; the N-th is test, the next one val
report_val:N/K    for data without a test part: val is the test part, and the N-th of K parts of
                  train is val, so that nothing is chosen on what is reported
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from tritone.audit.near import kin
from tritone.core.clip import Clip
from tritone.core.errors import DataError, RecipeError
from tritone.core.labels import SPLITS
from tritone.datasets.splitting import Fold, group_folds, leave_one_group_out, text_key

REPORT_VAL = "report_val"
NAMED = re.compile(rf"(speaker|group|session|{REPORT_VAL}):(\d{{1,6}})(?:/(\d{{1,6}}))?")


def fold_of(clips: Sequence[Clip], name: str, seed: int = 0) -> Fold:
    """The fold of a name.

    Args:
        clips: all clips of the data.
        name: as above; parts are counted from 1.
        seed: of which groups come together in K parts.

    Raises:
        RecipeError: it is no name of a fold, or there are fewer of them.
        DataError: a clip has no such key, or there are fewer than three groups.
    """
    found = NAMED.fullmatch(name)
    if found is None:
        raise RecipeError(
            f"{name!r} is no fold. Write it as session:5, speaker:3 or group:2/5 "
            f"(keys: speaker, group, session), or as {REPORT_VAL}:1/8."
        )
    key, number, parts = found[1], int(found[2]), found[3]
    if key == REPORT_VAL:
        return val_reported(clips, name, number, int(parts or 0), seed)
    if parts is None:
        folds = leave_one_group_out(clips, key)
    else:
        folds = group_folds(clips, int(parts), seed, key=key)
    if not 1 <= number <= len(folds):
        raise RecipeError(f"{name} is fold {number}; there are {len(folds)}, counted from 1.")
    return folds[number - 1]


def val_reported(clips: Sequence[Clip], name: str, number: int, parts: int, seed: int) -> Fold:
    """Val as the test part, and a part of train in its place.

    What is of one group or speaker, or says nearly the same, stays on one side.

    Raises:
        RecipeError: there is no such part.
        DataError: the data have a test part, or lack val or train.
    """
    held = {split: [clip for clip in clips if clip.split == split] for split in SPLITS}
    if held["test"] or not held["val"] or not held["train"]:
        counts = ", ".join(f"{len(those)} {split}" for split, those in held.items())
        raise DataError(
            f"{name} is for data with train and val and without test; there are {counts} clips."
        )
    if not 1 <= number <= parts:
        raise RecipeError(f"{name} is part {number} of {parts}. Write it as {REPORT_VAL}:1/8.")
    kept = kinships(held["train"])
    fold = group_folds(held["train"], parts, seed, key=lambda clip: kept[clip.id])[number - 1]
    splits = {id: "train" if split == "val" else split for id, split in fold.splits.items()}
    splits = {id: "val" if split == "test" else split for id, split in splits.items()}
    return replace(fold, splits=splits | {clip.id: "test" for clip in held["val"]})


def kinships(clips: Sequence[Clip]) -> dict[str, str]:
    """Id to what must stay together: a group, a speaker, near-same texts, else the clip alone."""
    nobodys = [clip for clip in clips if clip.text and not (clip.group or clip.speaker)]
    alike = kin([text_key(clip.text or "") for clip in nobodys])
    said = {clip.id: nobodys[place].id for clip, place in zip(nobodys, alike, strict=True)}
    return {clip.id: clip.group or clip.speaker or said.get(clip.id, clip.id) for clip in clips}
