"""Reported clips that stand in the train split too: what a model can know by heart.

Numbers are compared as they are, texts by what they say: one in other letters, with other accents
or marks, or that shares most of its words, is the same.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from tritone.assess.report import Report
from tritone.audit.near import kin
from tritone.core.store import Store
from tritone.datasets.splitting import text_key

MARK, TEXT = "seen_in_train", "text"
# People say the same few words again: so do an eighth of MELD's utterances.
MOST = 0.2


def seen_told(report: Report, store: Store, split: str) -> Report:
    """The report with how many of its clips are in train, where some are.

    Args:
        report: of a model that was trained on the store's train split.
        store: its rows.
        split: what is reported.
    """
    if "train" not in store.splits or split in ("train", "all"):
        return report
    rows = store.known_rows(split)
    count = seen(store, rows)
    if not count:
        return report
    told = (
        f"{count} of the {len(rows)} {split} clips are in train too, by the same numbers or by "
        "texts that say nearly the same."
    )
    marks = (MARK,) if count > MOST * len(rows) else ()
    return replace(report, notes=(*report.notes, told), marks=(*report.marks, *marks))


def seen(store: Store, rows: Sequence[int]) -> int:
    """How many of some rows are a clip of train again, in every channel."""
    train = store.rows("train")
    kinds = kinds_of_texts(store, [*train, *rows])
    known = {fingerprint(store, row, kinds.get(row)) for row in train} - {None}
    return sum(fingerprint(store, row, kinds.get(row)) in known for row in rows)


def kinds_of_texts(store: Store, rows: Sequence[int]) -> dict[int, int]:
    """Row to a number that it shares with the rows whose texts say nearly the same."""
    texts = {row: text for row in rows if (text := store.clip(row).text)}
    return dict(zip(texts, kin([text_key(text) for text in texts.values()]), strict=True))


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
