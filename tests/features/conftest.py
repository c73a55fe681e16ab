"""What others give: tables of openSMILE, by a stand-in, and OpenFace; encoders in miniature."""

import sys
import types
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Classes
from tritone.features.extractor import settings_of
from tritone.features.openface import GROUPS
from tritone.features.opensmile import CLIP, FRAMES, WIDTHS, smile
from tritone.features.pictures import FaceCrops

HEAD = ["frame", "face_id", "timestamp", "confidence", "success"]
COLUMNS = [name for group in GROUPS.values() for name in group]
SIZES = {"hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2}
HEARS = {
    **SIZES,
    "intermediate_size": 12,
    "conv_dim": (4,) * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 2,
    "vocab_size": 12,
    "initializer_range": 0.5,  # states that differ from each other
}
SEES = {**SIZES, "intermediate_size": 12, "image_size": 16, "patch_size": 4}
COLOURS = {"image_mean": (0.5, 0.4, 0.3), "image_std": (0.2, 0.3, 0.25)}
PIECES = "[PAD] [UNK] [CLS] [SEP] i love this hate it is bad good not the"
FeatureSet = Enum("FeatureSet", {name: name for name, _ in WIDTHS})
FeatureLevel = Enum("FeatureLevel", {FRAMES: FRAMES, CLIP: CLIP})


class Smile:
    """As the package's: a table whose index are the times of the rows."""

    def __init__(self, feature_set: FeatureSet, feature_level: FeatureLevel) -> None:
        self.width = WIDTHS[feature_set.value, feature_level.value]
        self.by_frame = feature_level.value == FRAMES

    def process_signal(self, signal: np.ndarray, sampling_rate: int) -> pd.DataFrame:
        seconds = len(signal) / sampling_rate
        starts, ends = np.zeros(1), np.array([seconds])
        if seconds < 0.06:
            warnings.warn("Segment too short, filling with NaN.", UserWarning, stacklevel=1)
            values = np.full((1, self.width), np.nan, np.float32)
        else:
            if self.by_frame:
                starts = 0.01 * np.arange(1 + round((seconds - 0.06) / 0.01))
                ends = np.append(starts[:-1] + 0.02, seconds)
            level = np.abs(signal[(starts * sampling_rate).astype(int)])
            values = level[:, None] + np.arange(self.width, dtype=np.float32)
        index = pd.MultiIndex.from_arrays(
            [pd.to_timedelta(starts, "s"), pd.to_timedelta(ends, "s")], names=["start", "end"]
        )
        return pd.DataFrame(values.astype(np.float32), index)


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A function that gives the folder of a pretrained encoder in miniature, written once."""

    @cache
    def written(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        torch.manual_seed(0)
        MAKERS[name](folder)
        return folder

    return written


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `tritone train vgg_face` leaves, trained for a moment on faces of noise."""
    from tritone.learn.recipe import Recipe
    from tritone.learn.settings import Fit
    from tritone.recipes.training import train

    cutter = FaceCrops(side=8, grey=True)
    folder = tmp_path_factory.mktemp("vgg")
    provenance = {"extractors": {"vision": {"name": "face_crop", **settings_of(cutter)}}}
    tasks = {"sentiment": Classes(("down", "up"))}
    chance = torch.Generator().manual_seed(0)
    with StoreWriter(
        folder / "faces", {"vision": cutter.rows}, tasks=tasks, provenance=provenance
    ) as writer:
        for row in range(12):
            values = torch.randint(0, 256, (1, 8, 8), dtype=torch.uint8, generator=chance)
            track = Track(values, torch.ones(1, dtype=torch.bool), torch.zeros(1, 2))
            labels = {"sentiment": ("down", "up")[row % 2]}
            clip = Clip(f"c{row}", labels=labels, split=("train", "val")[row // 6])
            writer.append(Sample(clip.id, {"vision": track}), clip)
    options = {"side": 16, "width": 4, "channels": [2, 3]}
    recipe = Recipe("vgg_face", arguments=options, fit=Fit(epochs=1, batch=4))
    return train(recipe, f"store:{folder / 'faces'}", out=folder / "run", seeds=2).folder


@pytest.fixture
def opensmile(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package opensmile, in its place a stand-in that gives tables of the same form."""
    module = types.ModuleType("opensmile")
    vars(module).update(Smile=Smile, FeatureSet=FeatureSet, FeatureLevel=FeatureLevel)
    monkeypatch.setitem(sys.modules, "opensmile", module)
    smile.cache_clear()
    yield
    smile.cache_clear()


@pytest.fixture
def write_table() -> Callable[..., Path]:
    """A function that writes a table; see `openface_table`."""
    return openface_table


def openface_table(
    path: Path,
    seconds: Sequence[float],
    *,
    value: Callable[[int, str], float] = lambda row, name: row + len(name) / 100,
    success: Sequence[int] | None = None,
    confidence: Sequence[float] | None = None,
    faces: Sequence[int] | None = None,
    columns: Sequence[str] = COLUMNS,
    head: Sequence[str] = HEAD,
) -> Path:
    """A table as OpenFace 2 writes it: a space after each comma, three digits of time.

    Args:
        path: the file to write.
        seconds: of each row.
        value: of a column in a row.
        success: 1 or 0 for each row; all 1 by default.
        confidence: of each row; all 0.98 by default.
        faces: number of the face in each row; all 0 by default.
        columns: those that the table has.
        head: the columns before them.
    """
    lines = [", ".join([*head, *columns])]
    for row, at in enumerate(seconds):
        known = {
            "frame": f"{row + 1}",
            "face_id": f"{faces[row] if faces else 0}",
            "face": f"{faces[row] if faces else 0}",
            "timestamp": f"{at:.3f}",
            "confidence": f"{confidence[row] if confidence else 0.98:.2f}",
            "success": f"{success[row] if success else 1}",
        }
        cells = [known[name] for name in head] + [f"{value(row, name):.3f}" for name in columns]
        lines.append(", ".join(cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def wav2vec2(folder: Path) -> None:
    """Its sound is levelled first, and normed over the whole clip."""
    import transformers

    transformers.Wav2Vec2Model(transformers.Wav2Vec2Config(**HEARS)).save_pretrained(folder)
    transformers.Wav2Vec2FeatureExtractor(do_normalize=True).save_pretrained(folder)


def hubert(folder: Path) -> None:
    """Its sound is taken as it is; norms over each row, as in the large ones."""
    import transformers

    config = transformers.HubertConfig(
        **HEARS, feat_extract_norm="layer", do_stable_layer_norm=True
    )
    transformers.HubertModel(config).save_pretrained(folder)
    transformers.Wav2Vec2FeatureExtractor(do_normalize=False).save_pretrained(folder)


def wavlm(folder: Path) -> None:
    """With relative positions."""
    import transformers

    transformers.WavLMModel(transformers.WavLMConfig(**HEARS)).save_pretrained(folder)
    transformers.Wav2Vec2FeatureExtractor(do_normalize=True).save_pretrained(folder)


def whisper(folder: Path) -> None:
    """Windows of one second, 50 rows."""
    import transformers

    config = transformers.WhisperConfig(
        d_model=8,
        encoder_layers=2,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=12,
        decoder_ffn_dim=12,
        vocab_size=20,
        max_source_positions=50,
        max_target_positions=10,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=1,
        init_std=0.3,
    )
    transformers.WhisperModel(config).save_pretrained(folder)
    transformers.WhisperFeatureExtractor(chunk_length=1).save_pretrained(folder)


def resnet(folder: Path) -> None:
    """Maps of eight channels."""
    import transformers

    config = transformers.ResNetConfig(embedding_size=4, hidden_sizes=[4, 8], depths=[1, 1])
    transformers.ResNetModel(config).save_pretrained(folder)
    settings = {"size": {"shortest_edge": 16}, "crop_pct": 0.875}
    transformers.ConvNextImageProcessorPil(**settings, **COLOURS).save_pretrained(folder)


def vit(folder: Path) -> None:
    """Sixteen patches after a token for the whole."""
    import transformers

    transformers.ViTModel(transformers.ViTConfig(**SEES)).save_pretrained(folder)
    processor = transformers.ViTImageProcessorPil(size={"height": 16, "width": 16}, **COLOURS)
    processor.save_pretrained(folder)


def dinov2(folder: Path) -> None:
    """As a ViT."""
    import transformers

    sizes = {name: size for name, size in SEES.items() if name != "intermediate_size"}
    config = transformers.Dinov2Config(**sizes, mlp_ratio=2)
    transformers.Dinov2Model(config).save_pretrained(folder)
    settings = {**COLOURS, "crop_size": {"height": 16, "width": 16}}
    processor = transformers.BitImageProcessorPil(size={"shortest_edge": 18}, **settings)
    processor.save_pretrained(folder)


def clip(folder: Path) -> None:
    """Pictures and texts in one space of six numbers."""
    import transformers

    text: dict[str, Any] = {**SIZES, "intermediate_size": 12, "vocab_size": len(PIECES.split())}
    text |= {"bos_token_id": 2, "eos_token_id": 3, "pad_token_id": 0, "max_position_embeddings": 8}
    config = transformers.CLIPConfig(text_config=text, vision_config=SEES, projection_dim=6)
    model = transformers.CLIPModel(config)
    model.save_pretrained(folder)
    see_as_clip(folder)
    tokenizer().save_pretrained(folder)


def clip_vision(folder: Path) -> None:
    """The half that sees, by itself."""
    import transformers

    transformers.CLIPVisionModel(
        transformers.CLIPConfig(vision_config=SEES).vision_config
    ).save_pretrained(folder)
    see_as_clip(folder)


def see_as_clip(folder: Path) -> None:
    """How a CLIP takes pictures."""
    import transformers

    settings = {**COLOURS, "crop_size": {"height": 16, "width": 16}}
    processor = transformers.CLIPImageProcessorPil(size={"shortest_edge": 16}, **settings)
    processor.save_pretrained(folder)


def tokenizer() -> Any:
    """Whole words between two special pieces."""
    import transformers
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    vocabulary = {piece: place for place, piece in enumerate(PIECES.split())}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    return transformers.PreTrainedTokenizerFast(tokenizer_object=made, **names)


MAKERS: Mapping[str, Callable[[Path], None]] = {
    "wav2vec2": wav2vec2,
    "hubert": hubert,
    "wavlm": wavlm,
    "whisper": whisper,
    "resnet": resnet,
    "vit": vit,
    "dinov2": dinov2,
    "clip": clip,
    "clip_vision": clip_vision,
}
