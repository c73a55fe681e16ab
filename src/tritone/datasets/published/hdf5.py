"""One HDF5 file for each modality and split, as the authors of MFN gave out ICT-MMMO.

    audio_train.h5  video_train.h5  text_train_emb.h5  y_train.h5     (clip, step, dim), (clip)

Each holds one array. A file that is absent is a modality that is missing in that split: the
words of ICT-MMMO's training clips were never published. Steps are words, with zeros around.
"""

import re
from pathlib import Path

import numpy as np

from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.labels import read_split
from tritone.datasets.published.hdf5_files import array, members, open_hdf5
from tritone.datasets.published.labels import numbers, scale_of, score_labels, score_tasks
from tritone.datasets.published.padding import padded_around
from tritone.datasets.published.rows import Ledger, Section
from tritone.datasets.published.table import Published, assemble

NAMES = {"text": "text", "audio": "audio", "video": "vision", "vision": "vision", "y": "y"}
FILE = re.compile(r"(text|audio|video|vision|y)_(train|valid|val|dev|test)(?:_emb)?\.(?:h5|hdf5)")


def files_in(folder: Path) -> dict[str, dict[str, Path]]:
    """Split to what it holds, to the file that holds it."""
    found: dict[str, dict[str, Path]] = {}
    for path in sorted(folder.iterdir()):
        named = FILE.fullmatch(path.name)
        if named:
            split = read_split(named[2])
            found.setdefault(split, {})[NAMES[named[1]]] = path
    return {split: found[split] for split in ("train", "val", "test") if split in found}


def read(folder: Path, scale: tuple[int, int] | None = None) -> Published:
    """The clips of all splits.

    Args:
        folder: where the files lie.
        scale: lowest and highest score; judged by the scores where it is not known.

    Raises:
        DataError: a file is damaged, or those of a split have unequal numbers of clips.
        MissingExtra: h5py is not installed.
    """
    files, ledger = files_in(folder), Ledger()
    held = {
        split: {name: only_array(path) for name, path in paths.items()}
        for split, paths in files.items()
    }
    scores = {}
    for split, arrays in held.items():
        counts = {files[split][name].name: len(values) for name, values in arrays.items()}
        if len(set(counts.values())) > 1:
            told = ", ".join(f"{name} {count}" for name, count in counts.items())
            raise DataError(f"{folder} has files of unequal length for {split}: {told}.")
        count = next(iter(counts.values()))
        scores[split] = np.full(count, np.nan)
        if "y" in arrays:
            scores[split] = numbers(arrays.pop("y"), count, str(files[split]["y"]))
        else:
            ledger.add("Splits without labels", split)
    scale = scale_of(np.concatenate(list(scores.values())), scale, ledger.add)
    known = {name for arrays in held.values() for name in arrays}
    for split, arrays in held.items():
        for name in sorted(known - arrays.keys()):
            ledger.add(f"Splits without {name}, which is missing in all their clips", split)
    sections = [
        Section(
            [
                Clip(f"{split}_{row}", labels=score_labels(float(score), scale), split=split)
                for row, score in enumerate(scores[split])
            ],
            arrays,
            padded_around,
        )
        for split, arrays in held.items()
    ]
    sources = [path for paths in files.values() for path in paths.values()]
    return assemble("HDF5 by split", sections, score_tasks(scale), folder, ledger, sources)


def only_array(path: Path) -> np.ndarray:
    """The one array of a file."""
    held = members(open_hdf5(path), path)
    if len(held) != 1:
        names = ", ".join(held) or "nothing"
        raise DataError(f"{path} holds {names}; it should hold one array.")
    values = array(next(iter(held.values())), path)
    if values.ndim not in (1, 2, 3) or values.dtype.kind not in "fiu":
        raise DataError(f"{path} holds an array {values.shape} of {values.dtype}; not (clip, ...).")
    return values
