"""What a pretrained encoder reads, by its config, and what to say where another kind is wanted."""

from dataclasses import dataclass
from typing import Any

from tritone.core.errors import ModelError

WHISPER = "whisper"


@dataclass(frozen=True)
class Kind:
    """Encoders that read the same.

    Args:
        reads: what.
        known: some of them, for messages.
        use: how `tritone extract --use` takes one.
    """

    reads: str
    known: str
    use: str


TEXTS = Kind("text", "a BERT, RoBERTa or DeBERTa", "text=hub_text")
SOUNDS = Kind("sound", "a wav2vec2, hubert, wavlm or whisper", "audio=hub_audio")
SIGHTS = Kind("pictures", "a ResNet, ViT, DINO or CLIP", "vision=hub_image")


def kind_of(config: Any) -> Kind:
    """What the model of a config reads; one of two towers counts as what it sees by."""
    # Sound encoders have a vocabulary too, but no encoder of text steps over samples.
    if config.model_type == WHISPER or hasattr(config, "conv_stride"):
        return SOUNDS
    return SIGHTS if has_towers(config) or hasattr(config, "num_channels") else TEXTS


def has_towers(config: Any) -> bool:
    """A model with a half for pictures and a half for texts, as CLIP."""
    return hasattr(config, "vision_config") and hasattr(config, "text_config")


def refuse_other(name: object, config: Any, wanted: Kind) -> None:
    """See that a folder's model reads what is wanted.

    Args:
        name: the folder.
        config: what it says of its model.
        wanted: the kind.

    Raises:
        ModelError: it reads something else.
    """
    found = kind_of(config)
    if found is wanted:
        return
    use = "text=hub_clip" if wanted is TEXTS and config.model_type == "clip" else found.use
    raise ModelError(
        f"{name} is a {config.model_type}, which reads {found.reads}, and this wants "
        f"{wanted.reads}. Take the folder of {wanted.known}, or use this one as {use}."
    )
