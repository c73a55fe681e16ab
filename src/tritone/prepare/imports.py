"""From a published feature file to a store, in one pass, clip by clip."""

import hashlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import tritone
from tritone import catalogue
from tritone.core.errors import DataError
from tritone.core.head import HEAD, read_head
from tritone.core.store import Store
from tritone.core.store_writer import StoreWriter
from tritone.datasets.published.reading import read_published
from tritone.datasets.published.table import Published

Tell = Callable[[str, float], None]
"""Called with the clip at hand and the share of the work that is done, 0 to 1."""
CHUNK = 1 << 22  # bytes hashed at once


@dataclass(frozen=True)
class Imported:
    """What came of an import.

    Args:
        store: the store, complete.
        layout: whose form the file has.
        notes: what was changed or left out, in sentences.
        fresh: clips that were written now, not by an earlier call.
    """

    store: Store
    layout: str
    notes: tuple[str, ...]
    fresh: int


def import_features(
    path: Path | str,
    to: Path | str,
    *,
    name: str | None = None,
    float16: bool = False,
    align: str | None = None,
    splits: Path | None = None,
    tell: Tell | None = None,
) -> Imported:
    """Bring a published feature file into a store; a call that was stopped is gone on with.

    The store keeps where it came from: the layout, each file with its size and SHA-256, and
    what was changed on the way. Importing the same file to the same store again does nothing.

    Args:
        path: the feature file, or the folder of several.
        to: the folder of the store.
        name: the corpus, such as "mosi"; it tells the scale of the scores.
        float16: keep half of each number's digits, in half the room.
        align: "words" averages the streams of .csd files over the words.
        splits: for .csd files, a list of which video is in which split.
        tell: told of the progress.

    Raises:
        UnknownName: no corpus is called `name`.
        DataError: the file cannot be understood, or `to` holds something else.
        MissingExtra: the layout needs an optional package.
        OSError: the store cannot be written, such as on a full disk; call again for the rest.
    """
    path, to = Path(path), Path(to)
    if name is not None:
        catalogue.find("dataset", name)
    found = read_published(path, name=name, align=align, splits=splits)
    with ThreadPoolExecutor(1) as pool:
        # The hash is taken while the clips are written: both read the same pages.
        hashes = pool.submit(lambda: [sha256(source) for source in found.sources])
        kind = "float16" if float16 else "float32"
        if is_complete(to):
            return again(to, found, kind, hashes.result())
        return written(found, to, name, kind, hashes, tell or (lambda clip, share: None))


def written(
    found: Published,
    to: Path,
    name: str | None,
    kind: str,
    hashes: Future[list[str]],
    tell: Tell,
) -> Imported:
    """Write what the store does not have yet."""
    modalities = {name: replace(rows, dtype=kind) for name, rows in found.modalities.items()}
    begun = {
        "made_by": f"tritone {tritone.__version__} import",
        "dataset": name,
        "layout": found.layout,
        "sources": [
            {
                "name": source.name,
                "bytes": source.stat().st_size,
                "changed_ns": source.stat().st_mtime_ns,
            }
            for source in found.sources
        ],
    }
    fresh = 0
    with StoreWriter(to, modalities, tasks=found.tasks, provenance=begun) as writer:
        for done, (sample, clip) in enumerate(found.samples(), start=1):
            if sample.id not in writer.ids:
                writer.append(sample, clip)
                fresh += 1
            tell(clip.id, done / len(found.clips))
        notes = [*found.notes, *found.changes.notes]
        writer.provenance = {
            **begun,
            "sources": [
                {"name": source.name, "bytes": source.stat().st_size, "sha256": digest}
                for source, digest in zip(found.sources, hashes.result(), strict=True)
            ],
            "notes": notes,
        }
    return Imported(Store(to), found.layout, tuple(notes), fresh)


def is_complete(folder: Path) -> bool:
    """True for a store to which nothing is to be added."""
    return (folder / HEAD).is_file() and "parts" in read_head(folder)


def again(to: Path, found: Published, kind: str, hashes: list[str]) -> Imported:
    """The store as it is, if it was made of the same files in the same way."""
    store = Store(to)
    before = store.provenance
    names = ", ".join(source.name for source in found.sources[:3])
    if [source.get("sha256") for source in before.get("sources", [])] != hashes:
        raise DataError(f"{to} is a complete store of other files than {names}. Name a new one.")
    held = before.get("layout"), {rows.dtype for rows in store.layout.modalities.values()}
    if held != (found.layout, {kind}):
        raise DataError(
            f"{to} holds {names} already as {held[0]} in {', '.join(held[1])}; now it would be "
            f"{found.layout} in {kind}. Name a new store."
        )
    return Imported(store, found.layout, tuple(before.get("notes", ())), 0)


def sha256(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
