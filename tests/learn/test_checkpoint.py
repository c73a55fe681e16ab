"""A checkpoint is written whole or not at all, whatever the disk does."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from tritone.core.errors import ModelError
from tritone.learn.checkpoint import put_down, take_up

FULL = """
import resource, sys
from pathlib import Path
import torch
from torch import nn
from tritone.learn.checkpoint import put_down

path = Path(sys.argv[1])
put_down(path, {"model": nn.Linear(2, 2)}, {"epoch": 1})
before = path.read_bytes()
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    put_down(path, {"model": nn.Linear(200, 200)}, {"epoch": 2})
except OSError as error:
    print(type(error).__name__, path.read_bytes() == before, list(path.parent.glob(".*")))
"""


def test_what_is_put_down_is_taken_up(tmp_path: Path) -> None:
    model = nn.Linear(3, 2)
    facts = {"epoch": 4, "chance": torch.get_rng_state(), "history": [{"loss": 0.5}]}
    put_down(tmp_path / "s.pt", {"model": model}, facts)
    other = nn.Linear(3, 2)
    again = take_up(tmp_path / "s.pt", {"model": other})
    assert again is not None
    assert torch.equal(other.weight, model.weight)
    assert (again["epoch"], again["history"]) == (4, [{"loss": 0.5}])
    assert torch.equal(again["chance"], facts["chance"])


def test_where_there_is_none_nothing_is_taken_up(tmp_path: Path) -> None:
    assert take_up(tmp_path / "none.pt", {}) is None


@pytest.mark.slow
def test_a_full_disk_leaves_the_older_checkpoint(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "s.pt")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "OSError True []"


def test_a_checkpoint_that_would_run_code_is_refused(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "owned",))

    torch.save({"version": 1, "parts": {}, "facts": Trap()}, tmp_path / "s.pt")
    with pytest.raises(ModelError, match="cannot be read"):
        take_up(tmp_path / "s.pt", {})
    assert not (tmp_path / "owned").exists()


def test_another_version_is_refused(tmp_path: Path) -> None:
    torch.save({"version": 0, "parts": {}, "facts": {}}, tmp_path / "s.pt")
    with pytest.raises(ModelError) as caught:
        take_up(tmp_path / "s.pt", {})
    assert str(caught.value) == (
        f"{tmp_path / 's.pt'} is a checkpoint of version 0, and version 2 is read here. Begin "
        "anew in another folder, or delete it."
    )


@pytest.mark.parametrize("saved", [{"parts": {}, "facts": {}}, torch.zeros(2)])
def test_a_file_of_something_else_is_no_checkpoint(tmp_path: Path, saved: object) -> None:
    torch.save(saved, tmp_path / "s.pt")
    with pytest.raises(ModelError) as caught:
        take_up(tmp_path / "s.pt", {})
    assert str(caught.value) == (
        f"{tmp_path / 's.pt'} is no checkpoint of a run: it says no version. Begin anew in "
        "another folder, or delete it."
    )
