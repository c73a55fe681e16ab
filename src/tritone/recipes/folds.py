"""A fold by name, as a recipe writes it: "session:5", "speaker:3", "group:2/5".

KEY:N      the N-th group of that key is the test part, the next one val, the others train
KEY:N/K    the groups are dealt into K parts; the N-th is test, the next one val
"""

import re
from collections.abc import Sequence

from tritone.core.clip import Clip
from tritone.core.errors import RecipeError
from tritone.datasets.splitting import Fold, group_folds, leave_one_group_out

NAMED = re.compile(r"(speaker|group|session):(\d{1,6})(?:/(\d{1,6}))?")


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
            "(keys: speaker, group, session)."
        )
    key, number, parts = found[1], int(found[2]), found[3]
    if parts is None:
        folds = leave_one_group_out(clips, key)
    else:
        folds = group_folds(clips, int(parts), seed, key=key)
    if not 1 <= number <= len(folds):
        raise RecipeError(f"{name} is fold {number}; there are {len(folds)}, counted from 1.")
    return folds[number - 1]
