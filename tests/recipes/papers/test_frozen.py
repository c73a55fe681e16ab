"""S002 as the paper has it, from raw media to an answer, over encoders in miniature on disk."""

import json
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner, Result

from tritone.cli import app

SPLITS = {"train": 8, "val": 4, "test": 4}
HEARS = {
    **{"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": 12},
    **{"intermediate_size": 12, "conv_dim": (4,) * 7, "num_conv_pos_embeddings": 16},
    "num_conv_pos_embedding_groups": 2,
}
CHANNELS = {"text": "bert", "vision": "resnet", "audio_context": "wav2vec2"}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture(scope="module")
def folders(tiny_bert: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A BERT, a ResNet and a Wav2Vec2, as `save_pretrained` writes them."""
    import transformers

    root = tmp_path_factory.mktemp("encoders")
    torch.manual_seed(0)
    seen = transformers.ResNetConfig(embedding_size=4, hidden_sizes=[4, 8], depths=[1, 1])
    transformers.ResNetModel(seen).save_pretrained(root / "resnet")
    brought = transformers.ConvNextImageProcessorPil(size={"shortest_edge": 16}, crop_pct=0.875)
    brought.save_pretrained(root / "resnet")
    heard = transformers.Wav2Vec2Config(**HEARS)
    transformers.Wav2Vec2Model(heard).save_pretrained(root / "wav2vec2")
    transformers.Wav2Vec2FeatureExtractor(do_normalize=True).save_pretrained(root / "wav2vec2")
    return {"bert": tiny_bert, "resnet": root / "resnet", "wav2vec2": root / "wav2vec2"}


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clips of a text, a tone of a quarter of a second and a picture; a class each."""
    folder, chance = tmp_path_factory.mktemp("media"), np.random.default_rng(0)
    rows = ["id,text,audio,image,sentiment,split"]
    for place, split in enumerate(name for name, count in SPLITS.items() for _ in range(count)):
        is_good = place % 2
        tone = np.sin(2 * np.pi * (300 + 300 * is_good) * np.arange(4000) / 16_000)
        with wave.open(str(folder / f"{place}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(16_000)
            file.writeframes((tone * 9000).astype("<i2").tobytes())
        seen = chance.integers(0, 256, (20, 24, 3), dtype=np.uint8)
        Image.fromarray(seen).save(folder / f"{place}.png")
        said = f"i love this {place},{place}.wav" if is_good else f"i hate it {place},{place}.wav"
        label = "positive" if is_good else "negative"
        rows.append(f"c{place},{said},{place}.png,{label},{split}")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n")
    return folder


def there(segment: dict) -> set[str]:
    """The channels that were read of a segment."""
    return {name for name, one in segment["modalities"].items() if one["present"]}


def set_folders(folders: dict[str, Path], **others: Path) -> list[str]:
    """The folder of each channel, as the recipe's docstring has it."""
    named = {channel: folders[kind] for channel, kind in CHANNELS.items()} | others
    pairs = [f"extracting.{channel}.folder={folder}" for channel, folder in named.items()]
    return [word for pair in pairs for word in ("--set", pair)]


@pytest.mark.slow
def test_s002_with_its_three_encoders_goes_from_media_to_an_answer(
    folders: dict[str, Path], media: Path, tmp_path: Path
) -> None:
    out, data = tmp_path / "run", f"manifest:{media}"
    quick = ["--set", "fit.epochs=1", "--set", "model.width=8", "--set", "model.heads=2"]
    done = run("train", "s002_frozen", "--data", data, "--out", out, *set_folders(folders), *quick)
    assert done.exit_code == 0, done.output
    assert "sentiment, 8 train and 4 val clips" in done.stdout

    done = run("evaluate", out, "--data", data, "--split", "test", "--json", "-")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["data"]["n"] == 4

    sound = ("analyze", "--model", out, media / "13.wav", "--text", "i love this", "--json", "-")
    done = run(*sound)
    assert done.exit_code == 0, done.output
    (segment,) = json.loads(done.stdout)["clips"][0]["segments"]
    assert there(segment) == {"text", "audio", "audio_context"}
    done = run("analyze", "--model", out, media / "13.png", "--json", "-")
    assert done.exit_code == 0, done.output
    (segment,) = json.loads(done.stdout)["clips"][0]["segments"]
    assert there(segment) == {"vision"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("channel", "kind", "says"),
    [
        ("audio_context", "", "hub_audio cannot read audio_context: {} is no folder. Name one "),
        ("text", "wav2vec2", "hub_text cannot read text: {} is a wav2vec2, which reads sound, "),
        ("vision", "bert", "hub_image cannot read vision: {} is a bert, which reads text, "),
    ],
)
def test_an_encoder_that_does_not_fit_is_named_with_its_channel(
    folders: dict[str, Path], media: Path, tmp_path: Path, channel: str, kind: str, says: str
) -> None:
    """In a process of its own: the checks of types in this one would be the first to stumble."""
    folder = folders.get(kind, tmp_path / "gone")
    given = set_folders(folders, **{channel: folder})
    command = [sys.executable, "-m", "tritone.cli", "train", "s002_frozen", *given]
    command += ["--data", f"manifest:{media}", "--out", str(tmp_path / "run")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("tritone: " + says.format(folder))
    assert done.stderr.endswith(
        f" The setting is {channel}.folder, in a recipe extracting.{channel}.folder.\n"
    )
