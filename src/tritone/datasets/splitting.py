"""Which clips train and which test: folds by speaker, session or group, and splits by a hash.

    leave one out    every group is the test part once, another one the validation part
    k folds          the groups are dealt into k parts of about the same size
    a hash           where a corpus has no split of its own: the same key, the same split

A group never stands on two sides, and the same seed gives the same folds.
"""

import hashlib
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.labels import SPLITS

SHARES = (8, 1, 1)
SESSION = re.compile(r"Ses\d\d")  # how IEMOCAP's names begin
TRAIN, VAL, TEST = SPLITS

# What tweets that say the same differ in: who is quoted, links, case, marks.
PASSING = re.compile(r"https?\S*|www\.\S+|@\w+|\brt\b|[^\w@]+|[_@]+")

Key = str | Callable[[Clip], str | None]


@dataclass(frozen=True)
class Fold:
    """One way to part clips into train, val and test.

    Args:
        held_out: the groups of the test part, in order.
        splits: id of each clip to "train", "val" or "test".
    """

    held_out: tuple[str, ...]
    splits: Mapping[str, str]

    def apply(self, clips: Iterable[Clip]) -> tuple[Clip, ...]:
        """The clips with their splits of this fold; what the fold does not hold is left out."""
        kept = (clip for clip in clips if clip.id in self.splits)
        return tuple(replace(clip, split=self.splits[clip.id]) for clip in kept)


def hash_split(key: str, shares: Sequence[int | float] = SHARES) -> str:
    """train, val or test by a hash of `key`, without a seed: the same key is the same split.

    Args:
        key: what must stay together, such as a speaker, a picture's name or a text.
        shares: of train, val and test; they need not sum to 1.
    """
    place = int.from_bytes(digest(key)[:8], "big") / 2**64 * sum(shares)
    if place < shares[0]:
        return TRAIN
    return VAL if place < shares[0] + shares[1] else TEST


def hash_splits(keys: Iterable[str]) -> dict[str, str]:
    """Each key to its split by `hash_split`; but few keys leave no split empty.

    Where the hash alone would leave val or test without a key, the keys are put in the order of
    their hash and the last tenth, one at least, is test, the tenth before it val. It takes three
    keys; fewer stay as they are.
    """
    splits = {key: hash_split(key) for key in sorted(set(keys))}
    if len(splits) >= 3 and set(splits.values()) != set(SPLITS):
        ordered = sorted(splits, key=digest)
        share = max(1, len(ordered) * SHARES[2] // sum(SHARES))
        splits = dict.fromkeys(ordered, TRAIN)
        splits |= dict.fromkeys(ordered[-2 * share :], VAL) | dict.fromkeys(ordered[-share:], TEST)
    return splits


def text_key(text: str) -> str:
    """What near-same texts have in common: no links, names of users, case and punctuation.

    A text of nothing else keeps itself.
    """
    return PASSING.sub(" ", text.casefold()).strip() or text.strip()


def leave_one_group_out(clips: Sequence[Clip], key: Key = "speaker") -> tuple[Fold, ...]:
    """One fold for each group: it is the test part, the group after it is the validation part.

    Args:
        clips: with unique ids.
        key: "speaker", "group", "session" (IEMOCAP's five), or a function of the clip.

    Raises:
        DataError: a clip has no such key, or there are fewer than three groups.
    """
    groups = groups_of(clips, key)
    names = sorted(set(groups.values()))
    check_count(names, 3, key)
    after = dict(zip(names, names[1:] + names[:1], strict=True))
    return tuple(fold_of(groups, {name}, {after[name]}) for name in names)


def group_folds(
    clips: Sequence[Clip], k: int, seed: int = 0, *, key: Key = "group"
) -> tuple[Fold, ...]:
    """k folds by group, of about the same number of clips; the next part is the validation part.

    Args:
        clips: with unique ids.
        k: parts; at least 3, for each fold has a part to test and one to choose on.
        seed: of which groups come together.
        key: as in `leave_one_group_out`.

    Raises:
        DataError: a clip has no such key, `k` is below 3, or there are fewer groups than parts.
    """
    if k < 3:
        raise DataError(f"k is at least 3 (train, val and test), got {k}.")
    groups = groups_of(clips, key)
    sizes = Counter(groups.values())
    names = sorted(sizes)
    check_count(names, k, key)
    random.Random(seed).shuffle(names)
    parts: list[set[str]] = [set() for _ in range(k)]
    loads = [0] * k
    # The largest first, each to the part that holds least: no part is left without a group.
    for name in sorted(names, key=lambda name: -sizes[name]):
        lightest = loads.index(min(loads))
        parts[lightest].add(name)
        loads[lightest] += sizes[name]
    return tuple(fold_of(groups, parts[i], parts[(i + 1) % k]) for i in range(k))


def groups_of(clips: Sequence[Clip], key: Key) -> dict[str, str]:
    """Id of each clip to the group that it is in.

    Raises:
        DataError: there is no such key, two clips have one id, or a clip is in no group.
    """
    groups: dict[str, str] = {}
    for clip in clips:
        group = group_by(clip, key)
        if not group:
            name = key if isinstance(key, str) else "group"
            raise DataError(
                f"Clip {clip.id!r} has no {name} to split by. Give every clip its {name}, or its "
                "split."
            )
        if clip.id in groups:
            raise DataError(f"Two clips are named {clip.id!r}; folds need ids of their own.")
        groups[clip.id] = group
    return groups


def group_by(clip: Clip, key: Key) -> str | None:
    """The group of one clip."""
    if not isinstance(key, str):
        return key(clip)
    if key not in ("speaker", "group", "session"):
        raise DataError(f"Clips are split by speaker, group or session, got {key!r}.")
    if key != "session":
        return clip.speaker if key == "speaker" else clip.group
    found = [SESSION.match(name or "") for name in (clip.id, clip.speaker, clip.group)]
    return next((match[0] for match in found if match), None)


def check_count(names: Sequence[str], least: int, key: Key) -> None:
    if len(names) < least:
        by = key if isinstance(key, str) else "group"
        raise DataError(
            f"There are {len(names)} of {by!r} here ({', '.join(names) or 'none'}); "
            f"at least {least} are needed, for no group may stand on two sides."
        )


def fold_of(groups: Mapping[str, str], test: set[str], val: set[str]) -> Fold:
    side = dict.fromkeys(val, VAL) | dict.fromkeys(test, TEST)
    splits = {clip: side.get(group, TRAIN) for clip, group in groups.items()}
    return Fold(tuple(sorted(test)), splits)


def digest(key: str) -> bytes:
    """32 bytes that only depend on `key`."""
    # Text from a user's file may hold lone surrogates.
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
