"""Lists of utterances, word by word: MAG's pickles, and the trios of MISA and MMIM.

    MAG         mosi.pkl {"train", "dev", "test"}: [((words, vision, audio), label, "video[i]")]
    MISA, MMIM  train.pkl dev.pkl test.pkl: [((word ids, vision, audio, words), label, segment)]
                embedding_and_mapping.pt: (word vectors, word to its id)

Vision comes before audio. Where the word vectors are there, the text is their rows.
"""

import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.labels import read_split
from tritone.datasets.published.labels import (
    length,
    numbers,
    plain_array,
    scale_of,
    score_labels,
    score_tasks,
    shape_of,
    text_of,
)
from tritone.datasets.published.mult import clip_of
from tritone.datasets.published.padding import unpadded
from tritone.datasets.published.rows import Ledger, Section
from tritone.datasets.published.safe_pickle import load
from tritone.datasets.published.table import Published, assemble

SPLITS = ("train", "dev", "valid", "test")
VECTORS = "embedding_and_mapping.pt"
PAUSE = "sp"  # a word that is none


def fits(data: Any) -> bool:
    """True for a dict of splits, each a list of utterances."""
    splits = [data[name] for name in SPLITS if name in data] if isinstance(data, Mapping) else []
    return any(is_utterances(split) for split in splits)


def is_utterances(data: Any) -> bool:
    """True for a list whose first entry is ((words, vision, audio, ...), label, segment)."""
    first = data[0] if isinstance(data, list | tuple) and data else None
    return (
        isinstance(first, list | tuple)
        and len(first) == 3
        and isinstance(first[0], list | tuple)
        and len(first[0]) in (3, 4)
    )


def trio_in(folder: Path) -> dict[str, Path]:
    """The pickles of a folder that are named after splits."""
    found = {name: folder / f"{name}.pkl" for name in SPLITS}
    return {name: path for name, path in found.items() if path.is_file()}


def read_trio(folder: Path, scale: tuple[int, int] | None = None) -> Published:
    """The clips of a folder of one pickle for each split.

    Raises:
        DataError: one of them cannot be read, or is no list of utterances.
    """
    paths = trio_in(folder)
    sources, ledger = list(paths.values()), Ledger()
    vectors = None
    if (folder / VECTORS).is_file():
        vectors = read_vectors(folder / VECTORS, ledger)
        sources += [folder / VECTORS] if vectors is not None else []
    data = {name: load(path) for name, path in paths.items()}
    return read(data, sources[0], scale, vectors=vectors, sources=sources, ledger=ledger)


def read(
    data: Mapping[str, Any],
    path: Path,
    scale: tuple[int, int] | None = None,
    *,
    vectors: np.ndarray | None = None,
    sources: Sequence[Path] = (),
    ledger: Ledger | None = None,
) -> Published:
    """The clips of all splits.

    Args:
        data: split to its utterances.
        path: the file, for messages.
        scale: lowest and highest score; judged by the scores where it is not known.
        vectors: a row for each word id.
        sources: the files that were read; `path` by default.
        ledger: what was found amiss before.

    Raises:
        DataError: an utterance is not what this layout says; the message names it.
    """
    ledger = ledger or Ledger()
    splits = {}
    for name in SPLITS:
        if name in data and length(data[name]):
            splits[name] = [
                parts_of(entry, f"{path}, {name} {row}") for row, entry in enumerate(data[name])
            ]
        elif name in data:
            ledger.add("Empty splits", name)
    scores = {
        name: numbers([score for *_, score, _ in rows], len(rows), f"{path}, {name}: labels")
        for name, rows in splits.items()
    }
    scale = scale_of(np.concatenate([*scores.values(), np.empty(0)]), scale, ledger.add)
    sections = [
        section_of(name, rows, scores[name], scale, vectors, ledger)
        for name, rows in splits.items()
    ]
    layout = (
        "MISA" if any(ids is not None for rows in splits.values() for ids, *_ in rows) else "MAG"
    )
    return assemble(layout, sections, score_tasks(scale), path, ledger, sources)


Parts = tuple[Any, list[str], Any, Any, float, str]


def parts_of(entry: Any, place: str) -> Parts:
    """Word ids (or None), words, vision, audio, label and segment of one utterance."""
    if not is_utterances([entry]):
        wanted = "((words, vision, audio), label, segment)"
        raise DataError(f"{place} is a {shape_of(entry)}; it should be {wanted}.")
    (first, vision, audio, *more), label, segment = entry
    words = more[0] if more else first
    if not isinstance(words, list | tuple | np.ndarray) or getattr(words, "ndim", 1) != 1:
        raise DataError(f"{place}: the words are a {shape_of(words)}; they should be a list.")
    try:
        score = float(plain_array(label, np.float64).reshape(-1)[0])
    except (DataError, IndexError):
        raise DataError(f"{place}: the label is no number.") from None
    return (
        first if more else None,
        [text_of(w) for w in words],
        vision,
        audio,
        score,
        text_of(segment),
    )


def section_of(
    name: str,
    rows: Sequence[Parts],
    scores: np.ndarray,
    scale: tuple[int, int],
    vectors: np.ndarray | None,
    ledger: Ledger,
) -> Section:
    """One split."""
    clips = []
    for row, ((_, words, _, _, _, segment), score) in enumerate(zip(rows, scores, strict=True)):
        known = clip_of([segment] if segment else [], f"{name}_{row}")
        text = " ".join(word for word in words if word != PAUSE)
        labels = score_labels(float(score), scale)
        if not labels:
            ledger.add("Clips without a label", known["id"])
        clips.append(Clip(**known, text=text, labels=labels, split=read_split(name)))
    blocks: dict[str, Any] = {
        "audio": [audio for _, _, _, audio, _, _ in rows],
        "vision": [vision for _, _, vision, _, _, _ in rows],
    }
    if vectors is not None:
        blocks["text"] = [
            vectors_of(ids, vectors, clip.id) for (ids, *_), clip in zip(rows, clips, strict=True)
        ]
    return Section(clips, blocks, unpadded)


def vectors_of(ids: Any, vectors: np.ndarray, clip: str) -> np.ndarray:
    """The vectors of the words of a clip."""
    places = plain_array(ids) if length(ids) else np.empty(0, np.int64)
    if places.dtype.kind not in "iu" or (
        places.size and not 0 <= places.min() <= places.max() < len(vectors)
    ):
        raise DataError(f"{clip!r} has word ids that the {len(vectors)} word vectors do not hold.")
    return vectors[places.reshape(-1)]


def read_vectors(path: Path, ledger: Ledger) -> np.ndarray | None:
    """The word vectors beside a trio; without them it is read all the same."""
    import torch

    try:
        held = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, OSError):
        ledger.add("Files of word vectors that hold more than numbers, and are not read", path.name)
        return None
    vectors = held[0] if isinstance(held, list | tuple) and held else held
    if not isinstance(vectors, torch.Tensor) or vectors.ndim != 2:
        raise DataError(f"{path} holds no (word, dim) tensor, got {shape_of(vectors)}.")
    return vectors.float().numpy()
