"""Files that appear whole or not at all, and what is said where they cannot."""

import errno
from pathlib import Path

import pytest

from tritone.core.files import whole_file, why_not


def test_a_write_that_fails_names_its_file_and_leaves_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "store.json"
    file.write_text("old")
    with pytest.raises(OSError) as caught, whole_file(file) as opened:
        opened.write(b"new")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert file.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["store.json"]
    assert why_not(caught.value) == (
        f"{file}: No space left on device. Make room for it, and run the same again."
    )


def test_a_file_where_a_folder_should_be_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError) as caught:
        (tmp_path / "file" / "store").mkdir()
    assert why_not(caught.value) == (
        f"{tmp_path / 'file' / 'store'}: Not a directory. A file stands where a folder should be; "
        "name another place."
    )


def test_an_error_that_names_no_file_is_said_as_it_is() -> None:
    assert why_not(OSError("the pipe is closed")) == "the pipe is closed"
