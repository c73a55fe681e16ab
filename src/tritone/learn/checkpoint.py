"""The state of a run on disk, so that a run that is killed at any point ends as one that is not."""

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Protocol, runtime_checkable

import torch

from tritone.core.errors import ModelError
from tritone.core.files import whole_file

VERSION = 2


@runtime_checkable
class Stateful(Protocol):
    """What can be put down and taken up: models, optimisers, the pace."""

    def state_dict(self) -> dict[str, Any]:
        """Where it stands."""
        ...

    def load_state_dict(self, state_dict: dict[str, Any]) -> Any:
        """Go on from where another one stood."""
        ...


def put_down(path: Path, parts: Mapping[str, Stateful], facts: Mapping[str, Any]) -> None:
    """Write a run's state, whole or not at all.

    Args:
        path: the file.
        parts: what has a state of its own.
        facts: plain numbers, words, lists and tensors beside it.

    Raises:
        OSError: it cannot be written; an older one at `path` is untouched.
    """
    states = {name: part.state_dict() for name, part in parts.items()}
    with whole_file(path) as file:
        written = Written(file)
        state = {"version": VERSION, "parts": states, "facts": dict(facts)}
        try:
            torch.save(state, written)  # pyright: ignore[reportArgumentType]
        except RuntimeError as error:
            # PyTorch hides what went wrong, such as a full disk.
            raise written.error or OSError(str(error)) from None


class Written:
    """A file that remembers what went wrong when it was written to.

    Args:
        file: the file itself.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.error: OSError | None = None

    def write(self, data: Any) -> int:
        """Write some bytes."""
        try:
            return self.file.write(data)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        """Hand on what was written."""
        self.file.flush()


def take_up(path: Path, parts: Mapping[str, Stateful]) -> dict[str, Any] | None:
    """Load a run's state into its parts; the facts beside it, or None where there is no file.

    Raises:
        ModelError: the file is damaged, of another version, or of another model.
    """
    if not path.exists():
        return None
    advice = "Begin anew in another folder, or delete it."
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, EOFError, OSError, ValueError, KeyError, pickle.UnpicklingError) as error:
        said = str(error).partition(". ")[0][:200]
        raise ModelError(f"{path} cannot be read: {said}. {advice}") from None
    found = saved.get("version") if isinstance(saved, dict) else None
    if found is None:
        raise ModelError(f"{path} is no checkpoint of a run: it says no version. {advice}")
    if found != VERSION:
        raise ModelError(
            f"{path} is a checkpoint of version {found!r:.20}, and version {VERSION} is read here. "
            f"{advice}"
        )
    try:
        for name, part in parts.items():
            part.load_state_dict(saved["parts"][name])
        return dict(saved["facts"])
    except (KeyError, RuntimeError, ValueError, TypeError) as error:
        raise ModelError(f"{path} is of another run: {str(error)[:200]}. {advice}") from None
