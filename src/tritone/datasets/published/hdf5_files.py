"""HDF5 files from users: opened with care, so that nothing outside the file is read."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tritone.core.errors import DataError, MissingExtra

if TYPE_CHECKING:
    import h5py

LIMIT = 1 << 34  # bytes of one array, unpacked
RATIO = 1100  # unpacked over the file's size; deflate cannot do better than 1032


def open_hdf5(path: Path) -> "h5py.File":
    """A file to read from; it is closed when nobody holds it.

    Raises:
        DataError: it is no whole HDF5 file.
        MissingExtra: h5py is not installed.
    """
    try:
        import h5py
    except ImportError:
        raise MissingExtra("h5py", "hdf5", f"Reading {path.name}") from None
    if not path.is_file():
        raise DataError(f"{path} is no file; an HDF5 file should lie there.")
    try:
        return h5py.File(path, "r", locking=False)
    except (OSError, RuntimeError, ValueError) as error:
        raise damaged(path, error) from None


def members(group: Any, path: Path) -> dict[str, Any]:
    """What lies in a group, by name; what only points elsewhere is left out.

    Raises:
        DataError: it is no group, or is damaged.
    """
    import h5py

    if not isinstance(group, h5py.Group):
        raise DataError(f"{path}: {getattr(group, 'name', group)} is no group of arrays.")
    try:
        names = [n for n in group if isinstance(group.get(n, getlink=True), h5py.HardLink)]
        return {str(name): group[name] for name in names}
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        raise damaged(path, error) from None


def array(value: Any, path: Path) -> np.ndarray:
    """An array, whole.

    Raises:
        DataError: it is none, it is damaged, too large, or lies in another file.
    """
    import h5py

    if not isinstance(value, h5py.Dataset):
        raise DataError(f"{path}: {getattr(value, 'name', value)} is no array.")
    if value.external or value.is_virtual:
        raise DataError(f"{path}: {value.name} lies in another file, which is not read.")
    # A few bytes may declare an array that nobody ever wrote.
    most = min(LIMIT, RATIO * path.stat().st_size)
    if value.nbytes > most:
        raise DataError(f"{path}: {value.name} has {value.nbytes} bytes; {most} at most are read.")
    try:
        return np.asarray(value[()])
    except (OSError, RuntimeError, ValueError, TypeError) as error:
        raise damaged(path, error) from None


def damaged(path: Path, error: Exception) -> DataError:
    """A file that is not whole."""
    return DataError(f"{path} cannot be read as HDF5: {error}. Fetch it again.")
