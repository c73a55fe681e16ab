"""Reported clips that a training has met: in train, or where its epoch was chosen.

Numbers are compared as they are, texts by what they say: one in other letters, with other accents
or marks, or that shares most of its words, is the same.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from tritone.assess.report import Report
from tritone.assess.trained import corpus_of
from tritone.audit.near import kin
from tritone.core.store import Store
from tritone.datasets.splitting import text_key

MARK, PEEKED, TEXT = "seen_in_train", "selected_on_reported_split", "text"
# People say the same few words again: so do an eighth of MELD's utterances.
MOST = 0.2


def seen_told(report: Report, store: Store, split: str, home: Store) -> Report:
    """The report with how many of its clips are in train, where some are.

    Args:
        report: of a model that was trained on `home`.
        store: whose rows are reported.
        split: what is reported.
        home: the store whose train split taught the model; often the same.
    """
    if "train" not in home.splits or (home is store and split in ("train", "all")):
        return report
    rows = store.known_rows(split)
    count = seen(store, rows, home)
    if not count:
        return report
    told = (
        f"{count} of the {len(rows)} {split} clips are in train too, by the same numbers or by "
        "texts that say nearly the same."
    )
    marks = (MARK,) if count > MOST * len(rows) else ()
    return replace(report, notes=(*report.notes, told), marks=(*report.marks, *marks))


def peeking_told(report: Report, store: Store, rows: Sequence[int], home: Store) -> Report:
    """The report with its mark, where clips of it chose the epoch: they are in `home`'s val."""
    count = sum(common(store, rows, home, "val"))
    if not count:
        return report
    told = f"{count} of the {len(rows)} clips are among those that the epoch was chosen on."
    notes = (*report.notes, told) if count < len(rows) else report.notes
    return replace(report, notes=notes, marks=tuple(dict.fromkeys((*report.marks, PEEKED))))


def seen(store: Store, rows: Sequence[int], home: Store) -> int:
    """How many of some rows are a clip of `home`'s train split again, in every channel."""
    train = home.rows("train")
    places = [(home, row) for row in train] + [(store, row) for row in rows]
    texts = {n: text for n, (of, row) in enumerate(places) if (text := of.clip(row).text)}
    alike = kin([text_key(text) for text in texts.values()])
    said = dict(zip(texts, alike, strict=True))
    prints = [fingerprint(of, row, said.get(n)) for n, (of, row) in enumerate(places)]
    known = set(prints[: len(train)]) - {None}
    again = [one in known for one in prints[len(train) :]]
    return sum(map(bool.__or__, again, common(store, rows, home, "train")))


def common(store: Store, rows: Sequence[int], home: Store, split: str) -> list[bool]:
    """Which of some rows are, or were made of, clips of a split of another store."""
    if split not in home.splits:
        return [False] * len(rows)
    # Ids of two corpora of one kind may be the same by chance: only what was put together from
    # corpora is looked for by its parts.
    parts = any(one.clip(0).origins for one in (home, store))
    held = {source for row in home.rows(split) for source in sources(home, row, parts)}
    return [not held.isdisjoint(sources(store, row, parts)) for row in rows]


def sources(store: Store, row: int, parts: bool) -> set[str]:
    """What tells a clip from all others: where it lies; with `parts` also what it is made of."""
    clip = store.clip(row)
    made = set(clip.origins.values()) or {f"{corpus_of(store)}:{clip.id}"}
    return {f"{store.folder.resolve()}:{clip.id}", *(made if parts else ())}


def fingerprint(store: Store, row: int, said: int | None) -> bytes | None:
    """Of a clip's numbers, or of what it says in place of those of its text; None if it is empty.

    Args:
        store: where it lies.
        row: which.
        said: what its text has in common with those that say nearly the same; None without one.
    """
    whole, held = hashlib.blake2b(digest_size=16), False
    for name, track in store[row].tracks.items():
        values = track.values[track.mask].numpy()
        held = held or values.size > 0
        whole.update(name.encode())
        if name == TEXT and said is not None and values.size:
            whole.update(f"said {said}".encode())
        else:
            whole.update(str(values.shape).encode())
            whole.update(values.tobytes())
    return whole.digest() if held else None
