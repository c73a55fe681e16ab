"""Encoders that others have trained, inside a model: frozen, partly or wholly trained.

    texts ─ cut ─ pieces ─ PretrainedText ─ a state a piece

A training keeps the config and the tokenizer beside its weights (`keep`), and is loaded from
these (`Bare`): the folder that it started from is not needed again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from tritone.core.batch import Tokens
from tritone.core.cutting import cut_texts, room_of
from tritone.core.errors import ModelError
from tritone.core.pretrained import Bare, load_text_encoder
from tritone.layers.pooling import fill_padding

ALL = -1

Change = Callable[[Tensor], Tensor]
"""What is done to the states on their way through an encoder."""


class Pretrained(nn.Module):
    """What others have trained; as much of it as does not learn here stays as it came."""

    def train(self, mode: bool = True) -> "Pretrained":
        """Switch to training what learns; norms over batches keep the statistics they came with.

        Where nothing learns, dropout is left out too.
        """
        super().train(mode)
        learns = any(weight.requires_grad for weight in self.parameters())
        for module in self.modules():
            module.training = mode and learns and not isinstance(module, nn.BatchNorm2d)
        return self


class PretrainedText(Pretrained):
    """The last hidden states of a pretrained encoder's pieces; zeros at padding.

    Where only rows are needed, extract them once (`hub_text`): this is for training the encoder.

    Source: Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers for
        Language Understanding", NAACL. https://arxiv.org/abs/1810.04805

    Args:
        folder: a folder as `save_pretrained` writes it, a name of the hub that is in its cache
            on this machine, or "minilm".
        trained: layers that learn, counted from the top; 0 leaves all as they are, -1 trains
            all of them and the embeddings.
        longest: pieces that are read of a text; 0 for as many as the encoder has room for.

    Raises:
        MissingExtra: "minilm" is not installed.
        ModelError: there is no such encoder, it has fewer layers, or fewer positions.
    """

    def __init__(self, folder: str | Bare, *, trained: int = 0, longest: int = 0) -> None:
        super().__init__()
        self.tokenizer, self.encoder = load_text_encoder(folder)
        self.folder, self.width = str(folder), self.encoder.config.hidden_size
        self.pieces = self.encoder.config.vocab_size
        self.longest = room_of(self.encoder.config, longest, self.folder)
        thaw(self.encoder, trained, self.folder)

    def forward(
        self,
        ids: Int[Tensor, "batch piece"],
        mask: Bool[Tensor, "batch piece"],
        changes: Mapping[int, Change] | None = None,
    ) -> Float[Tensor, "batch piece width"]:
        """The states.

        Args:
            ids: of the pieces.
            mask: True where a piece is real.
            changes: what is done to the states after a layer, by its number; 0 is the layer of
                embeddings.

        Raises:
            ModelError: a text has more pieces than the encoder has positions, or a piece that
                is not in its vocabulary.
        """
        positions = getattr(self.encoder.config, "max_position_embeddings", ids.shape[1])
        if ids.shape[1] > positions:
            raise ModelError(
                f"{self.folder} reads {positions} pieces at once, a text has {ids.shape[1]}. Cut "
                f"the texts, or extract rows with hub_text, which reads them in stretches."
            )
        with changed(self.encoder, changes or {}):
            return fill_padding(last_states(self.encoder, ids, mask, self.folder), mask)

    def cut(self, texts: Sequence[str | None]) -> Tokens:
        """The pieces of some texts, by the tokenizer of the encoder's folder."""
        return cut_texts(self.tokenizer, texts, self.longest)

    def keep(self, folder: Path) -> None:
        """Write what the encoder is, without its weights."""
        self.tokenizer.save_pretrained(folder)
        self.encoder.config.save_pretrained(folder)


def last_states(
    encoder: nn.Module,
    ids: Int[Tensor, "batch piece"],
    mask: Bool[Tensor, "batch piece"],
    name: str,
) -> Float[Tensor, "batch piece width"]:
    """The states of the pieces after the last layer; those of padding mean nothing.

    Args:
        encoder: of texts.
        ids: of the pieces.
        mask: True where a piece is real.
        name: of the encoder, for the message.

    Raises:
        ModelError: a piece that is not in the vocabulary.
    """
    ids, known = ids.masked_fill(~mask, 0), getattr(encoder.config, "vocab_size", 0)
    if int(ids.max()) >= known or int(ids.min()) < 0:
        raise ModelError(
            f"{name} knows {known} pieces, a text has piece {int(ids.max())}. Cut the texts with "
            f"the tokenizer of that folder."
        )
    # A text without a piece looks at its padding: attention to nothing is not a number.
    seen = mask | ~mask.any(dim=1, keepdim=True)
    return encoder(input_ids=ids, attention_mask=seen.long()).last_hidden_state


def thaw(encoder: nn.Module, trained: int, name: str) -> None:
    """Let the upper layers of an encoder learn.

    Args:
        encoder: with frozen weights.
        trained: layers from the top; 0 for none, -1 for all and the embeddings.
        name: of the encoder, for the message.

    Raises:
        ModelError: it has not so many layers.
    """
    layers = layers_of(encoder)
    if not ALL <= trained <= len(layers):
        raise ModelError(
            f"{name} has {len(layers)} layers, and {trained} are to be trained. Take 0 to "
            f"{len(layers)}, or -1 for all and the embeddings."
        )
    if trained == ALL:
        encoder.requires_grad_(True)
    for layer in layers[len(layers) - max(trained, 0) :]:
        layer.requires_grad_(True)
    # It sums up a text for a task that is not ours, and nothing here reads it.
    for weight, values in encoder.named_parameters():
        if "pooler" in weight.split("."):
            values.requires_grad_(False)


def layers_of(encoder: nn.Module) -> list[nn.Module]:
    """The layers of a Transformer or the stages of a ResNet, from the bottom.

    Raises:
        ModelError: it does not keep them in one list.
    """
    config = encoder.config
    count = getattr(config, "num_hidden_layers", None) or len(getattr(config, "depths", []))
    for module in encoder.modules():
        if isinstance(module, nn.ModuleList) and len(module) == count:
            return list(module)
    raise ModelError(
        f"{type(encoder).__name__} has no list of {count} layers. Take a BERT, a ViT or a ResNet."
    )


@contextmanager
def changed(encoder: nn.Module, changes: Mapping[int, Change]) -> Iterator[None]:
    """Change the states after some layers meanwhile; layer 0 is that of the embeddings."""
    with ExitStack() as stack:
        for level, change in changes.items():
            place = layers_of(encoder)[level - 1] if level else embeddings_of(encoder)

            def hook(_: nn.Module, __: Any, states: Tensor, change: Change = change) -> Tensor:
                return change(states)

            stack.callback(place.register_forward_hook(hook).remove)
        yield


def embeddings_of(encoder: nn.Module) -> nn.Module:
    """The layer that makes the first states of an encoder.

    Raises:
        ModelError: it has none of that name.
    """
    found = getattr(encoder, "embeddings", None)
    if not isinstance(found, nn.Module):
        raise ModelError(f"{type(encoder).__name__} has no layer of embeddings. Take a BERT.")
    return found


def frozen_in(self: nn.Module) -> frozenset[str]:
    """Names of the parameters that are left as they are; a model may have it for a method."""
    return frozenset(name for name, one in self.named_parameters() if not one.requires_grad)
