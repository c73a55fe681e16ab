"""A tiny model with all three branches and fixed weights, and tiny corpora for it to be asked."""

import numpy as np
import pytest
import soundfile
import torch
from PIL import Image
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from tritone.features.preprocess import Preprocessor
from tritone.learn.pretrained import Pretrained
from tritone.models.tritone import TritoneModel

WORDS = "i feel glad sad cross fine low it was great awful a film"
TWEETS = [("i feel glad", "joy"), ("i feel sad", "sadness"), ("i feel fine", "joy")] * 4


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    vocabulary = {word: i for i, word in enumerate(["[PAD]", "[UNK]", *WORDS.split()])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    torch.manual_seed(0)
    encoder = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2}
    model = TritoneModel(
        {"text": len(vocabulary), "audio": 80, "vision": 48},
        text={**encoder, "intermediate_size": 8},
        voice={"readers": 2, "hidden": 4},
        face={"widths": (3, 4), "depth": 1},
    )
    folder = tmp_path_factory.mktemp("tiny")
    return Pretrained("tiny", "0", model.eval(), Preprocessor(tokenizer), folder)


@pytest.fixture
def tweets(tmp_path):
    (tmp_path / "val.txt").write_text("".join(f"{text};{label}\n" for text, label in TWEETS))
    return f"emotions:{tmp_path}"


@pytest.fixture
def voices(tmp_path):
    time = np.arange(8000) / 16000
    for actor in (17, 18):
        for emotion in (1, 5):
            tone = 0.3 * np.sin(2 * np.pi * (200 + 40 * emotion + actor) * time)
            soundfile.write(tmp_path / f"03-01-{emotion:02}-01-01-01-{actor}.wav", tone, 16000)
    return f"ravdess:{tmp_path}"


@pytest.fixture
def faces(tmp_path):
    rng = np.random.default_rng(0)
    for name in ("happy", "sad"):
        (tmp_path / "val" / name).mkdir(parents=True)
        for i in range(3):
            picture = rng.integers(0, 256, (48, 48), dtype=np.uint8)
            Image.fromarray(picture).save(tmp_path / "val" / name / f"{i}.png")
    return f"faces:{tmp_path}"


@pytest.fixture
def opinions(tmp_path):
    rows = [("IT WAS GREAT", 2.4), ("IT WAS A FILM", 0.0), ("IT WAS AWFUL", -3.0), ("FINE", 0.6)]
    np.savez(
        tmp_path / "mosi.npz",
        transcript=np.array([text for text, _ in rows]),
        y_cont=np.array([score for _, score in rows], dtype=np.float32),
        split=np.array(["dev"] * 4),
        video=np.array(["a", "a", "b", "b"]),
    )
    return f"mosi:{tmp_path / 'mosi.npz'}"
