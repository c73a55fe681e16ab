"""Text encoders that others have trained, inside a model: frozen, partly or wholly trained."""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from tritone.core.errors import ModelError
from tritone.core.pretrained import load_text_encoder
from tritone.layers.pooling import fill_padding

ALL = -1


class PretrainedText(nn.Module):
    """The last hidden states of a pretrained encoder's pieces; zeros at padding.

    Where only rows are needed, extract them once (`hub_text`): this is for training the encoder.

    Source: Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers for
        Language Understanding", NAACL. https://arxiv.org/abs/1810.04805

    Args:
        folder: a folder as `save_pretrained` writes it, a name of the hub that is in its cache
            on this machine, or "minilm".
        trained: layers that learn, counted from the top; 0 leaves all as they are, -1 trains
            all of them and the embeddings.

    Raises:
        MissingExtra: "minilm" is not installed.
        ModelError: there is no such encoder, or it has fewer layers.
    """

    def __init__(self, folder: str, *, trained: int = 0) -> None:
        super().__init__()
        _, self.encoder = load_text_encoder(folder)
        self.folder, self.width = folder, self.encoder.config.hidden_size
        layers = layers_of(self.encoder)
        if not ALL <= trained <= len(layers):
            raise ModelError(
                f"{folder} has {len(layers)} layers, and {trained} are to be trained. Take 0 to "
                f"{len(layers)}, or -1 for all and the embeddings."
            )
        if trained == ALL:
            self.encoder.requires_grad_(True)
        for layer in layers[len(layers) - max(trained, 0) :]:
            layer.requires_grad_(True)
        # It sums up a text for a task that is not ours, and nothing here reads it.
        for name, weight in self.encoder.named_parameters():
            if "pooler" in name.split("."):
                weight.requires_grad_(False)

    def forward(
        self, ids: Int[Tensor, "batch piece"], mask: Bool[Tensor, "batch piece"]
    ) -> Float[Tensor, "batch piece width"]:
        """The states.

        Raises:
            ModelError: a text has more pieces than the encoder has positions, or a piece that
                is not in its vocabulary.
        """
        config, ids = self.encoder.config, ids.masked_fill(~mask, 0)
        positions = getattr(config, "max_position_embeddings", ids.shape[1])
        if ids.shape[1] > positions:
            raise ModelError(
                f"{self.folder} reads {positions} pieces at once, a text has {ids.shape[1]}. Cut "
                f"the texts, or extract rows with hub_text, which reads them in stretches."
            )
        if int(ids.max()) >= config.vocab_size or int(ids.min()) < 0:
            raise ModelError(
                f"{self.folder} knows {config.vocab_size} pieces, a text has piece "
                f"{int(ids.max())}. Cut the texts with the tokenizer of that folder."
            )
        states = self.encoder(input_ids=ids, attention_mask=mask.long()).last_hidden_state
        return fill_padding(states, mask)

    def frozen(self) -> frozenset[str]:
        """Names of the parameters that are left as they are."""
        return frozenset(name for name, one in self.named_parameters() if not one.requires_grad)


def layers_of(encoder: nn.Module) -> list[nn.Module]:
    """The Transformer layers of an encoder, from the bottom.

    Raises:
        ModelError: it does not keep them in one list.
    """
    count = getattr(encoder.config, "num_hidden_layers", None)
    for module in encoder.modules():
        if isinstance(module, nn.ModuleList) and len(module) == count:
            return list(module)
    raise ModelError(f"{type(encoder).__name__} has no list of {count} layers. Take a BERT.")


def mean_of_pieces(
    states: Float[Tensor, "batch piece width"], mask: Bool[Tensor, "batch piece"]
) -> Float[Tensor, "batch width"]:
    """One vector a text, as sentence encoders have it: the mean, of length 1; zeros if none."""
    total = fill_padding(states, mask).sum(dim=1)
    return torch.nn.functional.normalize(total, dim=1)
