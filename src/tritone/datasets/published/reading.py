"""Which published layout a file or folder has, found by what it holds, and its contents."""

from pathlib import Path

from tritone.core.errors import DataError, RecipeError
from tritone.datasets.published import bc_lstm, csd, hdf5, mmsa, mult, npz, utterances
from tritone.datasets.published.folds import read_folds
from tritone.datasets.published.labels import keys_of
from tritone.datasets.published.safe_pickle import load
from tritone.datasets.published.table import Published

HDF5, ZIP = b"\x89HDF\r\n\x1a\n", b"PK\x03\x04"
SCALES = {"mosi": (-3, 3), "mosei": (-3, 3), "sims": (-1, 1), "simsv2": (-1, 1), "mmmo": (1, 5)}
LAYOUTS = (
    "pickles of MMSA and MMSA-FET, of MulT and MultiBench, of MAG, MISA and MMIM, of bc-LSTM and "
    "its heirs; CMU's .csd files; .npz of utterances; .h5 files by split"
)


def read_published(
    path: Path,
    *,
    name: str | None = None,
    align: str | None = None,
    splits: Path | None = None,
) -> Published:
    """What a published feature file holds, whichever layout it has.

    Args:
        path: the file; or the folder, for layouts of several files.
        name: the corpus, where it is known; it tells the scale of the scores.
        align: "words" averages the streams of .csd files over the words.
        splits: for .csd files, a list of which video is in which split; see `folds`.

    Raises:
        DataError: there is nothing, it is damaged, or it has no layout known here; the message
            says what was found.
        MissingExtra: HDF5 is needed to read it.
        RecipeError: `align` or `splits` with another layout.
    """
    if not path.exists():
        raise DataError(f"{path} does not exist. Give the feature file, or its folder.")
    scale = SCALES.get(name or "")
    start = b"" if path.is_dir() else first_bytes(path)
    if start == HDF5 or (path.is_dir() and csd.files_in(path)):
        folds = None if splits is None else read_folds(splits)
        return csd.read(path, scale, folds=folds, align=align)
    if align is not None or splits is not None:
        raise RecipeError(f"--align and --splits are for .csd files; {path} holds none.")
    if path.is_dir():
        return read_folder(path, scale)
    return npz.read(path, scale) if start.startswith(ZIP) else read_pickle(path, scale)


def first_bytes(path: Path) -> bytes:
    """The bytes by which a kind of file is known."""
    try:
        with path.open("rb") as file:
            return file.read(len(HDF5))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from None


def read_folder(folder: Path, scale: tuple[int, int] | None) -> Published:
    """A folder of one file for each split, or of a single file."""
    if utterances.trio_in(folder):
        return utterances.read_trio(folder, scale)
    if hdf5.files_in(folder):
        return hdf5.read(folder, scale)
    single = sorted(file for file in folder.iterdir() if file.suffix in (".pkl", ".pickle", ".npz"))
    if len(single) == 1:
        return (
            npz.read(single[0], scale)
            if single[0].suffix == ".npz"
            else read_pickle(single[0], scale)
        )
    names = ", ".join(sorted(file.name for file in folder.iterdir())[:12]) or "nothing"
    raise DataError(f"{folder} has no layout known here. It holds: {names}. Read: {LAYOUTS}.")


def read_pickle(path: Path, scale: tuple[int, int] | None) -> Published:
    """A pickle of any layout."""
    data = load(path)
    for layout in (mmsa, mult, utterances):
        if layout.fits(data):
            return layout.read(data, path, scale)
    if bc_lstm.fits(data):
        return bc_lstm.read(data, path)
    raise DataError(f"{path} has no layout known here. It holds: {keys_of(data)}. Read: {LAYOUTS}.")
