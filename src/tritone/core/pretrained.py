"""Encoders that others have trained, from a folder or from the hub's cache on this machine.

Nothing is fetched: a name that is not on this machine is an error that says how to get it. Only
safetensors are read, and no code of a folder is run.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tritone.core.encoder_kinds import TEXTS, refuse_other
from tritone.core.errors import ModelError
from tritone.core.minilm import MINILM, WEIGHTS, minilm_folder
from tritone.core.picture_input import PREPROCESSOR, PictureInput, read_picture_input

MOST_WEIGHTS, MOST_LAYERS = 1 << 31, 1000  # of a model that is told from its config alone
# Parts that a folder may lack: nothing reads them, or training alone does.
SPARED = ("pooler", "masked_spec_embed", "mask_token")
TEXT, PICTURES, SOUND = "text encoder", "encoder of pictures", "encoder of sound"


@dataclass(frozen=True)
class Bare:
    """A folder with an encoder's config and tokenizer, whose weights come from elsewhere.

    A training keeps one beside its own weights, so that it loads without the first folder.
    """

    folder: Path

    def __str__(self) -> str:
        return str(self.folder)


def load_text_encoder(name: str | Bare) -> tuple[Any, Any]:
    """A tokenizer and a model of the BERT family, in evaluation mode and with frozen weights.

    Args:
        name: a folder as `save_pretrained` writes it; a name of the hub that is in its cache on
            this machine; or "minilm", the folder of the extra of that name.

    Raises:
        MissingExtra: "minilm" is not installed.
        ModelError: there is no such folder or name, or it holds no text encoder.
    """
    refuse_other(name, config_of(name, TEXT), TEXTS)
    tokenizer = load_tokenizer(name)
    model = load_model(name, TEXT)
    if not getattr(tokenizer, "is_fast", False) or not hasattr(model.config, "vocab_size"):
        raise ModelError(
            f"{name} is no text encoder whose tokenizer says which word a piece is of "
            f"({type(model).__name__}). Take one of the BERT family with a tokenizer.json."
        )
    return tokenizer, model


def load_clip(name: str | Bare) -> tuple[Any, PictureInput, Any]:
    """A tokenizer, how pictures are brought to it, and a CLIP, with frozen weights.

    Args:
        name: a folder or a name of the hub, as for `load_text_encoder`.

    Raises:
        ModelError: there is no such folder or name, it has no preprocessor, or it is no CLIP.
    """
    model = load_model(name, "CLIP")
    if model.config.model_type != "clip":
        raise ModelError(
            f"{name} is a {model.config.model_type}, not a CLIP. Take a folder whose config.json "
            f"has model_type clip, with its tokenizer.json and {PREPROCESSOR}."
        )
    return load_tokenizer(name), read_picture_input(found_file(name, PREPROCESSOR)), model


def load_tokenizer(name: str | Bare) -> Any:
    """What cuts texts for an encoder.

    Raises:
        MissingExtra: "minilm" is not installed.
        ModelError: there is no such folder or name, or it holds no tokenizer.
    """
    from transformers import AutoTokenizer

    place = place_of(name)
    try:
        return AutoTokenizer.from_pretrained(place, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(refusal(name, error, TEXT)) from None


def load_model(name: str | Bare, kind: str) -> Any:
    """A model of any kind, in evaluation mode and with frozen weights.

    Args:
        name: as for `load_text_encoder`; of a bare one only the config is read.
        kind: what it should be, for the message.

    Raises:
        MissingExtra: "minilm" is not installed.
        ModelError: there is no such folder or name, or it lacks weights.
    """
    from safetensors import SafetensorError

    try:
        with no_progress_bar():
            model = told_model(name) if isinstance(name, Bare) else stored_model(name, kind)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError(refusal(name, error, kind)) from None
    return model.eval().requires_grad_(False)


def stored_model(name: str, kind: str) -> Any:
    """A model with the weights that are stored of it.

    Raises:
        ModelError: some are not.
    """
    import torch
    from transformers import AutoModel

    model, told = AutoModel.from_pretrained(
        place_of(name, kind),
        local_files_only=True,
        trust_remote_code=False,
        use_safetensors=True,
        output_loading_info=True,
        dtype=torch.float32,
    )
    lost = {one for one in told["missing_keys"] if not is_spared(one)}
    if lost:
        # transformers would fill them with chance, and only log it.
        raise ModelError(
            f"{name} lacks {len(lost)} weights of a {type(model).__name__}, such as "
            f"{min(lost)}. Its {WEIGHTS} is of another model than its config.json: get both anew."
        )
    return model


def told_model(name: Bare) -> Any:
    """A model by its config alone, whose weights are still to come.

    Raises:
        ModelError: it would be larger than any that is meant.
    """
    import torch
    from transformers import AutoConfig, AutoModel

    config = AutoConfig.from_pretrained(name.folder, local_files_only=True, trust_remote_code=False)
    check_size(name, config)
    return AutoModel.from_config(config, trust_remote_code=False, dtype=torch.float32)


def check_size(name: Bare, config: Any) -> None:
    """Refuse a config of a model that is larger than any that is meant, before it takes memory.

    Raises:
        ModelError: it is.
    """
    import torch
    from transformers import AutoModel

    layers = getattr(config, "num_hidden_layers", 0)
    if layers <= MOST_LAYERS:
        with torch.device("meta"):
            empty = AutoModel.from_config(config, trust_remote_code=False)
        if sum(weight.numel() for weight in empty.parameters()) <= MOST_WEIGHTS:
            return
    raise ModelError(
        f"The config in {name} is of a model with more than {MOST_WEIGHTS} weights or "
        f"{MOST_LAYERS} layers. It is not one that Tritone wrote: train the model anew."
    )


def is_spared(weight: str) -> bool:
    """Whether a weight is of a part that nothing here reads."""
    return any(part in SPARED for part in weight.split("."))


def found_file(name: str | Bare, file: str) -> Path:
    """Where a file of an encoder lies.

    Raises:
        ModelError: the folder has none.
    """
    from transformers.utils.hub import cached_file

    place = place_of(name)
    try:
        found = cached_file(place, file, local_files_only=True)
    except (OSError, ValueError):
        found = None
    if found is None:
        raise ModelError(
            f"{name} has no {file}, which says how pictures are brought to it. Save the image "
            f"processor of the model beside its weights."
        )
    return Path(found)


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


def width_of(name: str | Bare) -> int:
    """Numbers of a row of an encoder, by its config alone.

    Raises:
        MissingExtra: "minilm" is not installed.
        ModelError: there is no such folder or name, its model reads no text, or its config says
            no width.
    """
    config = config_of(name, TEXT)
    refuse_other(name, config, TEXTS)
    width = getattr(config, "hidden_size", None)
    if not isinstance(width, int) or width < 1:
        raise ModelError(f"The config of {name} says no hidden_size. Take a text encoder.")
    return width


def config_of(name: str | Bare, kind: str) -> Any:
    """What a folder says of its model, before any weight is read.

    Args:
        name: as for `load_text_encoder`.
        kind: what it should be, for the message.

    Raises:
        MissingExtra: "minilm" is not installed.
        ModelError: there is no such folder or name, or no config that can be read.
    """
    from transformers import AutoConfig

    place = place_of(name, kind)
    try:
        return AutoConfig.from_pretrained(place, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(refusal(name, error, kind)) from None


def place_of(name: str | Bare, kind: str = TEXT) -> str:
    """The folder, or the name as the hub knows it.

    Args:
        name: as for `load_text_encoder`.
        kind: what it should be, for the message.

    Raises:
        MissingExtra: "minilm" is not installed.
        ModelError: no name is given, or a path that is no folder.
    """
    if isinstance(name, Bare):
        return str(name.folder)
    if not name:
        example = MINILM if kind == TEXT else "DIR"
        raise ModelError(f"No encoder is named. Set its folder, such as folder={example}.")
    if name == MINILM:
        return str(minilm_folder())
    # What begins like a path, or has more parts than a name of the hub, can only be a folder.
    if Path(name).is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        folder = Path(name).expanduser()
        if not folder.is_dir():
            raise ModelError(
                f"{name} is no folder. Name one that holds config.json, {beside(kind)} and "
                f"{WEIGHTS}."
            )
        return str(folder)
    return name


def refusal(name: str | Bare, error: Exception, kind: str) -> str:
    """What to say where an encoder cannot be loaded."""
    if isinstance(name, Bare) or Path(name).expanduser().is_dir() or name == MINILM:
        reason = " ".join(str(error).split())[:200]
        return (
            f"{name} holds no {kind} that can be loaded: {reason} It takes config.json, "
            f"{beside(kind)} and {WEIGHTS}, as save_pretrained writes them."
        )
    return (
        f"{name} is neither a folder nor in the hub's cache on this machine, and nothing is "
        f"fetched by itself. Get it once with: hf download {name}, or name a folder."
    )


def beside(kind: str) -> str:
    """The file that a kind of encoder needs beside its config and weights."""
    return PREPROCESSOR if kind in (PICTURES, SOUND) else "tokenizer.json"
