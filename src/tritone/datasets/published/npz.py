"""Arrays of utterances in one .npz: one vector for each modality, and their labels.

    id, video, utt, transcript, text (clip, 100), audio (clip, 73), video_feat (clip, 100),
    y_cont (score), split

A (clip, time, dim) array is read too; zeros behind are then padding.
"""

import math
import zipfile
from pathlib import Path

import numpy as np

from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.labels import read_split
from tritone.datasets.published.labels import (
    numbers,
    scale_of,
    score_labels,
    score_tasks,
    texts,
)
from tritone.datasets.published.padding import padded_behind, same_time, unpadded
from tritone.datasets.published.rows import Ledger, Section
from tritone.datasets.published.table import Published, assemble

FEATURES = {"text": "text", "audio": "audio", "vision": "vision", "video_feat": "vision"}
SCORES = ("y_cont", "score", "y", "labels")
SENTENCES = ("transcript", "raw_text")
LIMIT = 8 * 2**30  # bytes of the arrays, unpacked


def read(path: Path, scale: tuple[int, int] | None = None) -> Published:
    """The utterances of all splits, in the order of the file.

    Raises:
        DataError: the file is no .npz without pickles, or its arrays do not fit together.
    """
    arrays = read_arrays(path)
    blocks = {}
    for name, modality in FEATURES.items():
        if name in arrays and arrays[name].ndim in (2, 3) and arrays[name].dtype.kind in "fiu":
            blocks[modality] = arrays[name]
    if not blocks:
        raise DataError(f"{path} holds no features. It holds: {', '.join(sorted(arrays))}.")
    counts = {name: len(array) for name, array in arrays.items() if array.ndim}
    used = [name for name in (*FEATURES, *SCORES, *SENTENCES, "id", "split") if name in counts]
    if len({counts[name] for name in used}) > 1:
        held = ", ".join(f"{name} {counts[name]}" for name in used)
        raise DataError(f"{path} holds arrays of unequal length: {held}.")
    count, ledger = counts[used[0]], Ledger()
    score = next((name for name in SCORES if name in arrays), None)
    scores = np.full(count, np.nan)
    if score is not None:
        scores = numbers(arrays[score], count, f"{path}: {score}")
    scale = scale_of(scores, scale, ledger.add)
    clips = clips_of(arrays, scores, scale, path)
    rows = {name: block[:, None] if block.ndim == 2 else block for name, block in blocks.items()}
    vectors = all(block.ndim == 2 for block in blocks.values())
    cut = unpadded if vectors else padded_behind({}, together=same_time(rows))
    tasks = score_tasks(scale) if np.isfinite(scores).any() else {}
    return assemble("npz", [Section(clips, rows, cut)], tasks, path, ledger)


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """All arrays of a file, none of them pickled."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > LIMIT:
            raise DataError(f"{path} unpacks to {size} bytes; at most {LIMIT} are read.")
        with np.load(path, allow_pickle=False) as held:
            return {name: held[name] for name in held.files}
    except DataError:
        raise
    except (
        zipfile.BadZipFile,
        ValueError,
        OSError,
        EOFError,
        KeyError,
        NotImplementedError,
    ) as bad:
        raise DataError(f"{path} cannot be read as .npz without pickle: {bad}.") from None


def clips_of(
    arrays: dict[str, np.ndarray], scores: np.ndarray, scale: tuple[int, int], path: Path
) -> list[Clip]:
    """What is known of the utterances beside their numbers."""
    count = len(scores)
    sentence = next((name for name in SENTENCES if name in arrays), None)
    known = {
        name: texts(arrays[name], count, f"{path}: {name}")
        for name in (sentence, "id", "video", "split")
        if name in arrays
    }
    places = numbers(arrays["utt"], count, f"{path}: utt") if "utt" in arrays else None
    clips = []
    for row in range(count):
        place = None if places is None or not math.isfinite(places[row]) else int(places[row])
        clips.append(
            Clip(
                known["id"][row] if "id" in known else f"row_{row}",
                text=known[sentence][row] if sentence else None,
                group=known["video"][row] if "video" in known else None,
                position=place,
                labels=score_labels(float(scores[row]), scale),
                split=read_split(known["split"][row]) if "split" in known else None,
            )
        )
    return clips
