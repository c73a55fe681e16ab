"""A trained model in a folder: everything from raw media to a prediction.

config.json         which model, with which arguments
model.safetensors   its weights, packed in few bits or plain
preprocessor.json   how media become tensors, with tokenizer.json beside it
card.md             what it was trained on, its figures, limits and licences
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from tritone.catalogue import find
from tritone.core.errors import ModelError
from tritone.core.task import task_from_json
from tritone.features.preprocess import Preprocessor
from tritone.layers.packing import pack, unpack
from tritone.learn.devices import device_of
from tritone.models.base import FusionModel

LONGEST = 1 << 20  # bytes of a config
SHIPPED = Path(__file__).parent.parent / "weights"
FILES = ("config.json", "model.safetensors", "preprocessor.json", "tokenizer.json")


@dataclass(frozen=True)
class Pretrained:
    """A model that is ready to be asked.

    Args:
        name: as it is called in outputs.
        version: of its weights.
        model: in evaluation mode, on its device.
        preprocessor: from words, sound and faces to the model's samples.
        folder: where it was loaded from.
    """

    name: str
    version: str
    model: FusionModel
    preprocessor: Preprocessor
    folder: Path


def load(name: str | Path = "default", device: str = "cpu") -> Pretrained:
    """The model of a name or of a folder.

    Args:
        name: a model that ships with the package ("default"), or a folder.
        device: "cpu", "cuda" or "auto".

    Raises:
        ModelError: no such model, a file of it is missing or broken, or the device is absent.
    """
    folder = folder_of(name)
    missing = [file for file in FILES if not (folder / file).is_file()]
    if missing:
        raise ModelError(
            f"{folder} is no model folder: {', '.join(missing)} missing in it. {remedy(folder)}"
        )
    config = read_config(folder)
    try:
        maker = find("model", config["model"])
        task = task_from_json(config["task"])
        model = maker(config["dims"], task, **config["arguments"])
        weights = unpack(load_file(folder / "model.safetensors"))
        model.load_state_dict(weights)
    except (KeyError, TypeError, RuntimeError, SafetensorError) as fault:
        raise ModelError(
            f"The weights in {folder} do not fit their config.json: {str(fault)[:300]}"
        ) from None
    preprocessor = Preprocessor.load(folder)
    model = model.to(device_of(device)).eval().requires_grad_(False)
    return Pretrained(config["name"], config["version"], model, preprocessor, folder)


def save(
    folder: Path,
    model: FusionModel,
    preprocessor: Preprocessor,
    config: dict[str, Any],
    *,
    bits: dict[str, int] | None = None,
) -> None:
    """Write a model folder; each file is whole or absent.

    Args:
        folder: made where it is missing.
        model: whose weights are written.
        preprocessor: how media become its tensors.
        config: "name", "version", "model" (catalogue name), "dims", "arguments".
        bits: pieces of parameter names to 6 or 8 bits; None keeps the weights as they are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights: dict[str, Tensor] = {k: v.cpu().contiguous() for k, v in model.state_dict().items()}
    if bits is not None:
        weights = pack(weights, lambda name: next((b for k, b in bits.items() if k in name), 8))
    fresh = folder / "model.safetensors.new"
    save_file(weights, fresh)
    fresh.replace(folder / "model.safetensors")
    preprocessor.save(folder)
    whole = {"schema": 1, **config, "task": model.task.to_json()}
    fresh = folder / "config.json.new"
    fresh.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    fresh.replace(folder / "config.json")


def folder_of(name: str | Path) -> Path:
    """Where a model lies: beside the package for a shipped name, else the folder itself."""
    shipped = sorted(p.parent.name for p in SHIPPED.glob("*/config.json"))
    if str(name) in shipped:
        return SHIPPED / str(name)
    if Path(name).is_dir():
        return Path(name)
    known = ", ".join(shipped) or "none"
    raise ModelError(
        f"{str(name)!r} is neither a shipped model (known: {known}) nor a folder. "
        "Give the folder that `tritone train` wrote, or 'default'."
    )


def remedy(folder: Path) -> str:
    """What to do about a folder that holds no model of its own."""
    if any(folder.glob("seed-*")):
        return "It looks like a training whose recipe.json is lost: copy the folder again, whole."
    for above in list(folder.absolute().parents)[:2]:
        if (above / "recipe.json").is_file():
            return f"It is a part of the training in {above}: give that folder."
    return "Give the folder that `tritone train` wrote, or 'default'."


def read_config(folder: Path) -> dict[str, Any]:
    """The folder's config.json, checked for what it must hold."""
    path = folder / "config.json"
    try:
        if path.stat().st_size > LONGEST:
            raise ModelError(f"{path} has {path.stat().st_size} bytes; a config has few.")
        config = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as fault:
        if isinstance(fault, ModelError):
            raise
        raise ModelError(f"{path} is not JSON: {fault}.") from None
    kinds = {"name": str, "version": str, "model": str, "dims": dict, "arguments": dict}
    kinds["task"] = dict
    missing = [key for key in kinds if not isinstance(config, dict) or key not in config]
    if missing:
        raise ModelError(f"{path} lacks {', '.join(missing)}.")
    wrong = [key for key, kind in kinds.items() if not isinstance(config[key], kind)]
    if wrong:
        raise ModelError(f"{path} has {config[wrong[0]]!r} as its {wrong[0]}. Copy it again.")
    if ":" in config["model"]:
        # A name from outside would import whatever the folder's author likes.
        raise ModelError(
            f"{folder / 'config.json'} names the code {config['model']!r}; a model folder may "
            "only name models of the catalogue (see `tritone list models`)."
        )
    return config
