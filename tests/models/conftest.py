"""Pretrained encoders in miniature, on disk, for the models that carry one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

PIECES = 30  # ids that the batches of these tests hold are below it
ROOM = 24  # positions of a text
WORDS = "[PAD] [UNK] [CLS] [SEP] i love this hate it is bad good not the film ##s , !"
MEAN, DEVIATION = (0.5, 0.4, 0.3), (0.2, 0.3, 0.25)

Arguments = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="session")
def text_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A BERT of 30 pieces."""
    return save_bert(tmp_path_factory.mktemp("text"), PIECES)


@pytest.fixture(scope="session")
def half_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A BERT of 15 pieces, so that ids below 30 are those of two encoders."""
    return save_bert(tmp_path_factory.mktemp("half"), PIECES // 2)


@pytest.fixture(scope="session")
def picture_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A ResNet for pictures of 32 by 32."""
    from transformers import ConvNextImageProcessorPil, ResNetConfig, ResNetModel

    folder = tmp_path_factory.mktemp("picture")
    config = ResNetConfig(
        embedding_size=4, hidden_sizes=[4, 8], depths=[1, 1], layer_type="bottleneck"
    )
    torch.manual_seed(0)
    ResNetModel(config).save_pretrained(folder)
    ConvNextImageProcessorPil(
        size={"shortest_edge": 32}, crop_pct=0.875, image_mean=MEAN, image_std=DEVIATION
    ).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="session")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A CLIP of 30 pieces, for pictures of 8 by 8."""
    from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel

    folder = tmp_path_factory.mktemp("clip")
    save_tokenizer(folder, PIECES)
    sizes = {"hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = CLIPConfig(
        text_config={
            **sizes,
            "intermediate_size": 12,
            "vocab_size": PIECES,
            "max_position_embeddings": ROOM,
            "eos_token_id": 3,
            "bos_token_id": 2,
            "pad_token_id": 0,
        },
        vision_config={**sizes, "intermediate_size": 12, "image_size": 8, "patch_size": 4},
        projection_dim=6,
    )
    torch.manual_seed(0)
    CLIPModel(config).save_pretrained(folder)
    CLIPImageProcessorPil(
        size={"shortest_edge": 8},
        crop_size={"height": 8, "width": 8},
        image_mean=MEAN,
        image_std=DEVIATION,
    ).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="session")
def sound_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A HuBERT that makes several rows of a dozen samples, and norms each by itself."""
    from transformers import HubertConfig, HubertModel, Wav2Vec2FeatureExtractor

    folder = tmp_path_factory.mktemp("sound")
    config = HubertConfig(
        hidden_size=8,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=12,
        conv_dim=(4, 4),
        conv_kernel=(3, 2),
        conv_stride=(2, 1),
        num_conv_pos_embeddings=4,
        num_conv_pos_embedding_groups=2,
        feat_extract_norm="layer",
        do_stable_layer_norm=True,
        initializer_range=0.5,  # states that differ from each other
    )
    torch.manual_seed(0)
    HubertModel(config).save_pretrained(folder)
    Wav2Vec2FeatureExtractor(do_normalize=False).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="session")
def arguments(
    text_folder: str, half_folder: str, picture_folder: str, clip_folder: str, sound_folder: str
) -> Arguments:
    """A function that gives the arguments without which a model cannot be built here."""
    folders: dict[str, dict[str, Any]] = {
        "bert": {"folder": text_folder},
        "hub_voice": {"folder": sound_folder},
        "mag_bert": {"folder": text_folder},
        "clip": {"folder": clip_folder},
        "clip_bert": {"folder": half_folder, "clip_folder": clip_folder},
        "bert_resnet": {"folder": text_folder, "picture_folder": picture_folder},
        "bert_resnet_average": {"folder": text_folder, "picture_folder": picture_folder},
        "cenet": {"folder": text_folder},
        "with_bert": {"folder": text_folder, "trained": 1},
    }
    return lambda name: dict(folders.get(name, {}))


def save_bert(folder: Path, pieces: int) -> str:
    """A BERT of so many pieces, with its tokenizer."""
    from transformers import BertConfig, BertModel

    save_tokenizer(folder, pieces)
    sizes = {"hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = BertConfig(
        vocab_size=pieces, intermediate_size=12, max_position_embeddings=ROOM, **sizes
    )
    config.initializer_range = 0.5  # states that differ from each other
    torch.manual_seed(0)
    BertModel(config).save_pretrained(folder)
    return str(folder)


def save_tokenizer(folder: Path, pieces: int) -> None:
    """A tokenizer of so many words."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    known = WORDS.split()[:pieces]
    names = [*known, *(f"word{number}" for number in range(len(known), pieces))]
    vocabulary = {piece: place for place, piece in enumerate(names)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    special = {
        "pad_token": "[PAD]",
        "unk_token": "[UNK]",
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
    }
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(folder)
