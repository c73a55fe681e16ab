"""Reported clips that stand in the train split too: what a model can know by heart."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from tritone.assess.report import Report
from tritone.core.store import Store

MARK = "seen_in_train"
# People say the same few words again: so do an eighth of MELD's utterances.
MOST = 0.2


def seen_told(report: Report, store: Store, split: str) -> Report:
    """The report with how many of its clips are in train, row for row, where some are.

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
    told = f"{count} of the {len(rows)} {split} clips are in train too, row for row."
    marks = (MARK,) if count > MOST * len(rows) else ()
    return replace(report, notes=(*report.notes, told), marks=(*report.marks, *marks))


def seen(store: Store, rows: Sequence[int]) -> int:
    """How many of some rows hold the same numbers as a clip of train, in every channel."""
    known = {fingerprint(store, row) for row in store.rows("train")} - {None}
    return sum(fingerprint(store, row) in known for row in rows)


def fingerprint(store: Store, row: int) -> bytes | None:
    """Of all numbers of a clip; None where it has none."""
    whole, held = hashlib.blake2b(digest_size=16), False
    for name, track in store[row].tracks.items():
        values = track.values[track.mask].numpy()
        held = held or values.size > 0
        whole.update(f"{name}{values.shape}".encode())
        whole.update(values.tobytes())
    return whole.digest() if held else None
