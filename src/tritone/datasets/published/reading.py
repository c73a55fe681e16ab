"""Which published layout a file or folder has, found by what it holds, and its contents."""

from pathlib import Path

from tritone.core.errors import DataError
from tritone.datasets.published import mmsa
from tritone.datasets.published.labels import keys_of
from tritone.datasets.published.safe_pickle import load
from tritone.datasets.published.table import Published

HDF5, ZIP = b"\x89HDF\r\n\x1a\n", b"PK\x03\x04"
SCALES = {"mosi": (-3, 3), "mosei": (-3, 3), "sims": (-1, 1), "simsv2": (-1, 1)}
LAYOUTS = (
    "MMSA and MMSA-FET pickles, CMU's .csd files, pickles of MulT and MultiBench, of MAG, MISA "
    "and MMIM, of bc-LSTM and its heirs, .npz of utterances, and .h5 files by split"
)


def read_published(path: Path, *, name: str | None = None) -> Published:
    """What a published feature file holds, whichever layout it has.

    Args:
        path: the file; or the folder, for layouts of several files.
        name: the corpus, where it is known; it tells the scale of the scores.

    Raises:
        DataError: there is nothing, it is damaged, or it has no layout known here; the message
            says what was found.
        MissingExtra: HDF5 is needed to read it.
    """
    if not path.exists():
        raise DataError(f"{path} does not exist. Give the feature file, or its folder.")
    return read_pickle(path, name)


def read_pickle(path: Path, name: str | None) -> Published:
    """A pickle of any layout."""
    data, scale = load(path), SCALES.get(name or "")
    if mmsa.fits(data):
        return mmsa.read(data, path, scale)
    raise DataError(f"{path} has no layout known here. It holds: {keys_of(data)}. Read: {LAYOUTS}.")
